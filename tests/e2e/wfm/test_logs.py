"""What the deployed Lambdas log holds no SQL, no parameter and no credential."""

import json
import re
from typing import Any

from local.amc_simulator.faults import Fault
from tests.e2e.deployment import Deployment, TenantUnderTest, wait_until

HUSH = "SELECT COUNT(campaign) AS hush_column FROM dsp_impressions"


def ask(tenant: TenantUnderTest, request_id: str, **payload: Any) -> None:
    payload |= {"timeWindowType": "MOST_RECENT_DAY"}
    tenant.send_text(json.dumps({"customerId": tenant.id, "requestId": request_id, "payload": payload}), request_id)


def test_no_log_holds_sql_or_credentials(wfm: Deployment) -> None:
    tenant = wfm.a_tenant("hushed")
    parameters = [{"name": "brand", "dataType": "STRING"}]
    ad_hoc = {"workflowId": "adhoc", "sqlQuery": HUSH, "inputParameters": parameters}
    bad = {"customerId": tenant.id, "workflowId": "bad"}
    workflows = wfm.table("WorkflowsTable")

    ask(tenant, "slip", workflow=HUSH)
    ask(tenant, "runs", workflow=ad_hoc, parameterValues={"brand": "hush_value"})
    tenant.wait_for("runs")
    refusal: dict[str, Any] = {"method": "POST", "instance_id": tenant.instance, "status": 400, "details": HUSH}
    wfm.amc.add_faults(Fault(path="workflowExecutions$", **refusal), Fault(path="workflows$", **refusal))
    ask(tenant, "refused", workflow=ad_hoc, parameterValues={"brand": "hush_value"})
    workflows.put_item(Item=bad | {"sqlQuery": HUSH})
    rows = tenant.wait_for("refused")
    wait_until(lambda: workflows.get_item(Key=bad)["Item"].get("syncStatus") == "FAILED", "AMC refuses the workflow")
    (letter,) = wait_until(tenant.dead_letters, "the slip is parked")

    for told in (rows["refused"]["reason"], workflows.get_item(Key=bad)["Item"]["syncReason"]):
        assert re.fullmatch(
            rf"AMC refused with 400 \(x-amz-rid \w+, x-amz-request-id [\w-]+\): {re.escape(HUSH)}", told
        )
    assert letter["MessageAttributes"]["reason"]["StringValue"].startswith("payload.workflow: a text is not right")
    logged = "".join(wfm.logs_with("AmcRefused"))
    assert all(name in logged for name in ("SubmitExecution", "SyncWorkflow"))
    for hidden in ("hush_", "dsp_impressions", "Atza|", "Atzr|", "simulated-secret"):
        assert not wfm.logs_with(hidden), hidden
