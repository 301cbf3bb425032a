"""A tenant that changes, is paused, is removed, comes back, or is told what is wrong with it."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from local.amc_simulator.instances import Instance
from local.amc_simulator.oauth import Credential
from tests.e2e.deployment import Deployment, TenantUnderTest, wait_until
from tests.e2e.onboarding import (
    assert_gone,
    assert_settled,
    broken,
    executions,
    machine,
    mappings,
    notifications,
    queues,
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
    tenant = wfm.a_tenant("paused")

    wish(tenant, "paused", True)
    wait_for_end(tenant, 2)
    tenant.send("r1")

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
    waits.put_workflow("long", seconds=5)
    cancels.put_workflow("long", seconds=600)
    for tenant in (waits, cancels):
        tenant.send("r1", workflowId="long")
        tenant.wait_for("r1", status={"RUNNING"})
    key, removal = {"customerId": cancels.id}, {"cancelRuns": True}
    wfm.table("TenantsTable").update_item(Key=key, AttributeUpdates={"removal": {"Action": "PUT", "Value": removal}})

    for tenant in (waits, cancels):
        tenant.remove_record()
    wait_until(lambda: "WaitForRuns" in entered(waits), "the removal waits")
    still = waits.requests()["r1"]["status"]
    for tenant in (waits, cancels):
        wait_for_end(tenant, 2)

    assert still == "RUNNING"
    assert (waits.requests()["r1"]["status"], cancels.requests()["r1"]["status"]) == ("SUCCEEDED", "CANCELLED")
    assert ["CancelRuns" in entered(tenant) for tenant in (waits, cancels)] == [False, True]
    for tenant in (waits, cancels):
        assert_gone(tenant)


def entered(tenant: TenantUnderTest) -> list[str]:
    """The states of the tenant's latest onboarding so far."""
    return [each.state for each in machine(tenant.deployment).entered(executions(tenant)[-1].arn)]


def test_what_a_removed_tenant_had_queued_is_parked_and_it_may_come_back(wfm: Deployment) -> None:
    tenant = wfm.a_tenant("back")
    wish(tenant, "paused", True)
    wait_for_end(tenant, 2)
    tenant.send("r1")
    tenant.remove_record()
    wait_for_end(tenant, 3)

    (parked,) = tenant.requests().values()
    assert_gone(tenant)
    assert (parked["status"], "was removed while this request was in its queue" in parked["reason"]) == (
        "REJECTED",
        True,
    )

    tenant.put_record(2)
    wait_for_end(tenant, 4)
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
    wait_for_end(tenant, 2)

    assert [execution.ended is None for execution in executions(tenant)] == [False, False]
    assert_gone(tenant)


def test_each_thing_that_can_be_wrong_is_told_on_the_tenants_row(wfm: Deployment) -> None:
    first = wfm.a_candidate("first")
    first.put_record(2)
    wait_for_status(first, "ACTIVE")
    wfm.amc.add_instances(
        [Instance(instance_id="amcelsewhere", entity_id="ENTITY1OTHER", marketplace_id="A1F83G8C2ARO7P")]
    )
    wrong: dict[str, tuple[dict[str, Any], str]] = {
        "entity": (
            {"amcAmazonAdsAdvertiserId": "ENTITY1TESTT"},
            "'ENTITY1TESTT' is not among those that these credentials may use (did you mean ENTITY1TEST?)",
        ),
        "marketplace": (
            {"amcAmazonAdsMarketplaceId": "A1F83G8C2ARO7P"},
            "amcAmazonAdsMarketplaceId: 'A1F83G8C2ARO7P' is not among those",
        ),
        "instance": ({"amcInstanceId": "amcelsewhere"}, "amcInstanceId: 'amcelsewhere' is not among those"),
        "rival": ({"amcInstanceId": first.instance}, f"amcInstanceId: {first.instance} belongs to {first.id} already"),
        "nobody": ({"authId": "nobody"}, "authId: 'nobody' is not in the credentials secret"),
        "bucket": ({"BucketName": "there-is-none"}, "BucketName: there is no bucket 'there-is-none'"),
        "shape": ({"amcInstanceId": 7, "authId": "a b"}, "amcInstanceId: 7 is not right; allowed: "),
        "shape-2": ({"amcInstanceId": 7, "authId": "a b"}, " | authId: 'a b' is not right; allowed: "),
    }
    tenants = {name: wfm.a_candidate(f"wrong-{name}") for name in wrong}

    for name, (fields, _) in wrong.items():
        tenants[name].put_record(2, **fields)
    for tenant in tenants.values():
        wait_for_status(tenant, "FAILED")

    for name, (_, told) in wrong.items():
        assert told in tenants[name].row()["reason"]
        assert name == "bucket" or queues(tenants[name]) == []
    assert_settled(first)


def test_a_revoked_grant_and_terms_that_nobody_accepted_are_told_and_can_be_mended(wfm: Deployment) -> None:
    revoked, terms = wfm.a_candidate("revoked"), wfm.a_candidate("terms")

    with a_revoked_credential(wfm, "agency") as mend:
        revoked.put_record(2, authId="agency")
        wait_for_status(revoked, "FAILED")
        assert "Login with Amazon refused authId 'agency': the grant was revoked" in revoked.row()["reason"]
        mend()
        revoked.put_record(3, authId="agency")
        wait_for_end(revoked, 2)
    wfm.amc.configure(terms_accepted=False)
    try:
        terms.put_record(2)
        wait_for_status(terms, "FAILED")
    finally:
        wfm.amc.configure(terms_accepted=True)
    assert "erms and conditions" in terms.row()["reason"]
    machine(wfm).start(terms.id)
    wait_for_end(terms, 2)

    for tenant in (revoked, terms):
        assert_settled(tenant)


@contextmanager
def a_revoked_credential(wfm: Deployment, auth_id: str) -> Iterator[Any]:
    """Credentials in the secret whose grant is revoked until it is mended."""
    grant = Credential(client_id=f"client-{auth_id}", client_secret="hush", refresh_token=f"Atzr|{auth_id}")
    wfm.amc.add_credential(grant)
    wfm.amc.revoke_credential(grant.client_id)
    secrets, arn = wfm.client("secretsmanager"), wfm.outputs["AmcCredentialsSecretArn"]
    kept = secrets.get_secret_value(SecretId=arn)["SecretString"]
    more = {name: value for name, value in grant.model_dump().items() if name != "entity_ids"}
    secrets.put_secret_value(SecretId=arn, SecretString=json.dumps(json.loads(kept) | {auth_id: more}))
    try:
        yield lambda: wfm.amc.add_credential(grant)
    finally:
        secrets.put_secret_value(SecretId=arn, SecretString=kept)
