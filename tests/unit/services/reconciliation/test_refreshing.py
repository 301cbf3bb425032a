"""The same window is run again at each of its ages: once, never forgotten, and not without saying why."""

from datetime import timedelta
from typing import Any

import pytest

from functions.handlers import announce_execution, reconcile, release_slot
from functions.services.reconciliation.refreshing import FORGOTTEN, NO_END, OVERTAKEN, send_refreshes
from tests.builders import a_message, a_request_row, a_run, a_tenant_row
from tests.fakes import NOON, World
from tests.unit.schedule_rows import a_row as a_schedule_row
from wfm.calendar.timestamps import epoch, iso
from wfm.errors import NotReadyYet
from wfm.model.refreshes import SETTLED
from wfm.model.requests import read_request, request_row
from wfm.model.resubmissions import asked, resubmission
from wfm.model.runs import run_row
from wfm.store.items import to_item

DAY = timedelta(days=1)
SUCCEEDED = {"status": "SUCCEEDED"}


def a_world(outcome: dict[str, str] = SUCCEEDED, *, run: dict[str, Any] | None = None, **fields: Any) -> World:
    """The first run of a schedule's firing has ended; its window ended at midnight before."""
    world = World(a_tenant_row())
    world.schedules.rows["acme", "daily"] = a_schedule_row(refresh=["3d", "14d", "30d"])
    world.workflows.rows["acme", "reach"] = {"workflowId": "reach"}
    message = a_message(refresh=["3d", "14d", "30d"], source="schedule:daily")
    row = a_request_row(request=message, source="schedule:daily", workflowExecutionId="run-1", openSince=iso(NOON))
    world.requests.add(row | fields)
    known = {"definitionHash": "abc", "requestId": "r1"}
    world.executions.rows["acme", "run-1"] = run_row("acme", a_run(status="SUCCEEDED"), NOON) | known | (run or {})
    release(world, "r1", outcome)
    return world


def release(world: World, request_id: str, outcome: dict[str, str] = SUCCEEDED) -> None:
    ids = {"customerId": "acme", "requestId": request_id}
    event = {"input": ids, "executionName": f"acme.{request_id}", "outcome": outcome}
    release_slot.handler(event, ports=lambda: world)


def sweep(world: World, days: float = 0) -> list[dict[str, Any]]:
    """The messages that are there after a sweep so many days later."""
    world.clock.now += timedelta(days=days, minutes=16)
    reconcile.handler({}, ports=lambda: world)
    return [dict(document) for _, document in world.queues.sent]


def first(world: World) -> dict[str, Any]:
    return dict(world.requests.find("acme", "r1"))


def arrive(world: World, run_id: str, outcome: dict[str, str] | None = None) -> str:
    """The last message becomes a request, of which AMC makes a run that ends."""
    document = world.queues.sent[-1][1]
    request_id = str(document["requestId"])
    row = request_row(read_request(document, ""), world.clock())
    world.requests.add({name: value for name, value in row.items() if value is not None})
    world.requests.save("acme", request_id, workflowExecutionId=run_id)
    release(world, request_id, outcome or SUCCEEDED)
    return request_id


def test_what_is_planned_stands_on_the_first_row_by_the_next_sweep() -> None:
    world = a_world()

    assert sweep(world) == []
    row = first(world)
    due = {age: fields["dueAt"][:10] for age, fields in row["refreshes"].items()}
    assert due == {"3d": "2026-11-26", "14d": "2026-12-07", "30d": "2026-12-23"}
    assert row["refreshDue"] == "2026-11-26T00:00:00.000Z"
    assert row["openSince"] == "2026-11-25T23:45:00.000Z"
    assert row["expireTimestamp"] >= epoch(NOON + 60 * DAY)


def test_runs_are_kept_until_the_last_age_is_compared_with_them_however_soon_a_tenants_runs_go() -> None:
    """Else nothing could be said of how much a result changed."""
    world = a_world(run={"expireTimestamp": epoch(NOON + 7 * DAY)})
    sweep(world)
    newer = run_row("acme", a_run(workflowExecutionId="run-2", status="SUCCEEDED"), world.clock(), 7 * DAY)
    world.executions.rows["acme", "run-2"] = newer | {"supersedes": "run-1", "refreshOf": "r1", "refreshAge": "3d"}

    announce(world, {**newer, "executionStatus": "RUNNING"}, newer)

    kept = {run_id: row["expireTimestamp"] for (_, run_id), row in world.executions.rows.items()}
    assert kept == {"run-1": first(world)["expireTimestamp"], "run-2": epoch(world.clock() + 67 * DAY)}


def test_each_age_is_sent_once_it_is_due_and_the_row_is_closed_with_the_last() -> None:
    world = a_world()
    sweep(world)

    counts = [len(sweep(world, days=1)) for _ in range(32)]

    ages = [document["refreshAge"] for _, document in world.queues.sent]
    assert ages == ["3d", "14d", "30d"]
    assert [counts.index(number) for number in (1, 2, 3)] == [2, 13, 29]
    assert not {"openSince", "refreshDue"} & first(world).keys()


