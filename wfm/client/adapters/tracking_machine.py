"""The machine `execution_tracking`."""

import json

from wfm.client.machines import Machine


class TrackingMachine(Machine):
    """Polls the tenants' AMC instances."""

    def poll(self, customer_id: str) -> None:
        """Poll the customer's AMC instance now."""
        self._client.start_execution(stateMachineArn=self._arn, input=json.dumps({"customerId": customer_id}))
