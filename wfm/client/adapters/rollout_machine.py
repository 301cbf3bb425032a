"""The machine `library_rollout`."""

import json
import uuid

from wfm.client.machines import Machine
from wfm.model.execution_names import event_execution_name


class RolloutMachine(Machine):
    """`library_rollout`."""

    def start(self, workflow_id: str) -> str:
        """Bring the version in force to its tenants once more; the execution's ARN."""
        started = self._client.start_execution(
            stateMachineArn=self._arn,
            name=event_execution_name(uuid.uuid4().hex, workflow_id),
            input=json.dumps({"workflowId": workflow_id}),
        )
        return started["executionArn"]
