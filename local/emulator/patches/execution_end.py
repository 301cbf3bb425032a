"""An execution that was stopped or ran out of time has ended, for good.

AWS: `TimeoutSeconds` of a state machine ends the execution as TIMED_OUT; a stopped or timed-out execution
makes no further attempt, and its status never changes again. Both are announced on EventBridge.
The package: ignores the machine's `TimeoutSeconds`; a stopped execution keeps retrying its task, and when
that fails it turns from ABORTED to FAILED and is announced twice. WFM cleans up after such executions by that
event.
"""

# ruff: noqa: SLF001

import contextvars
import heapq
import itertools
import threading
import time
from typing import Any

from local.emulator.patches.rewrite import module, replace_source
from local.emulator.patches.task_tokens import leave_if_ended, scaled, wake_tasks_of

Execution = dict[str, Any]

FAILED = '    execution["status"] = "FAILED"\n'
FAILED_IF_RUNNING = '    if execution["status"] != "RUNNING":\n        return\n' + FAILED
RETRIED = "                retry_counts[retrier_idx] = count + 1\n                continue\n"
STARTED = '    all_states = definition.get("States", {})\n'
STOPPED = '    _emit_execution_status_event(execution)\n    return json_response({"stopDate": stop_date})\n'

_order = itertools.count()
_limits: list[tuple[float, int, contextvars.Context, Execution]] = []
_changed = threading.Condition()


def apply() -> None:
    states = module("services.stepfunctions")
    replace_source(states, "_fail_execution", (FAILED, FAILED_IF_RUNNING))
    replace_source(
        states,
        "_execute_task",
        (RETRIED, f"                _leave_if_ended(execution)\n{RETRIED}"),
        _leave_if_ended=leave_if_ended,
    )
    replace_source(
        states,
        "_run_execution",
        (STARTED, f"    _watch_time_limit(execution, definition)\n{STARTED}"),
        _watch_time_limit=watch_time_limit,
    )
    replace_source(
        states,
        "_stop_execution",
        (STOPPED, f"    _wake_tasks_of(execution)\n{STOPPED}"),
        _wake_tasks_of=wake_tasks_of,
    )
    threading.Thread(target=_enforce_limits, name="wfm-execution-limits", daemon=True).start()


def watch_time_limit(execution: Execution, definition: dict[str, Any]) -> None:
    if "TimeoutSeconds" not in definition:
        return
    due = time.monotonic() + scaled(definition["TimeoutSeconds"])
    with _changed:
        heapq.heappush(_limits, (due, next(_order), contextvars.copy_context(), execution))
        _changed.notify()


def _enforce_limits() -> None:
    while True:
        with _changed:
            while not _limits or _limits[0][0] > time.monotonic():
                _changed.wait(timeout=_limits[0][0] - time.monotonic() if _limits else None)
            _, _, context, execution = heapq.heappop(_limits)
        context.run(_time_out, execution)


def _time_out(execution: Execution) -> None:
    if execution["status"] != "RUNNING":
        return
    states = module("services.stepfunctions")
    execution["status"] = "TIMED_OUT"
    execution["stopDate"] = states.now_iso()
    states._add_event(execution, "ExecutionTimedOut", {"executionTimedOutEventDetails": {}})
    wake_tasks_of(execution)
    states._emit_execution_status_event(execution)
