"""One library workflow runs with each tenant's own values: by request and in a backfill, each with those of then."""

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from tests.e2e.deployment import PATIENCE, Deployment, TenantUnderTest, wait_until
from tests.e2e.wfm.test_library_rollout import put, wait_for_rollout
from wfm import Connection, InvalidRequest, Wfm

SQL = """SELECT campaign, COUNT(DISTINCT user_id) AS reach FROM dsp_impressions
WHERE ARRAY_CONTAINS(CUSTOM_PARAMETER('brands'), campaign) GROUP BY campaign"""
PARAMETERS = [{"name": "brands", "dataType": {"type": "ARRAY", "elementDataType": "STRING"}}]
DEFAULTS = {"timeWindowName": "last 7 days", "parameterValues": {"brands": {"value_of": "own_brands"}}}


@pytest.fixture(scope="module")
def client(wfm: Deployment) -> Wfm:
    runtime = wfm.runtime
    return Wfm(connection=Connection(None, "us-east-1", runtime.emulator.endpoint, runtime.stack, is_local=True))


def a_tenant(wfm: Deployment, name: str, **fields: Any) -> TenantUnderTest:
    return wfm.a_tenant(name, tags=["valued"], enableWorkflowLibrary=True, **fields)


def test_each_tenant_runs_the_one_workflow_with_its_own_values(wfm: Deployment, client: Wfm) -> None:
    first = a_tenant(wfm, "first", values={"own_brands": ["Kitchen"]})
    second = a_tenant(wfm, "second", values={"own_brands": ["Bath", "Garden"]})
    lacks = a_tenant(wfm, "lacks")
    name = f"brands-{first.id}"
    put(first, name, sql=SQL, tags=["valued"], inputParameters=PARAMETERS, defaultPayload=DEFAULTS)
    wait_for_rollout(wfm, name, 1)
    for tenant in (first, second, lacks):
        wait_until(partial(is_synced, client, tenant, name), f"{name} is in AMC of {tenant.id}")

    lacks.send("by-message", workflowId=name)
    with pytest.raises(InvalidRequest, match=f"{lacks.id} has no value 'own_brands'"):
        client.requests.submit(name, lacks.id)
    ended = [client.requests.submit(name, one.id).wait(PATIENCE) for one in (first, second)]
    client.tenants.change(first.id, {"values": {"own_brands": ["Kitchen", "Cellar"]}}).wait(PATIENCE)
    wait_until(lambda: "Cellar" in str(first.row().get("tenantValues")), "the changed value has arrived")
    today = datetime.now(UTC).date()
    week = {"start": today - timedelta(days=28), "end": today - timedelta(days=21), "days": 7}
    plan = {"customerIds": [first.id, second.id], "workflowId": name, **week}
    backfill = client.backfills.start(f"b-{first.id}", plan).wait(PATIENCE)
    wait_until(lambda: "endedAt" in lacks.requests().get("by-message", {}), "the message is refused")

    assert [(request.status, brands(request.row)) for request in ended] == [
        ("SUCCEEDED", ["Kitchen"]),
        ("SUCCEEDED", ["Bath", "Garden"]),
    ]
    refused = lacks.requests()["by-message"]
    assert (refused["status"], f"{lacks.id} has no value 'own_brands'" in refused["reason"]) == ("REJECTED", True)
    assert backfill.counts == {"SUCCEEDED": 2}
    later = {one.id: request_of(one, f"backfill:b-{first.id}") for one in (first, second)}
    assert [brands(row) for row in later.values()] == [["Kitchen", "Cellar"], ["Bath", "Garden"]]
    digests: list[Any] = [row["valuesUsed"] for row in (ended[0].row, later[first.id], ended[1].row, later[second.id])]
    assert [set(found) for found in digests] == [{"own_brands"}] * 4
    assert (digests[0] != digests[1], digests[2] == digests[3]) == (True, True)


def is_synced(client: Wfm, tenant: TenantUnderTest, name: str) -> bool:
    found = [one.sync_status for one in client.workflows.list(tenant.id) if one.workflow_id == name]
    return found == ["SYNCED"]


def brands(row: Any) -> Any:
    """What AMC was given."""
    return row["execution"]["parameterValues"]["brands"]


def request_of(tenant: Any, source: str) -> Any:
    [row] = [row for row in tenant.requests().values() if row["source"] == source]
    return row
