"""A library workflow as its YAML file has it, and as a record of WorkflowLibrary has it."""

from collections.abc import Mapping
from typing import Final

from wfm.calendar.windows import without_idle_ends
from wfm.client.suggestions import suggest
from wfm.client.workflow_files import schedules
from wfm.client.workflow_files.schedules import Problem
from wfm.model import other_words
from wfm.model.chain_links import AFTER
from wfm.model.field_names import meant
from wfm.model.library_workflows import LibraryWorkflow
from wfm.model.request_checks import PAYLOAD_FIELDS
from wfm.model.rows import Document, object_in
from wfm.model.workflows import AMC_FIELDS, DELIVERY, FRESHNESS

DEFINITION: Final = tuple(name for name in AMC_FIELDS if name not in {"workflowId", "sqlQuery"})
TARGETING: Final = ("customerIds", "endemicType", "customerPrefix", "tags")
_KINDS: Final[Mapping[str, tuple[type | tuple[type, ...], str]]] = {
    "workflowId": (str, "a text"),
    "version": (int, "a whole number"),
    "description": (str, "a text"),
    "metadata": (dict, "an object"),
    **dict.fromkeys(DEFINITION, (object, "a value, or no such line")),
    "inputParameters": (list, "a list of parameters, each with name and dataType"),
    "outputColumns": (list, "a list of columns"),
    "defaultPayload": (dict, "an object, such as timeWindowName: last 7 days"),
    "schedule": (dict, "an object, such as every: daily 08:00"),
    AFTER: (dict, "an object, such as workflow: daily_sales"),
    DELIVERY: ((bool, dict), "true, false, or an object such as schemaChange: version"),
    FRESHNESS: (str, "a time, such as 36h or 8d"),
    "targeting": (dict, f"an object with {', '.join(TARGETING)}"),
    "automaticDeployWorkflow": (bool, "true or false"),
}


def to_record(document: object, name: str, sql: str, problems: list[Problem]) -> dict[str, object]:
    """The record of a file named `name`; what cannot be read is left out and said in `problems`."""
    if not isinstance(document, Mapping):
        problems.append(((), f"{document!r:.80} is no object; allowed: lines such as 'description: ...'"))
        document = {}
    known = {str(key): value for key, value in document.items() if _is_right(str(key), value, problems)}
    record: dict[str, object] = {"workflowId": known.get("workflowId", name), "sqlQuery": sql}
    metadata = dict(object_in(known.get("metadata")))
    if "description" in known:
        if "description" in metadata:
            problems.append((("metadata", "description"), "is there as 'description' too; allowed: one of them"))
        metadata["description"] = known["description"]
    same = ("version", *DEFINITION, "defaultPayload", AFTER, DELIVERY, FRESHNESS, "automaticDeployWorkflow")
    record |= {field: known[field] for field in same if field in known}
    record |= {"metadata": metadata} if metadata else {}
    record |= _targeting(object_in(known.get("targeting")), problems)
    if "schedule" in known:
        record["schedule"] = schedules.to_record(object_in(known["schedule"]), problems)
    return record


def _is_right(key: str, value: object, problems: list[Problem]) -> bool:
    if key not in _KINDS:
        problems.append(((key,), f"no field of a workflow's file; {_hint(key)}"))
        return False
    kind, allowed = _KINDS[key]
    right = isinstance(value, kind) and value is not None and not (kind is int and isinstance(value, bool))
    if not right:
        problems.append(((key,), f"{'is empty' if value is None else f'{value!r:.80} is wrong'}; allowed: {allowed}"))
    return right


def _hint(key: str) -> str:
    if key in ("sqlQuery", "sql", "query"):
        return "the SQL is in the .sql file"
    of_payload = other_words.moved(PAYLOAD_FIELDS, other_words.OF_PAYLOAD, "defaultPayload", _KINDS)
    meant_by = meant(key, _KINDS, {**of_payload, **other_words.OF_FILE})
    return f"did you mean {meant_by}?" if meant_by else suggest(key, _KINDS)


def _targeting(given: Document, problems: list[Problem]) -> dict[str, object]:
    unknown = [key for key in given if key not in TARGETING]
    problems += [
        (("targeting", key), f"is no way to choose tenants; {suggest(str(key), TARGETING)}") for key in unknown
    ]
    return {key: given[key] for key in TARGETING if key in given}


def targeting(workflow: LibraryWorkflow) -> dict[str, list[str]]:
    """The ways to choose tenants that a workflow uses, each with its values in order."""
    chosen = workflow.targeting
    values = (chosen.customer_ids, chosen.endemic_types, chosen.customer_prefixes, chosen.tags)
    return {name: sorted(wanted) for name, wanted in zip(TARGETING, values, strict=True) if wanted}


def to_document(workflow: LibraryWorkflow) -> dict[str, object]:
    """The file's content for a workflow: all but id, version and SQL, without defaults."""
    metadata = dict(workflow.metadata or {})
    definition = workflow.definition
    given = without_idle_ends(workflow.default_payload or {})
    payload = {name: value for name, value in given.items() if name != "workflowId"}
    schedule = workflow.schedule
    document = {
        "description": metadata.pop("description", None),
        "metadata": metadata,
        **{name: definition.get(name) for name in DEFINITION},
        "defaultPayload": payload,
        "schedule": schedule and schedules.to_document(schedule, workflow.workflow_id, payload),
        AFTER: workflow.after,
        DELIVERY: True if workflow.delivery == {} else workflow.delivery,  # which is as good
        FRESHNESS: workflow.freshness,
        "targeting": targeting(workflow),
        "automaticDeployWorkflow": None if workflow.deploys else False,
    }
    return {name: value for name, value in document.items() if value not in (None, {}, [])}
