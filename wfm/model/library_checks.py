"""Whether a library record may go to tenants: its fields, its default payload and its schedule, all in one message."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Final

from wfm.calendar.kept_data import age_hint
from wfm.calendar.local_times import zone_hint
from wfm.calendar.spans import REFRESH
from wfm.calendar.windows import WINDOW_FIELDS, names_window, resolve_window
from wfm.errors import InvalidRecord, InvalidRequest, Problem
from wfm.model import sql_text
from wfm.model.chain_links import AFTER, link_problems, linked_defaults
from wfm.model.library_workflows import LibraryWorkflow, read_library_record
from wfm.model.parameter_declarations import declaration_problems
from wfm.model.parameters import PLACE
from wfm.model.parameters import problems as parameter_problems
from wfm.model.record_fields import slips_in_library_record
from wfm.model.requests import ExecutionRequest, resolve
from wfm.model.rows import Document, object_in
from wfm.model.schedules import read_schedule
from wfm.model.workflows import DELIVERY, freshness_problems

Problems = Callable[[Document], list[Problem]]

_SOMEBODY: Final = "library"  # stands for the tenants: what is checked is the same for all of them
_ANY_WINDOW: Final = {"timeWindowType": "MOST_RECENT_DAY"}  # AMC's own; asks for nothing else


def check_library_record(record: Document, problems: Problems, now: datetime) -> LibraryWorkflow:
    """The workflow in a record; InvalidRecord names all that is wrong, each field once. `problems` is the schema's."""
    found = [*slips_in_library_record(record), *problems(record)]
    found = found or [*declaration_problems(record), *sql_text.given_problems(record.get("sqlQuery"))]
    try:
        workflow = read_library_record(record)
    except InvalidRecord as exc:
        named = {problem.field for problem in found}
        found += [problem for problem in exc.problems if problem.field not in named]
        raise InvalidRecord(found) from exc
    found = found or [*_of_payload(workflow, now), *_of_schedule(workflow, record, now)]
    found = found or [*_of_parameters(workflow, record), *_of_link(workflow), *_of_delivery(workflow)]
    found = found or [*freshness_problems(workflow.freshness)]
    if found:
        raise InvalidRecord(found)
    return workflow


def doubts(workflow: LibraryWorkflow, now: datetime) -> list[tuple[str, str]]:
    """What is no error of the default window and the schedule's, by the field's place, in words.

    They begin before what AMC keeps, or their zone is not what its name reads like.
    """
    row = workflow.schedule or {}
    inside = object_in(object_in(row.get("Input")).get("payload"))
    given = {"defaultPayload": workflow.default_payload or {}, "schedule": inside}
    starts = {place: _start(payload, now) for place, payload in given.items()}
    found = [(place, age_hint(start, now)) for place, start in starts.items() if start is not None]
    zones = {
        "defaultPayload.timeWindowTimeZone": (workflow.default_payload or {}).get("timeWindowTimeZone"),
        "schedule.ScheduleExpressionTimezone": row.get("ScheduleExpressionTimezone"),
        "schedule.Input.payload.timeWindowTimeZone": inside.get("timeWindowTimeZone"),
    }
    found += [(place, zone_hint(name)) for place, name in zones.items()]
    return [(place, hint) for place, hint in found if hint]


def _start(payload: Document, now: datetime) -> str | None:
    try:
        return resolve_window(payload, now).get("timeWindowStart")
    except InvalidRequest:
        return None


def _of_parameters(workflow: LibraryWorkflow, record: Document) -> Iterator[Problem]:
    """The problems of the given values. Defaults may be part of what is declared; a schedule must give all."""
    values = object_in((workflow.default_payload or {}).get(PLACE))
    yield from parameter_problems(values, workflow.definition, place=f"defaultPayload.{PLACE}", complete=False)
    if workflow.schedule is not None:
        values = object_in(object_in(object_in(workflow.schedule["Input"]).get("payload")).get(PLACE))
        place = f"{_place_of_schedule(record)}.Input.payload.{PLACE}"
        yield from parameter_problems(values, workflow.definition, place=place)


def _of_link(workflow: LibraryWorkflow) -> list[Problem]:
    """The problems of `after`, and of the defaults that a run after another one has."""
    if workflow.after is None:
        return []
    row = {**workflow.definition, "defaultPayload": workflow.default_payload, AFTER: workflow.after}
    return [*link_problems(workflow.workflow_id, workflow.after), *linked_defaults(row)]


def _of_delivery(workflow: LibraryWorkflow) -> Iterator[Problem]:
    """The problems of `delivery`, and of the columns that would be delivered."""
    if workflow.delivery is None:
        return
    from wfm.model.delivery_rules import delivery_problems  # few workflows need it

    yield from delivery_problems({**workflow.definition, DELIVERY: workflow.delivery})


def _place_of_schedule(record: Document) -> str:
    return "defaultSchedule" if record.get("defaultSchedule") is not None else "schedule"


def _of_payload(workflow: LibraryWorkflow, now: datetime) -> list[Problem]:
    payload = dict(workflow.default_payload or {})
    if other := _another_workflow(payload, workflow, "defaultPayload"):
        return [other]
    beneath = {} if any(payload.get(name) is not None for name in WINDOW_FIELDS) else _ANY_WINDOW
    request = ExecutionRequest(_SOMEBODY, "check", {**beneath, **payload, "workflowId": workflow.workflow_id})
    try:
        resolve(request, now)
    except InvalidRequest as exc:
        return [exc.problem.within("defaultPayload")]
    return []


def _another_workflow(payload: Document, workflow: LibraryWorkflow, place: str) -> Problem | None:
    if payload.get("workflowId") in (None, workflow.workflow_id):
        return None
    problem = f"{payload['workflowId']!r:.80} is another workflow"
    return Problem(f"{place}.workflowId", problem, f"{workflow.workflow_id}, or none")


def _of_schedule(workflow: LibraryWorkflow, record: Document, now: datetime) -> list[Problem]:
    if workflow.schedule is None:
        return []
    place = _place_of_schedule(record)
    inside = object_in(object_in(object_in(record.get(place)).get("Input")).get("payload"))
    if other := _another_workflow(inside, workflow, f"{place}.Input.payload"):
        return [other]
    try:
        schedule = read_schedule({**workflow.schedule, "customerId": _SOMEBODY}, now)
    except InvalidRecord as exc:
        return [problem.within(place) for problem in exc.problems]
    if schedule.refresh and not names_window(schedule.payload):
        problem = "stands beside no window, neither the schedule's nor that of defaultPayload"
        return [
            Problem(f"{place}.{REFRESH}", problem, "a window with an end, such as yesterday or TODAY(-7) to TODAY(0)")
        ]
    return []
