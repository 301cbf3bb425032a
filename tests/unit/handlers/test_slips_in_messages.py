"""Slips of the pen in a tenant's queue: refused with a reason that fits, or reported; nothing else is run instead."""

import json
import re
from datetime import timedelta
from typing import Any

import pytest

from functions.handlers.prepare_execution import handler as prepare
from functions.handlers.release_slot import handler as release
from functions.handlers.start_execution import handler as start
from tests.builders import a_message, a_tenant_row, an_sqs_record
from tests.fakes import NOON, World
from wfm.errors import InvalidRecord, InvalidRequest, PermanentError
from wfm.model.request_checks import check_request
from wfm.model.requests import execution_name

WINDOW = {"timeWindowStart": "TODAY(-7)", "timeWindowEnd": "TODAY(0)"}
ARRAY = {"name": "campaign_ids", "dataType": {"type": "ARRAY", "elementDataType": "STRING"}, "defaultValue": []}
CAP = {"name": "cap", "dataType": "INTEGER", "defaultValue": 3}
NAME = {"name": "campaign_name", "dataType": "STRING"}


def deliver(world: World, body: Any, message_id: str = "m1", sent: str = "1795435200000") -> dict[str, str] | None:
    """The reason with which the message became a dead letter; None if it did not."""
    record = an_sqs_record(body if isinstance(body, str) else json.dumps(body), message_id)
    record["attributes"] = {"SentTimestamp": sent}
    before = len(world.queues.dead)
    start({"Records": [record]}, ports=lambda: world)
    return dict(world.queues.dead[-1][2]) if len(world.queues.dead) > before else None


def a_world(*parameters: dict[str, Any]) -> World:
    world = World(a_tenant_row())
    row = {"customerId": "acme", "workflowId": "reach", "syncStatus": "SYNCED", "sqlQuery": "SELECT 1"}
    world.workflows.rows["acme", "reach"] = row | ({"inputParameters": list(parameters)} if parameters else {})
    return world


def prepared(world: World, document: Any, name: str = "acme.r1") -> Any:
    event: Any = {"input": document, "executionName": name, "executionArn": f"arn:{name}", "startTime": "2026-11-23"}
    return prepare(event, ports=lambda: world)


@pytest.mark.parametrize(
    ("payload", "told"),
    [
        (
            {"timeWindowStrat": "TODAY(-7)"},
            "payload.timeWindowStrat: no field of a request; did you mean timeWindowStart?",
        ),
        ({"timewindowtimezone": "UTC"}, "did you mean timeWindowTimeZone?"),
        ({"timeWindowEn": "TODAY(0)"}, "did you mean timeWindowEnd?"),
        ({"parametervalues": {"a": "b"}}, "did you mean parameterValues?"),
        ({"parameterValue": {"a": "b"}}, "did you mean parameterValues?"),
        ({"parameters": {"a": "b"}}, "did you mean parameterValues?"),
        ({"DryRun": True}, "did you mean dryRun?"),
        ({"workflowExecutionTimeoutSecond": 900}, "did you mean workflowExecutionTimeoutSeconds?"),
        (
            {"workflowId": None, "workflow": {"sqlQuery": "SELECT 1", "inputParamters": []}},
            "payload.workflow.inputParamters: no field of an ad hoc workflow; did you mean inputParameters?",
        ),
    ],
)
def test_a_field_that_is_nearly_one_is_refused_with_the_right_name(payload: dict[str, Any], told: str) -> None:
    world = a_world()

    reason = deliver(world, a_message(payload={"workflowId": "reach", **payload}))

    assert reason is not None
    assert told in reason["reason"]
    assert world.tasks.started == {}


def test_the_reason_of_a_misspelt_workflow_id_is_its_name() -> None:
    reason = deliver(a_world(), {"customerId": "acme", "payload": {"workflowID": "reach"}})

    assert reason is not None
    assert reason["reason"].startswith("payload.workflowID: no field of a request; did you mean workflowId?")


