"""A result that is too old is announced once, and once more when a newer one is there."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from unittest.mock import patch

import pytest

from functions.handlers.list_due_tenants import handler as list_due_tenants
from functions.handlers.route_workflow_event import handler as route_workflow_event
from functions.handlers.track_tenant import handler as track_tenant
from tests.builders import a_run, a_tenant_row
from tests.fakes import NOON, World
from tests.unit.schedule_rows import a_row as a_schedule
from wfm.calendar.timestamps import iso
from wfm.errors import NotReadyYet
from wfm.model.runs import RETENTION, run_row

HOUR = timedelta(hours=1)
TODAY = NOON - 12 * HOUR  # midnight
KEY = {"customerId": "acme", "workflowId": "reach"}


def a_world(*, since: datetime = TODAY - 240 * HOUR, **fields: Any) -> World:
    """The results of the workflow `reach` may be 36 hours old; they have been watched since then."""
    world = World(a_tenant_row())
    world.clock.now = since
    write(world, freshness="36h", **fields)
    world.workflows.rows["acme", "reach"]["resultCheckAt"] = iso(NOON)
    world.clock.now = NOON
    return world


def write(world: World, **fields: Any) -> None:
    """Somebody writes the workflow's row, and its stream tells."""
    old = world.workflows.rows.get(("acme", "reach"))
    new = {name: value for name, value in {**(old or {}), **KEY, **fields}.items() if value is not None}
    world.workflows.rows["acme", "reach"] = new
    images = {"Keys": KEY, "NewImage": new, **({"OldImage": old} if old else {})}
    typed = {name: {field: {"S": str(value)} for field, value in image.items()} for name, image in images.items()}
    record = {"eventID": "e1", "eventName": "MODIFY", "dynamodb": {**typed, "SequenceNumber": "1"}}
    answer: Any = route_workflow_event({"Records": [record]}, ports=lambda: world)
    assert answer == {"batchItemFailures": []}


def succeeded(world: World, end: datetime, run_id: str = "run-1", **fields: Any) -> None:
    """A run that AMC ended, and WFM has recorded."""
    times = {"createTime": iso(world.clock()), "lastUpdatedTime": iso(world.clock()), "timeWindowEnd": iso(end)}
    run = a_run(**{"workflowExecutionId": run_id, "status": "SUCCEEDED", **times, **fields})
    world.executions.record(run_row("acme", run, world.clock(), RETENTION))


def tick(world: World, at: datetime) -> None:
    """The tracker's tick."""
    world.clock.now = at
    for batch in list_due_tenants({}, ports=lambda: world)["batches"]:
        if batch.get("workflows"):
            track_tenant(batch, ports=lambda: world)


def ticks(world: World, hours: float, until: float) -> None:
    """A tick each quarter of an hour, so many hours after noon."""
    for quarter in range(int(hours * 4), int(until * 4) + 1):
        tick(world, NOON + quarter * HOUR / 4)


def told(world: World) -> list[str]:
    return [str(news.status) for news in world.announcer.results]


def row(world: World) -> Mapping[str, Any]:
    return world.workflows.rows["acme", "reach"]


def test_a_result_that_becomes_too_old_is_told_once_and_that_it_is_fresh_again_once() -> None:
    world = a_world()
    succeeded(world, TODAY)

    ticks(world, 0, 23.75)
    assert (told(world), row(world)["resultStatus"]) == ([], "FRESH")
    ticks(world, 24, 30)
    (stale,) = world.announcer.results
    assert stale.reason == f"its newest data ends at {iso(TODAY)}; it may be 36h old"
    assert stale.about == {
        "freshness": "36h",
        "newestWindowEnd": iso(TODAY),
        "staleSince": iso(TODAY + 36 * HOUR),
    }
    assert (row(world)["resultStatus"], row(world)["staleSince"]) == ("STALE", iso(TODAY + 36 * HOUR))

    succeeded(world, TODAY + 24 * HOUR, "run-2")
    ticks(world, 30.25, 35)

    fresh = world.announcer.results[-1]
    assert told(world) == ["STALE", "FRESH"]
    assert fresh.reason == f"its newest data ends at {iso(TODAY + 24 * HOUR)}"
    assert (row(world)["resultStatus"], "staleSince" in row(world)) == ("FRESH", False)
    assert row(world)["resultCheckAt"] == iso(TODAY + 60 * HOUR)


def test_the_settlement_lag_of_the_workflow_and_of_its_schedule_is_counted_in() -> None:
    world = a_world(defaultPayload={"settlementLag": "2d"})
    payload = {"workflowId": "reach", "settlementLag": "4d"}
    for name, fields in {"on": {}, "off": {"paused": True}}.items():
        longer = {"settlementLag": "9d"} if name == "off" else {}
        world.schedules.rows["acme", name] = a_schedule(Name=name, Input={"payload": payload | longer}, **fields)
    succeeded(world, TODAY - 4 * 24 * HOUR)

    ticks(world, 0, 23.75)
    assert told(world) == []
    tick(world, NOON + 24 * HOUR)

    assert [news.reason for news in world.announcer.results] == [
        f"its newest data ends at {iso(TODAY - 96 * HOUR)}; it may be 36h old, and 96h more for its settlement lag"
    ]


def test_what_never_succeeded_is_stale_so_long_after_the_watch_began() -> None:
    world = a_world(since=NOON)

    ticks(world, 0, 35.75)
    assert told(world) == []
    ticks(world, 36, 40)

    assert [news.reason for news in world.announcer.results] == ["no window has succeeded yet; it may be 36h old"]


