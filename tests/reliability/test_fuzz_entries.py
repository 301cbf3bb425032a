"""Anything at every entry: it works, or is refused with one readable line; nothing is half written."""

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from functions.handlers import plan_backfill, prepare_execution, release_slot, start_execution, sync_workflow
from functions.runtime.records import library_workflow_in, tenant_in
from tests.builders import a_message, a_tenant_row, an_sqs_record
from tests.fakes import NOON, World
from tests.reliability.documents import JUNK, TEXTS, around
from tests.reliability.fuzzing import assert_readable, is_row
from tests.reliability.report import FaultReport
from wfm.errors import InvalidRecord, PermanentError, WfmError
from wfm.model.schedules import read_schedule

TRIES = settings(max_examples=150, deadline=None)


def a_world() -> World:
    world = World(a_tenant_row())
    world.workflows.rows["acme", "reach"] = {"customerId": "acme", "workflowId": "reach", "syncStatus": "SYNCED"}
    return world


def requests() -> st.SearchStrategy[Any]:
    """Mostly of the tenant whose queue it is."""
    mine = around("execution_request").map(lambda found: {**found, "customerId": "acme"} if is_dict(found) else found)
    usual = st.tuples(st.sampled_from(["timeWindowStart", "timeWindowEnd", "parameterValues", "settlementLag"]), JUNK)
    return st.one_of(mine, around("execution_request"), usual.map(lambda one: a_message_with(*one)))


def is_dict(found: Any) -> bool:
    return isinstance(found, dict)


def a_message_with(field: str, value: Any) -> dict[str, Any]:
    message = a_message()
    message["payload"] = message["payload"] | {field: value}
    return message


@TRIES
@given(st.one_of(requests().map(json.dumps), st.text(max_size=40), st.integers(1, 20_000).map(lambda n: "[" * n)))
def test_any_message_is_started_or_parked_with_its_reason(fault_report: FaultReport, body: str) -> None:
    fault_report("anything as a message in a tenant's queue")
    world = a_world()

    answer = start_execution.handler({"Records": [an_sqs_record(body)]}, ports=lambda: world)

    assert answer == {"batchItemFailures": []}
    (row,) = world.requests.rows.values()
    if world.tasks.started:
        assert (world.queues.dead, row["status"], len(world.announcer.sent)) == ([], "QUEUED", 0)
        return
    ((_, letter, reason),) = world.queues.dead
    assert letter == body
    assert (row["status"], row["reason"]) == ("REJECTED", reason["reason"])
    assert len(world.announcer.sent) == 1
    assert is_row(row)
    assert_readable(PermanentError(reason["reason"]))


@TRIES
@given(st.one_of(requests(), JUNK), st.sampled_from(["acme.r1", "0b1c", "x" * 80]))
def test_any_input_of_start_execution_is_prepared_or_ends_with_its_reason(
    fault_report: FaultReport, document: Any, name: str
) -> None:
    fault_report("anything as an input of StartExecution")
    world = a_world()
    about = {"input": document, "executionName": name}
    start = about | {"executionArn": f"arn:{name}", "startTime": "2026-11-23T12:00:00.000Z"}

    refusal = None
    try:
        prepare_execution.handler(start, ports=lambda: world)
    except PermanentError as exc:
        assert_readable(exc)
        refusal = exc

    if refusal:
        told = {"error": type(refusal).__name__, "cause": json.dumps({"errorMessage": str(refusal)})}
        release_slot.handler(about | {"outcome": told}, ports=lambda: world)
    (row,) = world.requests.rows.values()
    assert is_row(row)
    assert (row["status"], row.get("reason")) == (("REJECTED", str(refusal)) if refusal else ("WAITING", None))


@TRIES
@given(around("tps_record").filter(is_row))
def test_any_tps_record_is_a_tenant_or_every_wrong_field_is_named(
    fault_report: FaultReport, record: dict[str, Any]
) -> None:
    fault_report("anything as a TPS record")
    ports: Any = World()
    try:
        tenant_in(record, ports)
    except InvalidRecord as exc:
        assert_readable(exc)


@TRIES
@given(around("library_record").filter(is_row))
def test_any_library_record_is_a_workflow_or_every_wrong_field_is_named(
    fault_report: FaultReport, record: dict[str, Any]
) -> None:
    fault_report("anything as a library record")
    try:
        library_workflow_in(record, NOON)
    except InvalidRecord as exc:
        assert_readable(exc)


@TRIES
@given(around("schedule_record").filter(is_row))
def test_any_schedule_is_read_or_every_wrong_field_is_named(fault_report: FaultReport, row: dict[str, Any]) -> None:
    fault_report("anything as a schedule")
    try:
        read_schedule(row, NOON)
    except InvalidRecord as exc:
        assert_readable(exc)


@TRIES
@given(st.one_of(around("backfill"), JUNK), st.one_of(TEXTS, st.just("b1")))
def test_any_backfill_is_planned_or_refused_before_anything_is_sent(
    fault_report: FaultReport, document: Any, name: str
) -> None:
    fault_report("anything as a backfill")
    world = a_world()

    try:
        plan_backfill.handler({"input": document, "executionName": name}, ports=lambda: world)
    except WfmError as exc:
        assert_readable(exc)

    assert (world.queues.sent, world.requests.rows) == ([], {})


@TRIES
@given(st.dictionaries(st.sampled_from(["sqlQuery", "inputParameters", "outputColumns", "defaultPayload", "x"]), JUNK))
def test_any_workflow_row_is_carried_to_amc_or_refused(fault_report: FaultReport, fields: dict[str, Any]) -> None:
    fault_report("anything as a workflow")
    row = {"customerId": "acme", "workflowId": "reach", **fields}
    if not is_row(row):
        return
    world = a_world()
    world.workflows.rows["acme", "reach"] = row
    event = {"customerId": "acme", "workflowId": "reach", "executionArn": "arn"}

    try:
        done = [sync_workflow.handler(event, ports=lambda: world)["done"] for _ in range(2)]
    except PermanentError as exc:
        assert_readable(exc)
        assert world.amc.workflows == {}
    else:
        assert done[1] == "nothing to do"
