"""The machine `execution_tracking`."""

import json

from wfm.client.machines import Machine


class TrackingMachine(Machine):
    """What looks at the tenants' AMC instances."""

    def look_at(self, customer_id: str) -> None:
        """Look at the customer's AMC instance now."""
        self._client.start_execution(stateMachineArn=self._arn, input=json.dumps({"customerId": customer_id}))
