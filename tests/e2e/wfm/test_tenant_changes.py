"""A tenant that changes, is paused, is removed, or comes back."""

from typing import Any

from tests.e2e.deployment import Deployment, TenantUnderTest, wait_until
from tests.e2e.onboarding import (
    assert_gone,
    assert_settled,
    broken,
    executions,
    machine,
    mappings,
    notifications,
    wait_for_end,
    wait_for_status,
)


def test_a_changed_record_takes_effect_and_a_bucket_goes_on_telling_whom_it_told(wfm: Deployment) -> None:
    tenant = wfm.a_candidate("changed")
    tenant.put_record(2)
    wait_for_status(tenant, "ACTIVE")
    told = a_bucket_that_tells(wfm, f"{tenant.instance}-new")

    tenant.put_record(7, BucketName=f"{tenant.instance}-new", customerName="Renamed")
    wait_for_end(tenant, 2)

    row = tenant.row()
    assert (row["maximumConcurrentWorkflowExecutions"], row["customerName"]) == (7, "Renamed")
    assert notifications(tenant, row["bucketName"]) == told | {"EventBridgeConfiguration": {}}
    assert_settled(tenant)


def a_bucket_that_tells(wfm: Deployment, bucket: str) -> dict[str, Any]:
    """A bucket whose owner listens to it already; its notifications."""
    s3, sqs = wfm.client("s3"), wfm.client("sqs")
    url = sqs.create_queue(QueueName=f"{bucket}-arrivals")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    s3.create_bucket(Bucket=bucket)
    listener = {"Id": "owners", "QueueArn": arn, "Events": ["s3:ObjectCreated:*"]}
    s3.put_bucket_notification_configuration(
        Bucket=bucket, NotificationConfiguration={"QueueConfigurations": [listener]}
    )
    found = s3.get_bucket_notification_configuration(Bucket=bucket)
    return {"QueueConfigurations": found["QueueConfigurations"]}


def test_a_paused_tenants_messages_stay_in_its_queue_until_it_is_resumed(wfm: Deployment) -> None:
    tenant, other = wfm.a_tenant("paused"), wfm.a_tenant("goes-on")

    wish(tenant, "paused", True)
    wait_for_end(tenant, 2)
    tenant.send("r1")
    other.send("r1")
    other.wait_for("r1")

    assert_settled(tenant, "PAUSED")
    assert (waiting(tenant), tenant.requests()) == (1, {})
    wish(tenant, "paused", None)
    assert tenant.wait_for("r1")["r1"]["status"] == "SUCCEEDED"
    wait_for_end(tenant, 3)
    assert_settled(tenant)


def wish(tenant: TenantUnderTest, name: str, value: Any) -> None:
    """WFM's own wishes stand on the tenant's row; an execution fulfils them."""
    change = {"Action": "DELETE"} if value is None else {"Action": "PUT", "Value": value}
    tenants = tenant.deployment.table("TenantsTable")
    tenants.update_item(Key={"customerId": tenant.id}, AttributeUpdates={name: change})
    machine(tenant.deployment).start(tenant.id)


def waiting(tenant: TenantUnderTest) -> int:
    """Messages in the queue."""
    name = "ApproximateNumberOfMessages"
    queue = tenant.row()["queueUrl"]
    found = tenant.deployment.client("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=[name])
    return int(found["Attributes"][name])


def test_a_removal_waits_for_runs_or_cancels_them_by_choice(wfm: Deployment) -> None:
    waits, cancels = wfm.a_tenant("waits"), wfm.a_tenant("cancels")
    for tenant in (waits, cancels):
        tenant.put_workflow("long", seconds=600)
        tenant.send("r1", workflowId="long")
        tenant.wait_for("r1", status={"RUNNING"})
    key, removal = {"customerId": cancels.id}, {"cancelRuns": True}
    wfm.table("TenantsTable").update_item(Key=key, AttributeUpdates={"removal": {"Action": "PUT", "Value": removal}})

    for tenant in (waits, cancels):
        tenant.remove_record()
    wait_until(lambda: "WaitForRuns" in entered(waits), "the removal waits")
    still = waits.requests()["r1"]["status"]
    waits.end_runs()
    for tenant in (waits, cancels):
        wait_for_end(tenant, 3)

    assert still == "RUNNING"
    assert (waits.requests()["r1"]["status"], cancels.requests()["r1"]["status"]) == ("SUCCEEDED", "CANCELLED")
    assert ["CancelRuns" in entered(tenant) for tenant in (waits, cancels)] == [False, True]
    for tenant in (waits, cancels):
        assert_gone(tenant)


def entered(tenant: TenantUnderTest) -> list[str]:
    """The states of the tenant's latest execution so far."""
    return [each.state for each in machine(tenant.deployment).entered(executions(tenant)[-1].arn)]


def test_what_a_removed_tenant_had_queued_is_parked_and_it_may_come_back(wfm: Deployment) -> None:
    tenant = wfm.a_tenant("back")
    wish(tenant, "paused", True)
    wait_for_end(tenant, 2)
    tenant.send("r1")
    tenant.remove_record()
    wait_for_end(tenant, 4)

    (parked,) = tenant.requests().values()
    assert_gone(tenant)
    assert (parked["status"], "was removed while this request was in its queue" in parked["reason"]) == (
        "REJECTED",
        True,
    )

    tenant.let_queues_go()
    tenant.put_record(2)
    wait_for_end(tenant, 5)
    tenant.send("r2")

    assert_settled(tenant)
    assert tenant.wait_for("r2")["r2"]["status"] == "SUCCEEDED"


def test_a_removal_in_the_middle_of_an_onboarding_ends_removed(wfm: Deployment) -> None:
    tenant = wfm.a_candidate("midway")

    with broken(wfm, "CheckQueue"):
        tenant.put_record(2)
        wait_until(lambda: mappings(tenant), "the queue is made")
        tenant.remove_record()
        wait_until(lambda: len(executions(tenant)) == 2, "the removal has begun")
    wait_for_end(tenant, 3)

    assert [execution.ended is None for execution in executions(tenant)] == [False, False, False]
    assert_gone(tenant)
