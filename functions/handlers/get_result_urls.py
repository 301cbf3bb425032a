"""GetResultUrls: AMC's download links for a run's result, for instances without a bucket."""

from typing import TypedDict

from functions.runtime.entry import entry
from functions.runtime.wiring import Ports
from functions.services.execution.preparation import active_tenant
from wfm.errors import InvalidRequest
from wfm.model.requests import customer_id_of
from wfm.model.statuses import TenantStatus


class GetResultUrlsInput(TypedDict, total=False):
    """A run, by ids that are not checked yet."""

    customerId: object
    workflowExecutionId: object


class GetResultUrlsOutput(TypedDict):
    """Links that work for ten minutes, for anybody who has them."""

    urls: list[str]


@entry
def handler(event: GetResultUrlsInput, ports: Ports) -> GetResultUrlsOutput:
    """Ask AMC for new links. InvalidRequest if no run is named."""
    execution_id = event.get("workflowExecutionId")
    if not isinstance(execution_id, str) or not execution_id:
        raise InvalidRequest("workflowExecutionId", "is missing", "AMC's id of a run")
    tenant = active_tenant(customer_id_of(event), ports.tenants, also=[TenantStatus.PAUSED, TenantStatus.OFFBOARDING])
    return {"urls": ports.amc.result_urls(tenant, execution_id)}