@pytest.mark.parametrize(
    "fields",
    [{"status": "FAILED"}, {"workflowId": "sales"}, {"timeWindowEnd": "N/A"}, {"timeWindowEnd": iso(TODAY - HOUR)}],
    ids=["failed", "another workflow", "no window", "an older window"],
)
def test_no_other_run_makes_a_result_newer(fields: dict[str, Any]) -> None:
    world = a_world()
    succeeded(world, TODAY)
    succeeded(world, NOON, "run-2", **fields)

    ticks(world, 0, 24)

    assert told(world) == ["STALE"]


def test_a_dry_run_makes_no_result() -> None:
    world = a_world()
    succeeded(world, TODAY)
    succeeded(world, NOON, "run-2")
    world.executions.rows["acme", "run-2"]["dryRun"] = True

    ticks(world, 0, 24)

    assert told(world) == ["STALE"]


def test_a_backfill_of_the_past_makes_nothing_fresh() -> None:
    world = a_world()
    tick(world, NOON)

    for number in range(5):
        succeeded(world, TODAY - (number + 2) * 24 * HOUR, f"past-{number}")
    ticks(world, 0.25, 12)

    assert told(world) == ["STALE"]


def test_the_first_window_has_its_time_whatever_old_ones_a_backfill_brings_before_it() -> None:
    world = a_world(since=NOON)
    succeeded(world, TODAY - 240 * HOUR)

    ticks(world, 0, 35.75)

    assert told(world) == []


def test_a_run_of_somebody_else_makes_it_fresh_too_though_wfm_hears_of_it_days_later() -> None:
    world = a_world()
    ticks(world, 0, 60)

    succeeded(world, TODAY + 60 * HOUR, createTime=iso(NOON + 49 * HOUR))
    ticks(world, 60, 64)

    assert told(world) == ["STALE", "FRESH"]


def test_amc_is_asked_before_a_result_counts_as_stale() -> None:
    world = a_world()
    succeeded(world, TODAY)
    tick(world, NOON)
    times = dict.fromkeys(("createTime", "lastUpdatedTime"), iso(NOON + 23 * HOUR))
    end = iso(TODAY + 24 * HOUR)
    world.amc.runs = [a_run(workflowExecutionId="run-2", status="SUCCEEDED", timeWindowEnd=end, **times)]

    tick(world, NOON + 24 * HOUR)

    assert told(world) == []
    assert "LIST" in world.amc.calls


def test_a_crash_after_the_announcement_repeats_it_under_the_same_key() -> None:
    world = a_world()
    succeeded(world, TODAY)
    with patch.object(world.workflows, "move_result_watch", side_effect=NotReadyYet("killed")):
        tick(world, NOON + 24 * HOUR)

    ticks(world, 24.25, 26)

    assert told(world) == ["STALE", "STALE"]
    assert len({news.key for news in world.announcer.results}) == 1


def test_an_announcement_that_fails_is_tried_again_with_the_next_tick() -> None:
    world = a_world()
    with patch.object(world.announcer, "result", side_effect=NotReadyYet("no bus")):
        tick(world, NOON)
    assert told(world) == []

    tick(world, NOON + HOUR / 60)

    assert told(world) == ["STALE"]


def test_looks_are_few_and_where_none_is_due_there_is_none() -> None:
    world = a_world()
    succeeded(world, TODAY)
    looks = list[datetime]()
    find = world.workflows.find

    def counted(*key: str) -> Any:
        looks.append(world.clock())
        return find(*key)

    with patch.object(world.workflows, "find", counted):
        ticks(world, 0, 23.75)
        fresh = len(looks)
        ticks(world, 24, 48)

    assert fresh == 1  # of 96 ticks
    assert len(looks) - fresh == 21  # of 97 in which it is stale


def test_a_workflow_that_needs_not_be_fresh_any_more_is_not_watched() -> None:
    world = a_world()
    tick(world, NOON)

    write(world, freshness=None)
    ticks(world, 0.25, 12)

    assert told(world) == ["STALE"]
    assert not [name for name in row(world) if name.startswith(("result", "stale", "newest"))]


@pytest.mark.parametrize(("freshness", "expected"), [("48h", []), ("24h", ["STALE"]), ("soon", [])], ids=str)
def test_a_change_counts_from_then_on(freshness: str, expected: list[str]) -> None:
    world = a_world()
    succeeded(world, TODAY)
    tick(world, NOON)

    write(world, freshness=freshness)
    ticks(world, 0.25, 24)

    assert told(world) == expected


def test_the_results_of_a_tenant_that_goes_are_not_told_of_until_it_is_back() -> None:
    world = a_world(since=NOON)
    world.tenants.save("acme", status="OFFBOARDED")
    ticks(world, 0, 96)
    assert told(world) == []

    world.tenants.save("acme", status="PAUSED")
    ticks(world, 96.25, 120)

    assert [news.reason for news in world.announcer.results] == [
        "no window has succeeded yet; it may be 36h old; the tenant is PAUSED"
    ]


def test_a_row_that_is_gone_by_then_is_no_longer_watched() -> None:
    world = a_world()
    due = list_due_tenants({}, ports=lambda: world)["batches"]
    del world.workflows.rows["acme", "reach"]

    for batch in due:
        track_tenant({**batch, "tenants": []}, ports=lambda: world)

    assert told(world) == []


def test_one_result_that_cannot_be_looked_at_does_not_stop_the_others() -> None:
    world = a_world()
    world.workflows.rows["acme", "other"] = {**row(world), "workflowId": "other", "resultCheckAt": iso(TODAY)}
    find = world.workflows.find

    def failing(customer_id: str, workflow_id: str) -> Any:
        if workflow_id == "other":
            raise NotReadyYet("throttled")
        return find(customer_id, workflow_id)

    with patch.object(world.workflows, "find", failing):
        tick(world, NOON)

    assert told(world) == ["STALE"]
