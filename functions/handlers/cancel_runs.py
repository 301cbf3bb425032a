"""CancelRuns: the tenant's own AMC runs are cancelled; runs that others started go on."""

from typing import Any

from functions.runtime.entry import entry, log_fields, logger
from functions.runtime.wiring import Ports
from wfm.errors import PermanentError
from wfm.model.tenants import from_row


@entry
def handler(event: dict[str, Any], ports: Ports) -> dict[str, Any]:
    """`{customerId}` -> `{cancelled}`. That AMC will not hear of it does not keep a tenant from being removed.

    A run that is submitted at this very moment may be missing in the index; CheckRuns waits for its end.
    """
    customer_id = event["customerId"]
    row = ports.tenants.find(customer_id) or {}
    own = [run for run in ports.executions.active_runs(customer_id) if run.get("requestId")]
    for run in own if "amcInstanceId" in row else []:
        try:
            ports.amc.cancel_execution(from_row(row), run["workflowExecutionId"])
        except PermanentError as exc:
            logger.warning("a run is not cancelled", **log_fields(exc))
    return {"cancelled": len(own)}
