"""The shapes in which a request may come."""

import re
import string
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import a_message, a_request
from wfm.errors import InvalidRequest
from wfm.model.json_schema import validate
from wfm.model.requests import (
    MAX_BODY_BYTES,
    execution_name,
    execution_name_in,
    read_request,
    request_row,
    resolve,
    scheduled_request_id,
    with_defaults,
)

WINDOW_FIELDS = (
    "timeWindowType", "timeWindowStart", "timeWindowEnd", "timeWindowName", "timeWindowTimeZone", "settlementLag",
    "dateFunctionsTimeZone",
)  # fmt: skip
AT = datetime(2026, 11, 23, 14, 20, tzinfo=UTC)


def test_both_predecessors_shapes_give_the_same_request() -> None:
    payload = {"workflowId": "reach", "timeWindowType": "MOST_RECENT_DAY"}
    first = {"customerId": "acme", "payload": payload}
    later = {"customerId": "acme", "requestType": "createExecution", "createExecutionRequest": payload}

    read = [read_request(document, "r1") for document in (first, later)]

    assert [(request.customer_id, request.workflow_id, request.payload) for request in read] == [
        ("acme", "reach", payload)
    ] * 2


def test_a_request_without_an_id_gets_the_default() -> None:
    assert read_request({"customerId": "acme", "payload": {"workflowId": "reach"}}, "m-1").request_id == "m-1"


@pytest.mark.parametrize("field", WINDOW_FIELDS)
def test_a_request_with_any_field_of_a_window_takes_none_of_its_workflows(field: str) -> None:
    defaults = {**dict.fromkeys(WINDOW_FIELDS, "the workflow's"), "outputFormat": "CSV"}

    mixed = with_defaults(a_request(payload={"workflowId": "reach", field: "the request's"}), defaults)
    alone = with_defaults(a_request(payload={"workflowId": "reach"}), {field: "the workflow's"})

    assert mixed.payload == {"workflowId": "reach", field: "the request's", "outputFormat": "CSV"}
    assert alone.payload == {"workflowId": "reach", field: "the workflow's"}


def test_schedules_of_one_minute_whose_names_begin_alike_ask_for_requests_of_their_own() -> None:
    names = [f"daily-reach-of-acme-{number}" for number in range(20_000)]

    ids = {scheduled_request_id(name, "2026-11-23T08:00:00Z") for name in names}

    assert len(ids) == len(names)  # 24 bits of a digest would have told a dozen of them for others
    assert all(re.fullmatch("daily-reac-20261123T0800-[0-9a-f]{14}", each) for each in ids)


