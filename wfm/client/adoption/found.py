"""What AMC instances hold that WFM does not: workflows made by hand, and those that were changed there by hand.

AMC's list says which there are; the definition is always the one that AMC shows by the workflow's id, since the list
may have a way of its own. Nothing here changes AMC.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from wfm.client.workflow_files.definitions import check_definition
from wfm.errors import ClientError, InvalidRecord, UnreachableError
from wfm.model.amc_echo import digest_of, drifted
from wfm.model.record_fields import slips_in_workflow
from wfm.model.rollout_plan import is_librarys
from wfm.model.rows import Document, WorkflowRow, object_in, plain_object
from wfm.model.workflows import definition, is_synced_and_unchanged, is_workflow_id

NEW, CHANGED, LEFT_OUT = "new", "changed in AMC", "left out"
_LIST, _OF_AMC = "inputParameters", "elementNullable"  # the one field that AMC puts into parameters by itself


@dataclass(frozen=True, slots=True)
class Found:
    """A workflow of an instance that WFM does not have so. `row` is what WFM has of it, {} for nothing.

    `definition` is AMC's; `problem` says why it cannot be taken, `changed` in which fields WFM's row is another.
    """

    customer_id: str
    workflow_id: str
    kind: str
    definition: Document = field(default_factory=dict, repr=False)
    row: Document = field(default_factory=dict, repr=False)
    changed: Sequence[str] = ()
    problem: str = ""

    @property
    def is_librarys(self) -> bool:
        """Whether the library brought it to the tenant."""
        return is_librarys(self.row)

    @property
    def note(self) -> str:
        """What a person wants to know of it beside its kind."""
        return self.problem or ", ".join(self.changed) + (", from the library" if self.is_librarys else "")

    def as_json(self) -> dict[str, object]:
        """What `--json` prints."""
        return {
            "customerId": self.customer_id,
            "workflowId": self.workflow_id,
            "found": self.kind,
            "changed": list(self.changed),
            "fromLibrary": self.is_librarys,
            "problem": self.problem or None,
            "definition": dict(self.definition),
        }


@dataclass(frozen=True, slots=True)
class Instance:
    """A tenant's instance as adoption needs it. `listed` has digests; `show` gives a workflow, None if it is gone."""

    customer_id: str
    listed: Callable[[], Mapping[str, str]]
    show: Callable[[str], Document | None]
    rows: Callable[[], Sequence[WorkflowRow]]

    def find(self, only: Sequence[str], now: datetime) -> Iterator[Found]:
        """By id. Rows are read after AMC's list, so that what WFM has just made is not taken for somebody's.

        `only` are the ids that are wanted, none for all. ClientError if AMC does not list them.
        """
        listed = self.listed()
        rows = {str(row["workflowId"]): row for row in self.rows()}
        for workflow_id in sorted(listed):
            if only and workflow_id not in only:
                continue
            row = rows.get(workflow_id)
            if row is not None and digest_of(object_in(row.get("amcEcho"))) == listed[workflow_id]:
                continue
            if found := self._look_at(workflow_id, row, now):
                yield found

    def _look_at(self, workflow_id: str, row: WorkflowRow | None, now: datetime) -> Found | None:
        """None for a workflow that was deleted since the list was made, and for one that is as WFM has it."""
        if not is_workflow_id(workflow_id):
            return self._left_out(workflow_id, "its id has other characters than letters, digits, '.', '-' and '_'")
        try:
            shown = self.show(workflow_id)
        except UnreachableError:
            raise
        except ClientError as exc:
            return self._left_out(workflow_id, f"AMC does not show it: {exc}")
        if shown is None or (row is not None and not drifted(row, shown)):
            return None
        return self._compared(workflow_id, row, shown, now)

    def _compared(self, workflow_id: str, row: WorkflowRow | None, shown: Document, now: datetime) -> Found:
        taken = adopted(workflow_id, shown)
        if problem := problem_of(taken, now):
            return self._left_out(workflow_id, problem)
        if row is None:
            return Found(self.customer_id, workflow_id, NEW, taken)
        if not is_synced_and_unchanged(row):
            status = row.get("syncStatus") or "PENDING"
            return self._left_out(workflow_id, f"WFM has another definition on its way to AMC ({status})")
        return Found(self.customer_id, workflow_id, CHANGED, taken, plain_object(row), tuple(drifted(row, shown)))

    def _left_out(self, workflow_id: str, problem: str) -> Found:
        return Found(self.customer_id, workflow_id, LEFT_OUT, problem=problem)


def adopted(workflow_id: str, shown: Document) -> dict[str, object]:
    """The definition that AMC shows, as WFM keeps one: without what AMC adds by itself to what it was given."""
    taken = {name: value for name, value in definition(shown).items() if value not in (None, "", [], {})}
    if isinstance(taken.get(_LIST), list):
        taken[_LIST] = [_without_additions(item) for item in list(taken[_LIST])]  # type: ignore[call-overload]
    return {**taken, "workflowId": workflow_id}


def _without_additions(item: object) -> object:
    if not isinstance(item, Mapping):
        return item
    return {
        name: _without_additions(value)
        for name, value in item.items()
        if value is not None and not (name == _OF_AMC and value is False)
    }


def problem_of(taken: Document, now: datetime) -> str:
    """Why WFM cannot keep it; "" if it can. The rules are those of `wfm workflows put` and `wfm library push`."""
    sql = taken.get("sqlQuery")
    if not isinstance(sql, str) or not sql.strip():
        return "it has no SQL: AMC's older kind of query, a list of operations, cannot be kept"
    try:
        sql.encode()
    except UnicodeEncodeError:
        return "its SQL has half a character, which no file can hold"
    if "\0" in sql:
        return "its SQL has a NUL, which no text file can hold"
    try:
        if slips := slips_in_workflow(taken):
            return str(InvalidRecord(slips))
        check_definition(taken, now)
    except InvalidRecord as exc:
        return str(exc)
    return ""
