"""How far Reconcile has come: a row per machine in the partition `reconciliation#` of the Gate table.

`#` can stand in no customerId.
"""

from typing import TYPE_CHECKING, TypedDict

from wfm.calendar.timestamps import iso, parse
from wfm.model.sweeps import Sweep
from wfm.store.schema import GATE
from wfm.store.table_rows import find_row

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import Table


class _SweepRow(TypedDict):
    until: str
    begunSince: str
    oldest: str


class SweepsTable:
    """Implements `functions.ports.Sweeps`."""

    def __init__(self, table: "Table") -> None:
        self._table = table

    def find(self, machine: str) -> Sweep | None:
        """The last sweep of a machine, read consistently; None if there was none."""
        row = find_row(self._table, _key(machine), _SweepRow)
        return Sweep(parse(row["until"]), parse(row["begunSince"]), parse(row["oldest"])) if row else None

    def save(self, machine: str, sweep: Sweep) -> None:
        """Remember it for the next one."""
        times = {"until": sweep.until, "begunSince": sweep.begun_since, "oldest": sweep.oldest}
        self._table.put_item(Item={**_key(machine), **{name: iso(time) for name, time in times.items()}})


def _key(machine: str) -> dict[str, str | int]:
    return GATE.key("reconciliation#", machine)
