"""What a tenant's AMC instance holds, through WFM's Lambdas."""

from collections.abc import Mapping
from dataclasses import dataclass

from wfm.client.adapters.functions import Functions
from wfm.client.stack_names import SAME_VERSION
from wfm.errors import ClientError
from wfm.model.data_sources import DataSource, read_data_sources
from wfm.model.rows import Document, list_in, object_in


@dataclass(frozen=True, slots=True)
class AmcContents:
    """ClientError comes from every call, in AMC's own words where those are the reason."""

    functions: Functions

    def workflows(self, customer_id: str) -> Mapping[str, str]:
        """A digest of each workflow that AMC lists, by id; a workflow that two pages show counts once."""
        listed = _list(self.functions.call("ListAmcWorkflows", customerId=customer_id), "workflows")
        return {str(one.get("workflowId")): str(one.get("digest")) for one in listed}

    def workflow(self, customer_id: str, workflow_id: str) -> Document | None:
        """The workflow as AMC shows it by its id; None if it is no longer there."""
        answer = self.functions.call("GetAmcWorkflow", customerId=customer_id, workflowId=workflow_id)
        return object_in(answer["workflow"]) if answer.get("workflow") else None

    def data_sources(self, customer_id: str) -> list[DataSource]:
        """The tables that the instance's queries may read."""
        return read_data_sources(_list(self.functions.call("ListDataSources", customerId=customer_id), "dataSources"))


def _list(answer: Document, name: str) -> list[Document]:
    if not isinstance(answer.get(name), list):
        raise ClientError(f"the answer has no {name}: WFM is of another version; {SAME_VERSION}")
    return [object_in(one) for one in list_in(answer[name])]
