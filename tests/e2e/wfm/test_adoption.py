"""Workflows that people made in AMC by hand become WFM's, and AMC is written to by nobody."""

from pathlib import Path
from typing import Any

import pytest

from local.amc_simulator.faults import Fault
from tests.e2e.deployment import SQL, Deployment, TenantUnderTest
from wfm import Connection, Wfm
from wfm.client.adoption.found import Found
from wfm.client.workflow_files.writing import plan, write

PAGE = 100  # workflows, of AMC's list
BY_BRAND = SQL.replace(
    "GROUP", "WHERE campaign = CUSTOM_PARAMETER('brand') AND impressions > CUSTOM_PARAMETER('cap') GROUP"
)
PARAMETERS = [
    {"name": "brand", "dataType": "STRING", "defaultValue": "Kitchen", "column_type": "DIMENSION"},
    {"name": "cap", "dataType": "INTEGER", "defaultValue": 3},
]


@pytest.fixture(scope="module")
def client(wfm: Deployment) -> Wfm:
    runtime = wfm.runtime
    return Wfm(connection=Connection(None, "us-east-1", runtime.emulator.endpoint, runtime.stack, is_local=True))


def written(tenant: TenantUnderTest) -> list[str]:
    """Every call that could have changed a workflow in AMC, `reach` of the onboarding aside."""
    verbs = ("POST workflows", "PUT workflows", "DELETE workflows")
    return [call["workflowId"] for verb in verbs for call in tenant.calls(verb) if call["workflowId"] != "reach"]


def found_in(client: Wfm, *tenants: TenantUnderTest, only: tuple[str, ...] = ()) -> list[Found]:
    searched = list(client.adoption.search([tenant.id for tenant in tenants], only))
    assert [one.problem for one in searched] == [""] * len(tenants)
    return [found for one in searched for found in one.found]


def row(tenant: TenantUnderTest, workflow_id: str) -> dict[str, Any]:
    key = {"customerId": tenant.id, "workflowId": workflow_id}
    item: dict[str, Any] = tenant.deployment.table("WorkflowsTable").get_item(Key=key)["Item"]
    return item


def test_a_hundred_workflows_made_by_hand_are_found_amid_throttles_and_adopted_without_a_write(
    wfm: Deployment, client: Wfm
) -> None:
    tenant = wfm.a_tenant("adopting")
    for number in range(PAGE):
        wfm.amc.change_by_hand(tenant.instance, f"made-{number:03}", {"sqlQuery": SQL})
    wfm.amc.change_by_hand(tenant.instance, "branded", {"sqlQuery": BY_BRAND, "inputParameters": PARAMETERS})
    wfm.amc.change_by_hand(tenant.instance, "reach", {"sqlQuery": SQL + " HAVING COUNT(*) > 1"})
    wfm.amc.add_faults(
        Fault(method="GET", path="/workflows$", instance_id=tenant.instance, status=429, body="html", skip=1, times=3)
    )

    found = found_in(client, tenant)
    wanted = [one for one in found if one.workflow_id in ("branded", "made-007", "reach")]
    adopted = [client.adoption.adopt(one) for one in wanted]
    ended = client.adoption.wait(wanted, 300)

    assert sorted(one.workflow_id for one in found) == ["branded", *(f"made-{n:03}" for n in range(PAGE)), "reach"]
    assert adopted == [True] * 3
    assert [(one.workflow_id, one.sync_status, one.sync_reason, one.drift) for one in ended] == [
        (name, "SYNCED", None, None) for name in ("branded", "made-007", "reach")
    ]
    assert written(tenant) == []
    assert tenant.calls("PUT workflows") == []
    assert len(found_in(client, tenant)) == PAGE - 1
    assert [parameter.get("defaultValue") for parameter in row(tenant, "branded")["inputParameters"]] == [
        "Kitchen",
        "3",
    ]
    tenant.send("run-1", workflowId="branded")
    assert tenant.wait_for("run-1")["run-1"]["status"] == "SUCCEEDED"


def test_what_two_tenants_hold_goes_into_the_library_and_back_to_them_without_a_write(
    wfm: Deployment, client: Wfm, tmp_path: Path
) -> None:
    tenants = [wfm.a_tenant(name, enableWorkflowLibrary=True) for name in ("first", "second")]
    other = wfm.a_tenant("other", enableWorkflowLibrary=True)
    name = f"branded-{tenants[0].id}"
    for tenant in tenants:
        wfm.amc.change_by_hand(tenant.instance, name, {"sqlQuery": BY_BRAND, "inputParameters": PARAMETERS})

    taken = client.adoption.for_library(found_in(client, *tenants, other))
    write(plan(taken.workflows, tmp_path / "lib", force=False))
    changes = [change for change in client.library.compare(client.library.read(tmp_path / "lib")) if change.file]
    begun = client.library.push(changes)
    *_, status = client.library.wait(begun, 300)

    assert [(change.workflow_id, set(change.reach.gets)) for change in changes] == [(name, {one.id for one in tenants})]
    assert [(one.status, one.synced, one.failed) for one in status] == [("DONE", 2, ())]
    for tenant in tenants:
        assert row(tenant, name)["syncStatus"] == "SYNCED"
        assert written(tenant) == []
        assert found_in(client, tenant) == []
    assert written(other) == []