@pytest.mark.parametrize("place", ["", "payload."])
@pytest.mark.parametrize(
    ("name", "right"),
    [
        *((name, f"{name} of a schedule") for name in ("overlap", "dueBy", "spread", "pauseAfter")),
        *((name, f"{name} of the workflow") for name in ("freshness", "delivery")),
        ("depends_on", "after of the workflow"),
    ],
)
def test_what_a_schedule_or_a_workflow_says_is_refused_in_a_request(place: str, name: str, right: str) -> None:
    payload = {"workflowId": "reach", **({name: "x"} if place else {})}

    reason = deliver(a_world(), {"customerId": "acme", "payload": payload, **({} if place else {name: "x"})})

    assert reason is not None
    assert reason["reason"].startswith(f"{place}{name}: no field of a request; did you mean {right}?")


@pytest.mark.parametrize("misspelt", ["priorty", "requestID", "ScheduledTime", "sorce"])
def test_so_is_one_beside_the_payload(misspelt: str) -> None:
    reason = deliver(a_world(), {"customerId": "acme", misspelt: "x", "payload": {"workflowId": "reach"}})

    assert reason is not None
    assert f"{misspelt}: no field of a request; did you mean" in reason["reason"]


@pytest.mark.parametrize(
    ("document", "told"),
    [
        ({"requestId": "r1", "workflowId": "w"}, "workflowId: nobody reads it beside payload"),
        (
            {"source": "own", "payload": {"workflowId": "w", "priority": 1}},
            "payload.priority: nobody reads it in payload",
        ),
    ],
)
def test_a_field_in_the_wrong_place_is_refused_in_our_shape_and_told_of_in_others(
    document: dict[str, Any], told: str
) -> None:
    given = {"customerId": "acme", "payload": {"workflowId": "w"}} | document

    with pytest.raises(InvalidRequest, match=re.escape(told)):
        check_request(given)

    assert check_request(given, strict=False)[0].startswith(told)


@pytest.mark.parametrize(
    ("document", "told"),
    [
        ({"parameterValues": {"a": 1}}, "parameterValues: nobody reads it beside payload"),
        ({"skipPublish": True}, "skipPublish: nobody reads it beside payload; allowed: payload.skipPublish"),
        ({"timeWindowStart": "TODAY(-7)"}, "timeWindowStart: nobody reads it beside payload"),
        ({"workflowId": "other"}, "workflowId: nobody reads it beside payload"),
        ({"params": {"a": 1}}, "params: no field of a request; did you mean payload.parameterValues?"),
        ({"id": "monday"}, "id: no field of a request; did you mean requestId?"),
        ({"payload": {"workflowId": "w", "requestId": "monday"}}, "payload.requestId: nobody reads it in payload"),
        (
            {"payload": {"workflowId": "w", "customerId": "globex"}},
            "payload.customerId: 'globex' is another customer; allowed: that of the request, or none",
        ),
    ],
)
def test_what_would_change_the_run_is_refused_in_the_wrong_place_whoever_sends_it(
    document: dict[str, Any], told: str
) -> None:
    reason = deliver(a_world(), {"customerId": "acme", "payload": {"workflowId": "w"}} | document)

    assert reason is not None
    assert reason["reason"].startswith(told)


@pytest.mark.parametrize(
    ("field", "meant"),
    [
        ("window", "timeWindowName"),
        ("timeWindow", "timeWindowName"),
        ("dateRange", "timeWindowName"),
        ("start_date", "timeWindowStart"),
        ("startTime", "timeWindowStart"),
        ("from", "timeWindowStart"),
        ("endDate", "timeWindowEnd"),
        ("until", "timeWindowEnd"),
        ("timezone", "timeWindowTimeZone"),
        ("params", "parameterValues"),
        ("inputParameters", "parameterValues"),
        ("query", "workflow.sqlQuery"),
        ("sql", "workflow.sqlQuery"),
        ("timeout", "workflowExecutionTimeoutSeconds"),
        ("timeWindows", "timeWindowName"),
        ("parmas", "parameterValues"),
        ("filters", "parameterValues"),
        ("validateOnly", "dryRun"),
    ],
)
def test_another_word_for_a_field_is_refused_with_the_fields_name(field: str, meant: str) -> None:
    world = a_world()

    reason = deliver(world, {"customerId": "acme", "payload": {"workflowId": "reach", field: "x"}})

    assert reason is not None
    assert reason["reason"] == f"payload.{field}: no field of a request; did you mean {meant}?"
    assert world.tasks.started == {}


