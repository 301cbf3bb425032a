"""A workflow's newest result is told stale and fresh again, whatever becomes of Lambdas meanwhile."""

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.e2e.deployment import SQL, Deployment, wait_until
from tests.e2e.inbox import read, subscribe
from tests.reliability.report import FaultReport
from wfm import Connection, Wfm
from wfm.calendar.timestamps import iso


def test_a_result_is_told_stale_once_and_fresh_again_once_while_workers_die(
    wfm: Deployment, fault_report: FaultReport
) -> None:
    tenant, table = wfm.a_tenant("freshness"), wfm.table("WorkflowsTable")
    inbox, key = subscribe(wfm, tenant.id), {"customerId": tenant.id, "workflowId": "reach"}
    connection = Connection(None, "us-east-1", wfm.runtime.emulator.endpoint, wfm.runtime.stack, is_local=True)
    client = Wfm(connection=connection)

    def status() -> object:
        return table.get_item(Key=key, ConsistentRead=True)["Item"].get("resultStatus")

    def due(**fields: str) -> None:
        """The next look is due at once, with the next tick."""
        changes: Any = {"resultCheckAt": iso(datetime.now(UTC)), **fields}
        table.update_item(Key=key, AttributeUpdates={n: {"Action": "PUT", "Value": v} for n, v in changes.items()})

    with wfm.losing_workers(until=lambda: status() == "FRESH", most=3) as first:
        tenant.put_definition("reach", sqlQuery=SQL, freshness="2d")
    wait_until(lambda: status() == "FRESH", "the result is watched")
    with wfm.losing_workers(until=lambda: status() == "STALE", most=3) as second:
        due(resultWatchedSince=iso(datetime.now(UTC) - timedelta(days=3)))
    wait_until(lambda: status() == "STALE", "the result is stale")
    shown = {one.tenant.customer_id: list(one.stale) for one in client.tenants.status()}

    tenant.send("today", timeWindowStart="TODAY(-1)", timeWindowEnd="TODAY(0)")
    tenant.wait_for("today")
    with wfm.losing_workers(until=lambda: status() == "FRESH", most=3) as third:
        due()
    wait_until(lambda: status() == "FRESH", "the result is fresh again")

    news = {(each["resultStatus"], each["eventId"]) for each in read(wfm, inbox) if "resultStatus" in each}
    assert sorted(each for each, _ in news) == ["FRESH", "STALE"]
    assert shown[tenant.id] == ["reach"]
    assert all(one.stale == () for one in client.tenants.status() if one.tenant.customer_id == tenant.id)
    killed = sum((*first, *second, *third))
    fault_report("workers killed while a result becomes stale and fresh again, in the deployed assembly", killed)