def test_each_takes_the_place_of_the_last_that_succeeded() -> None:
    world = a_world()
    sweep(world)
    sweep(world, days=3)
    arrive(world, "run-2")
    sweep(world, days=11)
    arrive(world, "run-3", {"status": "FAILED", "reason": "x", "error": "AmcFailed"})
    sweep(world, days=16)

    assert [document["supersedes"] for _, document in world.queues.sent] == ["run-1", "run-2", "run-2"]


def test_a_request_says_what_it_makes_again_and_is_not_made_again_itself() -> None:
    world = a_world()
    sweep(world)
    sweep(world, days=3)

    row = world.requests.find("acme", arrive(world, "run-2"))

    assert (row["refreshOf"], row["refreshAge"], row["supersedes"]) == ("r1", "3d", "run-1")
    assert not {"openSince", "refreshDue"} & row.keys()


def test_the_run_before_and_its_request_name_the_newer_one() -> None:
    world = a_world()
    newer = run_row("acme", a_run(workflowExecutionId="run-2", status="SUCCEEDED"), NOON)
    world.executions.rows["acme", "run-2"] = newer | {"supersedes": "run-1", "refreshOf": "r1", "refreshAge": "3d"}

    announce(world, {**newer, "executionStatus": "RUNNING"}, newer)

    assert world.executions.rows["acme", "run-1"]["supersededBy"] == "run-2"
    assert first(world)["supersededBy"] == "run-2"
    assert world.announcer.sent == [("run-2", "SUCCEEDED")]


def announce(world: World, old: dict[str, Any], new: dict[str, Any]) -> None:
    images = {"OldImage": to_item(old), "NewImage": to_item(new)}
    record = {"eventID": "1", "eventName": "MODIFY", "dynamodb": {"SequenceNumber": "1", **typed(images)}}
    assert announce_execution.handler({"Records": [record]}, ports=lambda: world) == {"batchItemFailures": []}


def typed(images: dict[str, Any]) -> dict[str, Any]:
    return {name: {key: {"S": str(value)} for key, value in item.items()} for name, item in images.items()}


@pytest.mark.parametrize("status", ["FAILED", "CANCELLED", "REJECTED"])
def test_what_did_not_succeed_is_not_made_again(status: str) -> None:
    world = a_world({"status": status, "reason": "x", "error": "AmcFailed"})

    assert sweep(world, days=40) == []
    assert not {"openSince", "refreshDue", "refreshes"} & first(world).keys()


def test_a_dry_run_is_not_made_again() -> None:
    world = a_world(execution={"workflowId": "reach", "dryRun": True})

    assert sweep(world, days=40) == []


def test_what_is_resubmitted_is_made_again_once_under_the_same_id() -> None:
    world = a_world({"status": "FAILED", "reason": "x", "error": "AmcFailed"})
    for number in (2, 3):
        again = resubmission(first(world), asked(first(world)), ["r1-r2"][: number - 2])
        world.queues.sent.append(("acme", again))
        arrive(world, f"run-{number}")

    sweep(world)
    sweep(world, days=3)

    sent = [document for _, document in world.queues.sent if "refreshAge" in document]
    assert {document["requestId"] for document in sent} == {sent[0]["requestId"]}
    assert sent[0]["refreshOf"] == "r1-r2"


def test_a_refresh_that_is_resubmitted_keeps_its_place() -> None:
    world = a_world()
    sweep(world)
    sweep(world, days=3)
    row = world.requests.find("acme", arrive(world, "run-2", {"status": "FAILED", "reason": "x", "error": "AmcFailed"}))

    again = resubmission(row, asked(row), ())

    assert (again["refreshOf"], again["refreshAge"], again["supersedes"]) == ("r1", "3d", "run-1")
    assert "refresh" not in again


def test_of_ages_that_are_due_at_once_the_last_is_sent() -> None:
    world = a_world()
    sweep(world)

    sent = sweep(world, days=20)

    assert [document["refreshAge"] for document in sent] == ["14d"]
    assert first(world)["refreshes"]["3d"]["reason"] == OVERTAKEN


def test_the_ages_that_an_old_window_had_already_are_left_out() -> None:
    world = a_world(run={"createTime": "2026-12-08T00:00:00Z"})

    sweep(world)

    found = {age: fields.get("reason") for age, fields in first(world)["refreshes"].items()}
    assert found == {"3d": SETTLED, "14d": SETTLED, "30d": None}


def test_a_window_without_an_end_has_no_ages() -> None:
    world = a_world(execution={"workflowId": "reach", "timeWindowType": "ALL"})

    assert sweep(world, days=40) == []
    assert {fields["reason"] for fields in first(world)["refreshes"].values()} == {NO_END}
    assert "openSince" not in first(world)


def test_a_window_of_amcs_own_is_run_again_as_amc_showed_it() -> None:
    shown = {"timeWindowStart": "2026-11-22T00:00:00Z", "timeWindowEnd": "2026-11-23T00:00:00Z"}
    world = a_world(execution={"workflowId": "reach", "timeWindowType": "MOST_RECENT_DAY"}, run=shown)
    sweep(world)

    (document,) = sweep(world, days=3)

    assert document["payload"]["timeWindowType"] == "EXPLICIT"
    assert document["payload"]["timeWindowEnd"].startswith("2026-11-23T00:00:00")


