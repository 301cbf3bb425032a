"""Deployments beside each other in one account and region: two for the same AMC instance, and one with others' TPS."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from copy import copy
from pathlib import Path
from typing import Any

import pytest

from local.amc_simulator.configuration import Configuration
from local.amc_simulator.oauth import Credential
from local.emulator import ServerSettings, deploy
from local.emulator.assembly import read_stack
from local.emulator.stacks import delete_stack
from local.runtime import Runtime
from local.synthesis import REPOSITORY
from tests.e2e.deployment import WAIT_SCALE, Deployment, TenantUnderTest, wait_until
from wfm.client.copies.copies import TenantCopy
from wfm.client.uninstall.found import Found
from wfm.errors import UsageError
from wfm.model.schedules import schedule_name

pytestmark = pytest.mark.timeout(1200)


# Of the Tenant Provisioning Service's records beside the tenant's own ids, as both predecessors wrote them.
OF_V3 = {
    "amcOrangeAwsAccount": "111122223333",
    "amcDatasetName": "amcdataset",
    "amcTeamName": "demoteam",
    "bucketExists": "true",
    "bucketAccount": "000000000000",
    "bucketRegion": "us-east-1",
    "authId": None,
}
OF_V1 = {"customerPrefix": "demo", "endemicType": "ENDEMIC"}
AMC_OF_V1 = {
    "amcOrangeAwsAccount": "111122223333",
    "amcDatasetName": "amcdataset",
    "amcTeamName": "demoteam",
    "amcRegion": "us-east-1",
    "amcApiEndpoint": "https://a1b2c3d4e5.execute-api.us-east-1.amazonaws.com/prod",
}


def synthesized_beside(directory: Path, **parameters: str) -> Path:
    """The same app with other parameters; `local_assembly` has made sure that its wheels are there."""
    context = {"platform": "local", "wfm_parameters": parameters}
    environment = {**os.environ, "CDK_OUTDIR": str(directory), "CDK_CONTEXT_JSON": json.dumps(context)}
    subprocess.run([sys.executable, "app.py"], cwd=REPOSITORY, env=environment, check=True, stdout=subprocess.DEVNULL)
    return directory


def deployed_beside(first: Deployment, assembly: Path) -> Deployment:
    """Another stack in the emulator of the first, against the same simulator."""
    runtime = copy(first.runtime)
    session = runtime.emulator.session()
    (stack,) = first.client("cloudformation").describe_stacks(StackName=first.runtime.stack)["Stacks"]
    given = {each["ParameterKey"]: each["ParameterValue"] for each in stack["Parameters"]}
    runtime.stack = read_stack(assembly, session.region_name).name
    runtime.outputs = deploy(assembly, session, parameters={"AmcEndpoints": given["AmcEndpoints"]})
    runtime._put_logins({"default": Credential()})
    return Deployment(runtime)


@pytest.fixture(scope="module")
def first(local_assembly: Path) -> Iterator[Deployment]:
    configuration, settings = Configuration(clock_factor=60.0), ServerSettings(wait_scale=WAIT_SCALE)
    with Runtime(local_assembly, name="beside", configuration=configuration, settings=settings) as runtime:
        yield Deployment(runtime)


@pytest.fixture(scope="module")
def second(first: Deployment, tmp_path_factory: pytest.TempPathFactory) -> Deployment:
    return deployed_beside(first, synthesized_beside(tmp_path_factory.mktemp("other"), dataset="other"))


@pytest.fixture(scope="module")
def importing(first: Deployment, tmp_path_factory: pytest.TempPathFactory) -> Deployment:
    """A deployment that is given a table which a Tenant Provisioning Service made: its key has the name too."""
    key = {"customerId": "HASH", "customerName": "RANGE"}
    table = first.client("dynamodb").create_table(
        TableName="tps-demoteam-CustomerConfig-dev",
        KeySchema=[{"AttributeName": name, "KeyType": kind} for name, kind in key.items()],
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in key],
        BillingMode="PAY_PER_REQUEST",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
    )["TableDescription"]
    stream: str = table["LatestStreamArn"]
    folder = tmp_path_factory.mktemp("importing")
    return deployed_beside(first, synthesized_beside(folder, dataset="importing", tps_table_stream_arn=stream))


def ids(tenant: TenantUnderTest) -> dict[str, str]:
    """What a record needs for AMC as it is today."""
    return {
        "amcInstanceId": tenant.instance,
        "amcAmazonAdsAdvertiserId": "ENTITY1TEST",
        "amcAmazonAdsMarketplaceId": "ATVPDKIKX0DER",
    }


def put_by_tps(tenant: TenantUnderTest, record: Mapping[str, Any]) -> None:
    """The whole record, as a Tenant Provisioning Service puts it."""
    key = {"customerId": tenant.id, "customerName": "Acme"}
    tenant.deployment.table("CustomerConfigTable").put_item(Item=key | dict(record))


def succeeds(tenant: TenantUnderTest) -> bool:
    """Whether a run of the tenant comes to a good end."""
    tenant.put_workflow("reach")
    tenant.send("r1")
    return bool(tenant.wait_for("r1")["r1"]["status"] == "SUCCEEDED")


def test_each_runs_its_own_requests_and_sees_the_others_runs_as_somebody_elses(
    first: Deployment, second: Deployment
) -> None:
    here, only_here = first.a_tenant("shared"), first.a_tenant("alone")
    there = TenantUnderTest(second, here.id)
    there.onboard(2, {})

    here.send("r1")
    there.send("r1")
    rows = [tenant.wait_for("r1")["r1"] for tenant in (here, there)]

    assert [row["status"] for row in rows] == ["SUCCEEDED"] * 2
    ours, theirs = (row["workflowExecutionId"] for row in rows)
    assert ours != theirs
    for tenant, own, foreign in ((here, ours, theirs), (there, theirs, ours)):
        wait_until(lambda tenant=tenant: len(tenant.executions()) == 2, "both runs are seen")  # type: ignore[misc]
        sources = {run["workflowExecutionId"]: run["source"] for run in tenant.executions()}
        assert sources == {own: "wfm", foreign: "external"}
    assert here.row()["queueUrl"] != there.row()["queueUrl"]
    assert [tenant.customer_id for tenant in second.runtime.wfm().tenants.list()] == [here.id]
    assert only_here.id in [tenant.customer_id for tenant in first.runtime.wfm().tenants.list()]


def test_what_one_removes_goes_on_in_the_other(first: Deployment, second: Deployment) -> None:
    here = first.a_tenant("stays")
    there = TenantUnderTest(second, here.id)
    there.onboard(2, {})

    there.remove_record()
    wait_until(lambda: there.row().get("status") == "OFFBOARDED", "it is removed there")
    here.send("r1")

    assert here.wait_for("r1")["r1"]["status"] == "SUCCEEDED"
    assert here.row()["status"] == "ACTIVE"


def test_a_record_of_the_later_predecessors_tps_becomes_a_tenant_that_runs(importing: Deployment) -> None:
    tenant = importing.a_candidate("v3")

    put_by_tps(tenant, OF_V3 | ids(tenant) | {"BucketName": tenant.bucket})
    wait_until(lambda: tenant.row().get("status") == "ACTIVE", "it is onboarded")

    row = tenant.row()
    assert importing.outputs["CustomerConfigTable"] == "tps-demoteam-CustomerConfig-dev"
    assert (row["customerName"], row["bucketName"], row["authId"]) == ("Acme", tenant.bucket, "default")
    assert succeeds(tenant)


def test_a_record_of_the_first_predecessors_tps_says_what_it_lacks_and_becomes_a_tenant_with_it(
    importing: Deployment,
) -> None:
    tenant = importing.a_candidate("v1")
    record = {**OF_V1, "AMC": {**AMC_OF_V1, "amcS3BucketName": tenant.bucket}}

    put_by_tps(tenant, record)
    wait_until(lambda: tenant.row().get("status") == "FAILED", "it is refused")
    refused = tenant.row()["reason"]
    put_by_tps(tenant, record | ids(tenant))
    wait_until(lambda: tenant.row().get("status") == "ACTIVE", "it is onboarded")

    row = tenant.row()
    assert all(name in refused for name in ("AMC.amcApiEndpoint", *ids(tenant)))
    assert (row["bucketName"], row["customerPrefix"], row["endemicType"]) == (tenant.bucket, "demo", "ENDEMIC")
    assert succeeds(tenant)


def test_a_second_record_under_another_name_is_refused_and_its_tenant_goes_on(importing: Deployment) -> None:
    tenant = importing.a_candidate("renamed")
    record = OF_V3 | ids(tenant) | {"BucketName": tenant.bucket}
    put_by_tps(tenant, record)
    wait_until(lambda: tenant.row().get("status") == "ACTIVE", "it is onboarded")

    put_by_tps(tenant, record | {"customerName": "Acme Inc."})
    wait_until(lambda: "has 2 records" in tenant.row().get("reason", ""), "it is refused")

    assert tenant.row()["queueUrl"]


def test_a_tenant_moves_and_nothing_is_lost_or_runs_in_both(first: Deployment, second: Deployment) -> None:
    """The recipe of docs/recovery.md."""
    here = first.a_tenant("moves")
    add_schedule(first, here.id)
    here.send("before")
    here.wait_for("before")
    there, (old, new) = TenantUnderTest(second, here.id), (each.runtime.wfm() for each in (first, second))
    printed = json.dumps(old.copies.take(here.id).as_json())

    brought = list(new.copies.write(TenantCopy.read(json.loads(printed))))

    assert [(each.kind, each.problem) for each in brought] == [
        (kind, "") for kind in ("tenant", "workflow", "schedule")
    ]
    assert there.row()["status"] == "PAUSED"
    assert new.copies.take(here.id).durations == old.copies.take(here.id).durations
    there.send("early")
    here.send("last")
    assert here.wait_for("last")["last"]["status"] == "SUCCEEDED"
    assert fires_in(first, here.id)
    assert not fires_in(second, here.id)
    assert old.tenants.remove(here.id).wait().succeeded
    assert not fires_in(first, here.id)
    assert new.tenants.resume(here.id).wait().succeeded
    assert there.wait_for("early")["early"]["status"] == "SUCCEEDED"
    wait_until(lambda: fires_in(second, here.id), "the schedule fires there")
    assert len(here.runs_in_amc()) == 3
    assert {name: row["status"] for name, row in here.requests().items()} == dict.fromkeys(
        ("before", "last"), "SUCCEEDED"
    )


def fires_in(deployment: Deployment, customer_id: str) -> bool:
    """Whether the deployment's schedule `daily` of the tenant is enabled in EventBridge."""
    found = deployment.client("scheduler").list_schedules(GroupName=deployment.runtime.stack)["Schedules"]
    return (schedule_name(customer_id, "daily"), "ENABLED") in {(each["Name"], each["State"]) for each in found}


