"""A backfill through its real handlers, on behaving fakes."""

import json
from typing import Any

import pytest

from functions.handlers import cancel_requests, clean_up_backfill, clean_up_execution, plan_backfill, send_requests
from tests.builders import a_backfill, a_tenant_row, an_sqs_record
from tests.fakes import NOON, World
from tests.unit.backfill_machine import backfill, deliver
from wfm.errors import InvalidRecord, InvalidRequest, NotReadyYet, UnknownCustomer, UnknownWorkflow
from wfm.model.backfill_fields import is_backfill_id
from wfm.model.backfills import PAUSED, read_backfill
from wfm.model.requests import MAX_BODY_BYTES, execution_name

TENANTS = ("acme", "globex")
SIX_WEEKS = a_backfill(customerIds=list(TENANTS), end="2026-02-12")


class StoppedByHandError(BaseException):
    """StopExecution of the backfill's execution."""


def a_world(*customer_ids: str, **fields: Any) -> World:
    world = World(*(a_tenant_row(customerId=one, **fields) for one in customer_ids or TENANTS))
    for one in customer_ids or TENANTS:
        synced = {"customerId": one, "workflowId": "reach", "syncStatus": "SYNCED"}
        world.workflows.rows[one, "reach"] = synced
    return world


def call(handler: Any, world: World, event: dict[str, Any]) -> Any:
    return handler(event, ports=lambda: world)


def plan(world: World, **fields: Any) -> Any:
    document = a_backfill(customerIds=list(TENANTS)) | fields
    given = {name: value for name, value in document.items() if value is not None}
    return call(plan_backfill.handler, world, {"input": given, "executionName": "q1"})


def statuses(world: World) -> dict[str, int]:
    return dict(world.requests.count_by_status("q1"))


def end_all(world: World, status: str) -> None:
    for customer_id, request_id in world.requests.rows:
        world.requests.advance(customer_id, request_id, status, NOON)


def stopped(world: World, status: str = "ABORTED", **detail: Any) -> list[str]:
    """Tell of an execution that was stopped; the executions that were started by it."""
    before = set(world.tasks.started)
    detail = {"name": "q1", "executionArn": "q1", "stateMachineArn": "backfill", "status": status} | detail
    record = an_sqs_record(json.dumps({"detail": detail}), queue="stopped")
    call(clean_up_backfill.handler, world, {"Records": [record]})
    return [name for name in world.tasks.started if name not in before]


def test_a_backfill_sends_every_request_once_and_tells_how_they_ended() -> None:
    world = a_world()
    steps = iter(["SUCCEEDED"])

    def meanwhile() -> None:
        deliver(world, 12)
        end_all(world, next(steps))
        world.requests.rows["acme", "q1-0"]["status"] = "FAILED"

    output = backfill(world, SIX_WEEKS, meanwhile=meanwhile)

    counts = {"succeeded": 11, "failed": 1, "rejected": 0, "cancelled": 0}
    assert output == {"backfillId": "q1", "requests": 12, **counts}
    assert len([name for name in world.tasks.started if name != "q1"]) == 12


def test_sending_goes_by_slices_that_follow_on_each_other_and_may_be_repeated() -> None:
    world = a_world()
    document = a_backfill(customerIds=list(TENANTS), start="2026-01-01", end="2026-05-31", days=1)
    given = {"input": document, "executionName": "q1"}

    first = call(send_requests.handler, world, {**given, "next": 0})
    sent = [document["requestId"] for _, document in world.queues.sent]
    call(send_requests.handler, world, {**given, "next": 0})
    last = call(send_requests.handler, world, {**given, "next": first["next"]})

    assert (first, last) == ({"next": 200}, {"next": 300})
    assert sorted(sent) == sorted(f"q1-{number}" for number in range(200))
    assert [document["requestId"] for _, document in world.queues.sent][200:400] == sent
    assert {document["requestId"] for _, document in world.queues.sent} == {f"q1-{number}" for number in range(300)}
    assert all(customer_id == document["customerId"] for customer_id, document in world.queues.sent)


@pytest.mark.parametrize(
    ("row", "status"),
    [
        (None, "globex is no tenant"),
        (a_tenant_row(customerId="globex", status="PAUSED"), "globex is PAUSED"),
        (a_tenant_row(customerId="globex", status="PROVISIONING"), "globex is PROVISIONING"),
    ],
)
def test_a_tenant_that_cannot_take_it_stops_all_before_anything_is_sent(row: Any, status: str) -> None:
    world = a_world("acme")
    world.tenants.rows |= {"globex": row} if row else {}

    with pytest.raises(UnknownCustomer, match=f"customerIds: {status}; allowed: ACTIVE tenants"):
        backfill(world, SIX_WEEKS)

    assert world.queues.sent == []


