"""The `backfill` machine: one execution is one backfill, its name the backfill's id, its input the plan."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from wfm.errors import UsageError
from wfm.model.backfill_fields import is_backfill_id
from wfm.model.backfills import PAUSED
from wfm.model.outcomes import of_error

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient

STATUSES: Final = {"ABORTED": "CANCELLED", "TIMED_OUT": "FAILED", "PENDING_REDRIVE": "RUNNING"}
PAGE_SIZE: Final = 100


@dataclass(frozen=True, slots=True)
class BackfillExecution:
    """`status` is RUNNING, SUCCEEDED, FAILED, PAUSED or CANCELLED; `reason` is why it is one of the last three.

    `error` is the name of the error with which it ended.
    """

    backfill_id: str
    status: str
    started: datetime
    ended: datetime | None
    plan: Mapping[str, object]
    reason: str | None
    error: str = ""


class BackfillMachine:
    """Executions with a longer name than a backfill's id clean up after one that was stopped."""

    def __init__(self, stepfunctions: "SFNClient", arn: str) -> None:
        self._client = stepfunctions
        self._arn = arn

    def start(self, backfill_id: str, plan: Mapping[str, object]) -> None:
        """Begin it; UsageError when there was one of that id in the last 90 days."""
        try:
            self._client.start_execution(stateMachineArn=self._arn, name=backfill_id, input=json.dumps(plan))
        except self._client.exceptions.ExecutionAlreadyExists as exc:
            raise UsageError(f"--id: there is a backfill {backfill_id!r} already; allowed: an id of its own") from exc

    def ids(self, *, only_running: bool = False) -> Iterator[str]:
        """The backfills that Step Functions remembers, the newest first."""
        listing = self._client.get_paginator("list_executions")
        pages = (
            listing.paginate(stateMachineArn=self._arn, statusFilter="RUNNING")
            if only_running
            else listing.paginate(stateMachineArn=self._arn, PaginationConfig={"PageSize": PAGE_SIZE})
        )
        for page in pages:
            yield from (item["name"] for item in page["executions"] if is_backfill_id(item["name"]))

    def find(self, backfill_id: str) -> BackfillExecution | None:
        """The backfill of that id."""
        try:
            found = self._client.describe_execution(executionArn=self.execution_arn(backfill_id))
        except (self._client.exceptions.ExecutionDoesNotExist, self._client.exceptions.InvalidArn):
            return None
        status = STATUSES.get(found["status"], found["status"])
        has_failed = status in ("FAILED", "CANCELLED")
        if has_failed and found.get("error") == PAUSED:
            status = "PAUSED"
        reason = of_error(found.get("error") or "", found.get("cause") or "").reason if has_failed else ""
        plan: object = json.loads(found["input"])
        return BackfillExecution(
            backfill_id,
            status,
            found["startDate"],
            found.get("stopDate"),
            plan if isinstance(plan, dict) else {},
            reason or None,
            found.get("error") or "",
        )

    def stop(self, backfill_id: str, cause: str) -> None:
        """Abort it; WFM cancels what has not ended."""
        self._client.stop_execution(executionArn=self.execution_arn(backfill_id), cause=cause)

    def pause(self, backfill_id: str, cause: str) -> None:
        """Abort it as paused; WFM cancels what is not in AMC yet."""
        self._client.stop_execution(executionArn=self.execution_arn(backfill_id), cause=cause, error=PAUSED)

    def execution_arn(self, backfill_id: str) -> str:
        """The ARN of a backfill's execution."""
        return f"{self._arn.replace(':stateMachine:', ':execution:')}:{backfill_id}"
