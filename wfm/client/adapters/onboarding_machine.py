"""The machine `tenant_onboarding`, and the one to which it hands a tenant that shall go."""

import json
import re
import uuid
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from wfm.client.machines import PAGE_SIZE, Machine, MachineExecution

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient


class OnboardingMachine(Machine):
    """Executions are named `{customerId}-{32 hex digits}`, whoever starts them; those of `offboarding` belong to it."""

    def __init__(self, stepfunctions: "SFNClient", arn: str, *offboarding: str) -> None:
        super().__init__(stepfunctions, arn)
        self._machines = (arn, *offboarding)

    def start(self, customer_id: str) -> datetime:
        """Reconcile the tenant with what is wanted of it; when the execution started."""
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
            for machine in self._machines
            for name, execution in self._newest_first(machine, since)
            if named.fullmatch(name) and execution.started >= since
        ]
        return sorted(found, key=lambda execution: execution.started)

    def _newest_first(self, machine: str, since: datetime) -> Iterator[tuple[str, MachineExecution]]:
        """Step Functions lists by the time of the end, or of the start while one runs, the newest first."""
        listing = self._client.get_paginator("list_executions")
        for page in listing.paginate(stateMachineArn=machine, PaginationConfig={"PageSize": PAGE_SIZE}):
            for item in page["executions"]:
                ended = item.get("stopDate")
                if (ended or item["startDate"]) < since:
                    return
                yield item["name"], MachineExecution(item["executionArn"], item["status"], item["startDate"], ended)