def test_of_many_tenants_that_cannot_take_it_the_first_are_named_and_the_others_counted() -> None:
    many = [f"t{number}" for number in range(12)]

    with pytest.raises(UnknownCustomer, match=r"t9 is no tenant and 2 more; allowed"):
        backfill(a_world(), a_backfill(customerIds=many))
    with pytest.raises(UnknownCustomer, match=r"t9 is no tenant; allowed"):
        backfill(a_world(), a_backfill(customerIds=many[:10]))


def test_a_workflow_that_a_tenant_does_not_have_stops_all() -> None:
    world = a_world()
    del world.workflows.rows["globex", "reach"]

    with pytest.raises(UnknownWorkflow, match="globex has no 'reach'"):
        backfill(world, SIX_WEEKS)

    assert world.queues.sent == []


def test_a_workflow_that_is_being_created_is_waited_for() -> None:
    world = a_world()
    world.workflows.rows["globex", "reach"]["syncStatus"] = "PENDING"

    with pytest.raises(NotReadyYet):
        plan(world)


def test_sql_of_its_own_needs_no_workflow_of_the_tenants() -> None:
    world = a_world()
    world.workflows.rows.clear()

    assert plan(world, workflowId=None, workflow={"sqlQuery": "SELECT 1"}) == {"backfillId": "q1", "requests": 2}


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"days": "seven"}, "days: 'seven' is not right; allowed: the length of a window, a whole number"),
        ({"workflowId": "a b"}, "workflowId: 'a b' is not right"),
        ({"payload": {"workflowExecutionTimeoutSeconds": []}}, "payload.workflowExecutionTimeoutSeconds:"),
        ({"parameterSets": [{"day": "TODAY(-1x)"}]}, "parameterValues.day: 'TODAY"),
        ({"payload": {"settlementLag": "400d"}}, "settlementLag: the window ends at 2026-01-08T00:00:00, later"),
        ({"workflowId": None, "workflow": {"sqlQuery": "x" * 200_000}}, "payload: makes requests of"),
        ({"parameterSets": [{"share": 1e200}]}, "payload.parameterValues.share: a number cannot be kept"),
    ],
)
def test_what_the_requests_would_be_refused_for_is_refused_at_once(fields: dict[str, Any], problem: str) -> None:
    document = {key: value for key, value in (a_backfill() | fields).items() if value is not None}

    with pytest.raises(InvalidRequest) as refused:
        call(plan_backfill.handler, a_world(), {"input": document, "executionName": "q1"})

    assert problem in str(refused.value)


def test_requests_as_large_as_wfm_takes_them_are_sent_and_larger_ones_are_not() -> None:
    document = a_backfill(customerIds=["acme"], workflow={"sqlQuery": "SELECT "})
    del document["workflowId"]
    room = MAX_BODY_BYTES - len(json.dumps(read_backfill(document, "q1", NOON).request(0)))

    document["workflow"]["sqlQuery"] += "x" * room
    assert call(plan_backfill.handler, a_world(), {"input": document, "executionName": "q1"})["requests"] == 1

    document["workflow"]["sqlQuery"] += "x"
    with pytest.raises(InvalidRequest, match="payload: makes requests of 200001 bytes; allowed: at most 200000"):
        call(plan_backfill.handler, a_world(), {"input": document, "executionName": "q1"})


def test_a_stopped_backfill_runs_nothing_more_whatever_its_requests_had_come_to() -> None:
    world = a_world()

    def stop() -> None:
        raise StoppedByHandError

    with pytest.raises(StoppedByHandError):
        backfill(world, SIX_WEEKS, meanwhile=stop)
    deliver(world, 5)
    world.requests.advance("acme", "q1-0", "SUCCEEDED", NOON)
    started = {name for name in world.tasks.started if name != "q1"}

    (clean_up,) = stopped(world)
    output = backfill(world, dict(world.tasks.started[clean_up][1]), clean_up)
    deliver(world, 7)

    assert output == {"backfillId": "q1", "requests": 12, "next": 12}
    assert world.tasks.over == started - {execution_name("acme", "q1-0")}
    assert set(world.tasks.started) == {*started, "q1", clean_up}
    assert statuses(world) == {"SUCCEEDED": 1, "QUEUED": 4, "CANCELLED": 7}
    row = world.requests.rows["globex", "q1-11"]
    assert (row["reason"], row["backfillId"]) == ("the backfill q1 was stopped", "q1")
    assert row["expireTimestamp"] > NOON.timestamp()


