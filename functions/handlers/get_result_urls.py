"""GetResultUrls: AMC's own links to a run's result, new ones each time, for those who have no bucket to read."""

from typing import TypedDict

from functions.runtime.entry import entry
from functions.runtime.wiring import Ports
from functions.services.execution.preparation import active_tenant
from wfm.errors import InvalidRequest
from wfm.model.requests import customer_id_of
from wfm.model.statuses import TenantStatus


class GetResultUrlsInput(TypedDict, total=False):
    """A run, as somebody names it: not checked yet."""

    customerId: object
    workflowExecutionId: object


class GetResultUrlsOutput(TypedDict):
    """Each is good for ten minutes and for anybody who has it."""

    urls: list[str]


@entry
def handler(event: GetResultUrlsInput, ports: Ports) -> GetResultUrlsOutput:
    """InvalidRequest where no run is named."""
    execution_id = event.get("workflowExecutionId")
    if not isinstance(execution_id, str) or not execution_id:
        raise InvalidRequest("workflowExecutionId", "is missing", "AMC's id of a run")
    tenant = active_tenant(customer_id_of(event), ports.tenants, also=[TenantStatus.PAUSED, TenantStatus.OFFBOARDING])
    return {"urls": ports.amc.result_urls(tenant, execution_id)}
