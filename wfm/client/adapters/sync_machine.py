"""The machine `workflow_sync`."""

import json
import uuid

from wfm.client.machines import Machine
from wfm.model.execution_names import event_execution_name


class SyncMachine(Machine):
    """`workflow_sync`."""

    def start(self, customer_id: str, workflow_id: str) -> str:
        """Bring the workflow in AMC to what its row says; the execution's ARN."""
        started = self._client.start_execution(
            stateMachineArn=self._arn,
            name=event_execution_name(uuid.uuid4().hex, customer_id, workflow_id),
            input=json.dumps({"customerId": customer_id, "workflowId": workflow_id}),
        )
        return started["executionArn"]

    def done(self, execution: str) -> str | None:
        """What a sync that succeeded did in AMC, in its own words."""
        output = json.loads(self._client.describe_execution(executionArn=execution).get("output") or "{}")
        return str(output["done"]) if output.get("done") else None
