"""Task tokens behave as on AWS.

AWS: `HeartbeatSeconds` without SendTaskHeartbeat fails the task with States.HeartbeatTimeout; each attempt
has its own token; a Lambda that fails to take it fails the task with its error; a token can be answered
once, and one whose task or execution has ended is answered with TaskTimedOut, one never given out with
InvalidToken.
The package: ignores heartbeats; all attempts share one token; ignores the failure of the Lambda and waits on;
accepts answers for ended executions; says TaskDoesNotExist for the rest.
On top, WFM_EMULATOR_TIMEOUT_SCALE shortens time-outs and heartbeats to match a clock that runs faster.
"""

# ruff: noqa: SLF001

import os
import time
from typing import Any

from local.emulator.patches.rewrite import module, replace_source
from local.emulator.settings import TIMEOUT_SCALE

Execution = dict[str, Any]
Token = dict[str, Any]

FOREVER = 99_999_999.0

SHARED = '    if is_callback:\n        ctx["Task"] = {"Token": new_uuid()}\n\n'
ATTEMPT = '        ctx["State"]["RetryCount"] = sum(retry_counts.values())\n'
OWN = '        if is_callback:\n            ctx["Task"] = {"Token": new_uuid()}\n'
CALL = 'resource, effective, ctx["Task"]["Token"], state_def)\n'
OUR_CALL = 'resource, effective, ctx["Task"]["Token"], state_def, execution)\n'

SIGNATURE = "def _invoke_with_callback(resource, input_data, token, state_def):\n"
OUR_SIGNATURE = "def _invoke_with_callback(resource, input_data, token, state_def, execution):\n"
REGISTERED = '"event": evt, "result": None, "error": None, "heartbeat": None}\n'
OUR_REGISTERED = '"event": evt, "result": None, "error": None, "heartbeat": None, "execution": execution}\n'
IGNORED = "        except _ExecutionError:\n            pass\n"
RAISED = "        except _ExecutionError:\n            _give_up(token)\n            raise\n"
WAITED = """\
    timeout = state_def.get("TimeoutSeconds", 99999)
    if not evt.wait(timeout=timeout):
        _task_tokens.pop(token, None)
        raise _ExecutionError("States.Timeout",
                              "Task timed out waiting for callback")

"""
OUR_WAITED = "    _await_answer(token, state_def)\n"
UNKNOWN = """\
    if not info:
        return error_response_json(
            "TaskDoesNotExist", "Task token not found", 400)
"""
REFUSED = """\
    refusal = _refusal(token, info)
    if refusal:
        return error_response_json(refusal, "Task Timed Out: 'Provided task does not exist anymore'", 400)
"""
BEAT = '    info["heartbeat"] = now_iso()\n'
OUR_BEAT = '    info["beat"] = time.monotonic()\n'

_given_out: set[str] = set()


def apply() -> None:
    states = module("services.stepfunctions")
    replace_source(states, "_execute_task", (SHARED, ""), (ATTEMPT, ATTEMPT + OWN), (CALL, OUR_CALL))
    replace_source(
        states,
        "_invoke_with_callback",
        (SIGNATURE, OUR_SIGNATURE),
        (REGISTERED, f"{OUR_REGISTERED}    _register(token, _task_tokens[token])\n"),
        (IGNORED, RAISED),
        (WAITED, OUR_WAITED),
        _register=register,
        _give_up=give_up,
        _await_answer=await_answer,
    )
    for name in ("_send_task_success", "_send_task_failure"):
        replace_source(states, name, (UNKNOWN, REFUSED), _refusal=claim)
    replace_source(
        states,
        "_send_task_heartbeat",
        (UNKNOWN, REFUSED.replace("_refusal(", "_closed(")),
        (BEAT, OUR_BEAT),
        _closed=closed,
    )


def scaled(seconds: float) -> float:
    return float(seconds) * float(os.environ.get(TIMEOUT_SCALE, "1"))


def register(token: str, info: Token) -> None:
    _given_out.add(token)
    info["execution"].setdefault("tokens", []).append(info)


def closed(token: str, info: Token | None) -> str | None:
    """The error name for a token that can no longer be answered, None for one that can."""
    if info is None:
        return "TaskTimedOut" if token in _given_out else "InvalidToken"
    if "closed_by" in info or info["execution"]["status"] != "RUNNING":
        return "TaskTimedOut"
    return None


def claim(token: str, info: Token | None) -> str | None:
    """As `closed`; if several answers and time-outs come together, only one of them gets None."""
    mine = object()
    error = closed(token, info)
    if error is None and info is not None and info.setdefault("closed_by", mine) is not mine:
        return "TaskTimedOut"
    return error


def await_answer(token: str, state: dict[str, Any]) -> None:
    """Return when the token was answered; raise States.Timeout or States.HeartbeatTimeout when it was not."""
    states = module("services.stepfunctions")
    info = states._task_tokens[token]
    info["beat"] = time.monotonic()
    deadline = info["beat"] + scaled(state.get("TimeoutSeconds", FOREVER))
    silence = scaled(state.get("HeartbeatSeconds", FOREVER))
    while not info["event"].wait(max(0.0, min(deadline, info["beat"] + silence) - time.monotonic())):
        leave_if_ended(info["execution"])
        late = time.monotonic() >= deadline
        if (late or time.monotonic() >= info["beat"] + silence) and claim(token, info) is None:
            states._task_tokens.pop(token, None)
            name = "States.Timeout" if late else "States.HeartbeatTimeout"
            raise states._ExecutionError(name, "The task token was not answered in time.")
    leave_if_ended(info["execution"])


def give_up(token: str) -> None:
    module("services.stepfunctions")._task_tokens.pop(token, None)


def wake_tasks_of(execution: Execution) -> None:
    """Let the threads that wait for tokens of an ended execution end."""
    for info in execution.get("tokens", []):
        info["event"].set()


def leave_if_ended(execution: Execution) -> None:
    """Ends the thread of an execution that is over, past every Retry and Catch."""
    if execution["status"] != "RUNNING":
        raise SystemExit
