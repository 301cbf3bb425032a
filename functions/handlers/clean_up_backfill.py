"""A backfill was aborted, timed out or failed: another execution of its machine cancels what has not ended.

That execution is named `{backfillId}.clean-up`; no backfill can have such a name.
"""

import json
from typing import Final, NotRequired, TypedDict

from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse

from functions.runtime.batch import Event, each_message
from functions.runtime.entry import entry
from functions.runtime.wiring import Ports
from wfm.errors import PermanentError, names

CLEAN_UP: Final = ".clean-up"


class StatusChange(TypedDict):
    """EventBridge's detail: an execution has ended."""

    executionArn: str
    stateMachineArn: str
    name: str
    error: NotRequired[str | None]


@entry
def handler(event: Event, ports: Ports) -> PartialItemFailureResponse:
    """A batch of SQS records: EventBridge's `Step Functions Execution Status Change` of `backfill`."""
    return each_message(event, lambda record: _clean_up(json.loads(record["body"])["detail"], ports))


def _clean_up(detail: StatusChange, ports: Ports) -> None:
    """A permanent error comes from PlanBackfill alone: then nothing was sent."""
    if detail["name"].endswith(CLEAN_UP) or detail.get("error") in names(PermanentError):
        return
    stopped = {"stopped": detail["executionArn"]}
    ports.tasks.start(detail["stateMachineArn"], f"{detail['name']}{CLEAN_UP}", stopped)
