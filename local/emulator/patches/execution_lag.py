"""DescribeExecution and ListExecutions are behind by up to `Unreliability.execution_lag` seconds.

AWS: both are eventually consistent; "the results are best effort and may not reflect very recent updates and changes"
(Step Functions API reference). StartExecution knows all names at once.
The package: both know everything at once.
Mended: an execution that has just begun is not there, one that has just ended is RUNNING, each for a time of its own.
"""

import random
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from local.emulator.patches.rewrite import module, replace_source
from local.emulator.troubles import count, wanted

NOT_YET: Final = "executions not seen yet"
STILL: Final = "ended executions seen as running"
ENDS: Final = ("error", "cause")

Execution = dict[str, Any]


def apply() -> None:
    states = module("services.stepfunctions")
    known = ("execution = _executions.get(exec_arn)\n", "execution = _as_seen(_executions.get(exec_arn))\n")
    replace_source(states, "_describe_execution", known, _as_seen=as_seen)
    listed = ("for ex in _executions.values():\n", "for ex in _all_as_seen(_executions.values()):\n")
    replace_source(states, "_list_executions", listed, _all_as_seen=all_as_seen)


def as_seen(execution: Execution | None) -> Execution | None:
    return next(all_as_seen([execution]), None) if execution else None


def all_as_seen(executions: Iterable[Execution]) -> Iterator[Execution]:
    most = timedelta(seconds=wanted().execution_lag)
    now = datetime.now(UTC)
    recently = (now - most).isoformat()
    for execution in executions:
        if not most or max(execution["startDate"], execution["stopDate"] or "") < recently:
            yield execution
        elif (seen := _behind(execution, now, most)) is not None:
            yield seen


def _behind(execution: Execution, now: datetime, most: timedelta) -> Execution | None:
    draw = random.Random(f"{wanted().seed} {execution['executionArn']}")  # noqa: S311 (no secret)
    if datetime.fromisoformat(execution["startDate"]) > now - most * draw.random():
        count(NOT_YET)
        return None
    if execution["stopDate"] and datetime.fromisoformat(execution["stopDate"]) > now - most * draw.random():
        count(STILL)
        seen = {name: value for name, value in execution.items() if name not in ENDS}
        return {**seen, "status": "RUNNING", "stopDate": None, "output": None}
    return execution
