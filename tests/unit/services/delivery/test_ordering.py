"""Which runs' results are ordered to be delivered, and what an order says."""

from typing import Any

import pytest

from functions.services.notifications.announcements import announce_execution
from tests.builders import a_request_row, a_run, a_tenant_row
from tests.fakes import NOON, World
from wfm.model.availability import LONGEST_REASON
from wfm.model.result_deliveries import SchemaChange
from wfm.model.runs import run_row

COLUMNS = [{"name": "reach", "dataType": "LONG", "columnType": "METRIC"}]
RUNNING = run_row("acme", a_run(status="RUNNING"), NOON)


def a_row(status: str = "SUCCEEDED", **fields: Any) -> dict[str, Any]:
    window = {"timeWindowStart": "2026-11-16T00:00:00Z", "timeWindowEnd": "2026-11-23T00:00:00Z"}
    run = a_run(status=status, workflowId="reach", **window)
    return {**run_row("acme", run, NOON), "requestId": "r1", "source": "wfm", "labels": {"team": "emea"}, **fields}


def a_world(delivery: object = True, **workflow: Any) -> World:
    world = World(a_tenant_row(bucketName="amc-acme"))
    world.requests.add(a_request_row())
    row = {"customerId": "acme", "workflowId": "reach", "sqlQuery": "SELECT 1", "outputColumns": COLUMNS, **workflow}
    world.workflows.rows["acme", "reach"] = row | ({} if delivery is None else {"delivery": delivery})
    return world


def ended(world: World, row: dict[str, Any]) -> None:
    """The stream's record of a run's end."""
    world.executions.rows.setdefault(("acme", "run-1"), dict(row))
    announce_execution(RUNNING, row, world)


def test_a_run_that_succeeded_is_ordered_with_all_that_its_file_needs() -> None:
    world = a_world({"schemaChange": "version"})

    ended(world, a_row())

    (order,) = world.delivery_orders.sent
    assert (order.customer_id, order.workflow_id, order.run_id) == ("acme", "reach", "run-1")
    assert order.window is not None
    assert [at.day for at in order.window] == [16, 23]
    assert [column.name for column in order.columns] == ["reach"]
    assert (order.labels, order.rules.on_schema_change) == ({"team": "emea"}, SchemaChange.VERSION)


@pytest.mark.parametrize(
    ("delivery", "fields"),
    [
        pytest.param(None, {}, id="of a workflow that says nothing of it"),
        pytest.param(False, {}, id="of a workflow that does not want it"),
        pytest.param(True, {"executionStatus": "FAILED"}, id="that failed"),
        pytest.param(True, {"dryRun": True}, id="that only checked the query"),
        pytest.param(True, {"workflowId": "another"}, id="of a workflow that is gone"),
        pytest.param(True, {"workflowId": ""}, id="of an ad hoc query without a name"),
    ],
)
def test_no_other_run_is(delivery: object, fields: dict[str, Any]) -> None:
    world = a_world(delivery)

    ended(world, a_row(**fields))

    assert world.delivery_orders.sent == []
    assert world.announcer.sent


def test_where_no_results_are_delivered_not_even_the_workflow_is_read() -> None:
    world = a_world()
    world.delivery_orders.is_there = False
    world.workflows.find = _fail  # type: ignore[method-assign,assignment]

    ended(world, a_row())

    assert (world.delivery_orders.sent, world.announcer.sent) == ([], [("run-1", "SUCCEEDED")])


def test_a_row_that_somebody_broke_is_told_of_and_keeps_no_announcement_back() -> None:
    world = a_world({"schemaChange": "replace"})

    ended(world, a_row())

    delivery = world.executions.rows["acme", "run-1"]["delivery"]
    assert (world.delivery_orders.sent, world.announcer.sent) == ([], [("run-1", "SUCCEEDED")])
    assert delivery["state"] == "REFUSED"
    assert "delivery.schemaChange: 'replace' is unknown" in delivery["reason"]


def test_a_row_that_somebody_broke_all_over_is_told_of_at_a_length_that_a_row_holds() -> None:
    world = a_world({f"wrong{number}": 1 for number in range(5_000)})

    ended(world, a_row())

    delivery = world.executions.rows["acme", "run-1"]["delivery"]
    assert (delivery["state"], len(delivery["reason"])) == ("REFUSED", LONGEST_REASON)


def test_the_next_try_of_a_request_is_of_the_file_of_the_first() -> None:
    world = a_world()
    values: dict[str, Any] = {"parameterValues": {"brand": "resolved"}}
    again = {"customerId": "acme", "resubmits": "r1", "payload": {"workflowId": "reach", **values}}
    world.requests.add(a_request_row(requestId="r1-r2", request=again))

    ended(world, a_row(requestId="r1-r2", **values))

    (order,) = world.delivery_orders.sent
    assert order.parameter_set == ""


def test_an_order_goes_out_before_the_end_is_announced_so_that_a_crash_repeats_it() -> None:
    world = a_world()
    tell, world.announcer.execution = world.announcer.execution, _fail  # type: ignore[method-assign,assignment]
    with pytest.raises(ConnectionError):
        ended(world, a_row())
    world.announcer.execution = tell  # type: ignore[method-assign]

    ended(world, a_row())
    ended(world, a_row())

    first, again = world.delivery_orders.sent
    assert first == again, "the third record finds the end announced"


def test_an_order_that_could_not_be_sent_keeps_the_end_unannounced_for_the_sweep() -> None:
    world = a_world()
    world.delivery_orders.send = _fail  # type: ignore[method-assign,assignment]

    with pytest.raises(ConnectionError):
        ended(world, a_row())

    row = world.executions.rows["acme", "run-1"]
    assert (world.announcer.sent, row["unannounced"]) == ([], "END")


def _fail(*_: Any) -> Any:
    raise ConnectionError("try again")
