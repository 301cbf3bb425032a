"""A deployment over the release before: nothing that holds state is replaced, and what is in flight ends well."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from local.amc_simulator.configuration import Configuration
from local.amc_simulator.faults import Fault
from local.emulator import ServerSettings
from local.runtime import Runtime
from tests.e2e.deployment import WAIT_SCALE, Deployment, TenantUnderTest, wait_until
from tests.e2e.onboarding import EVER, assert_gone, executions, machine, wait_for_end
from tests.e2e.upgrade.assemblies import unpack_released
from tests.e2e.upgrade.updates import update
from tests.infra.released import FILE
from wfm.client.adapters.onboarding_machine import OnboardingMachine

CLOCK_FACTOR = 60.0  # a minute of AMC's time is a second
LIBRARY_WORKFLOW = {"workflowId": "shared", "version": 1, "sqlQuery": "SELECT 1 FROM dsp_impressions", "tags": ["none"]}


@pytest.fixture(scope="module")
def released(local_assembly: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    assembly = unpack_released(tmp_path_factory.mktemp("released"), local_assembly)
    configuration, settings = Configuration(clock_factor=CLOCK_FACTOR), ServerSettings(wait_scale=WAIT_SCALE)
    with Runtime(assembly, name="upgrade", configuration=configuration, settings=settings) as runtime:
        yield Deployment(runtime)


def test_an_update_keeps_what_holds_state_and_what_is_in_flight_ends_well(
    released: Deployment, local_assembly: Path
) -> None:
    tenant, arriving = a_busy_tenant(released), an_arriving_tenant(released)
    before, outputs, rows = physical_ids(released), dict(released.outputs), all_rows(released)

    updated = update(released, local_assembly)

    stateful = json.loads(FILE.read_text())["stateful"]
    after = physical_ids(updated)
    assert before.keys() - after.keys(), "the release is another stack than ours"
    assert {name: after.get(name) for name in stateful} == {name: before[name] for name in stateful}
    assert updated.outputs.items() >= outputs.items()
    assert set(protected(updated)) == {True}, "the old template protected the tables, and the new one's last step does"
    assert {name: found.keys() >= rows[name].keys() for name, found in all_rows(updated).items()} == dict.fromkeys(
        rows, True
    )
    tenant = TenantUnderTest(updated, tenant.id)
    assert sweeps_find(tenant) == {"waits-for-its-outcome", "waits-for-its-slot"}
    tenant.send("waits-for-its-outcome", "waits-for-its-slot", workflowId="long")  # both come once more
    wait_until(lambda: is_read(tenant), "the repetitions were read")
    tenant.end_runs()
    tenant.wait_for("waits-for-its-slot", status={"RUNNING"})
    tenant.end_runs()
    ended = tenant.wait_for("waits-for-its-outcome", "waits-for-its-slot")
    assert {request: row["status"] for request, row in ended.items()} == dict.fromkeys(ended, "SUCCEEDED")
    for request in ended:
        assert updated.transitions(f"{tenant.id}.{request}")[-1] == "ExecutionSucceeded"
    assert sorted(lifecycles(tenant)) == sorted(f"{tenant.id}.{request}" for request in ended), "none was started twice"
    updated.amc.clear_faults()
    arriving = TenantUnderTest(updated, arriving.id)
    wait_for_end(arriving, 2)
    assert [execution.status for execution in executions(arriving)] == ["FAILED", "SUCCEEDED"]
    assert arriving.row()["status"] == "ACTIVE"
    goes_by_the_new_machines(tenant)


def a_busy_tenant(released: Deployment) -> TenantUnderTest:
    """One slot; a run in AMC, a request that waits for the slot, a schedule, a library workflow."""
    tenant = released.a_tenant("kept", limit=1)
    tenant.put_workflow("long", seconds=600)
    schedule = {"customerId": tenant.id, "Name": "daily", "ScheduleExpression": "cron(0 8 * * ? *)"}
    payload = {"workflowId": "long", "timeWindowStart": "TODAY(-7)", "timeWindowEnd": "TODAY(0)"}
    released.table("SchedulesTable").put_item(Item={**schedule, "payload": payload})
    released.table("WorkflowLibraryTable").put_item(Item=LIBRARY_WORKFLOW)
    tenant.send("waits-for-its-outcome", workflowId="long")
    tenant.wait_for("waits-for-its-outcome", status={"RUNNING"})
    tenant.send("waits-for-its-slot", workflowId="long")
    tenant.wait_for("waits-for-its-slot", status={"WAITING"})
    return tenant


def an_arriving_tenant(released: Deployment) -> TenantUnderTest:
    """Its onboarding is amid a step whose function the update takes away: AMC is down, and the step is tried again."""
    tenant = released.a_candidate("arriving")
    released.amc.add_faults(Fault(instance_id=tenant.instance, status=503))
    tenant.put_record(2)
    wait_until(lambda: "ProveCredentials" in states_of(tenant), "the onboarding asks AMC")
    return tenant


def states_of(tenant: TenantUnderTest) -> list[str]:
    deployment = tenant.deployment
    onboarding = OnboardingMachine(deployment.client("stepfunctions"), deployment.outputs["TenantOnboardingArn"])
    found = onboarding.executions(tenant.id, EVER)
    return [entered.state for execution in found for entered in onboarding.entered(execution.arn)]


def sweeps_find(tenant: TenantUnderTest) -> set[str]:
    """The requests that a sweep can find: version 0.1 wrote their rows, without what the index needs."""
    assert not any("openSince" in row for row in tenant.requests().values())
    lambdas = tenant.deployment.client("lambda")
    lambdas.invoke(FunctionName=f"{tenant.deployment.runtime.stack}-Reconcile", Payload="{}")
    return {name for name, row in tenant.requests().items() if "openSince" in row}


def is_read(tenant: TenantUnderTest) -> bool:
    """Whether no message is in the tenant's queue, in sight or being read."""
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    about = tenant.deployment.client("sqs").get_queue_attributes(
        QueueUrl=tenant.row()["queueUrl"], AttributeNames=names
    )
    return set(about["Attributes"].values()) == {"0"}


