"""What Lambda leaves out of the stream of Executions would have led to nothing."""

from collections.abc import Callable
from typing import Any

import pytest
from boto3.dynamodb.types import TypeSerializer
from hypothesis import given
from hypothesis import strategies as st

from functions.handlers import announce_execution
from tests.builders import a_request_row, a_run, a_tenant_row
from tests.event_filters import is_delivered
from tests.fakes import NOON, World
from wfm.calendar.timestamps import iso
from wfm.model.runs import run_row, unannounced
from wfm.store.items import to_item
from wfm.store.schema import EXECUTIONS

RUN = "acme", "run-1"
STATUSES = ("PENDING", "RUNNING", "SUCCEEDED", "FAILED", "WONDERFUL")
Write = Callable[[World], object]


def recorded(status: str) -> Write:
    return lambda world: world.executions.record(run_row("acme", a_run(status=status), NOON))


def announced(status: str, *, at: str | None = None) -> Write:
    return lambda world: world.executions.mark_announced(*RUN, status, at)


def edited(**fields: Any) -> Write:
    """By somebody in the console, or by version 0.1, which knew no mark."""

    def edit(world: World) -> None:
        row = world.executions.rows.setdefault(RUN, {"customerId": "acme", "workflowExecutionId": "run-1"})
        row.update(fields)

    return edit


def removed(world: World) -> None:
    world.executions.rows.pop(RUN, None)


WRITES: st.SearchStrategy[Write] = st.one_of(
    st.builds(recorded, st.sampled_from(STATUSES)),
    st.builds(announced, st.sampled_from(STATUSES), at=st.sampled_from([None, iso(NOON)])),
    st.builds(lambda status: edited(executionStatus=status), st.sampled_from(STATUSES)),
    st.just(edited(overdueAt="now", overdueReason="too long")),
    st.just(edited(announced=["PENDING"])),
    st.just(edited(unannouncedSince="later")),
    st.just(edited(requestId="r1", source="wfm")),
    st.just(lambda world: world.executions.mark_all_announced(*RUN, iso(NOON))),
    st.just(lambda world: world.executions.deactivate(*RUN)),
    st.just(lambda world: world.executions.record_publishing(*RUN, {"resultDelivery": "FAILED", **unannounced(NOON)})),
    st.just(removed),
)


@given(st.lists(WRITES, min_size=1, max_size=12))
def test_no_record_that_is_left_out_would_have_announced_or_woken_anything(writes: list[Write]) -> None:
    world = World(a_tenant_row())

    for write in writes:
        before = row_of(world)
        write(world)
        record = a_record(before, row_of(world))
        if not is_delivered(record, EXECUTIONS):
            assert set_off_by(record) == ([], {})


@pytest.mark.parametrize(
    ("before", "write"),
    [
        ([], recorded("PENDING")),
        ([recorded("PENDING"), announced("PENDING")], recorded("RUNNING")),
        ([recorded("RUNNING")], recorded("SUCCEEDED")),  # the first is not announced yet
        ([edited(executionStatus="RUNNING")], edited(executionStatus="SUCCEEDED")),  # no mark: version 0.1 wrote so
        ([], edited(executionStatus="SUCCEEDED")),
        ([recorded("RUNNING"), announced("RUNNING")], edited(overdueAt="now")),
        ([recorded("FAILED"), edited(executionStatus="RUNNING")], edited(executionStatus="FAILED")),
    ],
)
def test_news_is_delivered_and_leads_to_something(before: list[Write], write: Write) -> None:
    world = World(a_tenant_row())
    for earlier in (*before, edited(requestId="r1")) if before else ():
        earlier(world)
    old = row_of(world)

    write(world)

    record = a_record(old, row_of(world))
    assert is_delivered(record, EXECUTIONS)
    assert set_off_by(record) != ([], {})


@pytest.mark.parametrize("since", [None, iso(NOON)])
def test_that_something_was_announced_is_not_delivered(since: str | None) -> None:
    world = World(a_tenant_row())
    recorded("SUCCEEDED")(world)
    before = row_of(world)

    announced("SUCCEEDED", at=since)(world)

    assert not is_delivered(a_record(before, row_of(world)), EXECUTIONS)


@pytest.mark.parametrize("status", ["RUNNING", "SUCCEEDED"])
def test_a_row_that_ages_out_is_not_delivered(status: str) -> None:
    world = World(a_tenant_row())
    for write in (recorded(status), announced(status)):
        write(world)

    assert not is_delivered(a_record(row_of(world), None), EXECUTIONS)


def row_of(world: World) -> dict[str, Any] | None:
    row = world.executions.rows.get(RUN)
    return None if row is None else dict(row)


def a_record(old: dict[str, Any] | None, new: dict[str, Any] | None) -> dict[str, Any]:
    images = {"OldImage": old, "NewImage": new}
    return {"dynamodb": {"SequenceNumber": "1", **{name: _image(row) for name, row in images.items() if row}}}


def _image(row: dict[str, Any]) -> dict[str, Any]:
    return {name: TypeSerializer().serialize(value) for name, value in to_item(row).items()}


def set_off_by(record: dict[str, Any]) -> tuple[list[Any], dict[str, Any]]:
    """What the handler tells and wakes by the record, if nothing was announced yet and somebody waits."""
    world = World(a_tenant_row())
    world.requests.add(a_request_row(outcomeToken="t"))
    world.executions.rows[RUN] = {"customerId": "acme", "workflowExecutionId": "run-1", "executionStatus": "any"}
    announce_execution.handler({"Records": [record]}, ports=lambda: world)
    return world.announcer.sent, world.tasks.answered