@pytest.mark.parametrize(
    "window",
    [
        {"timeWindowStart": "", "timeWindowEnd": ""},
        {"timeWindowName": ""},
        {"timeWindowName": " "},
        {**WINDOW, "timeWindowTimeZone": ""},
        {**WINDOW, "settlementLag": ""},
    ],
)
def test_what_an_unset_variable_leaves_does_not_choose_another_window(window: dict[str, str]) -> None:
    reason = deliver(a_world(), {"customerId": "acme", "payload": {"workflowId": "reach", **window}})

    assert reason is not None
    assert re.search(r"'\s*' (is empty; allowed: a value, or no such field|is not right)", reason["reason"])


def test_empty_ends_beside_a_window_of_amcs_are_as_good_as_none() -> None:
    payload = {"workflowId": "reach", "timeWindowType": "MOST_RECENT_DAY", "timeWindowStart": "", "timeWindowEnd": ""}

    assert deliver(a_world(), {"customerId": "acme", "payload": payload}) is None


def test_null_is_as_good_as_no_field_but_not_as_a_value() -> None:
    world = a_world()
    nulls = dict.fromkeys(("timeWindowType", "timeWindowName", "settlementLag", "parameterValues", "workflow"))

    taken = deliver(world, a_message(priority=None, scheduledTime=None, payload={"workflowId": "reach", **nulls}))
    kept = world.requests.rows["acme", "r1"]["request"]

    assert taken is None
    assert kept == {"customerId": "acme", "requestId": "r1", "payload": {"workflowId": "reach"}}


def test_a_request_without_a_payload_is_told_where_its_fields_belong() -> None:
    reason = deliver(a_world(), {"customerId": "acme", "workflowId": "reach", "timeWindowName": "yesterday"})

    assert reason is not None
    assert "workflowId: nobody reads it outside of payload, which is missing; allowed: pay" in reason["reason"]


@pytest.mark.parametrize(
    ("envelope", "told"),
    [
        (
            {"Type": "Notification", "Message": "{}"},
            "Message: has the request in it, and nobody reads it there",
        ),
        ({"detail-type": "run", "detail": {}}, "allowed: the request alone: InputPath $.detail of the rule's target"),
        ({"Records": [{"body": "{}"}]}, "Records: has the request in it"),
        ({"body": "{}"}, "body: has the request in it"),
    ],
)
def test_what_other_services_put_around_a_request_is_named(envelope: dict[str, Any], told: str) -> None:
    reason = deliver(a_world(), envelope)

    assert reason is not None
    assert told in reason["reason"]


def test_fields_of_the_predecessors_and_of_others_pass_and_the_latter_are_told_of() -> None:
    world = a_world()
    extra = {"workflow_executed_date": "now()", "useAsyncValidation": "True", "MessageGroupId": "g", "ownNote": "x"}

    reason = deliver(world, {"customerId": "acme", "payload": {"workflowId": "reach", **WINDOW, **extra}})

    assert reason is None
    assert world.requests.rows["acme", "m1"]["warnings"] == [
        "payload.ownNote: no field of a request, and nobody reads it"
    ]


@pytest.mark.parametrize(
    "body",
    [
        json.dumps(a_message()),
        a_message(payload=json.dumps({"workflowId": "reach"})),
    ],
)
def test_a_json_text_inside_a_json_text_is_called_that(body: Any) -> None:
    reason = deliver(a_world(), json.dumps(body))

    assert reason is not None
    assert "is a JSON text inside a JSON text; allowed: a JSON object, not one in quotes" in reason["reason"]


