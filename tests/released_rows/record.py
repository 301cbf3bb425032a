"""Records the rows that a release writes: `python -m tests.released_rows.record 0.2.0 [ASSEMBLY]`.

With `released` as ASSEMBLY it is that of the release before (tests/e2e/upgrade). The deployment in the emulator lives
through what fills each table: runs that succeed, fail, are refused, wait for a slot and run; a schedule, a backfill, a
library workflow, a removed tenant.
"""

import json
import sys
import tempfile
from pathlib import Path
from typing import Any, Final

from local.amc_simulator.configuration import Configuration
from local.emulator import ServerSettings
from local.runtime import Runtime
from tests.assemblies import synthesized
from tests.e2e.deployment import WAIT_SCALE, Deployment, TenantUnderTest, wait_until
from tests.e2e.upgrade.assemblies import unpack_released

FOLDER: Final = Path(__file__).parent
LIBRARY: Final = {"workflowId": "shared", "version": 1, "sqlQuery": "SELECT 1 FROM dsp_impressions", "tags": ["none"]}
PAYLOAD: Final = {"workflowId": "reach", "timeWindowStart": "TODAY(-7)", "timeWindowEnd": "TODAY(0)"}


def record(version: str, assembly: Path) -> Path:
    """Write `{version}.json`: the rows of each table with DynamoDB's types, and which tenant is which."""
    configuration, settings = Configuration(clock_factor=60.0), ServerSettings(wait_scale=WAIT_SCALE)
    with Runtime(assembly, name="rows", configuration=configuration, settings=settings) as runtime:
        deployment = Deployment(runtime)
        busy = _busy(deployment)
        gone = _removed(deployment)
        scan = deployment.client("dynamodb").scan
        tables = {
            name.removesuffix("Table"): scan(TableName=deployment.outputs[name])["Items"]
            for name in sorted(deployment.outputs)
            if name.endswith("Table") and name != "AccessTokensTable"
        }
    path = FOLDER / f"{version}.json"
    document = {"version": version, "busy": busy.id, "gone": gone.id, "tables": tables}
    path.write_text(json.dumps(document, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    return path


def _busy(deployment: Deployment) -> TenantUnderTest:
    tenant = deployment.a_tenant("busy", limit=1)
    tenant.put_workflow("long", seconds=6000)
    tenant.send("succeeded")
    tenant.wait_for("succeeded", status={"SUCCEEDED"})
    tenant.send("refused", workflowId="nobody")
    tenant.send_text("not json", "unreadable")
    schedule = {"customerId": tenant.id, "Name": "daily", "ScheduleExpression": "cron(0 8 * * ? *)"}
    deployment.table("SchedulesTable").put_item(Item={**schedule, "Input": {"payload": PAYLOAD}})
    deployment.table("WorkflowLibraryTable").put_item(Item=LIBRARY)
    _backfill(deployment, tenant)
    tenant.send("running", workflowId="long")
    tenant.wait_for("running", status={"RUNNING"})
    tenant.send("waiting")
    tenant.wait_for("waiting", status={"WAITING"})
    row = {"customerId": tenant.id, "Name": "daily"}
    table = deployment.table("SchedulesTable")
    wait_until(lambda: "scheduleStatus" in table.get_item(Key=row)["Item"], "the schedule is applied")
    wait_until(lambda: len(tenant.requests()) >= 7, "all requests have rows")
    return tenant


def _backfill(deployment: Deployment, tenant: TenantUnderTest) -> None:
    states, window = deployment.client("stepfunctions"), {"start": "2026-01-01", "end": "2026-01-05", "days": 2}
    plan: dict[str, Any] = {"customerIds": [tenant.id], "workflowId": "reach", **window}
    started = states.start_execution(
        stateMachineArn=deployment.outputs["BackfillArn"], name="past", input=json.dumps(plan)
    )
    arn = started["executionArn"]
    wait_until(lambda: states.describe_execution(executionArn=arn)["status"] != "RUNNING", "the backfill ends")
    assert states.describe_execution(executionArn=arn)["status"] == "SUCCEEDED"


def _removed(deployment: Deployment) -> TenantUnderTest:
    tenant = deployment.a_tenant("gone")
    tenant.remove_record()
    wait_until(lambda: tenant.row().get("status") == "OFFBOARDED", "it is removed")
    return tenant


if __name__ == "__main__":
    ours = synthesized("local")
    with tempfile.TemporaryDirectory() as folder:
        wanted = unpack_released(Path(folder), ours) if sys.argv[2:] == ["released"] else ours
        print(record(sys.argv[1], wanted))  # noqa: T201
