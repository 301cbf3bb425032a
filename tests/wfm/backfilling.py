"""The machine `backfill` in moto, as the client meets them. Nothing runs by itself."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

import boto3
from moto.core import DEFAULT_ACCOUNT_ID
from moto.stepfunctions.models import stepfunctions_backends

from wfm.errors import InvalidRequest
from wfm.model.backfills import PAUSED

ROLE = "arn:aws:iam::123456789012:role/machine"
RANGE = {"start": "2024-01-01", "end": "2024-02-12", "days": 7}


class Backfilling:
    """What a test may say of the backfills of the deployment."""

    def __init__(self, deployed: Any) -> None:
        self._deployed = deployed
        self._client = boto3.client("stepfunctions")
        definition = json.dumps({"StartAt": "A", "States": {"A": {"Type": "Succeed"}}})
        made = self._client.create_state_machine(name="backfill", definition=definition, roleArn=ROLE)
        self.arn = made["stateMachineArn"]

    def put_tenants(self, *customer_ids: str) -> None:
        """ACTIVE ones that have the workflow `reach`."""
        for customer_id in customer_ids:
            self._deployed.put_row(customer_id)
            self._deployed.put_workflow(customer_id=customer_id)

    def put_requests(self, backfill_id: str, customer_id: str, *statuses: str) -> None:
        """The requests of a customer's that have arrived."""
        for number, status in enumerate(statuses):
            ids = {"customerId": customer_id, "backfillId": backfill_id, "source": f"backfill:{backfill_id}"}
            self._deployed.put_request(f"{backfill_id}-{customer_id}-{number}", status, **ids)

    def put_outcomes(self, customer_id: str, made_by: Mapping[str, Any] = MappingProxyType({}), **windows: str) -> None:
        """Requests by hand for a week of the range each, `jan_01="FAILED"`, as AMC got them.

        `made_by` are further fields of the rows of their runs, with the `values` of parameters that AMC got.
        """
        fields = {name: value for name, value in made_by.items() if name != "values"}
        for begin, status in windows.items():
            day = datetime.strptime(f"2024 {begin}", "%Y %b_%d")  # noqa: DTZ007 (local)
            body: dict[str, Any] = {"workflowId": "reach", "timeWindowType": "EXPLICIT"}
            body |= {"timeWindowStart": day.isoformat(), "timeWindowEnd": (day + timedelta(days=7)).isoformat()}
            body |= {"parameterValues": made_by["values"]} if "values" in made_by else {}
            ids = {"customerId": customer_id, "workflowExecutionId": f"e-{begin}"}
            self._deployed.put_request(f"by-hand-{begin}", status, execution=body, **ids)
            self._deployed.put_execution(f"e-{begin}", status, **ids, **fields)

    def start(self, backfill_id: str, *customer_ids: str, **fields: Any) -> None:
        """An execution of the machine."""
        plan = {"customerIds": list(customer_ids), "workflowId": "reach", **RANGE, **fields}
        self._client.start_execution(stateMachineArn=self.arn, name=backfill_id, input=json.dumps(plan))

    def stop(self, backfill_id: str, cause: str = "by hand") -> None:
        """The execution is aborted."""
        self._client.stop_execution(executionArn=self._execution(backfill_id), cause=cause)

    def pause(self, backfill_id: str) -> None:
        """The execution is aborted as paused."""
        self._end(backfill_id, PAUSED, "paused by moto")

    def refuse(self, backfill_id: str, cause: str) -> None:
        """PlanBackfill has refused the plan: nothing is sent."""
        self._end(backfill_id, InvalidRequest.__name__, cause).status = "FAILED"

    def _end(self, backfill_id: str, error: str, cause: str) -> Any:
        """The execution, stopped with this error: moto forgets with which one."""
        self.stop(backfill_id)
        machine = stepfunctions_backends[DEFAULT_ACCOUNT_ID]["us-east-1"].describe_state_machine(self.arn)
        (found,) = (one for one in machine.executions if one.name == backfill_id)
        found.error, found.cause = error, cause
        return found

    def status(self, backfill_id: str) -> str:
        """Step Functions' own."""
        return self._client.describe_execution(executionArn=self._execution(backfill_id))["status"]

    def plan(self, backfill_id: str) -> Any:
        """The execution's input."""
        return json.loads(self._client.describe_execution(executionArn=self._execution(backfill_id))["input"])

    def _execution(self, backfill_id: str) -> str:
        return f"{self.arn.replace(':stateMachine:', ':execution:')}:{backfill_id}"
