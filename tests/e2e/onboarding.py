"""What the end-to-end tests ask of a tenant's two machines: executions, a step that fails, what is left behind."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from tests.e2e.deployment import Deployment, TenantUnderTest, wait_until
from wfm.client.adapters.onboarding_machine import OnboardingMachine
from wfm.client.machines import MachineExecution

EVER = datetime(2000, 1, 1, tzinfo=UTC)


def machine(wfm: Deployment) -> OnboardingMachine:
    arns = (wfm.outputs["TenantOnboardingArn"], wfm.outputs["TenantOffboardingArn"])
    return OnboardingMachine(wfm.client("stepfunctions"), *arns)


def executions(tenant: TenantUnderTest) -> list[MachineExecution]:
    """The tenant's onboardings and off-boardings, oldest first."""
    return machine(tenant.deployment).executions(tenant.id, EVER)


def wait_for_end(tenant: TenantUnderTest, number: int = 1) -> MachineExecution:
    """The tenant's latest execution, once `number` have ended and none goes on. A removal is two of them."""

    def ended() -> bool:
        found = executions(tenant)
        return len(found) >= number and all(each.ended for each in found)

    wait_until(ended, f"{number} executions for {tenant.id} have ended")
    return executions(tenant)[-1]


def wait_for_status(tenant: TenantUnderTest, status: str) -> None:
    """The tenant has come there, and nobody works on it any more."""
    wait_until(
        lambda: tenant.row().get("status") == status and "onboardingLease" not in tenant.row(),
        f"{tenant.id} is {status}",
    )


@contextmanager
def broken(wfm: Deployment, step: str, variable: str | None = None) -> Iterator[None]:
    """The Lambda of one state fails: at once, or where it needs what `variable` names, which is nowhere."""
    client, name = wfm.client("lambda"), f"{wfm.runtime.stack}-{step}"
    known = client.get_function_configuration(FunctionName=name)
    kept = {"Handler": known["Handler"], "Environment": {"Variables": known["Environment"]["Variables"]}}
    nowhere: dict[str, Any] = {"Handler": "functions.handlers.nowhere.handler"}
    if variable:
        nowhere = {"Environment": {"Variables": kept["Environment"]["Variables"] | {variable: "nowhere"}}}
    _update(client, name, nowhere)
    try:
        yield
    finally:
        _update(client, name, kept)


@contextmanager
def throttled(wfm: Deployment, step: str) -> Iterator[None]:
    """The Lambda of one state is not run, as when the account has used up its concurrency."""
    client, name = wfm.client("lambda"), f"{wfm.runtime.stack}-{step}"
    client.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=0)
    try:
        yield
    finally:
        client.delete_function_concurrency(FunctionName=name)


def _update(client: Any, name: str, change: dict[str, Any]) -> None:
    client.update_function_configuration(FunctionName=name, **change)
    client.get_waiter("function_updated_v2").wait(FunctionName=name, WaiterConfig={"Delay": 0.05, "MaxAttempts": 100})


def assert_settled(tenant: TenantUnderTest, status: str = "ACTIVE") -> None:
    """Everything is there once, and nothing tells of what went wrong before."""
    row = tenant.row()
    assert (row["status"], row["claimedInstances"]) == (status, [tenant.instance])
    assert not {"reason", "onboardingLease", "removal"} & set(row)
    assert sorted(queues(tenant)) == sorted([row["queueUrl"], row["deadLetterQueueUrl"]])
    (mapping,) = mappings(tenant)
    assert (mapping["UUID"], mapping["State"]) == (
        row["eventSourceMappingId"],
        "Enabled" if status == "ACTIVE" else "Disabled",
    )
    assert owner(tenant) == tenant.id
    assert "EventBridgeConfiguration" in notifications(tenant, row["bucketName"])


def assert_gone(tenant: TenantUnderTest) -> None:
    """Nothing is left but the row."""
    row = tenant.row()
    assert (row["status"], row.get("claimedInstances", [])) == ("OFFBOARDED", [])
    left_over = {"reason", "onboardingLease", "queueUrl", "deadLetterQueueUrl", "eventSourceMappingId", "pollDueAt"}
    assert not left_over & set(row)
    assert (queues(tenant), mappings(tenant), owner(tenant)) == ([], [], None)


def queues(tenant: TenantUnderTest) -> list[str]:
    prefix = f"{tenant.deployment.runtime.stack}-{tenant.id}"
    return list(tenant.deployment.client("sqs").list_queues(QueueNamePrefix=prefix).get("QueueUrls", []))


def mappings(tenant: TenantUnderTest) -> list[Any]:
    """The mappings of the tenant's queue, and of one that may be gone."""
    client, queue = tenant.deployment.client("lambda"), f":{tenant.deployment.runtime.stack}-{tenant.id}.fifo"
    pages = client.get_paginator("list_event_source_mappings").paginate()
    found = [mapping for page in pages for mapping in page["EventSourceMappings"]]
    return [mapping for mapping in found if mapping["EventSourceArn"].endswith(queue)]


def owner(tenant: TenantUnderTest) -> str | None:
    """Whose the tenant's AMC instance is."""
    key = {"customerId": f"instance#{tenant.instance}", "sk": "OWNER"}
    row = tenant.deployment.table("GateTable").get_item(Key=key, ConsistentRead=True).get("Item", {})
    return row.get("owner")  # type: ignore[no-any-return]


def notifications(tenant: TenantUnderTest, bucket: str) -> dict[str, Any]:
    found = tenant.deployment.client("s3").get_bucket_notification_configuration(Bucket=bucket)
    return {name: value for name, value in found.items() if name != "ResponseMetadata"}
