"""Rows of schedules from the first predecessor's table, and from both predecessors' rules of EventBridge."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from wfm.client.migration.fields import RULE_FIELDS, SCHEDULE_FIELDS, without_counterpart
from wfm.client.migration.firing import DISABLED, as_it_ran
from wfm.client.migration.old_rows import Kind, OldRow, Read, once
from wfm.client.migration.old_workflows import Brought
from wfm.client.migration.payloads import read_payload
from wfm.client.schedules.rows import read_document
from wfm.errors import UsageError
from wfm.model import json_text
from wfm.model.library_workflows import LibraryWorkflow
from wfm.model.rows import Document, list_in, object_in
from wfm.model.tenants import TOGGLES

CREATION: Final = TOGGLES[3]
_CAMPAIGNS: Final = "runs for each campaign are not offered; allowed: wfm backfill start with parameterSets"
_BY_ITSELF: Final = re.compile(r"wfm-(TriggerExecutionQueueConsumer|syncExecutionStatuses|CustomSchedulerOn\w+)(-.*)?")
_OF_A_STACK: Final = re.compile(r".+?-wfm-(?=.)")
_FIELDS: Final = ("ScheduleExpression", "State", "Description")


def read_schedules(rows: Sequence[OldRow], rules: Sequence[OldRow], brought: Brought) -> list[Read]:
    """By customer and name. A rule that the first predecessor made of a row is not read again."""
    names = {row.text("Name") for row in rows}
    read = [_of_row(row, brought) for row in rows]
    read += [_of_rule(rule, names, brought) for rule in rules]
    # The later predecessor let the rule of the second overwrite that of the first.
    return sorted(once(read, "there are two of this name,"), key=lambda one: one.name)


def workflows_run(read: Sequence[Read]) -> set[tuple[str, str]]:
    """Each customer with each workflow that one of its schedules runs."""
    return {(one.customer_id, workflow_run(one.wanted)) for one in read if not one.left_out}


def workflow_run(row: Document) -> str:
    """The workflow that a row of Schedules runs, "" for a query of its own."""
    return str(object_in(object_in(row.get("Input")).get("payload")).get("workflowId") or "")


def _of_row(row: OldRow, brought: Brought) -> Read:
    payload = read_payload(object_in(object_in(row.document.get("Input")).get("payload")), "Input.payload")
    own = {name: row.document[name] for name in _FIELDS if row.document.get(name) is not None}
    without = {**without_counterpart(row.document, SCHEDULE_FIELDS), **payload.without}
    read = Read(
        Kind.SCHEDULE, _name(row.customer_id, row.text("Name")), row.source, {}, row.customer_id, payload.notes, without
    )
    if run_by := row.document.get("runBy"):
        return replace(read, problem=f"runBy: {run_by!r:.40}: {_CAMPAIGNS}")
    if problem := payload.problem or _incomplete(row.document):
        return replace(read, problem=problem)
    schedule, never = as_it_ran(own, row.text("Name"), {"paused": True})
    whole = {"Name": row.text("Name"), **schedule, "Input": {"payload": payload.wanted}}
    read = replace(read, wanted=whole, notes=(*payload.notes, *never))
    return _beside_the_library(read, brought)


def _incomplete(document: Document) -> str:
    named = object_in(document.get("Input")).get("customerId")
    if named not in (None, "", document.get("customerId")):
        return f"Input.customerId: {named!r:.60} is another customer; allowed: the schedule's own, or none"
    missing = [name for name in ("customerId", "Name") if not isinstance(document.get(name), str) or not document[name]]
    return f"{missing[0]}: is missing; allowed: a text" if missing else ""


def _of_rule(rule: OldRow, of_rows: set[str], brought: Brought) -> Read:
    name = rule.text("Name")
    read = Read(Kind.RULE, name, rule.source, without=without_counterpart(rule.document, RULE_FIELDS))
    if left_out := _needless(rule, of_rows):
        return replace(read, left_out=left_out)
    targets = list_in(rule.document.get("Targets"))
    if len(targets) != 1:
        return replace(read, problem=f"Targets: {len(targets)} are there; allowed: one, with the Input of a run")
    try:
        given = _asked(object_in(targets[0]).get("Input"))
    except ValueError as exc:
        return replace(read, problem=f"Targets[0].Input: {exc}; allowed: the request for a run, as JSON")
    try:
        row = read_document(given) if "execution_request" in given else dict(given)
    except UsageError as exc:
        return replace(read, problem=str(exc))
    return _scheduled(read, rule, row, brought)


def _needless(rule: OldRow, of_rows: set[str]) -> str:
    """Why the rule has no part in this; "" if it has."""
    if _BY_ITSELF.fullmatch(rule.text("Name")):
        return "WFM does this by itself"
    if rule.text("Name") in of_rows:
        return "it was made of the schedule's row"
    return "" if rule.document.get("ScheduleExpression") else "it answers events, and fires at no time"


def _scheduled(read: Read, rule: OldRow, row: Document, brought: Brought) -> Read:
    payload = read_payload(object_in(object_in(row.get("Input")).get("payload")), "createExecutionRequest")
    customer_id = row.get("customerId")
    if not isinstance(customer_id, str) or not payload.wanted:
        return replace(
            read, problem="Targets[0].Input: asks for no run; allowed: customerId and createExecutionRequest"
        )
    if payload.problem:
        return replace(read, problem=payload.problem)
    name = _OF_A_STACK.sub("", rule.text("Name"), count=1)
    own = {field: rule.document[field] for field in _FIELDS if rule.document.get(field) is not None}
    whole = {"Name": name, **own, "Input": {"payload": payload.wanted}}
    begins = (
        ("rate() begins anew when it is written here",) if str(own["ScheduleExpression"]).startswith("rate") else ()
    )
    found = replace(
        read,
        kind=Kind.SCHEDULE,
        name=_name(customer_id, name),
        wanted=whole,
        customer_id=customer_id,
        notes=(*payload.notes, *begins),
        without={**read.without, **payload.without},
    )
    return _beside_the_library(found, brought)


def _asked(given: object) -> dict[str, object]:
    """What a rule sends, as the request for a schedule; ValueError for no JSON object."""
    document = json_text.read(given) if isinstance(given, str) else given
    if not isinstance(document, Mapping):
        raise ValueError(f"{json.dumps(document):.60} is no object")  # noqa: TRY004  # of what somebody wrote
    if "payload" in document:  # the first predecessor's producer
        return {"customerId": document.get("customerId"), "Input": {"payload": document["payload"]}}
    inner = document.get("execution_request", document.get("executionRequest", document))
    return {"execution_request": inner}


def _beside_the_library(read: Read, brought: Brought) -> Read:
    """A schedule of what the library brings: the library's own is left to it, another one runs the library's id."""
    old_id = workflow_run(read.wanted)
    if brought.is_refused(old_id):
        name = brought.origin(old_id)[0]
        return replace(read, problem=f"its library workflow {name} is refused; allowed: that one put right")
    workflow = brought.workflow(read.customer_id, old_id)
    if workflow is None or not brought.is_latest(old_id):
        return read
    if _is_librarys(read, old_id, workflow) and CREATION in brought.tenants[read.customer_id].toggles:
        other = _differing(read.wanted, workflow)
        if not other:
            return replace(read, left_out=f"the library brings it with {workflow.workflow_id}")
        problem = (
            f"it differs from the library's schedule of {workflow.workflow_id} in {', '.join(other)}, and both would"
            f" run; allowed: one of the two, or {CREATION}: false in the tenant's record"
        )
        return replace(read, problem=problem)
    payload = {**object_in(object_in(read.wanted["Input"]).get("payload")), "workflowId": workflow.workflow_id}
    notes = () if old_id == workflow.workflow_id else (f"it runs {workflow.workflow_id}, which was {old_id}",)
    return replace(read, wanted={**read.wanted, "Input": {"payload": payload}}, notes=(*read.notes, *notes))


def _is_librarys(read: Read, old_id: str, workflow: LibraryWorkflow) -> bool:
    """The first predecessor called it `wfm-{customerId}-{workflowId}`, and later by the library's own name."""
    schedule = workflow.schedule or {}
    return bool(schedule) and read.wanted["Name"] in (f"wfm-{read.customer_id}-{old_id}", schedule.get("Name"))


def _differing(own: Document, workflow: LibraryWorkflow) -> list[str]:
    theirs = workflow.schedule or {}
    pairs = {
        "ScheduleExpression": (own.get("ScheduleExpression"), theirs.get("ScheduleExpression")),
        "State": (own.get("State") == DISABLED or "paused" in own, theirs.get("State") == DISABLED),
        "Input.payload": (_asked_for(own), _asked_for(theirs)),
    }
    return [name for name, (one, other) in pairs.items() if one != other]


def _asked_for(row: Document) -> dict[str, object]:
    payload = object_in(object_in(row.get("Input")).get("payload"))
    return {name: value for name, value in payload.items() if name != "workflowId"}


def _name(customer_id: str, name: str) -> str:
    return f"{customer_id or '(no customerId)'}/{name or '(no Name)'}"