def test_start_and_end_beside_a_window_of_amcs_are_refused_in_our_shape_and_told_of_in_the_predecessors() -> None:
    payload = {"workflowId": "reach", "timeWindowType": "MOST_RECENT_DAY", **WINDOW}
    ours, theirs = a_world(), a_world()

    refused = deliver(ours, a_message(payload=payload))
    taken = deliver(theirs, {"customerId": "acme", "payload": payload})

    assert refused is not None
    assert "payload.timeWindowStart: has no effect on AMC's own MOST_RECENT_DAY window" in refused["reason"]
    assert taken is None
    assert "has no effect on AMC's own MOST_RECENT_DAY" in theirs.requests.rows["acme", "m1"]["warnings"][0]


def test_the_same_id_with_other_content_is_parked_under_an_id_of_its_own() -> None:
    world = a_world()
    first = {"workflowId": "reach", "timeWindowType": "MOST_RECENT_WEEK"}
    second = {"workflowId": "geo", "timeWindowStart": "2024-02-01T00:00:00", "timeWindowEnd": "2024-03-01T00:00:00"}
    deliver(world, a_message(payload=first))

    reason = deliver(world, a_message(payload=second), "m2")

    assert reason is not None
    assert reason["reason"].startswith("requestId: 'r1' was another request (reach, asked for at 2026-11-23")
    assert reason["requestId"] == "m2"
    assert world.requests.rows["acme", "m2"]["status"] == "REJECTED"
    assert world.requests.rows["acme", "m2"]["workflowId"] == "geo"
    assert world.requests.rows["acme", "r1"]["status"] == "QUEUED"


def test_an_equal_request_is_one_run_in_whatever_shape_and_words_it_comes() -> None:
    world = a_world()
    deliver(world, a_message(priority="interactive"))

    again = a_message(source="elsewhere", createExecutionRequest={**a_message()["payload"], "MessageGroupId": "g"})
    del again["payload"]
    reason = deliver(world, again, "m2")

    assert (reason, len(world.tasks.started)) == (None, 1)


def test_an_id_that_is_used_again_for_another_week_is_told() -> None:
    world = a_world()
    deliver(world, a_message())
    world.requests.advance("acme", "r1", "SUCCEEDED", world.clock())

    reason = deliver(world, a_message(), "m2", sent="1796040000000")

    assert reason is not None
    assert "for another window (2026-11-16T00:00:00 to 2026-11-23T00:00:00, and now 2026-11-23" in reason["reason"]


def test_a_firing_that_comes_again_after_its_schedule_was_changed_is_the_same_firing() -> None:
    world = a_world()
    firing = {"customerId": "acme", "source": "schedule:s", "scheduledTime": "2026-11-23T08:00:00Z"}
    deliver(world, {**firing, "payload": {"workflowId": "reach"}})

    assert deliver(world, {**firing, "payload": {"workflowId": "geo"}}, "m2") is None


def test_a_refused_message_is_found_under_its_own_id_with_workflow_and_source() -> None:
    world = a_world()
    payload = {"workflowId": "reach", "timeWindowStart": "2024-02-01", "timeWindowEnd": "2024-02-29"}

    reason = deliver(world, a_message(requestId="enddate-1", source="nightly", payload=payload))

    row = world.requests.rows["acme", "enddate-1"]
    assert reason is not None
    assert reason["requestId"] == "enddate-1"
    assert (row["workflowId"], row["source"], row["status"]) == ("reach", "nightly", "REJECTED")
    assert "did you mean 2024-02-01T00:00:00?" in row["reason"]


def test_the_corrected_message_runs_under_the_id_that_was_refused() -> None:
    world = a_world()
    deliver(world, a_message(priority="urgent"))

    assert deliver(world, a_message(), "m2") is None
    assert set(world.tasks.started) == {execution_name("acme", "r1")}
    assert world.requests.rows["acme", "r1"]["status"] == "QUEUED"


