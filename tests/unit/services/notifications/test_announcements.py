"""What a change of a row of Executions sets off, and how often."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from functions.services.notifications.announcements import announce_execution
from tests.builders import a_request_row, a_run, a_tenant_row
from tests.fakes import NOON, World
from wfm.model.events import run_detail
from wfm.model.runs import run_row


def a_row(status: str | None = "SUCCEEDED", **fields: Any) -> dict[str, Any]:
    return {**run_row("acme", a_run(status=status), NOON), "requestId": "r1", "source": "wfm", **fields}


def a_world(row: dict[str, Any]) -> World:
    world = World(a_tenant_row())
    world.requests.add(a_request_row(outcomeToken="t"))
    world.executions.rows["acme", "run-1"] = row
    return world


def test_a_redelivered_record_announces_nothing_twice() -> None:
    world = a_world(a_row())

    announce_execution(a_row("RUNNING"), a_row(), world)
    announce_execution(a_row("RUNNING"), a_row(), world)

    assert world.announcer.sent == [("run-1", "SUCCEEDED")]
    assert world.executions.rows["acme", "run-1"]["announced"] == ["SUCCEEDED"]


def test_that_a_status_was_announced_is_itself_no_news() -> None:
    world = a_world(a_row())

    announce_execution(a_row(), a_row(announced=["SUCCEEDED"]), world)

    assert world.announcer.sent == []


def test_late_records_of_earlier_statuses_are_still_announced_each_once() -> None:
    world = a_world(a_row())

    for old, new in ((None, "PENDING"), ("PENDING", "RUNNING"), ("RUNNING", "SUCCEEDED"), ("PENDING", "RUNNING")):
        announce_execution(a_row(old) if old else None, a_row(new), world)

    assert [status for _, status in world.announcer.sent] == ["PENDING", "RUNNING", "SUCCEEDED"]


def test_what_could_not_be_announced_is_announced_when_the_record_comes_again() -> None:
    world = a_world(a_row())
    tell, world.announcer.execution = world.announcer.execution, _fail  # type: ignore[method-assign,assignment]
    with pytest.raises(ConnectionError):
        announce_execution(a_row("RUNNING"), a_row(), world)

    world.announcer.execution = tell  # type: ignore[method-assign]
    announce_execution(a_row("RUNNING"), a_row(), world)

    assert world.announcer.sent == [("run-1", "SUCCEEDED")]


def _fail(*_: Any) -> None:
    raise ConnectionError("try again")


def test_the_task_is_completed_even_if_the_status_was_announced_already() -> None:
    world = a_world(a_row(announced=["SUCCEEDED"]))

    announce_execution(a_row("RUNNING"), a_row(), world)

    assert (world.announcer.sent, world.tasks.answered["t"]["status"]) == ([], "SUCCEEDED")


def test_a_claim_that_came_meanwhile_is_announced_along() -> None:
    world = a_world(a_row("PENDING", requestedBy="schedule:daily"))
    told: list[Any] = []
    world.announcer.execution = lambda *news: told.append(news[0])  # type: ignore[method-assign]
    unclaimed = {**run_row("acme", a_run(status="PENDING"), NOON), "source": "external"}

    announce_execution(None, unclaimed, world)

    assert (told[0]["source"], told[0]["requestId"], told[0]["requestedBy"]) == ("wfm", "r1", "schedule:daily")


def test_an_end_that_was_told_before_wfm_knew_whose_run_it_is_is_told_again_as_that_run() -> None:
    """Else nobody who asks for its schedule or labels hears of it, and it takes nobody's place."""
    lineage = {"supersedes": "run-0", "refreshOf": "r0", "refreshAge": "3d"}
    world = a_world(a_row(announced=["SUCCEEDED"], requestedBy="schedule:daily", **lineage))
    world.executions.rows["acme", "run-0"] = {**a_row(requestId="r0"), "workflowExecutionId": "run-0"}
    old = {**a_row(announced=["SUCCEEDED"]), "source": "external"}
    del old["requestId"]
    new = world.executions.rows["acme", "run-1"]
    told: list[Any] = []
    world.announcer.execution = lambda *news: told.append(news[0])  # type: ignore[method-assign]

    for _ in range(2):  # records may come again
        announce_execution(old, dict(new), world)

    (row,) = told
    assert (row["executionStatus"], row["requestId"], row["requestedBy"], row["supersedes"]) == (
        *("SUCCEEDED", "r1"),
        *("schedule:daily", "run-0"),
    )
    assert world.executions.rows["acme", "run-0"]["supersededBy"] == "run-1"
    assert world.delivery_orders.sent == []