def lifecycles(tenant: TenantUnderTest) -> list[str]:
    """The names of the executions of its requests."""
    machine = tenant.deployment.outputs["ExecutionLifecycleArn"]
    found = tenant.deployment.client("stepfunctions").list_executions(stateMachineArn=machine)["executions"]
    return [each["name"] for each in found if each["name"].startswith(tenant.id)]


def physical_ids(deployment: Deployment) -> dict[str, str]:
    pages = (
        deployment.client("cloudformation")
        .get_paginator("list_stack_resources")
        .paginate(StackName=deployment.runtime.stack)
    )
    found = [resource for page in pages for resource in page["StackResourceSummaries"]]
    return {resource["LogicalResourceId"]: resource["PhysicalResourceId"] for resource in found}


def protected(deployment: Deployment) -> list[bool]:
    """Of each table, whether it is protected against deletion."""
    tables = [deployment.table(name).name for name in deployment.outputs if name.endswith("Table")]
    dynamodb = deployment.client("dynamodb")
    return [dynamodb.describe_table(TableName=name)["Table"]["DeletionProtectionEnabled"] for name in tables]


def all_rows(deployment: Deployment) -> dict[str, dict[str, Any]]:
    """By table and key; what stands in a row may go on changing."""
    tables = [name for name in deployment.outputs if name.endswith("Table")]
    return {name: _by_key(deployment.table(name)) for name in tables}


def _by_key(table: Any) -> dict[str, Any]:
    names = [key["AttributeName"] for key in table.key_schema]
    return {" ".join(str(item[name]) for name in names): item for item in table.scan()["Items"]}


def goes_by_the_new_machines(tenant: TenantUnderTest) -> None:
    machine(tenant.deployment).start(tenant.id)
    wait_until(lambda: "onboardingLease" not in tenant.row(), "the new code has read the old code's rows")
    assert tenant.row()["status"] == "ACTIVE"
    tenant.remove_record()
    wait_until(lambda: tenant.row()["status"] == "OFFBOARDED", "the tenant is gone")
    assert_gone(tenant)