@pytest.mark.parametrize(
    ("values", "told"),
    [
        (
            {"campain_ids": ["1"]},
            "parameterValues: 'campain_ids' is no parameter of reach (did you mean campaign_i",
        ),
        ({"campaign_ids:": ["1"]}, "did you mean campaign_ids?"),
        ({"campaign_ids": ["1", None]}, "parameterValues.campaign_ids[1]: null is no value; allowed: a list of values"),
        ({"cap": None}, "cap: null is no value; allowed: a value, or no cap at all for its default"),
        ({"campaign_ids": "111,222"}, "parameterValues.campaign_ids: a text is no list, and the parameter is an ARRAY"),
        ({"cap": "three"}, "parameterValues.cap: a text is not right, and the parameter is INTEGER"),
        ({"cap": ["3"]}, "parameterValues.cap: a list is not right"),
    ],
)
def test_values_that_amc_would_reject_are_refused_before_a_slot_is_taken(values: dict[str, Any], told: str) -> None:
    world = a_world(ARRAY, CAP)

    with pytest.raises(PermanentError) as refused:
        prepared(world, a_message(payload={"workflowId": "reach", **WINDOW, "parameterValues": values}))

    assert told in str(refused.value)


def test_what_has_no_default_must_be_given_by_somebody() -> None:
    world = a_world(NAME)

    with pytest.raises(InvalidRequest, match=r"parameterValues\.campaign_name: is missing: reach has no default"):
        prepared(world, a_message())

    world.workflows.rows["acme", "reach"]["defaultPayload"] = {"parameterValues": {"campaign_name": "a"}}
    assert prepared(world, a_message(requestId="r2"), "acme.r2")["requestId"] == "r2"


def test_good_values_and_those_of_a_workflow_that_declares_nothing_pass() -> None:
    values = {"campaign_ids": ["1"], "cap": "3"}
    document = a_message(payload={"workflowId": "reach", **WINDOW, "parameterValues": values})

    assert prepared(a_world(ARRAY, CAP), document)["requestId"] == "r1"
    assert prepared(a_world(), document)["requestId"] == "r1"


def test_another_request_under_a_known_id_does_not_end_it_by_start_execution() -> None:
    world = a_world()
    deliver(world, a_message())
    other = a_message(payload={"workflowId": "geo"})

    with pytest.raises(InvalidRequest, match="requestId: 'r1' was another request"):
        prepared(world, other, "by-hand")
    failed: Any = {"input": other, "executionName": "by-hand", "outcome": {"error": "InvalidRequest", "cause": "{}"}}
    release(failed, ports=lambda: world)

    assert world.requests.rows["acme", "r1"]["status"] == "QUEUED"
    assert world.requests.rows["acme", "by-hand"]["status"] == "REJECTED"


def test_several_slips_are_told_in_one_message() -> None:
    world = a_world()
    payload = {"workflowId": "reach", "timeWindowStar": "TODAY(-7)", "timeWindowEn": "TODAY(0)"}

    with pytest.raises(InvalidRecord, match=r"timeWindowStar: .*timeWindowEn: "):
        prepared(world, a_message(payload=payload))


def test_values_of_an_ad_hoc_query_are_held_against_its_own_parameters() -> None:
    ad_hoc = {"sqlQuery": "SELECT 1", "inputParameters": [CAP]}

    with pytest.raises(InvalidRequest, match=r"'cpa' is no parameter of the workflow \(did you mean cap\?\)"):
        prepared(a_world(), a_message(payload={"workflow": ad_hoc, **WINDOW, "parameterValues": {"cpa": 3}}))


def test_two_statements_in_an_ad_hoc_query_are_refused_as_in_a_record() -> None:
    reason = deliver(a_world(), a_message(payload={"workflow": {"sqlQuery": "SELECT 1;\nSELECT 2"}, **WINDOW}))

    assert reason is not None
    assert "payload.workflow.sqlQuery: line 1 has a ';' amid it; allowed: one query" in reason["reason"]


