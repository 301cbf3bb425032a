"""A fault at each Task of each machine, and each error's name once in each machine, with what must come of it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from state_machines.steps import LAMBDA_ERRORS
from tests.machines.script import MAX_TRIES, Acts, Script, fails, is_answer, raises
from wfm.errors import PermanentError, TransientError, names

CRASH = "Runtime.ExitError"  # a Lambda whose process died
CAUSE = "why? \U0001f600\U0001d54f" * 9  # characters beyond the basic plane, through each failure path
ONE_OF_EACH = (names(PermanentError)[0], names(TransientError)[-1], CRASH)
EVERY_NAME = (*names(PermanentError), *names(TransientError), *LAMBDA_ERRORS, CRASH, "TypeError")
WILDCARDS = {"States.ALL", "States.TaskFailed"}  # a Lambda's error is no time-out


@dataclass(frozen=True)
class Fault:
    """`error` at each call of the Task `state`, or `once` at the first, in a script that comes by it."""

    script: Script
    state: str
    error: str
    once: bool

    def __str__(self) -> str:
        return f"{self.script.machine}-{self.state}-{self.error}{'-once' if self.once else ''}"


def faults(tasks: Mapping[str, Script]) -> Iterator[Fault]:
    """Of each kind of error at each of a machine's Tasks, for good and once; and of every name at its first Task.

    `tasks` has for the name of each Task a script that comes by it.
    """
    for state, script in tasks.items():
        yield from (fault(script, state, error, once=once) for error in ONE_OF_EACH for once in (True, False))
    state, script = next(iter(tasks.items()))
    yield from (fault(script, state, error, once=False) for error in EVERY_NAME if error not in ONE_OF_EACH)


def fault(script: Script, state: str, error: str, *, once: bool) -> Fault:
    """Once it is the Lambda that fails; of a Task that waits for a token, else whoever has the token."""
    usual = script.of(state)
    broken = raises(error, CAUSE) if once or is_answer(usual[0]) else fails(error, CAUSE)
    acts: Acts = {**script.acts, state: [broken, *(usual if once else [])]}
    return Fault(replace(script, acts=acts), state, error, once)


def tries(task: dict[str, Any], error: str) -> int:
    """How often a Task is begun whose Lambda always ends with this error, by the rules of its Retry."""
    rule = next((rule for rule in task["Retry"] if _names(rule, error)), {"MaxAttempts": 0})
    return 1 + min(int(rule["MaxAttempts"]), MAX_TRIES)


def follower(task: dict[str, Any], error: str) -> str:
    return str(next(rule["Next"] for rule in task["Catch"] if _names(rule, error)))


def _names(rule: dict[str, Any], error: str) -> bool:
    return bool({error, *WILDCARDS} & {*rule["ErrorEquals"]})
