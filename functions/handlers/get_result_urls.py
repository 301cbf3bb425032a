"""GetResultUrls: AMC's download links for a run's result, for instances without a bucket."""

from typing import TypedDict

from functions.runtime.entry import entry
from functions.runtime.wiring import Ports
from functions.services.amc_contents import tenant_to_read
from wfm.errors import InvalidRequest


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
    return {"urls": ports.amc.result_urls(tenant_to_read(event, ports.tenants), execution_id)}