def test_an_uninstall_of_one_leaves_the_other_as_it_is_and_its_stack_leaves_only_tables(
    first: Deployment, second: Deployment
) -> None:
    """The last one here: it takes the second deployment down."""
    here = first.a_tenant("neighbour")
    there = TenantUnderTest(second, here.id)
    there.onboard(2, {})
    for deployment in (first, second):
        add_schedule(deployment, here.id)
    there.put_workflow("long", seconds=600)
    there.send("r1", workflowId="long")
    there.wait_for("r1", status={"RUNNING"})
    ours, theirs = (deployment.runtime.wfm().uninstall for deployment in (first, second))
    before, found = ours.find(), theirs.find()
    assert found.schedules
    assert len(found.queues) == 2 * len(found.mappings) > 0

    with pytest.raises(UsageError, match=r"in flight: 1 of wfm-demoteam-other-execution_lifecycle; allowed: --cancel"):
        list(theirs.run())
    assert theirs.find() == found, "a refusal changes nothing"
    next(iter(theirs.run(cancel_runs=True)))  # as if it was killed after the first step
    done = list(theirs.run(cancel_runs=True))

    assert done[0].startswith("schedules: 0 removed"), "the one that was interrupted had removed them"
    assert there.wait_for("r1")["r1"]["status"] == "CANCELLED"
    assert theirs.find() == Found([], 0, [], [], [], found.kept_buckets)
    assert here.bucket in before.buckets or here.bucket in before.kept_buckets
    assert ours.find() == before
    here.send("r2")
    assert here.wait_for("r2")["r2"]["status"] == "SUCCEEDED"

    rows = second.table("ExecutionRequestsTable").scan()["Items"]
    delete_stack(second.runtime.stack, second.runtime.emulator.session(), timeout=300, poll=0.1)

    assert second.table("ExecutionRequestsTable").scan()["Items"] == rows
    named = left_of(second)
    assert named.pop("logs", 0) <= 1, "a Lambda that still ran may have written a line since"
    assert named == {"tables": 9}
    left = ours.find()
    listener = left.kept_buckets.get(here.bucket, "nobody")  # a third deployment of the session may be one
    assert f"{second.runtime.stack}-result-landed" not in listener, "the neighbour does not listen to it any more"
    assert (here.bucket in left.buckets) == (listener == "nobody")


