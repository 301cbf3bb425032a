"""The workflow library: an edit reaches AMC for every tenant that it is for, and for no other."""

from functools import partial
from typing import Any

from tests.e2e.deployment import SQL, Deployment, TenantUnderTest, wait_until

NEWER = SQL + " HAVING COUNT(*) > 1"


def a_tenant(wfm: Deployment, name: str) -> TenantUnderTest:
    """Who takes all that the library has for the tag that is its own id."""
    tenant = wfm.a_candidate(name)
    tag(tenant, tenant.id)
    wait_until(lambda: tenant.row().get("status") == "ACTIVE", f"{tenant.id} is onboarded")
    return tenant


def tag(tenant: TenantUnderTest, *tags: str) -> None:
    tenant.put_record(2, enableWorkflowLibrary=True, tags=list(tags))


def put(tenant: TenantUnderTest, workflow_id: str, version: int = 1, sql: str = SQL, **fields: Any) -> None:
    """A library record for the tenant's tag."""
    record = {"workflowId": workflow_id, "version": version, "sqlQuery": sql, "tags": [tenant.id], **fields}
    tenant.deployment.table("WorkflowLibraryTable").put_item(Item=record)


def wait_for_rollout(wfm: Deployment, workflow_id: str, version: int, status: str = "DONE") -> dict[str, Any]:
    """The record once its rollout has ended so."""
    table, key = wfm.table("WorkflowLibraryTable"), {"workflowId": workflow_id, "version": version}

    def ended() -> dict[str, Any]:
        record: dict[str, Any] = table.get_item(Key=key, ConsistentRead=True)["Item"]
        return record if record.get("rolloutStatus") == status else {}

    return wait_until(ended, f"version {version} of {workflow_id} is {status}")


def in_amc(tenant: TenantUnderTest) -> dict[str, str]:
    """The SQL of the workflows that the instance has."""
    found = tenant.deployment.amc.workflows(tenant.instance)
    return {workflow_id: definition["sqlQuery"] for workflow_id, definition in found.items()}


def has(tenant: TenantUnderTest, wanted: dict[str, str]) -> bool:
    return in_amc(tenant) == wanted


def test_an_edit_reaches_every_tenant_that_it_is_for_and_no_other(wfm: Deployment) -> None:
    first, second, other = (a_tenant(wfm, name) for name in ("first", "second", "other"))
    tag(second, first.id)
    wait_until(lambda: second.row()["tags"] == [first.id], "the tag has taken effect")
    names = [f"lib{number}-{first.id}" for number in range(4)]

    for name in names:
        put(first, name)
    records = [wait_for_rollout(wfm, name, 1) for name in names]
    for tenant in (first, second):
        wait_until(partial(has, tenant, dict.fromkeys(names, SQL)), f"{tenant.id} has the first versions")
    put(first, names[0], 2, NEWER)

    assert [(record["rolloutTenants"], record["rolloutDone"]) for record in records] == [(2, 2)] * 4
    wanted = {**dict.fromkeys(names, SQL), names[0]: NEWER}
    for tenant in (first, second):
        wait_until(partial(has, tenant, wanted), f"{tenant.id} has them all, one in its second version")
        assert len(tenant.calls("POST workflows")) == len(names)
    assert (in_amc(other), other.calls("POST workflows")) == ({}, [])


def test_a_tenant_gets_and_loses_workflows_with_its_tags_and_a_bad_record_changes_nothing(wfm: Deployment) -> None:
    tenant = a_tenant(wfm, "tagged")
    good, bad = (f"{name}-{tenant.id}" for name in ("good", "bad"))
    for name in (good, bad):
        put(tenant, name)
    wait_until(lambda: has(tenant, {good: SQL, bad: SQL}), "both are in AMC")

    put(tenant, bad, 2, "")
    record = wait_for_rollout(wfm, bad, 2, "FAILED")
    tag(tenant)
    wait_until(lambda: has(tenant, {bad: SQL}), "what cannot be read stays, the other goes")
    tag(tenant, tenant.id)

    wait_until(lambda: has(tenant, {good: SQL, bad: SQL}), "the other is back")
    assert record["rolloutReason"].startswith("sqlQuery: ")