@pytest.mark.parametrize(
    ("sql", "told"),
    [
        ("SELEC 1", "line 1: begins with a word, which is no query; did you mean SELECT?"),
        ("SELECT 1 WHERE a = '{{x}}' AND b = {{x}}", "line 1: there is a template that nobody filled"),
        ("SELECT 1 LIMIT 10", "line 1: LIMIT: AMC's SQL has none"),
        (
            "SELECT CUSTOM_PARAMETER('day')",
            "line 1 uses CUSTOM_PARAMETER('day'), which inputParameters does not declare",
        ),
    ],
)
def test_an_ad_hoc_query_that_amc_refuses_for_certain_costs_no_slot(sql: str, told: str) -> None:
    world = a_world()

    reason = deliver(world, a_message(payload={"workflow": {"sqlQuery": sql}, **WINDOW}))

    assert reason is not None
    assert reason["reason"].startswith(f"payload.workflow.sqlQuery: {told}")
    assert world.tasks.started == {}


@pytest.mark.parametrize(
    ("kind", "given", "sent"),
    [
        ("DATE", "TODAY(-7)", "2026-11-16"),
        ("DATE", "ENDOFMONTH(-1) - 1d", "2026-10-31"),
        ("DATE", "2026-11-16", "2026-11-16"),
        ("DATE", "2026-11-16T00:00:00", "2026-11-16"),
        ("TIMESTAMP", "TODAY(-7)", "2026-11-16T00:00:00"),
        ("TIMESTAMP", "NOW() - 6h", "2026-11-22T18:00:00"),
        ("TIMESTAMP", "2026-11-16", "2026-11-16T00:00:00"),
        ("TIMESTAMP", "2026-11-16 06:00:00", "2026-11-16T06:00:00"),
        ("STRING", "2026-11-16 06:00:00", "2026-11-16 06:00:00"),
        ({"type": "ARRAY", "elementDataType": "DATE"}, ["TODAY(-1)", "2026-11-01"], ["2026-11-22", "2026-11-01"]),
    ],
)
def test_days_and_times_go_to_amc_as_their_types_are_written(kind: object, given: object, sent: object) -> None:
    world = a_world({"name": "day", "dataType": kind})

    prepared(world, a_message(payload={"workflowId": "reach", **WINDOW, "parameterValues": {"day": given}}))

    assert world.requests.rows["acme", "r1"]["execution"]["parameterValues"] == {"day": sent}


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        ("DATE", "soon"),
        ("DATE", "20261116"),
        ("DATE", "NOW() - 6h"),
        ("DATE", "TODAY(-1) + 6h"),
        ("TIMESTAMP", "soon"),
        ("TIMESTAMP", "2026-W47-1"),
        ("INTEGER", 2**31),
        ("LONG", str(2**63)),
        ("BYTE", -129),
        ("LONG", "9" * 5000),
    ],
)
def test_what_is_no_value_of_its_type_is_refused(kind: str, given: object) -> None:
    document = a_message(payload={"workflowId": "reach", **WINDOW, "parameterValues": {"day": given}})

    with pytest.raises(InvalidRequest, match=rf"parameterValues\.day: .* is not right, and the parameter is {kind}"):
        prepared(a_world({"name": "day", "dataType": kind}), document)


def test_a_rule_for_sending_again_has_its_slips_too() -> None:
    reason = deliver(a_world(), a_message(resubmit={"attempts": 1, "fro": ["REJECTED"]}))

    assert reason is not None
    assert "resubmit.fro: is no field of it (did you mean for?)" in reason["reason"]


def test_two_payloads_are_one_too_many() -> None:
    reason = deliver(a_world(), a_message(createExecutionRequest={"workflowId": "geo"}))

    assert reason is not None
    assert "createExecutionRequest: stands beside payload; allowed: one of the two" in reason["reason"]


