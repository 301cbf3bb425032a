"""What a migration would do: each old row against what WFM has, and nothing else."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from wfm.client.migration.old_rows import Kind, Read

KINDS: Final = {"tenants": Kind.TENANT, "library": Kind.LIBRARY, "workflows": Kind.WORKFLOW, "schedules": Kind.SCHEDULE}


class Action(StrEnum):
    """What becomes of an old row."""

    ADD = "add"
    CHANGE = "change"
    AGAIN = "onboard again"
    WRITE = "write files"
    SAME = "unchanged"
    LEFT_OUT = "left out"
    REFUSED = "refused"


WRITES: Final = (Action.ADD, Action.CHANGE, Action.AGAIN, Action.WRITE)


@dataclass(frozen=True, slots=True)
class Planned:
    """An old row and what is to become of it; `reason` says why it is refused or left out, and what changes."""

    read: Read
    action: Action
    reason: str = ""

    def as_json(self) -> dict[str, object]:
        """What `--json` prints."""
        return {
            "kind": self.read.kind,
            "name": self.read.name,
            "customerId": self.read.customer_id or None,
            "source": self.read.source,
            "action": self.action,
            "reason": self.reason or None,
            "notes": list(self.read.notes),
            "withoutCounterpart": dict(self.read.without),
            "writes": dict(self.read.wanted) if self.action in WRITES else None,
        }


@dataclass(frozen=True, slots=True)
class MigrationPlan:
    """All rows, in the order in which they are written."""

    planned: Sequence[Planned]

    def of(self, *actions: Action) -> list[Planned]:
        """Those of which this becomes."""
        return [one for one in self.planned if one.action in actions]

    @property
    def without_counterpart(self) -> Mapping[tuple[str, str, str], int]:
        """In how many rows each field stands that becomes nothing, by kind, field and reason."""
        found: dict[tuple[str, str, str], int] = {}
        for one in self.planned:
            for field, why in one.read.without.items() if one.action != Action.LEFT_OUT else ():
                found[(one.read.kind, field, why)] = found.get((one.read.kind, field, why), 0) + 1
        return dict(sorted(found.items()))
