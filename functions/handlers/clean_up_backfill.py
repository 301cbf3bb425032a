"""A backfill was aborted, timed out or failed: another execution of its machine cancels what has not ended.

That execution is named `{backfillId}.clean-up`; no backfill can have such a name.
"""

import json
from typing import Any, Final

from aws_lambda_powertools.utilities.batch import EventType

from functions.runtime.batch import each_record
from functions.runtime.entry import entry
from functions.runtime.wiring import Ports
from wfm.errors import PermanentError, names

CLEAN_UP: Final = ".clean-up"


@entry
def handler(event: dict[str, Any], ports: Ports) -> Any:
    """A batch of SQS records: EventBridge's `Step Functions Execution Status Change` of `backfill`."""
    return each_record(event, EventType.SQS, lambda record: _clean_up(json.loads(record["body"])["detail"], ports))


def _clean_up(detail: dict[str, Any], ports: Ports) -> None:
    """A permanent error comes from PlanBackfill alone: then nothing was sent."""
    if detail["name"].endswith(CLEAN_UP) or detail.get("error") in names(PermanentError):
        return
    stopped = {"stopped": detail["executionArn"]}
    ports.tasks.start(detail["stateMachineArn"], f"{detail['name']}{CLEAN_UP}", stopped)
