"""Which tenants the tracker polls, and what becomes of a batch of which some fail."""

from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest

from functions.handlers import check_runs, list_due_tenants, track_tenant
from functions.handlers.list_due_tenants import MAX_TENANTS_PER_TICK, TENANTS_PER_BATCH
from tests.builders import a_run, a_tenant_row
from tests.fakes import World
from wfm.calendar.timestamps import iso
from wfm.errors import AmcRefused, AmcUnavailable
from wfm.model.tenants import Tenant


def call(handler: Any, world: World, event: dict[str, Any]) -> Any:
    return handler(event, ports=lambda: world)


def a_world(*customer_ids: str) -> World:
    return World(*(a_tenant_row(customerId=name, amcInstanceId=f"amc{name}") for name in customer_ids))


def refuse(world: World, **faults: Exception) -> None:
    """AMC's list fails for these customers."""
    listing = world.amc.list_executions

    def list_executions(tenant: Tenant, *args: Any, **options: Any) -> Any:
        if fault := faults.get(tenant.customer_id):
            raise fault
        return listing(tenant, *args, **options)

    world.amc.list_executions = list_executions  # type: ignore[method-assign]


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        ({"customerId": "globex"}, [{"tenants": ["globex"], "asked": True, "schedules": []}]),
        (
            {"customerId": None, "bucket": "amc-results"},
            [{"tenants": ["acme"], "asked": True, "schedules": []}],
        ),
        ({"customerId": None, "bucket": "some-other"}, []),
        (
            {"customerId": None, "bucket": None},
            [{"tenants": ["acme", "soon"], "asked": False, "schedules": []}],
        ),
    ],
)
def test_due_tenants_are_one_or_a_buckets_or_all_whose_time_has_come(
    event: dict[str, Any], expected: list[dict[str, Any]]
) -> None:
    soon = a_tenant_row(customerId="soon", pollDueAt="2026-11-23T12:00:30.000Z")
    idle = a_tenant_row(customerId="idle", pollDueAt="2026-11-23T12:00:31.000Z")
    world = World(a_tenant_row(bucketName="amc-results"), soon, idle)

    assert call(list_due_tenants.handler, world, event) == {"batches": expected}


def test_a_thousand_due_tenants_are_a_hundred_batches() -> None:
    names = [f"tenant-{number}" for number in range(1003)]

    batches = call(list_due_tenants.handler, a_world(*names), {})["batches"]

    assert [name for batch in batches for name in batch["tenants"]] == names
    assert (len(batches), max(len(batch["tenants"]) for batch in batches)) == (101, TENANTS_PER_BATCH)


def test_one_tick_hands_out_no_more_than_the_machine_can_hold() -> None:
    batches = call(list_due_tenants.handler, a_world(*map(str, range(MAX_TENANTS_PER_TICK + 5))), {})["batches"]

    assert sum(len(batch["tenants"]) for batch in batches) == MAX_TENANTS_PER_TICK


@pytest.mark.parametrize(("overdue", "lag"), [(timedelta(minutes=12), 720.0), (timedelta(seconds=-20), 0.0)])
def test_each_tick_measures_how_long_the_most_overdue_tenant_has_waited(overdue: timedelta, lag: float) -> None:
    world = a_world("acme")
    world.tenants.save("acme", pollDueAt=iso(world.clock() - overdue))

    call(list_due_tenants.handler, world, {})
    call(list_due_tenants.handler, world, {"customerId": "acme"})

    assert world.metrics.measured == [("TrackerLag", lag)]


def test_a_tick_without_anybody_who_is_due_says_that_nobody_waits() -> None:
    world = a_world()

    call(list_due_tenants.handler, world, {})

    assert world.metrics.measured == [("TrackerLag", 0.0)]


def test_a_tenant_whose_poll_fails_changes_nothing_for_the_others() -> None:
    world = a_world("acme", "globex", "initech", "umbrella")
    refuse(world, globex=AmcUnavailable("it answered 503"), initech=AmcRefused(403, "Unauthorized request."))
    world.amc.runs = [a_run()]
    event = {"tenants": ["acme", "globex", "gone", "initech", "umbrella"], "asked": False}

    answer = call(track_tenant.handler, world, event)

    failed = {"globex": "AmcUnavailable", "initech": "AmcRefused"}
    assert answer == {"changed": 2, "failed": failed, "left": []}
    assert ("umbrella", "run-1") in world.executions.rows
    assert world.tenants.rows["globex"]["pollDueAt"] == "2026-11-23T12:01:00.000Z"


def test_polls_that_were_asked_for_and_all_failed_are_tried_again_at_once() -> None:
    world = a_world("acme", "globex")
    refuse(world, acme=AmcUnavailable("it answered 503"))

    with pytest.raises(AmcUnavailable):
        call(track_tenant.handler, world, {"tenants": ["acme"], "asked": True})
    answer = call(track_tenant.handler, world, {"tenants": ["acme", "globex"], "asked": True})

    assert answer["failed"] == {"acme": "AmcUnavailable"}


@pytest.mark.parametrize(
    ("fault", "asked"), [(AmcRefused(403, "Unauthorized request."), True), (AmcUnavailable("it answered 503"), False)]
)
def test_what_cannot_pass_and_what_the_next_tick_sees_to_is_not_tried_again(fault: Exception, asked: bool) -> None:
    world = a_world("acme")
    refuse(world, acme=fault)

    answer = call(track_tenant.handler, world, {"tenants": ["acme"], "asked": asked})

    assert answer["failed"] == {"acme": type(fault).__name__}


def test_a_failure_is_logged_once_however_long_it_continues(caplog: pytest.LogCaptureFixture) -> None:
    world = a_world("acme")
    refuse(world, acme=AmcUnavailable("it answered 503"))

    for _ in range(60):
        call(track_tenant.handler, world, {"tenants": ["acme"], "asked": False})
        world.clock.pass_seconds(60)

    assert [record.problem for record in caplog.records] == ["AMC is not available: it answered 503"]  # type: ignore[attr-defined]


def test_tenants_that_are_not_reached_in_time_are_still_due() -> None:
    world = a_world("acme", "globex", "initech")
    listing = world.amc.list_executions

    def slow(*args: Any, **options: Any) -> Any:
        world.clock.pass_seconds(20)
        return listing(*args, **options)

    world.amc.list_executions = slow  # type: ignore[method-assign]
    answer = call(track_tenant.handler, world, {"tenants": ["acme", "globex", "initech"], "asked": False})

    (left,) = answer["left"]
    assert left in world.tenants.due(world.clock())


def test_a_tenant_whose_poll_ends_each_lambda_keeps_none_of_its_batch_waiting_for_long() -> None:
    world = a_world(*(f"tenant-{number}" for number in range(10)))
    listing = world.amc.list_executions

    def deadly(tenant: Tenant, *args: Any, **options: Any) -> Any:
        if tenant.customer_id == "tenant-0":
            raise KeyboardInterrupt  # nothing catches it, as nothing catches the end of a Lambda
        return listing(tenant, *args, **options)

    world.amc.list_executions = deadly  # type: ignore[method-assign]
    due = list(world.tenants.due(world.clock()))
    for _ in range(200):
        with suppress(KeyboardInterrupt):
            call(track_tenant.handler, world, {"tenants": due, "asked": False})

    assert list(world.tenants.due(world.clock())) == ["tenant-0"]


def test_runs_are_not_counted_when_amc_could_not_be_asked() -> None:
    world = a_world("acme")
    refuse(world, acme=AmcUnavailable("it answered 503"))

    with pytest.raises(AmcUnavailable):
        call(check_runs.handler, world, {"customerId": "acme"})
