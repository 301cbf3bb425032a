"""Rows of the predecessors' tables, and their rules of EventBridge: which kind each is, by its fields."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final

from wfm.model.rows import Document


class Kind(StrEnum):
    """What a row is about. The last three lead to nothing."""

    TENANT = "tenant"
    LIBRARY = "library"
    WORKFLOW = "workflow"
    SCHEDULE = "schedule"
    RULE = "rule"
    HISTORY = "history"
    DATA_LAKE = "data lake"
    UNKNOWN = "unknown"


# The first line whose fields a row has says its kind; with "!" before it the field must not be there.
_SIGNS: Final[Sequence[tuple[Kind, tuple[str, ...]]]] = (
    (Kind.HISTORY, ("workflowExecutionId",)),
    (Kind.HISTORY, ("executionRequest",)),
    (Kind.RULE, ("Name", "!customerId", "Arn")),
    (Kind.RULE, ("Name", "!customerId", "Targets")),
    (Kind.SCHEDULE, ("ScheduleExpression", "customerId")),
    (Kind.SCHEDULE, ("Input", "customerId")),
    (Kind.WORKFLOW, ("workflowRequest",)),
    (Kind.WORKFLOW, ("sqlQuery", "customerId")),
    (Kind.WORKFLOW, ("workflowMetaData", "customerId")),
    (Kind.LIBRARY, ("sqlQuery",)),
    (Kind.LIBRARY, ("workflowMetaData",)),
    (Kind.LIBRARY, ("workflowId", "defaultSchedule")),
    (Kind.LIBRARY, ("workflowId", "defaultPayload")),
    (Kind.DATA_LAKE, ("hash_key", "!customerId")),
    (Kind.TENANT, ("AMC",)),
    (Kind.TENANT, ("amcInstanceId",)),
    (Kind.TENANT, ("amcOrangeAwsAccount",)),
    (Kind.TENANT, ("customerName",)),
)
_OF_HISTORY: Final = re.compile("AMCExecutionStatus|WorkflowExecutions")


@dataclass(frozen=True, slots=True)
class OldRow:
    """A row and where it was read: a table, a file or the rules."""

    source: str
    document: Document

    @property
    def kind(self) -> Kind:
        """By its fields alone: the tables of the later predecessor have names that CloudFormation made up."""
        return next((kind for kind, signs in _SIGNS if self._has(signs)), Kind.UNKNOWN)

    def _has(self, signs: Sequence[str]) -> bool:
        return all((sign[1:] not in self.document) if sign[0] == "!" else (sign in self.document) for sign in signs)

    def text(self, name: str) -> str:
        """A field that is a text; "" for any other."""
        value = self.document.get(name)
        return value if isinstance(value, str) else ""

    @property
    def customer_id(self) -> str:
        """Whose it is; "" where it does not say."""
        return self.text("customerId")


def is_history(table: str) -> bool:
    """Whether a table's name says that it holds the runs of the past, which may be gigabytes."""
    return _OF_HISTORY.search(table) is not None


@dataclass(frozen=True, slots=True)
class Read:
    """An old row, or several of one tenant, as WFM's own functions take it.

    `wanted` is what they get. `problem` says why it is refused, `left_out` why it is not needed; then `wanted` counts
    for nothing. `without` has each old field that has no counterpart, with the reason.
    """

    kind: Kind
    name: str
    source: str
    wanted: Document = field(default_factory=dict, repr=False)
    customer_id: str = ""
    notes: Sequence[str] = ()
    without: Mapping[str, str] = field(default_factory=dict)
    problem: str = ""
    left_out: str = ""

    @property
    def is_usable(self) -> bool:
        """Whether it is to be taken over."""
        return not (self.problem or self.left_out)


def once(read: Iterable[Read], contradiction: str) -> list[Read]:
    """Each name once: a second, equal row says nothing new, and of another one the first is refused.

    `contradiction` says what is wrong with two that differ, before the places where they stand.
    """
    found: dict[str, Read] = {}
    for one in read:
        known = found.setdefault(one.name, one)
        if known is not one and known.wanted != one.wanted:
            problem = f"{contradiction} in {known.source} and in {one.source}; allowed: one of them"
            found[one.name] = replace(known, problem=problem, left_out="")
    return list(found.values())
