"""What runs after a request is sent by its end, or by a sweep; once, and never forgotten."""

import json
from datetime import timedelta
from typing import Any

import pytest

from functions.handlers import clean_up_execution, prepare_execution, reconcile, release_slot, route_workflow_event
from functions.services.execution.chaining import continue_chain
from tests.builders import a_message, a_request_row, a_tenant_row, an_sqs_record
from tests.fakes import NOON, World
from wfm.calendar.timestamps import iso
from wfm.errors import NotReadyYet, UnknownCustomer
from wfm.model.requests import execution_name, read_request, request_row
from wfm.model.semaphore import waiting_key

SUCCEEDED, FAILED = {"status": "SUCCEEDED"}, {"status": "FAILED", "reason": "AMC said so", "error": "AmcFailed"}
COMMAND = {"requestType": "getWorkflow", "workflowId": "reach"}
LINKS = {"overlap": {"workflow": "reach"}, "export": {"workflow": "overlap"}}


def a_world(**links: Any) -> World:
    world = World(a_tenant_row(chainLinks=links or LINKS))
    world.requests.add(a_row("r1"))
    return world


def a_row(request_id: str, workflow_id: str = "reach", **fields: Any) -> Any:
    message = a_message(requestId=request_id)
    row = a_request_row(requestId=request_id, workflowId=workflow_id, request=message, openSince=iso(NOON), **fields)
    return {**row, "execution": {**row["execution"], "workflowId": workflow_id}}


def release(world: World, outcome: dict[str, str] = SUCCEEDED, request_id: str = "r1") -> None:
    ids = {"customerId": "acme", "requestId": request_id}
    event = {"input": ids, "executionName": f"acme.{request_id}", "outcome": outcome}
    release_slot.handler(event, ports=lambda: world)


def sweep(world: World) -> None:
    reconcile.handler({}, ports=lambda: world)


def sent(world: World) -> list[str]:
    """The workflows that were asked for."""
    return [document["payload"]["workflowId"] for _, document in world.queues.sent]


def arrive(world: World) -> str:
    """The last message becomes a request; its id."""
    document = world.queues.sent[-1][1]
    world.requests.add(request_row(read_request(document, ""), world.clock()))
    return str(document["requestId"])


def test_the_end_of_a_request_sends_what_runs_after_it_and_no_more() -> None:
    world = a_world()

    release(world)

    ((customer_id, message),) = world.queues.sent
    row = world.requests.find("acme", "r1")
    assert (customer_id, message["payload"]["workflowId"], message["after"]) == ("acme", "overlap", {"reach": "r1"})
    assert message["payload"]["timeWindowStart"] == "2026-11-16T00:00:00"
    assert "openSince" not in row
    assert "notRun" not in row


def test_a_chain_goes_on_with_the_end_of_each_link() -> None:
    world = a_world()

    release(world)
    release(world, request_id=arrive(world))

    (chain,) = world.chains.kept.values()
    assert sent(world) == ["overlap", "export"]
    assert chain.links.keys() == {"overlap", "export"}


def test_a_request_after_which_nothing_runs_costs_no_more_than_before() -> None:
    world = a_world()
    world.requests.add(a_row("r2", "export"))

    release(world, request_id="r2")

    assert (world.queues.sent, world.chains.kept) == ([], {})
    assert "openSince" not in world.requests.find("acme", "r2")


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({"request": a_message(chain=False)}, id="alone"),
        pytest.param({"execution": {"workflowId": "reach", "dryRun": True}}, id="dry run"),
        pytest.param({"execution": {"workflow": {"workflowId": "reach", "sqlQuery": "SELECT 1"}}}, id="own SQL"),
        pytest.param({"request": {"customerId": "acme", "workflowRequest": COMMAND}, "execution": None}, id="command"),
        pytest.param({"request": {**a_message(), "requestType": "cancelExecutoin"}, "execution": None}, id="misspelt"),
    ],
)
def test_nothing_runs_after_a_request_that_says_so_or_is_no_run_of_the_workflow(fields: dict[str, Any]) -> None:
    world = a_world()
    world.requests.rows["acme", "r1"] |= fields

    release(world)

    row = world.requests.find("acme", "r1")
    assert (world.queues.sent, row.keys() & {"openSince", "notRun", "chainProblem"}) == ([], set())


def test_a_failure_says_what_did_not_run() -> None:
    world = a_world()

    release(world, FAILED)

    (chain,) = world.chains.kept.values()
    not_run = chain.links["overlap"].not_run
    assert world.requests.find("acme", "r1")["notRun"] == ["overlap", "export"]
    assert (sent(world), not_run and not_run.request_id) == ([], "r1")


def test_what_ran_after_any_other_is_not_said_to_have_not_run() -> None:
    either = {"any": ["overlap", "export"]}
    world = a_world(
        overlap={"workflow": "reach"}, export={"workflow": "reach"}, either=either, last={"workflow": "either"}
    )
    for request_id, workflow_id in (("r2", "overlap"), ("r3", "export")):
        world.requests.add(a_row(request_id, workflow_id))
    release(world, request_id="r2")

    release(world, FAILED, "r3")
    release(world, FAILED)

    assert sent(world) == ["either"]
    assert "notRun" not in world.requests.find("acme", "r3")
    assert world.requests.find("acme", "r1")["notRun"] == ["export", "overlap"]


