"""CancelRuns: cancels the AMC runs that WFM started for the tenant; runs that others started continue."""

from typing import TypedDict

from functions.runtime.entry import entry, log_fields, logger
from functions.runtime.inputs import TenantInput
from functions.runtime.wiring import Ports
from wfm.errors import PermanentError
from wfm.model.runs import is_active
from wfm.model.tenants import from_row


class CancelRunsOutput(TypedDict):
    """How many runs were to be cancelled."""

    cancelled: int


@entry
def handler(event: TenantInput, ports: Ports) -> CancelRunsOutput:
    """Cancel each; a run that AMC refuses to cancel is logged, and does not stop the removal.

    A run submitted at this moment may be missing in the index; CheckRuns waits for its end.
    """
    customer_id = event["customerId"]
    row = ports.tenants.find(customer_id) or {}
    own = [run for run in ports.executions.active_runs(customer_id) if run.get("requestId") and is_active(run)]
    for run in own if "amcInstanceId" in row else []:
        try:
            ports.amc.cancel_execution(from_row(row), run["workflowExecutionId"])
        except PermanentError as exc:
            logger.warning("a run is not cancelled", **log_fields(exc))
    return {"cancelled": len(own)}
