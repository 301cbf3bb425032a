"""ListAmcWorkflows: which workflows a tenant's AMC instance holds, whoever made them."""

from typing import TypedDict

from functions.runtime.entry import entry
from functions.runtime.wiring import Ports
from functions.services.amc_contents import tenant_to_read
from wfm.model.amc_echo import digest_of, echo_of


class ListAmcWorkflowsInput(TypedDict, total=False):
    """A tenant, by an id that is not checked yet."""

    customerId: object


class ListedWorkflow(TypedDict):
    """`digest` changes when the workflow does; definitions would not fit into one answer of a Lambda."""

    workflowId: str
    digest: str


class ListAmcWorkflowsOutput(TypedDict):
    """All pages of AMC's list, in its order."""

    workflows: list[ListedWorkflow]


@entry
def handler(event: ListAmcWorkflowsInput, ports: Ports) -> ListAmcWorkflowsOutput:
    """Ask AMC for its list. UnknownCustomer for what is no tenant in service."""
    shown = ports.amc.list_workflows(tenant_to_read(event, ports.tenants))
    return {
        "workflows": [{"workflowId": str(one.get("workflowId")), "digest": digest_of(echo_of(one))} for one in shown]
    }
