"""The table of a workflow's delivered results in Glue: its name, its columns and its partitions, as Athena reads them.

A table has the results of all tenants. Its partitions are projected: Athena reckons them from the table's parameters,
and nobody has to add one for each day.
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final

from wfm.errors import InvalidRecord, Problem
from wfm.model.result_deliveries import workflow_folder

PARTITION_KEYS: Final = (("tenant", "string"), ("window_start", "string"))
_OWNER: Final = "wfm.workflow"
_TENANTS: Final = "projection.tenant.values"
_RANGE: Final = "projection.window_start.range"
_TO_COME: Final = "NOW+1DAYS"  # a day that has begun somewhere
_FIXED: Final = {
    "classification": "parquet",
    "projection.enabled": "true",
    "projection.tenant.type": "enum",
    "projection.window_start.type": "date",
    "projection.window_start.format": "yyyy-MM-dd",
    "projection.window_start.interval": "1",
    "projection.window_start.interval.unit": "DAYS",
}
_MAX_NAME_CHARS: Final = 200  # Glue takes 255


@dataclass(frozen=True)
class ResultTable:
    """A table as it is, or as it is to be. `columns` are names and types, without those of the partitions."""

    name: str
    columns: tuple[tuple[str, str], ...]
    parameters: Mapping[str, str] = field(default_factory=dict)

    def is_of(self, workflow_id: str) -> bool:
        """Whether WFM made it for that workflow."""
        return self.parameters.get(_OWNER) == workflow_id

    def changed_types(self, columns: Sequence[tuple[str, str]]) -> list[str]:
        """In words, which of these columns have another type in the table."""
        known = dict(self.columns)
        return [f"{name} is {kind} and was {known[name]}" for name, kind in columns if known.get(name, kind) != kind]

    def with_result(self, columns: Sequence[tuple[str, str]], tenant: str, day: date) -> "ResultTable":
        """The table that shows a result of these columns too. What others have added to it stays."""
        known = dict(self.columns)
        new = tuple(each for each in columns if each[0] not in known)
        first = min(day.isoformat(), self.parameters.get(_RANGE, day.isoformat()).partition(",")[0])
        tenants = sorted({tenant, *filter(None, self.parameters.get(_TENANTS, "").split(","))})
        said = {_TENANTS: ",".join(tenants), _RANGE: f"{first},{_TO_COME}"}
        return replace(self, columns=(*self.columns, *new), parameters={**self.parameters, **said})


def new_table(name: str, workflow_id: str, version: int, bucket: str) -> ResultTable:
    """A table without columns and results."""
    folder = workflow_folder(workflow_id, version)
    place = f"s3://{bucket}/tenant=${{tenant}}/workflow={folder}/window_start=${{window_start}}/"
    return ResultTable(name, (), {**_FIXED, _OWNER: workflow_id, "storage.location.template": place})


def table_names(workflow_id: str, version: int) -> tuple[str, str]:
    """What the table may be called: Athena knows small letters, digits and `_`.

    The second is for a workflow whose plain name another one has, as `a-b` has that of `a_b`.
    """
    plain = re.sub(r"[^a-z0-9_]", "_", workflow_id.lower())[:_MAX_NAME_CHARS]
    digest = hashlib.sha256(workflow_id.encode()).hexdigest()[:6]
    end = f"_v{version}" if version > 1 else ""
    return f"{plain}{end}", f"{plain}_{digest}{end}"


def type_change(changes: Sequence[str], table: str) -> InvalidRecord:
    """What is said of a result that its workflow's table cannot show."""
    allowed = f"the types of table {table}; `schemaChange: version` in the workflow's delivery begins a new table"
    return InvalidRecord([Problem("outputColumns", f"{', '.join(changes):.400}", allowed)])