@pytest.mark.parametrize(
    ("document", "field"),
    [
        ({"payload": {"workflowId": "w"}}, "customerId"),
        ({"customerId": "a/b", "payload": {"workflowId": "w"}}, "customerId"),
        ({"customerId": "acme"}, "payload"),
        ({"customerId": "acme", "payload": {}}, "payload.workflowId"),
        ({"customerId": "acme", "payload": {"workflowId": "w", "workflow": {"sqlQuery": "S"}}}, "payload.workflowId"),
        ({"customerId": "acme", "requestId": "x" * 40, "payload": {"workflowId": "w"}}, "requestId"),
        ({"customerId": "acme", "requestId": "../r", "payload": {"workflowId": "w"}}, "requestId"),
    ],
)
def test_a_refusal_names_the_field(document: dict[str, object], field: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        read_request(document, "r1")

    assert refused.value.field == field


def test_windows_are_relative_to_the_scheduled_time_and_not_to_the_delivery() -> None:
    request = a_request(scheduled_time="2026-11-01T23:59:00Z")

    assert resolve(request, AT)["timeWindowEnd"] == "2026-11-01T00:00:00"


def test_windows_of_an_unscheduled_request_are_relative_to_when_it_was_asked() -> None:
    assert resolve(a_request(), AT)["timeWindowEnd"] == "2026-11-23T00:00:00"


def test_only_amcs_own_fields_go_to_amc() -> None:
    payload = {**a_message()["payload"], "workflow_executed_date": "now()", "MessageGroupId": "g", "skipPublish": True}

    body = resolve(a_request(payload=payload), AT)

    assert set(body) == {"workflowId", "timeWindowType", "timeWindowStart", "timeWindowEnd", "skipPublish"}


@pytest.mark.parametrize("given", [{}, {"workflowExecutionTimeoutSeconds": 900}])
def test_a_dry_run_has_a_time_out_by_which_it_is_told_from_a_real_run(given: dict[str, int]) -> None:
    payload = {**a_message()["payload"], **given}

    bodies = [resolve(a_request(payload={**payload, "dryRun": dry}), AT) for dry in (True, False)]

    assert [body.get("workflowExecutionTimeoutSeconds") for body in bodies] == [86_399, *(given.values() or [None])]


def test_sql_is_never_touched() -> None:
    sql = "SELECT COUNT(*) FROM t WHERE day > TODAY(-1)"

    body = resolve(a_request(payload={"workflow": {"sqlQuery": sql}}), AT)

    assert body["workflow"] == {"sqlQuery": sql}


def test_parameter_values_are_resolved_by_name() -> None:
    payload = {"workflowId": "reach", "parameterValues": {"since": "TODAY(-1)", "n": 3}}

    assert resolve(a_request(payload=payload), AT)["parameterValues"] == {"since": "2026-11-22T00:00:00", "n": 3}


def test_parameter_values_go_by_the_clock_of_the_window_when_it_is_asked_for() -> None:
    zone = {"timeWindowTimeZone": "Asia/Tokyo", "dateFunctionsTimeZone": "window"}
    payload = {"workflowId": "reach", "parameterValues": {"since": "NOW()"}, **zone}

    body = resolve(a_request(payload=payload), AT)

    assert body["parameterValues"] == {"since": "2026-11-23T23:20:00"}
    assert set(body) == {"workflowId", "parameterValues", "timeWindowTimeZone"}


def test_a_parameter_that_cannot_be_read_is_named() -> None:
    payload = {"workflowId": "reach", "parameterValues": {"since": "TODAY(x)"}}

    with pytest.raises(InvalidRequest, match=r"parameterValues\.since: 'TODAY\(x\)'"):
        resolve(a_request(payload=payload), AT)


IDS = st.text(string.ascii_letters + string.digits + "-_", min_size=1, max_size=39)


@given(IDS, IDS)
def test_an_execution_has_a_name_that_cloudwatch_can_log(customer: str, request: str) -> None:
    """StartExecution's reference: "the name should only contain 0-9, A-Z, a-z, - and _"; at most 80 of them."""
    assert re.fullmatch(r"[0-9A-Za-z_-]{1,80}", execution_name(customer, request))
    assert execution_name(customer, request) == execution_name(customer, request)


@given(st.text("a-_.", min_size=2, max_size=9), st.integers(1, 8), st.integers(1, 8))
def test_no_two_requests_have_one_execution_name(text: str, one: int, other: int) -> None:
    """The same characters, parted elsewhere: `a-b` and `c` are not `a` and `b-c`."""
    names = {execution_name(text[:at], text[at:]) for at in (one, other)}

    assert len(names) == len({min(one, len(text)), min(other, len(text))})


def test_the_longest_ids_that_begin_alike_have_names_of_their_own() -> None:
    names = {execution_name("c" * 40, "r" * 38 + end) for end in string.ascii_letters}

    assert len(names) == len(string.ascii_letters)
    assert {len(name) for name in names} == {80}


def test_a_row_of_version_0_1_keeps_the_name_under_which_it_may_have_been_started() -> None:
    row = request_row(a_request(), AT)

    assert execution_name_in(row) == execution_name("acme", "r1") == row.pop("executionName")
    assert execution_name_in(row) == "acme.r1"


def test_the_row_keeps_what_was_asked() -> None:
    row = request_row(read_request(a_message(source="schedule:daily", priority="scheduled"), "m-1"), AT)

    assert row["request"] == a_message(source="schedule:daily", priority="scheduled")
    assert (row["status"], row["priority"], row["source"]) == ("QUEUED", "scheduled", "schedule:daily")
    assert row["queuedAt"] == row["requestedAt"] == "2026-11-23T14:20:00.000Z"


def test_a_request_of_the_largest_size_fits_twice_into_an_item() -> None:
    assert 2 * MAX_BODY_BYTES <= 400 * 1024


@pytest.mark.parametrize(
    ("given", "sent"), [(True, True), ("true", True), ("True", True), ("false", False), (None, None)]
)
def test_a_flag_goes_to_amc_as_a_boolean_or_not_at_all(given: Any, sent: bool | None) -> None:
    window = {"workflowId": "reach", "timeWindowType": "MOST_RECENT_DAY"}
    request = read_request({"customerId": "acme", "payload": {**window, "dryRun": given}}, "r1")

    assert resolve(request, AT).get("dryRun") is sent


@pytest.mark.parametrize(
    ("field", "value"),
    [("dryRun", "maybe"), ("skipPublish", 1), ("advertisers", "x"), ("advertisers", [{"id": "1"}])],
)
def test_what_amc_would_refuse_is_refused_with_what_is_allowed(field: str, value: Any) -> None:
    payload = {"workflowId": "reach", "timeWindowType": "MOST_RECENT_DAY", field: value}

    with pytest.raises(InvalidRequest, match=rf"payload\.{field}.*; allowed: "):
        validate("execution_request", {"customerId": "acme", "payload": payload})
