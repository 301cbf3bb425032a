"""The handlers around schedules."""

from typing import Any

import pytest
from boto3.dynamodb.types import TypeSerializer

from functions.handlers import apply_schedule, apply_schedules, catch_up_schedules, stop_schedules
from tests.builders import a_tenant_row
from tests.fakes import World
from tests.unit.schedule_rows import a_row, a_world
from wfm.errors import NotReadyYet

RAN = {"lastRunAt": "2026-11-23T13:00:00.000Z"}


def image(row: dict[str, Any]) -> dict[str, Any]:
    return {name: TypeSerializer().serialize(value) for name, value in row.items()}


def a_record(old: dict[str, Any] | None, new: dict[str, Any] | None, number: str = "1") -> dict[str, Any]:
    row = new or old or {}
    images = {name: image(value) for name, value in (("OldImage", old), ("NewImage", new)) if value}
    keys = {name: {"S": row[name]} for name in ("customerId", "Name")}
    return {"eventID": number, "dynamodb": {"Keys": keys, "SequenceNumber": number, **images}}


def stream(world: World, *records: dict[str, Any]) -> Any:
    return apply_schedule.handler({"Records": list(records)}, ports=lambda: world)


def test_a_changed_row_reaches_eventbridge_as_it_is_now_and_not_as_the_event_saw_it() -> None:
    world = a_world(a_row(Description="now"))

    answer = stream(world, a_record(None, a_row()), a_record(a_row(Name="gone"), None, "2"))

    assert answer == {"batchItemFailures": []}
    assert {name: made["Description"] for name, (_, made) in world.scheduler.there.items()} == {"acme.daily": "now"}


def test_insert_modify_modify_delete_in_any_order_ends_as_the_row() -> None:
    one, two, three = (a_row(Description=text) for text in ("one", "two", "three"))
    records = [a_record(None, one), a_record(one, two), a_record(two, three), a_record(three, None)]
    there, gone = a_world(three), a_world()

    for order in ([0, 1, 2, 3], [3, 2, 1, 0], [2, 0, 3, 1], [1, 1, 3, 0, 2, 3]):
        for world in (there, gone):
            stream(world, *(records[index] for index in order))

        assert there.scheduler.there["acme.daily"][1]["Description"] == "three"
        assert gone.scheduler.there == {}


def test_wfms_own_notes_ask_eventbridge_for_nothing() -> None:
    world = a_world(a_row())

    stream(world, a_record(a_row(), a_row(scheduleStatus="ENABLED", nextRunAt="2026-11-23T13:00:00.000Z")))

    assert world.scheduler.there == {}


def test_a_run_moves_the_next_one_on() -> None:
    world = a_world(a_row())
    stream(world, a_record(None, a_row()))
    world.clock.pass_seconds(3601)

    stream(world, a_record(a_row(), a_row(**RAN)))

    assert world.schedules.rows["acme", "daily"]["nextRunAt"] == "2026-11-24T13:00:00.000Z"


def test_only_the_record_that_failed_comes_again() -> None:
    world = a_world(a_row(), a_row(Name="other"))
    put = world.scheduler.put

    def busy(name: str, customer_id: str, definition: Any) -> None:
        if name == "acme.other":
            raise NotReadyYet("EventBridge Scheduler is busy")
        put(name, customer_id, definition)

    world.scheduler.put = busy  # type: ignore[method-assign]
    answer = stream(world, a_record(None, a_row()), a_record(None, a_row(Name="other"), "2"))

    assert answer == {"batchItemFailures": [{"itemIdentifier": "2"}]}
    assert set(world.scheduler.there) == {"acme.daily"}


def test_a_tenants_schedules_follow_its_status() -> None:
    world = a_world(a_row(), a_row(Name="other"), a_row(customerId="rival"))
    event = {"customerId": "acme"}

    assert apply_schedules.handler(event, ports=lambda: world) == {"schedules": 2}
    assert {made["State"] for _, made in world.scheduler.there.values()} == {"ENABLED"}

    world.tenants.save("acme", status="PAUSED")
    apply_schedules.handler(event, ports=lambda: world)
    assert set(world.scheduler.there) == {"acme.daily", "acme.other"}
    assert {made["State"] for _, made in world.scheduler.there.values()} == {"DISABLED"}


def test_a_removed_tenants_schedules_stop_and_the_others_continue() -> None:
    world = a_world(a_row(), a_row(customerId="rival"))
    world.tenants.rows["rival"] = a_tenant_row(customerId="rival")
    for customer_id in ("acme", "rival"):
        apply_schedules.handler({"customerId": customer_id}, ports=lambda: world)

    assert stop_schedules.handler({"customerId": "acme"}, ports=lambda: world) == {"schedules": 1}

    assert set(world.scheduler.there) == {"rival.daily"}
    assert world.schedules.rows["acme", "daily"]["scheduleReason"] == "the tenant is being removed"


def test_one_schedule_that_cannot_catch_up_keeps_none_of_the_others_from_it() -> None:
    world = a_world(a_row(Name="a", catchUp="all"), a_row(Name="b", catchUp="last"), a_row(Name="c"))
    apply_schedules.handler({"customerId": "acme"}, ports=lambda: world)
    world.clock.pass_seconds(7200)
    send = world.queues.send

    def flaky(customer_id: str, documents: Any) -> None:
        if documents[0]["source"] == "schedule:a":
            raise NotReadyYet("acme has no queue")
        send(customer_id, documents)

    world.queues.send = flaky  # type: ignore[method-assign]
    with pytest.raises(NotReadyYet, match="acme has no queue"):
        catch_up_schedules.handler({}, ports=lambda: world)
    world.queues.send = send  # type: ignore[method-assign]

    assert [document["source"] for _, document in world.queues.sent] == ["schedule:b"]
    assert catch_up_schedules.handler({}, ports=lambda: world) == {"sent": 1, "left": 0}
    assert [document["source"] for _, document in world.queues.sent] == ["schedule:b", "schedule:a"]


def test_schedules_that_are_not_reached_in_time_have_their_chance_in_another_order() -> None:
    world = a_world(*(a_row(Name=f"s{number:02}", catchUp="all") for number in range(40)))
    apply_schedules.handler({"customerId": "acme"}, ports=lambda: world)
    world.clock.pass_seconds(7200)
    find, reached = world.schedules.find, list[str]()

    def slowly(customer_id: str, name: str) -> Any:
        world.clock.pass_seconds(60)
        reached.append(name)
        return find(customer_id, name)

    world.schedules.find = slowly  # type: ignore[method-assign]
    told = [catch_up_schedules.handler({}, ports=lambda: world)["left"] for _ in range(2)]

    assert told == [32, 32]  # eight minutes each time
    assert reached[:8] != reached[8:]
    assert reached[:8] != sorted(reached[:8])