def test_a_window_of_amcs_own_that_nobody_knows_any_more_is_not_run_again() -> None:
    """A tenant may keep its runs for less long than the oldest age: AMC's own window would be another one by then."""
    shown = {"timeWindowStart": "2026-11-22T00:00:00Z", "timeWindowEnd": "2026-11-23T00:00:00Z"}
    world = a_world(execution={"workflowId": "reach", "timeWindowType": "MOST_RECENT_DAY"}, run=shown)
    sweep(world)
    del world.executions.rows["acme", "run-1"]

    assert sweep(world, days=3) == []
    assert first(world)["refreshes"]["3d"]["reason"] == FORGOTTEN


def without_schedule(world: World) -> None:
    del world.schedules.rows["acme", "daily"]


def paused(world: World) -> None:
    world.schedules.rows["acme", "daily"]["paused"] = True


def switched_off(world: World) -> None:
    world.schedules.rows["acme", "daily"]["State"] = "DISABLED"


def asked_no_more(world: World) -> None:
    world.schedules.rows["acme", "daily"]["refresh"] = ["14d"]


def without_workflow(world: World) -> None:
    del world.workflows.rows["acme", "reach"]


def off_boarded(world: World) -> None:
    world.tenants.rows["acme"]["status"] = "OFFBOARDING"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        pytest.param(without_schedule, "the schedule daily is deleted", id="schedule deleted"),
        pytest.param(paused, "the schedule daily is off: it is paused", id="schedule paused"),
        pytest.param(switched_off, "the schedule daily is off: State is DISABLED", id="schedule switched off"),
        pytest.param(asked_no_more, "the schedule daily does not ask for 3d any more", id="age taken out"),
        pytest.param(without_workflow, "the workflow reach is deleted", id="workflow deleted"),
        pytest.param(off_boarded, "the tenant is OFFBOARDING", id="tenant off-boarded"),
    ],
)
def test_what_is_due_and_not_wanted_any_more_is_not_run_and_says_why(change: Any, reason: str) -> None:
    world = a_world()
    sweep(world)
    change(world)

    assert sweep(world, days=3) == []
    assert first(world)["refreshes"]["3d"]["reason"] == reason


def test_a_schedule_whose_field_cannot_be_read_goes_on_as_it_was_applied() -> None:
    world = a_world()
    world.schedules.rows["acme", "daily"]["refresh"] = ["soon"]
    sweep(world)

    assert len(sweep(world, days=3)) == 1


def test_what_was_written_and_not_sent_is_sent_by_the_next_sweep_as_it_was() -> None:
    world = a_world()
    sweep(world)
    send, world.queues.send = world.queues.send, raising  # type: ignore[method-assign,assignment]
    with pytest.raises(NotReadyYet):
        sweep(world, days=3)
    written = first(world)["refreshes"]["3d"]
    world.queues.send = send  # type: ignore[method-assign]

    (document,) = sweep(world)

    assert (document["requestId"], document["supersedes"]) == (written["requestId"], written["supersedes"])
    assert sweep(world) == [document]


def test_what_was_written_and_not_sent_when_the_tenant_goes_is_not_run_and_says_why() -> None:
    """The queue has gone with it: to send it would fail in each sweep as long as the row is kept."""
    world = a_world()
    sweep(world)
    world.queues.send = raising  # type: ignore[method-assign,assignment]
    with pytest.raises(NotReadyYet):
        sweep(world, days=3)
    off_boarded(world)

    sweep(world)

    assert first(world)["refreshes"]["3d"] == {
        "dueAt": "2026-11-26T00:00:00.000Z",
        "reason": "the tenant is OFFBOARDING",
    }


def raising(*_: object) -> None:
    raise NotReadyYet("SQS is away")


def test_links_run_once_though_their_parent_is_made_again() -> None:
    world = a_world()
    world.tenants.rows["acme"]["chainLinks"] = {"overlap": {"workflow": "reach", "delay": "5d"}}
    sweep(world)
    for _ in range(31):
        sweep(world, days=1)

    sent = [document["payload"]["workflowId"] for _, document in world.queues.sent]
    assert sent == ["reach", "overlap", "reach", "reach"]
    assert "openSince" not in first(world)


def test_links_that_come_later_run_after_what_comes_later() -> None:
    """An age of the window is no end of the first run."""
    world = a_world()
    sweep(world)
    world.tenants.rows["acme"]["chainLinks"] = {"overlap": {"workflow": "reach"}}

    sent = sweep(world, days=3)

    assert [document["payload"]["workflowId"] for document in sent] == ["reach"]


def test_a_request_that_is_gone_or_not_due_sends_nothing() -> None:
    world = a_world()
    sweep(world)

    send_refreshes("acme", "r1", world)
    send_refreshes("acme", "nobody", world)

    assert world.queues.sent == []