def test_an_end_whose_record_was_lost_is_told_in_full_with_the_record_of_its_claim() -> None:
    new = a_row()
    world = a_world(new)
    world.workflows.rows["acme", "reach"] = {"delivery": True}
    old = {**new, "source": "external"}
    del old["requestId"]

    announce_execution(old, dict(new), world)

    assert world.announcer.sent == [("run-1", "SUCCEEDED")]
    assert [order.run_id for order in world.delivery_orders.sent] == ["run-1"]
    assert world.executions.rows["acme", "run-1"]["announced"] == ["SUCCEEDED"]


def test_a_claim_of_a_run_that_goes_on_is_no_news() -> None:
    world = a_world(a_row("RUNNING", announced=["RUNNING"]))
    old = a_row("RUNNING", announced=["RUNNING"])
    del old["requestId"]

    announce_execution(old, a_row("RUNNING", announced=["RUNNING"]), world)

    assert world.announcer.sent == []


def test_a_row_that_is_gone_by_now_is_announced_and_not_made_anew() -> None:
    world = a_world(a_row())
    world.executions.rows.clear()

    announce_execution(a_row("RUNNING"), a_row(), world)

    assert world.announcer.sent == [("run-1", "SUCCEEDED")]
    assert world.executions.rows == {}


@pytest.mark.parametrize(("old", "new"), [("SUCCEEDED", None), (None, ""), ("RUNNING", "RUNNING")])
def test_a_row_that_aged_out_or_says_nothing_new_is_no_news(old: str | None, new: str | None) -> None:
    world = a_world(a_row())
    images = [None if status is None else a_row(status) for status in (old, new)]
    if new == "":
        images[1] = {"customerId": "acme", "workflowExecutionId": "run-1"}

    announce_execution(images[0], images[1], world)

    assert world.announcer.sent == []


@pytest.mark.parametrize(("status", "counted"), [("FAILED", 1), ("REJECTED", 1), ("CANCELLED", 0), ("SUCCEEDED", 0)])
def test_failures_are_counted_once_each(status: str, counted: int) -> None:
    world = a_world(a_row(status))

    announce_execution(a_row("RUNNING"), a_row(status), world)
    announce_execution(a_row("RUNNING"), a_row(status), world)

    assert world.metrics.measured == [("RunsFailed", 1)] * counted


STATUSES = ["PENDING", "RUNNING", "PUBLISHING", "SUCCEEDED"]
CRASHES = ("before it is told", "after it is told", "never")


@settings(max_examples=100)
@given(st.lists(st.tuples(st.sampled_from(CRASHES), st.integers(0, 3)), max_size=12))
def test_however_often_records_come_again_each_status_is_announced_and_repeated_only_after_a_crash(
    deliveries: list[tuple[str, int]],
) -> None:
    """A batch that failed comes again from any record on, at last as a whole without a fault."""
    world, ids, crashes = a_world(a_row()), list[str](), 0
    remember = world.executions.mark_announced

    def tell(*news: Any) -> None:
        ids.append(str(run_detail(*news)["eventId"]))

    for crash, first in [*deliveries, ("never", 0)]:
        at = {"before it is told": (_fail, remember), "after it is told": (tell, _fail)}.get(crash, (tell, remember))
        world.announcer.execution, world.executions.mark_announced = at  # type: ignore[method-assign]
        for status in STATUSES[first:]:
            try:
                announce_execution(None, a_row(status), world)
            except ConnectionError:
                crashes += crash == "after it is told"
                break

    assert len(set(ids)) == len(STATUSES)
    assert len(ids) == len(STATUSES) + crashes


FAILED_DELIVERY = {"resultDelivery": "FAILED", "resultDeliveryReason": "no policy"}


@pytest.mark.parametrize(
    ("old", "told"),
    [
        (a_row("RUNNING"), [("run-1", "SUCCEEDED"), ("run-1", "DELIVERY_FAILED")]),
        (a_row(resultDelivery="PENDING"), [("run-1", "DELIVERY_FAILED")]),
        (a_row(**FAILED_DELIVERY), []),
    ],
)
def test_a_result_that_was_not_delivered_is_news_of_its_own_and_announced_once(
    old: dict[str, Any], told: list[tuple[str, str]]
) -> None:
    world = a_world(a_row(**FAILED_DELIVERY))

    for _ in range(2):
        announce_execution(old, a_row(**FAILED_DELIVERY), world)

    assert world.announcer.sent == told
