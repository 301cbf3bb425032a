"""The recipes of docs/recovery.md, as they stand there."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from local.amc_simulator.configuration import Configuration
from local.emulator import ServerSettings
from local.runtime import Runtime
from local.synthesis import REPOSITORY
from tests.e2e.deployment import ENDED, WAIT_SCALE, Deployment, TenantUnderTest, wait_until
from tests.e2e.wfm.conftest import TIMEOUT_SCALE
from tests.e2e.wfm.test_reconciliation import age, sweep
from wfm.calendar.timestamps import iso
from wfm.model.asked_windows import window_of_request

pytestmark = pytest.mark.timeout(1800)
PAGE = REPOSITORY / "docs" / "recovery.md"
STATE = ("ExecutionRequestsTable", "ExecutionsTable", "GateTable")


@pytest.fixture(scope="module")
def deployment(local_assembly: Path) -> Iterator[Deployment]:
    """Of its own: whoever puts a table back changes it for all tenants."""
    configuration = Configuration(clock_factor=60.0)
    settings = ServerSettings(wait_scale=WAIT_SCALE, timeout_scale=TIMEOUT_SCALE)
    with Runtime(local_assembly, name="recovery", configuration=configuration, settings=settings) as runtime:
        yield Deployment(runtime)


@pytest.fixture(scope="module")
def copy_back(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page's own program."""
    (code,) = re.findall(r" *```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    program = tmp_path_factory.mktemp("recipe") / "copy_back.py"
    program.write_text(dedent(code), "utf-8")
    return program


def restored(deployment: Deployment, output: str) -> str:
    """A table as point-in-time recovery makes one of this moment: its rows and keys, without stream and indexes."""
    client, name = deployment.client("dynamodb"), deployment.outputs[output]
    described = client.describe_table(TableName=name)["Table"]
    keys = {key["AttributeName"] for key in described["KeySchema"]}
    client.create_table(
        TableName=f"{name}-restored",
        KeySchema=described["KeySchema"],
        AttributeDefinitions=[each for each in described["AttributeDefinitions"] if each["AttributeName"] in keys],
        BillingMode="PAY_PER_REQUEST",
    )
    for page in client.get_paginator("scan").paginate(TableName=name, ConsistentRead=True):
        for row in page["Items"]:
            client.put_item(TableName=f"{name}-restored", Item=row)
    return name


def test_tables_of_some_time_ago_come_back_while_runs_go_on(deployment: Deployment, copy_back: Path) -> None:
    begun = datetime.now(UTC)
    tenant = deployment.a_tenant("restored", limit=2)
    tenant.put_workflow("long", seconds=600)
    tenant.send("before")
    tenant.wait_for("before")
    tenant.send("ran", "runs", workflowId="long")
    tenant.wait_for("ran", "runs", status={"RUNNING"})
    tenant.send("waited", "waits", workflowId="long")
    tenant.wait_for("waited", "waits", status={"WAITING"})
    names = [restored(deployment, output) for output in STATE]
    first, second = [run for run in tenant.runs_in_amc() if run["status"] != "SUCCEEDED"]
    finish(deployment, tenant.requests()["ran"])
    tenant.wait_for("ran")
    finish(deployment, tenant.requests()["runs"])
    tenant.wait_for("runs")
    tenant.wait_for("waited", "waits", status={"RUNNING"})
    finish(deployment, tenant.requests()["waited"])
    tenant.wait_for("waited")
    tenant.send("accepted")
    asked = window_of_request(tenant.wait_for("accepted")["accepted"])
    posted = {run["workflowExecutionId"] for run in tenant.runs_in_amc()}
    assert {first["workflowExecutionId"], second["workflowExecutionId"]} < posted

    for name in names:
        run_recipe(deployment, copy_back, name, f"{name}-restored")

    assert {request: row["status"] for request, row in tenant.requests().items()} == {
        "before": "SUCCEEDED", "ran": "RUNNING", "runs": "RUNNING", "waited": "WAITING", "waits": "WAITING",
    }  # fmt: skip
    wait_until(lambda: len(tenant.executions()) == len(posted), "all that is in AMC is found again")
    for request_id in ("ran", "runs", "waited"):
        age(tenant, request_id)
    sweep(deployment)
    rows = tenant.wait_for("ran", "runs", "waited")
    assert [rows[name]["status"] for name in ("ran", "runs", "waited")] == ["SUCCEEDED"] * 3
    assert tied(tenant, "waited"), "the run that its execution made is its own again"
    tenant.end_runs()
    assert tenant.wait_for("waits")["waits"]["status"] == "SUCCEEDED"
    assert "accepted" not in tenant.requests()
    assert sweep_since(deployment, begun) >= 1
    assert tenant.wait_for("accepted")["accepted"]["status"] == "SUCCEEDED"
    assert tied(tenant, "accepted"), "its row is written anew, with its run"
    assert asked is not None
    assert window_of_request(tenant.requests()["accepted"]) == asked, "with its window too"
    tenant.send("accepted", "after")
    wait_until(lambda: tenant.requests().get("after", {}).get("status") in ENDED, "what comes later runs")
    assert tenant.requests()["after"]["status"] == "SUCCEEDED"
    now = {run["workflowExecutionId"] for run in tenant.runs_in_amc()}
    assert len(now - posted) == 1, "only the one that came later was posted"
    wait_until(lambda: not tenant.gate().get("holders"), "no slot stays taken")


def tied(tenant: TenantUnderTest, request_id: str) -> bool:
    """Whether the request and its run know each other."""
    run_id = tenant.requests()[request_id].get("workflowExecutionId")
    found = [
        (run["source"], run.get("requestId")) for run in tenant.executions() if run["workflowExecutionId"] == run_id
    ]
    return found == [("wfm", request_id)]


def sweep_since(deployment: Deployment, begun: datetime) -> int:
    """The page's call of Reconcile; how many requests it has sent."""
    answer = deployment.client("lambda").invoke(
        FunctionName=f"{deployment.runtime.stack}-Reconcile", Payload=json.dumps({"begunSince": iso(begun)})
    )
    found: int = json.loads(answer["Payload"].read())["requests"]
    return found


def finish(deployment: Deployment, row: Any) -> None:
    """AMC comes to the end of the request's run."""
    deployment.amc.finish(row["workflowExecutionId"])


def run_recipe(deployment: Deployment, program: Path, *words: str) -> None:
    environment = deployment.runtime.emulator.environment()
    done = subprocess.run(
        [sys.executable, str(program), *words], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
