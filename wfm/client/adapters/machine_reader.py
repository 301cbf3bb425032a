"""Executions of any machine, as Step Functions remembers them: their definition, and what happened in them."""

import json
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from wfm.client.machine_history import AwsDocument, ExecutionHistory, history_of
from wfm.client.machines import MachineExecution
from wfm.errors import UnknownRunError

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient
    from mypy_boto3_stepfunctions.type_defs import ListExecutionsInputTypeDef

PAGE_SIZE: Final = 1000
MOST_PAGES: Final = 5  # of a history; the longest machine of WFM fills one
DEFINITIONS: Final = 32  # that are kept: that of an execution never changes


class MachineReader:
    """UnknownRunError for an execution that Step Functions does not know (any more)."""

    def __init__(self, stepfunctions: "SFNClient") -> None:
        self._client = stepfunctions
        self.definition = lru_cache(DEFINITIONS)(self._definition)

    def _definition(self, execution: str) -> AwsDocument:
        """The definition that an execution goes by, in Amazon States Language."""
        try:
            described = self._client.describe_state_machine_for_execution(executionArn=execution)
        except self._client.exceptions.ExecutionDoesNotExist as exc:
            raise _unknown(execution) from exc
        found: AwsDocument = json.loads(described["definition"])
        return found

    def latest(self, machine: str, *, running: bool = False) -> Sequence[MachineExecution]:
        """The newest executions of a Standard machine, a thousand at most, or those of them that run: one call.

        None of an Express machine, which Step Functions does not list.
        """
        asked: ListExecutionsInputTypeDef = {"stateMachineArn": machine, "maxResults": PAGE_SIZE}
        if running:
            asked["statusFilter"] = "RUNNING"
        try:
            found = self._client.list_executions(**asked)
        except self._client.exceptions.StateMachineTypeNotSupported:
            return []
        return [
            MachineExecution(one["executionArn"], one["status"], one["startDate"], one.get("stopDate"))
            for one in found["executions"]
        ]

    def history(self, execution: str) -> ExecutionHistory:
        """How far an execution has come: two calls, and one for each further thousand events, six at most."""
        try:
            described = self._client.describe_execution(executionArn=execution)
            events = self._events(execution)
        except self._client.exceptions.ExecutionDoesNotExist as exc:
            raise _unknown(execution) from exc
        return history_of(described, events)

    def _events(self, execution: str) -> Sequence[AwsDocument]:
        pages = self._client.get_paginator("get_execution_history").paginate(
            executionArn=execution,
            includeExecutionData=False,
            PaginationConfig={"PageSize": PAGE_SIZE, "MaxItems": PAGE_SIZE * MOST_PAGES},
        )
        return [event for page in pages for event in page["events"]]


def _unknown(execution: str) -> UnknownRunError:
    return UnknownRunError(f"execution: Step Functions does not know {execution!r:.300}, or not any more")