def test_the_resubmitted_link_goes_on_with_the_chain() -> None:
    world = a_world()
    release(world)
    failed = arrive(world)
    release(world, FAILED, failed)
    world.requests.add(a_row(f"{failed}-r2", "overlap"))

    release(world, request_id=f"{failed}-r2")

    (chain,) = world.chains.kept.values()
    assert sent(world) == ["overlap", "export"]
    assert world.queues.sent[-1][1]["after"] == {"overlap": f"{failed}-r2"}
    assert chain.links["export"].not_run is None


def test_what_is_sent_again_by_itself_leaves_the_rest_of_the_chain_to_that() -> None:
    world = a_world()
    policy = {"attempts": 1, "for": ["FAILED"]}
    world.requests.rows["acme", "r1"] |= {"request": a_message(resubmit=policy)}

    release(world, FAILED)

    row = world.requests.find("acme", "r1")
    assert [document["requestId"] for _, document in world.queues.sent] == ["r1-r2"]
    assert (row["resubmittedAs"], "notRun" in row, "openSince" in row) == ("r1-r2", False, False)


def test_a_cancelled_request_starts_nothing() -> None:
    world = a_world(overlap={"workflow": "reach", "on": "ENDED"})

    release(world, {"status": "CANCELLED"})

    assert (sent(world), world.requests.find("acme", "r1")["notRun"]) == ([], ["overlap"])


def test_a_link_may_run_after_a_failure() -> None:
    world = a_world(overlap={"workflow": "reach", "on": "FAILED"})

    release(world, FAILED)

    assert sent(world) == ["overlap"]


def test_all_waits_for_each_of_its_parents_for_the_same_window() -> None:
    world = a_world(export={"all": ["reach", "overlap"]})
    world.requests.add(a_row("r2", "overlap"))
    world.requests.add(a_row("r3", "overlap"))
    world.requests.rows["acme", "r3"]["execution"] |= {"timeWindowStart": "2026-11-09T00:00:00"}

    release(world)
    release(world, request_id="r3")
    assert sent(world) == []
    release(world, request_id="r2")

    assert [document["after"] for _, document in world.queues.sent] == [{"reach": "r1", "overlap": "r2"}]


def test_an_end_that_comes_again_sends_the_same_message_and_then_nothing() -> None:
    world = a_world()
    release(world)
    (first,) = world.queues.sent

    world.requests.rows["acme", "r1"] |= {"openSince": iso(NOON)}  # killed before it was closed
    release(world)
    release(world)

    assert world.queues.sent == [first, first]


def test_a_sweep_sends_what_the_end_left_unsent() -> None:
    world = a_world()
    world.requests.rows["acme", "r1"] |= {"status": "SUCCEEDED", "endedAt": iso(NOON)}
    sweep(world)
    assert sent(world) == []  # it may be on its way

    world.clock.now += timedelta(minutes=15)
    sweep(world)
    sweep(world)

    assert sent(world) == ["overlap"]


def test_a_delayed_link_is_sent_by_the_sweep_that_finds_it_due() -> None:
    world = a_world(overlap={"workflow": "reach", "delay": "2h"}, export={"workflow": "reach"})
    release(world)
    (chain,) = world.chains.kept.values()
    assert (sent(world), chain.links["overlap"].due_at) == (["export"], iso(NOON + timedelta(hours=2)))

    world.clock.now += timedelta(hours=2, minutes=-1)
    sweep(world)
    assert sent(world) == ["export"]

    world.clock.now += timedelta(minutes=1)
    sweep(world)
    (chain,) = world.chains.kept.values()
    assert sent(world)[-1] == "overlap"
    assert (chain.links["overlap"].due_at, "openSince" in world.requests.find("acme", "r1")) == (None, False)


def test_a_link_that_has_arrived_is_not_sent_again_with_one_that_is_delayed() -> None:
    world = a_world(overlap={"workflow": "reach", "delay": "2h"}, export={"workflow": "reach"})
    release(world)
    arrive(world)

    world.clock.now += timedelta(hours=2)
    sweep(world)

    assert sent(world) == ["export", "overlap"]


def test_a_tenant_that_goes_keeps_the_reason_why_nothing_ran() -> None:
    world = a_world()
    world.tenants.rows["acme"]["status"] = "OFFBOARDING"

    release(world)

    problem = world.requests.find("acme", "r1")["chainProblem"]
    assert problem == str(UnknownCustomer("customerId: acme is OFFBOARDING, so nothing runs after this"))
    assert "openSince" not in world.requests.find("acme", "r1")


def test_a_request_that_could_not_be_read_runs_nothing_and_says_what() -> None:
    world = a_world()
    world.requests.rows["acme", "r1"] |= {"request": {"message": "{"}, "execution": None}

    release(world, FAILED)

    row = world.requests.find("acme", "r1")
    assert row["notRun"] == ["overlap", "export"]
    assert row["chainProblem"].startswith("request: could not be read")


