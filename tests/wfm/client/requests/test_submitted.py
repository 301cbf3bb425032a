"""A request that was sent is waited for by the handle that sending gives."""

from typing import Any

import pytest

from wfm import ClientError, NotEndedInTimeError, NotSucceededError, UsageError
from wfm.client.requests.following import StateChange


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wfm.client.poll_schedule.FIRST_PAUSE", 0.001)


@pytest.fixture
def world(deployed: Any) -> Any:
    deployed.put_tenant()
    deployed.put_workflow()
    return deployed


def ending(world: Any, status: str, **changes: Any) -> Any:
    """What WFM does with the request, once somebody is seen to wait."""

    def on_change(change: StateChange) -> None:
        if change.state == "BUFFERED":
            world.put_request("mine", status, endedAt="2026-11-23T14:30:00.000Z", **changes)

    return on_change


def test_waiting_gives_the_request_as_it_ended_and_tells_each_change(world: Any) -> None:
    run = world.wfm.requests.submit("reach", "acme", request_id="mine")
    seen: list[str] = []
    end = ending(world, "SUCCEEDED", workflowExecutionId="e1")

    def on_change(change: StateChange) -> None:
        seen.append(change.state)
        end(change)

    request = run.wait(on_change=on_change)

    assert (run.customer_id, run.request_id) == ("acme", "mine")
    assert (request.status, request.succeeded, request.workflow_execution_id) == ("SUCCEEDED", True, "e1")
    assert seen == ["BUFFERED", "QUEUED", "SUCCEEDED"]


def test_a_failure_is_an_outcome_unless_it_is_to_be_an_error(world: Any) -> None:
    run = world.wfm.requests.submit("reach", "acme", request_id="mine")

    request = run.wait(on_change=ending(world, "FAILED", reason="AMC says no"))

    assert (request.status, request.succeeded, request.reason) == ("FAILED", False, "AMC says no")
    with pytest.raises(NotSucceededError, match=r"^mine of acme is FAILED: AMC says no$") as raised:
        run.wait(check=True)
    assert isinstance(raised.value, ClientError)


def test_waiting_ends_in_time(world: Any) -> None:
    run = world.wfm.requests.submit("reach", "acme")

    with pytest.raises(NotEndedInTimeError, match="not ended after 0 s: it is BUFFERED; it continues"):
        run.wait(timeout=0)


def test_what_was_prepared_is_sent_as_it_is(world: Any) -> None:
    prepared = world.wfm.requests.prepare("reach", "acme", request_id="mine", window="yesterday")

    run = world.wfm.requests.submit(prepared)

    assert run.request == prepared.request


def test_it_is_cancelled_by_its_handle(world: Any, lifecycle: Any) -> None:
    run = world.wfm.requests.submit("reach", "acme", request_id="mine")

    assert run.cancel().status == "CANCELLED"
    assert run.wait().status == "CANCELLED"


def test_an_option_that_there_is_not_is_refused_with_the_one_that_may_be_meant(world: Any) -> None:
    with pytest.raises(UsageError, match=r"^windw: no option of a run; did you mean window"):
        world.wfm.requests.submit("reach", "acme", windw="yesterday")


def test_the_call_of_the_first_version_gives_the_id_alone(world: Any) -> None:
    with pytest.deprecated_call(match="wfm.run is deprecated"):
        assert world.wfm.run("reach", "acme", request_id="mine") == "mine"