def test_a_pause_lets_what_is_in_amc_go_on_and_resuming_runs_all_else_once() -> None:
    world = a_world()
    begun = {"q1-0": "SUCCEEDED", "q1-1": "RUNNING", "q1-2": "SUBMITTING", "q1-3": "WAITING"}

    def stop() -> None:
        raise StoppedByHandError

    with pytest.raises(StoppedByHandError):
        backfill(world, SIX_WEEKS, meanwhile=stop)
    deliver(world, 12)
    world.tasks.errors["q1"] = PAUSED
    keys = {request_id: customer_id for customer_id, request_id in world.requests.rows}
    for request_id, status in begun.items():
        world.requests.advance(keys[request_id], request_id, status, NOON)
    del world.requests.rows[keys["q1-11"], "q1-11"]

    (clean_up,) = stopped(world, error=PAUSED)
    backfill(world, dict(world.tasks.started[clean_up][1]), clean_up)

    spared = {execution_name(keys[each], each) for each in ("q1-0", "q1-1", "q1-2")}
    everything = {name for name in world.tasks.started if name not in ("q1", clean_up)}
    assert everything - world.tasks.over == spared | {execution_name(keys["q1-11"], "q1-11")}
    row = world.requests.rows[keys["q1-11"], "q1-11"]
    assert (row["status"], row["reason"]) == ("CANCELLED", "the backfill q1 was paused")


def test_a_request_whose_execution_was_stopped_is_cancelled_by_its_own_clean_up() -> None:
    world = a_world()
    world.tasks.start("backfill", "q1", a_backfill())
    world.queues.send("acme", [])
    call(send_requests.handler, world, {"input": a_backfill(), "executionName": "q1", "next": 0})
    deliver(world, 1)

    call(cancel_requests.handler, world, {"stopped": "q1", "next": 0})
    about = {"executionArn": "lifecycle:acme.q1-0", "stateMachineArn": "lifecycle", "name": "acme.q1-0"}
    about |= {"input": '{"customerId": "acme", "requestId": "q1-0"}', "status": "ABORTED"}
    record = an_sqs_record(json.dumps({"detail": about}), queue="stopped")
    call(clean_up_execution.handler, world, {"Records": [record]})

    assert statuses(world) == {"CANCELLED": 1}


def test_a_request_that_is_just_being_started_never_runs() -> None:
    """It has a row and no execution yet: either way the name is taken, and the execution that has it is stopped."""
    world = a_world()
    world.tasks.start("backfill", "q1", a_backfill())
    call(send_requests.handler, world, {"input": a_backfill(), "executionName": "q1", "next": 0})
    messages = list(world.queues.sent)
    deliver(world, 1)
    name = execution_name("acme", "q1-0")
    del world.tasks.started[name]

    call(cancel_requests.handler, world, {"stopped": "q1", "next": 0})
    world.queues.sent += messages
    deliver(world, 1)

    assert world.tasks.started[name] == ("lifecycle", {"customerId": "acme", "requestId": "q1-0"})
    assert world.tasks.over == {name}


def test_cancelling_goes_by_slices_that_may_be_repeated() -> None:
    world = a_world()
    world.tasks.start("backfill", "q1", a_backfill(start="2026-01-01", end="2026-06-01", days=1))

    first = call(cancel_requests.handler, world, {"stopped": "q1", "next": 0})
    call(cancel_requests.handler, world, {"stopped": "q1", "next": 0})
    last = call(cancel_requests.handler, world, {"stopped": "q1", "next": first["next"]})

    assert (first["next"], last["next"], last["requests"]) == (100, 151, 151)
    assert statuses(world) == {"CANCELLED": 151}