def test_an_id_whose_row_has_aged_out_but_not_its_executions_name_is_told_too() -> None:
    world = a_world()
    world.tasks.began[execution_name("acme", "r1")] = NOON - timedelta(days=30)

    reason = deliver(world, a_message())

    row = world.requests.rows["acme", "r1"]
    assert reason is not None
    assert reason["reason"].startswith("requestId: 'r1' was another request, whose row has aged out")
    assert (row["status"], row["reason"]) == ("REJECTED", reason["reason"])


def test_a_redelivery_finds_its_own_execution() -> None:
    world = a_world()
    world.tasks.began[execution_name("acme", "r1")] = NOON

    assert deliver(world, a_message()) is None


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (
            '{"customerId":"acme","payload":{"workflowId":"reach","workflowId":"geo"}}',
            "the message: is no JSON ('workflowId' is there twice in one object)",
        ),
        (
            '{"customerId":"acme","payload":{"workflowId":"reach","parameterValues":{"cap":1,"cap":2}}}',
            "the message: is no JSON ('cap' is there twice in one object)",
        ),
        (
            json.dumps({"customerId": "acme", "Input": '{"payload": {"workflowId": "reach"}}'}),
            "Input: is a JSON text inside a JSON text",
        ),
        (
            json.dumps({"customerId": "acme", "workflowRequest": '{"requestType": "getWorkflow"}'}),
            "workflowRequest: is a JSON text inside a JSON text",
        ),
        (
            json.dumps({"customerId": "acme", "requestType": "getExecutionStatus", "workflowExecutionID": "e1"}),
            "workflowExecutionID: no field of a request; did you mean workflowExecutionId?",
        ),
        (
            json.dumps({"customerId": "acme", "workflowRequest": {"requestType": "createWorkflow", "workflowID": "w"}}),
            "workflowRequest.workflowID: no field of a workflowRequest; did you mean workflowId?",
        ),
    ],
)
def test_a_document_that_says_a_thing_twice_or_in_quotes_has_a_reason_that_fits(body: str, told: str) -> None:
    world = a_world()

    reason = deliver(world, body)

    assert reason is not None
    assert reason["reason"].startswith(told)
    assert world.tasks.started == {}


def test_a_mark_before_a_message_is_no_fault() -> None:
    assert deliver(a_world(), "\ufeff" + json.dumps(a_message(payload={"workflowId": "reach"}))) is None


@pytest.mark.parametrize(
    ("definition", "told"),
    [
        ({"inputParameters": [{"name": "a", "dataType": "STRNG"}]}, "inputParameters[0].dataType: 'STRNG' is none"),
        ({"sqlQuery": " "}, "sqlQuery: a text with nothing in it is no query"),
        ({"workflowId": "w x"}, "workflowId: 'w x' is not usable"),
    ],
)
def test_a_workflow_that_amc_would_refuse_is_not_made_by_a_message(definition: dict[str, Any], told: str) -> None:
    world = a_world()
    wanted = {"workflowId": "w", "sqlQuery": "SELECT 1", **definition}
    request = {"requestType": "createWorkflow", "workflowDefinition": wanted}
    deliver(world, {"customerId": "acme", "workflowRequest": request})

    with pytest.raises(InvalidRecord) as refused:
        prepared(world, {"customerId": "acme", "requestId": "m1"}, "acme.m1")

    assert f"workflowRequest.workflowDefinition.{told}" in str(refused.value)
    assert set(world.workflows.rows) == {("acme", "reach")}


def test_a_time_to_come_is_no_time_to_be_asked_for() -> None:
    """Its dates would be those of data that is not there yet."""
    payload = {"workflowId": "reach", "timeWindowName": "yesterday"}

    reason = deliver(a_world(), a_message(payload=payload, scheduledTime="2030-01-01T00:00:00Z"))

    assert reason is not None
    assert reason["reason"].startswith("scheduledTime: '2030-01-01T00:00:00Z' is to come: it is asked at 2026-11-23T")