def test_a_chain_that_others_change_without_end_is_tried_again_later() -> None:
    world = a_world()
    world.chains.save = lambda _: False  # type: ignore[assignment,method-assign]

    with pytest.raises(NotReadyYet, match="concurrent updates of the chain"):
        release(world)
    assert "openSince" in world.requests.find("acme", "r1")


def test_what_has_not_ended_starts_nothing() -> None:
    world = a_world()

    continue_chain("acme", "r1", world)
    continue_chain("acme", "nobody", world)

    assert world.queues.sent == []


def test_a_link_goes_before_its_parent_in_line() -> None:
    world = a_world()
    world.workflows.rows["acme", "overlap"] = {"workflowId": "overlap", "syncStatus": "SYNCED"}
    release(world)
    world.clock.now += timedelta(hours=5)
    link = arrive(world)
    event = {"input": {"customerId": "acme", "requestId": link}, "executionName": execution_name("acme", link)}

    prepared = prepare_execution.handler(
        event | {"executionArn": "e", "startTime": iso(world.clock())}, ports=lambda: world
    )

    before = iso(NOON - timedelta(milliseconds=1))
    assert prepared["arrival"] == before
    assert world.requests.find("acme", link)["placeInLine"] == waiting_key(link, "interactive", before)


def change(old: dict[str, Any] | None, new: dict[str, Any] | None) -> dict[str, Any]:
    def image(row: dict[str, Any]) -> dict[str, Any]:
        after = {"after": {"M": {"workflow": {"S": row["after"]}}}} if "after" in row else {}
        return {"customerId": {"S": "acme"}, "workflowId": {"S": row["workflowId"]}, **after}

    keys = {"customerId": {"S": "acme"}, "workflowId": {"S": (new or old or {})["workflowId"]}}
    images = {"OldImage": old and image(old), "NewImage": new and image(new)}
    found = {name: value for name, value in images.items() if value}
    return {
        "Records": [{"eventID": "1", "eventName": "MODIFY", "dynamodb": {"Keys": keys, "SequenceNumber": "1", **found}}]
    }


def routed(world: World, old: dict[str, Any] | None, new: dict[str, Any] | None) -> None:
    answer = route_workflow_event.handler(change(old, new), ports=lambda: world)
    assert answer == {"batchItemFailures": []}


def test_a_change_of_after_is_noted_on_the_tenants_row() -> None:
    world = World(a_tenant_row())
    world.workflows.rows["acme", "reach"] = {"workflowId": "reach"}
    world.workflows.rows["acme", "overlap"] = {"workflowId": "overlap", "after": {"workflow": "reach"}}
    world.workflows.rows["acme", "odd"] = {"workflowId": "odd", "after": {"workflow": "odd"}}

    routed(world, {"workflowId": "overlap"}, {"workflowId": "overlap", "after": "reach"})

    row = world.tenants.find("acme")
    assert row["chainLinks"] == {"overlap": {"workflow": "reach"}}
    assert row["chainProblems"] == {"odd": "after: odd would run after itself; allowed: other workflows"}
    del world.workflows.rows["acme", "overlap"], world.workflows.rows["acme", "odd"]
    routed(world, {"workflowId": "overlap", "after": "reach"}, None)
    assert not {"chainLinks", "chainProblems"} & world.tenants.find("acme").keys()


def test_a_change_of_something_else_reads_no_tenant() -> None:
    world = World(a_tenant_row())
    world.tenants.find = None  # type: ignore[assignment,method-assign]

    routed(world, {"workflowId": "overlap", "after": "a"}, {"workflowId": "overlap", "after": "a"})


def test_who_has_read_older_workflows_reads_them_again() -> None:
    world = World(a_tenant_row())
    world.workflows.rows["acme", "overlap"] = {"workflowId": "overlap", "after": {"workflow": "reach"}}
    save = world.tenants.save_links
    tries: list[str] = []

    def meanwhile(customer_id: str, found: Any, seen: Any) -> bool:
        if not tries:
            world.tenants.rows["acme"]["chainLinks"] = {"x": {"workflow": "y"}}
            world.workflows.rows["acme", "x"] = {"workflowId": "x", "after": {"workflow": "y"}}
        tries.append(customer_id)
        return save(customer_id, found, seen)

    world.tenants.save_links = meanwhile  # type: ignore[method-assign]
    routed(world, None, {"workflowId": "overlap", "after": "reach"})

    assert world.tenants.find("acme")["chainLinks"].keys() == {"overlap", "x"}


def test_an_execution_that_crashed_leads_to_what_runs_after_a_failure() -> None:
    world = a_world(overlap={"workflow": "reach", "on": "FAILED"})
    about = {"executionArn": "lifecycle:acme.r1", "stateMachineArn": "lifecycle", "name": "acme.r1"}
    detail = about | {"status": "TIMED_OUT", "input": json.dumps({"customerId": "acme", "requestId": "r1"})}

    clean_up_execution.handler({"Records": [an_sqs_record(json.dumps({"detail": detail}))]}, ports=lambda: world)

    assert sent(world) == ["overlap"]