def test_of_a_selected_backfill_only_these_requests_are_sent_or_cancelled() -> None:
    world = a_world()
    document = a_backfill(start="2026-01-01", end="2026-10-01", days=1, numbers="1-2,70-271")
    chosen = [f"q1-{number}" for number in (1, 2, *range(70, 272))]
    world.tasks.start("backfill", "q1", document)
    given = {"input": document, "executionName": "q1"}

    planned = call(plan_backfill.handler, world, given)
    first = call(send_requests.handler, world, {**given, "next": 0})
    last = call(send_requests.handler, world, {**given, "next": first["next"]})
    cancelled = {"next": 0}
    while cancelled["next"] < 204:
        cancelled = call(cancel_requests.handler, world, {"stopped": "q1", "next": cancelled["next"]})

    assert (planned["requests"], last["next"]) == (204, 204)
    assert [request["requestId"] for _, request in world.queues.sent] == chosen
    assert sorted(request_id for _, request_id in world.requests.rows) == sorted(chosen)


@pytest.mark.parametrize("status", ["ABORTED", "TIMED_OUT", "FAILED"])
def test_however_a_backfill_was_stopped_it_is_cleaned_up_after_once(status: str) -> None:
    world = a_world()

    (clean_up,) = stopped(world, status, error="NotReadyYet")
    assert stopped(world, status, error="NotReadyYet") == []
    assert clean_up.startswith("q1-clean-up-")
    assert world.tasks.started[clean_up] == ("backfill", {"stopped": "q1"})


def test_a_backfill_that_was_refused_has_sent_nothing_and_needs_no_clean_up() -> None:
    assert stopped(a_world(), "FAILED", error="InvalidRequest") == []


def test_a_clean_up_that_was_stopped_is_not_cleaned_up_after() -> None:
    (clean_up,) = stopped(a_world())

    for name in (clean_up, "q1.clean-up"):  # the latter is of version 0.1
        assert stopped(a_world(), name=name, executionArn=name) == []


def test_the_longest_id_of_a_backfill_is_shorter_than_the_name_of_any_clean_up() -> None:
    (shortest,) = stopped(a_world(), name="q")
    (longest,) = stopped(a_world(), name="q" * 30)

    assert not is_backfill_id(shortest)
    assert len(longest) <= 80


def test_a_request_that_version_0_1_started_is_stopped_under_its_old_name() -> None:
    world = a_world()
    world.tasks.start("backfill", "q1", a_backfill())
    call(send_requests.handler, world, {"input": a_backfill(), "executionName": "q1", "next": 0})
    deliver(world, 1)
    del world.requests.rows["acme", "q1-0"]["executionName"]
    world.tasks.started["acme.q1-0"] = world.tasks.started.pop(execution_name("acme", "q1-0"))

    call(cancel_requests.handler, world, {"stopped": "q1", "next": 0})

    assert world.tasks.over == {"acme.q1-0"}
    assert len(world.tasks.started) == 2


def test_values_that_amc_would_reject_are_refused_before_the_first_request_is_sent() -> None:
    world = a_world()
    declared = [{"name": "brand", "dataType": "STRING"}]
    world.workflows.rows["globex", "reach"]["inputParameters"] = declared

    with pytest.raises(InvalidRequest, match=r"parameterValues\.brand: is missing"):
        plan(world)
    with pytest.raises(InvalidRecord, match=r"'brnad' is no parameter of reach \(did you mean brand\?\)"):
        plan(world, parameterSets=[{"brand": "A"}, {"brnad": "B"}])

    assert plan(world, parameterSets=[{"brand": "A"}])["requests"] == 2


def test_a_misspelt_field_in_the_payload_is_refused_too() -> None:
    with pytest.raises(InvalidRequest, match=r"payload\.ignoreDataGap: no field of a request; did you mean"):
        plan(a_world(), payload={"ignoreDataGap": True})


def test_sets_of_parameters_are_refused_where_others_would_run_once_for_each() -> None:
    world = a_world(chainLinks={"overlap": {"workflow": "reach"}})
    sets = [{"n": 1}, {"n": 2}]

    with pytest.raises(InvalidRequest, match="2 sets would each run overlap after them, with the same result"):
        plan(world, parameterSets=sets)

    assert plan(world, parameterSets=sets, chain=False)["requests"] == 4
    assert plan(world)["requests"] == 2


def test_the_requests_of_a_backfill_that_stays_alone_say_so() -> None:
    document = a_backfill(customerIds=list(TENANTS))

    assert "chain" not in read_backfill(document, "q1", NOON).request(0)
    assert read_backfill(document | {"chain": False}, "q1", NOON).request(0)["chain"] is False
    with pytest.raises(InvalidRequest, match="chain: 'no' is neither; allowed: true or false"):
        read_backfill(document | {"chain": "no"}, "q1", NOON)