def add_schedule(deployment: Deployment, customer_id: str) -> None:
    schedule = {"customerId": customer_id, "Name": "daily", "ScheduleExpression": "cron(0 8 * * ? *)"}
    payload = {"workflowId": "reach", "timeWindowStart": "TODAY(-7)", "timeWindowEnd": "TODAY(0)"}
    deployment.table("SchedulesTable").put_item(Item={**schedule, "Input": {"payload": payload}})
    group = deployment.runtime.stack
    scheduler = deployment.client("scheduler")
    wait_until(lambda: scheduler.list_schedules(GroupName=group)["Schedules"], "EventBridge has the schedule")


def left_of(deployment: Deployment) -> dict[str, int]:
    """What bears the deployment's name, of each kind that it had, without kinds of which nothing is left."""
    prefix, client = f"{deployment.runtime.stack}-", deployment.client
    found = {
        "tables": client("dynamodb").list_tables()["TableNames"],
        "queues": [url.rpartition("/")[2] for url in client("sqs").list_queues().get("QueueUrls", [])],
        "functions": [each["FunctionName"] for each in client("lambda").list_functions(MaxItems=1000)["Functions"]],
        "machines": [each["name"] for each in client("stepfunctions").list_state_machines()["stateMachines"]],
        "rules": [each["Name"] for each in client("events").list_rules()["Rules"]],
        "schedules": [each["Name"] for each in client("scheduler").list_schedules()["Schedules"]],
        "alarms": [each["AlarmName"] for each in client("cloudwatch").describe_alarms()["MetricAlarms"]],
        "logs": [
            group["logGroupName"].rpartition("/")[2]
            for page in client("logs").get_paginator("describe_log_groups").paginate()
            for group in page["logGroups"]
        ],
    }
    counts = {kind: sum(name.startswith(prefix) for name in names) for kind, names in found.items()}
    return {kind: count for kind, count in counts.items() if count}
