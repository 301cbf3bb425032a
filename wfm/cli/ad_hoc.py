"""A query that is run without a workflow: the parameters that it uses are those that are given, and no others."""

from collections.abc import Mapping

from wfm.client.suggestions import suggest
from wfm.errors import UsageError
from wfm.model import sql_text


def ad_hoc_workflow(sql: str, values: Mapping[str, object]) -> dict[str, object]:
    """The workflow for AMC, which must declare each parameter: a list is an ARRAY of texts, all else a text.

    UsageError for a parameter that the query uses and nobody gives, or that is given and not used.
    """
    used = sql_text.parameters(sql)
    for name, line in used.items():
        if name not in values:
            raise UsageError(
                f"--parameter: line {line} uses CUSTOM_PARAMETER({name!r}); allowed: --parameter {name}=..."
            )
    for name in values:
        if name not in used:
            raise UsageError(f"--parameter: the query uses no {name!r}; {suggest(name, used)}")
    declared = [{"name": name, "dataType": _type_of(value)} for name, value in values.items()]
    return {"sqlQuery": sql, **({"inputParameters": declared} if declared else {})}


def _type_of(value: object) -> object:
    return {"type": "ARRAY", "elementDataType": "STRING"} if isinstance(value, list) else "STRING"
