"""Whether a library record may go to tenants: its fields, its default payload and its schedule, all in one message."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from wfm.calendar.windows import WINDOW_FIELDS
from wfm.errors import InvalidRecord, InvalidRequest, Problem
from wfm.model.library_workflows import LibraryWorkflow, read_library_record
from wfm.model.requests import ExecutionRequest, resolve
from wfm.model.rows import Document
from wfm.model.schedules import read_schedule

Problems = Callable[[Document], list[Problem]]

_SOMEBODY: Final = "library"  # stands for the tenants: what is checked is the same for all of them
_ANY_WINDOW: Final = {"timeWindowType": "MOST_RECENT_DAY"}  # AMC's own; asks for nothing else


def check_library_record(record: Document, problems: Problems, now: datetime) -> LibraryWorkflow:
    """The workflow in a record; InvalidRecord names all that is wrong, each field once. `problems` is the schema's."""
    found = problems(record)
    try:
        workflow = read_library_record(record)
    except InvalidRecord as exc:
        named = {problem.field for problem in found}
        found += [problem for problem in exc.problems if problem.field not in named]
        raise InvalidRecord(found) from exc
    found = found or [*_of_payload(workflow, now), *_of_schedule(workflow, record, now)]
    if found:
        raise InvalidRecord(found)
    return workflow


def _of_payload(workflow: LibraryWorkflow, now: datetime) -> list[Problem]:
    payload = dict(workflow.default_payload or {})
    beneath = {} if any(payload.get(name) for name in WINDOW_FIELDS) else _ANY_WINDOW
    request = ExecutionRequest(_SOMEBODY, "check", {**beneath, **payload, "workflowId": workflow.workflow_id})
    try:
        resolve(request, now)
    except InvalidRequest as exc:
        return [exc.problem.within("defaultPayload")]
    return []


def _of_schedule(workflow: LibraryWorkflow, record: Document, now: datetime) -> list[Problem]:
    if workflow.schedule is None:
        return []
    try:
        read_schedule({**workflow.schedule, "customerId": _SOMEBODY}, now)
    except InvalidRecord as exc:
        place = "defaultSchedule" if record.get("defaultSchedule") is not None else "schedule"
        return [problem.within(place) for problem in exc.problems]
    return []
