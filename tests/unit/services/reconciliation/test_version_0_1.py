"""Requests that version 0.1 wrote have no `openSince`: a sweep finds them all the same."""

import pytest

from functions.handlers import reconcile
from tests.builders import a_request_row, a_tenant_row
from tests.fakes import World
from wfm.model.rows import DATA_VERSION
from wfm.model.stopped_executions import StoppedExecution

LIFECYCLE = "arn:aws:states:us-east-1:1:stateMachine:wfm-execution_lifecycle"


@pytest.fixture
def world() -> World:
    world = World(a_tenant_row())
    world.settings.execution_lifecycle_arn = LIFECYCLE
    for number in range(5):
        ended = {"endedAt": "2026-11-01T00:00:00.000Z", "status": "SUCCEEDED"} if number % 2 else {}
        world.requests.add(a_request_row(requestId=f"r{number}", requestedAt="2026-11-01T00:00:00.000Z", **ended))
        world.requests.rows["acme", f"r{number}"].pop("openSince", None)
    return world


def sweep(world: World) -> int:
    found: int = reconcile.handler({}, ports=lambda: world)["requests"]
    return found


def test_they_are_found_page_by_page_and_what_has_ended_is_left_alone(world: World) -> None:
    """The fake's pages have two rows."""
    arn = f"{LIFECYCLE.replace(':stateMachine:', ':execution:')}:acme."
    for number in range(5):
        stopped = StoppedExecution(f"{arn}r{number}", LIFECYCLE, f"acme.r{number}", "ABORTED")
        world.stopped_executions.stopped.append((world.clock(), stopped))

    assert [sweep(world) for _ in range(4)] == [1, 2, 3, 3]  # nobody cleans up here, so that they stay open

    assert {name for (_, name), row in world.requests.rows.items() if "openSince" in row} == {"r0", "r2", "r4"}
    assert {sent.name for _, sent in world.stopped_executions.sent} == {"acme.r0", "acme.r2", "acme.r4"}


def test_once_all_are_indexed_nothing_is_read_any_more(world: World) -> None:
    for _ in range(3):
        sweep(world)
    row = world.tenants.rows["acme"]
    assert (row["dataVersion"], row.get("requestsIndexed")) == (DATA_VERSION, None)
    world.requests.index_open = None  # type: ignore[assignment,method-assign]

    assert sweep(world) == 3


def test_where_all_were_done_before_there_was_a_version_nothing_is_read(world: World) -> None:
    world.tenants.rows["acme"]["requestsIndexed"] = "*"
    world.requests.index_open = None  # type: ignore[assignment,method-assign]

    sweep(world)

    assert world.tenants.rows["acme"]["dataVersion"] == DATA_VERSION
