"""The state machines: start them, find executions of theirs, and see which states they entered."""

import json
import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from functions.domain.naming import event_execution_name

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient

PAGE_SIZE: Final = 1000


@dataclass(frozen=True, slots=True)
class MachineExecution:
    """One execution; `ended` is None while it runs."""

    arn: str
    status: str
    started: datetime
    ended: datetime | None


@dataclass(frozen=True, slots=True)
class StateEntered:
    """One state that an execution entered; `at` is by the machine's clock."""

    state: str
    at: datetime
    execution: str


class Machine:
    """A state machine of WFM, as far as one of its executions can be looked at."""

    def __init__(self, stepfunctions: "SFNClient", arn: str) -> None:
        self._client = stepfunctions
        self._arn = arn

    def execution(self, arn: str) -> MachineExecution:
        """How an execution stands."""
        described = self._client.describe_execution(executionArn=arn)
        return MachineExecution(arn, described["status"], described["startDate"], described.get("stopDate"))

    def entered(self, execution: str) -> list[StateEntered]:
        """The states that it has entered so far, in order."""
        pages = self._client.get_paginator("get_execution_history").paginate(
            executionArn=execution, includeExecutionData=False, PaginationConfig={"PageSize": PAGE_SIZE}
        )
        return [
            StateEntered(event["stateEnteredEventDetails"]["name"], event["timestamp"], execution)
            for page in pages
            for event in page["events"]
            if "stateEnteredEventDetails" in event
        ]

    def cause(self, execution: str) -> str | None:
        """Why it failed, in one sentence, if it says so."""
        described = self._client.describe_execution(executionArn=execution)
        return described.get("cause") or described.get("error")


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
        """What it took, as one that succeeded says it."""
        output = json.loads(self._client.describe_execution(executionArn=execution).get("output") or "{}")
        return str(output["done"]) if output.get("done") else None


class TrackingMachine(Machine):
    """`execution_tracking`."""

    def look_at(self, customer_id: str) -> None:
        """Look at the customer's AMC instance now."""
        self._client.start_execution(stateMachineArn=self._arn, input=json.dumps({"customerId": customer_id}))


class OnboardingMachine(Machine):
    """Its executions are named `{customerId}-{32 hex digits}`, whoever starts them."""

    def start(self, customer_id: str) -> datetime:
        """Bring the tenant in line with what is wanted of it; when the execution started."""
        started = self._client.start_execution(
            stateMachineArn=self._arn,
            name=f"{customer_id}-{uuid.uuid4().hex}",
            input=json.dumps({"customerId": customer_id}),
        )
        return started["startDate"]

    def executions(self, customer_id: str, since: datetime) -> list[MachineExecution]:
        """The customer's executions that started at `since` or later, oldest first."""
        named = re.compile(re.escape(customer_id) + "-[0-9a-f]{32}")
        found = [
            execution
            for name, execution in self._newest_first(since)
            if named.fullmatch(name) and execution.started >= since
        ]
        return sorted(found, key=lambda execution: execution.started)

    def _newest_first(self, since: datetime) -> Iterator[tuple[str, MachineExecution]]:
        """Step Functions lists by the time of the end, or of the start while one runs, the newest first."""
        listing = self._client.get_paginator("list_executions")
        for page in listing.paginate(stateMachineArn=self._arn, PaginationConfig={"PageSize": PAGE_SIZE}):
            for item in page["executions"]:
                ended = item.get("stopDate")
                if (ended or item["startDate"]) < since:
                    return
                yield item["name"], MachineExecution(item["executionArn"], item["status"], item["startDate"], ended)
