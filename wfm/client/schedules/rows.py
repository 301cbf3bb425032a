"""What somebody asks of a schedule, as fields of its row: from options, or from a file of any of its shapes."""

from collections.abc import Mapping
from typing import Final

from wfm.client.suggestions import suggest
from wfm.errors import UsageError
from wfm.model.field_names import meant
from wfm.model.record_fields import words_of_schedule
from wfm.model.rows import Document, object_in
from wfm.model.schedules import DESIRED_FIELDS

# The later predecessor's request for a schedule, and where its parts belong.
_REQUEST: Final = {"schedule_expression": "ScheduleExpression", "rule_name": "Name", "rule_description": "Description"}
_CREATE: Final = "createExecution"
_OF_EXECUTIONS: Final = ("customerId", "requestType", "createExecutionRequest")
# What the first predecessor's rows have besides, which means nothing here or stands for itself.
_LEFT_OUT: Final = ("EventBusName", "automaticDeploySchedule", "metadata")
_WITH_DATES: Final = frozenset({"timeWindowStart", "timeWindowEnd", "timeWindowName"})
_TIME_ZONE: Final = "ScheduleExpressionTimezone"
_WINDOW_ZONE: Final = "timeWindowTimeZone"
_FUNCTIONS_ZONE: Final = "dateFunctionsTimeZone"
_WHICH_WINDOW: Final = frozenset({"timeWindowType", "timeWindowStart", "timeWindowEnd", "timeWindowName"})


def read_document(document: object) -> dict[str, object]:
    """The row's fields in a document of any of the three shapes; UsageError names what is no field of a schedule."""
    if not isinstance(document, dict):
        raise UsageError(f"--file: {document!r:.80} is no object; allowed: one schedule, a JSON object")
    if "execution_request" in document or "schedule_expression" in document:
        return _from_request(document)
    own = {name: value for name, value in document.items() if name in DESIRED_FIELDS}
    for name in document:
        if name not in (*own, *_LEFT_OUT):
            right = meant(name, DESIRED_FIELDS, words_of_schedule())
            hint = f"did you mean {right}?" if right else suggest(name, DESIRED_FIELDS)
            raise UsageError(f"{name}: no field of a schedule; {hint}")
    return own


def _from_request(document: Document) -> dict[str, object]:
    request = document.get("execution_request")
    for name in document:
        if name not in (*_REQUEST, "execution_request"):
            raise UsageError(f"{name}: no field of a schedule's request; {suggest(name, _REQUEST)}")
    if not isinstance(request, Mapping) or not isinstance(request.get("createExecutionRequest"), Mapping):
        problem = "execution_request.createExecutionRequest: is missing"
        raise UsageError(f"{problem}; allowed: an object with the workflow and its window")
    if (kind := request.get("requestType", _CREATE)) != _CREATE:
        raise UsageError(f"execution_request.requestType: {kind!r:.60} cannot be scheduled; allowed: {_CREATE}")
    for name in request:
        if name not in _OF_EXECUTIONS:
            hint = suggest(name, _OF_EXECUTIONS)
            raise UsageError(f"execution_request.{name}: no field of an execution request; {hint}")
    row = {ours: document[theirs] for theirs, ours in _REQUEST.items() if theirs in document}
    if "customerId" in request:
        row["customerId"] = request["customerId"]
    return {**row, "Input": {"payload": dict(request["createExecutionRequest"])}}


def named(given: Document, customer_id: str | None, name: str | None) -> tuple[str, str]:
    """Customer and name of the schedule, by the arguments or the file; UsageError if they differ or are missing."""
    return _name_in(given, "customerId", "CUSTOMER", customer_id), _name_in(given, "Name", "NAME", name)


def _name_in(given: Document, field: str, argument: str, value: str | None) -> str:
    found = given.get(field)
    if value is not None and found not in (None, value):
        raise UsageError(f"{field}: the file is for {found!r}, not {value!r}; allowed: the same, or none")
    if value is not None:
        return value
    if not isinstance(found, str):
        raise UsageError(f"{argument}: is missing; allowed: as an argument, or {field} in the file")
    return found


def together(before: Document, given: Document) -> dict[str, object]:
    """The row with what is given: a value that is "" takes its field out, and all else stays.

    Parameters are added to those that are there, and what is said of `resubmit` to what stands there. A window comes
    whole: a new one leaves nothing of the old one's name, type, start and end.
    """
    row = {name: value for name, value in {**before, **given}.items() if value is not None and value != ""}
    if rules := _both_objects(before, given, "resubmit"):
        row["resubmit"] = rules
    old, new = _payload(before) if "Input" in before else {}, _payload(given)
    if old is None or new is None:
        return row
    if _WHICH_WINDOW & new.keys():
        old = {name: value for name, value in old.items() if name not in _WHICH_WINDOW}
    payload = {name: value for name, value in {**old, **new}.items() if value != ""}
    if values := _both_objects(old, new, "parameterValues"):
        payload["parameterValues"] = values
    row["Input"] = {**object_in(before.get("Input")), **object_in(given["Input"]), "payload": payload}
    return row


def in_own_zone(before: Document, given: Document) -> dict[str, object]:
    """`given` with its window in the zone of the schedule, unless it names one, and its dates by the window's calendar.

    For what people ask for by options: a schedule that fires at 21:00 in New York means New York's yesterday, and goes
    on to mean it when it is moved to Berlin. Records say what they mean themselves.
    """
    payload, known = object_in(object_in(given.get("Input")).get("payload")), object_in(_payload(before))
    fires_in, reads_in = given.get(_TIME_ZONE) or before.get(_TIME_ZONE), known.get(_WINDOW_ZONE)
    has_followed = bool(reads_in) and reads_in == before.get(_TIME_ZONE) and _WINDOW_ZONE not in payload
    has_dates = bool(_WITH_DATES & payload.keys()) and (not reads_in or has_followed)
    follows = has_dates or (has_followed and bool(given.get(_TIME_ZONE)))
    where = payload.get(_WINDOW_ZONE) or (fires_in if follows else None)
    if not where or (where == "UTC" and not reads_in):
        return dict(given)
    whose = payload.get(_FUNCTIONS_ZONE) or known.get(_FUNCTIONS_ZONE) or "window"
    zones = {_WINDOW_ZONE: where, _FUNCTIONS_ZONE: whose}
    return {**given, "Input": {**object_in(given.get("Input")), "payload": {**payload, **zones}}}


def _both_objects(old: Document, new: Document, name: str) -> Document | None:
    """The new object's fields over the old one's; None where one of the two is none."""
    before, after = old.get(name), new.get(name)
    return {**before, **after} if isinstance(before, Mapping) and isinstance(after, Mapping) else None


def _payload(row: Document) -> dict[str, object] | None:
    """The row's payload; None if it has none, or one that is no object and cannot be merged."""
    payload = object_in(row.get("Input")).get("payload")
    return dict(payload) if isinstance(payload, Mapping) else None
