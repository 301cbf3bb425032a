"""Two deployments in one account and region, which serve the same AMC instance: neither knows of the other."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from copy import copy
from pathlib import Path

import pytest

from local.amc_simulator.configuration import Configuration
from local.amc_simulator.oauth import Credential
from local.emulator import ServerSettings, deploy
from local.emulator.assembly import read_stack
from local.runtime import Runtime
from local.synthesis import REPOSITORY
from tests.e2e.deployment import WAIT_SCALE, Deployment, TenantUnderTest, wait_until

pytestmark = pytest.mark.timeout(1200)


@pytest.fixture(scope="module")
def other_assembly(local_assembly: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same app under another dataset's name; `local_assembly` has made sure that its wheels are there."""
    directory = tmp_path_factory.mktemp("other")
    context = {"platform": "local", "wfm_parameters": {"dataset": "other"}}
    environment = {**os.environ, "CDK_OUTDIR": str(directory), "CDK_CONTEXT_JSON": json.dumps(context)}
    subprocess.run([sys.executable, "app.py"], cwd=REPOSITORY, env=environment, check=True, stdout=subprocess.DEVNULL)
    return directory


@pytest.fixture(scope="module")
def first(local_assembly: Path) -> Iterator[Deployment]:
    configuration, settings = Configuration(clock_factor=60.0), ServerSettings(wait_scale=WAIT_SCALE)
    with Runtime(local_assembly, name="beside", configuration=configuration, settings=settings) as runtime:
        yield Deployment(runtime)


@pytest.fixture(scope="module")
def second(first: Deployment, other_assembly: Path) -> Deployment:
    runtime = copy(first.runtime)
    session = runtime.emulator.session()
    (stack,) = first.client("cloudformation").describe_stacks(StackName=first.runtime.stack)["Stacks"]
    given = {each["ParameterKey"]: each["ParameterValue"] for each in stack["Parameters"]}
    runtime.stack = read_stack(other_assembly, session.region_name).name
    runtime.outputs = deploy(other_assembly, session, parameters={"AmcEndpoints": given["AmcEndpoints"]})
    runtime._put_logins({"default": Credential()})
    return Deployment(runtime)


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
