"""An end that was recorded and not announced is announced by a sweep, at least once and not for ever."""

from datetime import timedelta
from typing import Any

import pytest

from functions.handlers import reconcile
from functions.services.notifications.announcements import announce_execution
from tests.builders import a_request_row, a_run, a_tenant_row
from tests.fakes import World
from wfm.model.publishing import PUBLISHING_FAILED
from wfm.model.runs import run_row, unannounced
from wfm.model.sweeps import GRACE

RUN = "acme", "run-1"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def world() -> World:
    """A run has ended, and its record in the stream was lost."""
    world = World(a_tenant_row())
    world.requests.add(a_request_row(outcomeToken="t"))
    row = run_row("acme", a_run(status="SUCCEEDED"), world.clock()) | {"requestId": "r1", "source": "wfm"}
    world.executions.rows[RUN] = row | {"announced": ["PENDING", "RUNNING"]}
    return world


def sweep(world: World) -> int:
    """A sweep, and what the stream makes of the rows that it changed; how many it found."""
    before = {key: dict(row) for key, row in world.executions.rows.items()}
    found: int = reconcile.handler({}, ports=lambda: world)["announcements"]
    changed = {key: dict(row) for key, row in world.executions.rows.items() if row != before[key]}
    for key, row in changed.items():
        announce_execution(before[key], row, world)
    return found


def test_a_lost_end_is_announced_by_the_sweep_and_completes_the_waiting_task(world: World) -> None:
    world.clock.now += GRACE

    assert sweep(world) == 1

    assert world.announcer.sent == [("run-1", "SUCCEEDED")]
    assert world.tasks.answered["t"]["status"] == "SUCCEEDED"
    world.clock.now += 2 * GRACE
    assert sweep(world) == 0


def test_an_end_that_is_on_its_way_is_left_to_the_stream(world: World) -> None:
    world.clock.now += GRACE - MINUTE

    assert sweep(world) == 0


def test_an_end_that_the_stream_announced_is_none_of_the_sweeps(world: World) -> None:
    announce_execution({**world.executions.rows[RUN], "executionStatus": "RUNNING"}, world.executions.rows[RUN], world)

    world.clock.now += GRACE

    assert sweep(world) == 0
    assert "unannounced" not in world.executions.rows[RUN]


def test_an_end_that_cannot_be_announced_is_tried_with_each_sweep(world: World) -> None:
    tell, world.announcer.execution = world.announcer.execution, _fail  # type: ignore[method-assign,assignment]
    for _ in range(2):
        world.clock.now += GRACE
        with pytest.raises(ConnectionError):
            sweep(world)

    world.announcer.execution = tell  # type: ignore[method-assign]
    world.clock.now += GRACE
    assert sweep(world) == 1
    assert world.announcer.sent == [("run-1", "SUCCEEDED")]


def test_after_a_crash_between_telling_and_marking_the_status_is_not_told_again(world: World) -> None:
    world.executions.rows[RUN]["announced"].append("SUCCEEDED")
    world.clock.now += GRACE

    assert sweep(world) == 1
    assert world.announcer.sent == []
    world.clock.now += GRACE
    assert sweep(world) == 0


def test_a_result_that_was_not_delivered_is_announced_too(world: World) -> None:
    world.executions.rows[RUN]["announced"].append("SUCCEEDED")
    world.executions.record_publishing(*RUN, {"resultDelivery": "FAILED", **unannounced(world.clock())})
    world.clock.now += GRACE

    assert sweep(world) == 1
    assert world.executions.rows[RUN]["announced"][-1] == PUBLISHING_FAILED
    assert len(world.announcer.sent) == 1


def _fail(*_: Any) -> None:
    raise ConnectionError("try again")
