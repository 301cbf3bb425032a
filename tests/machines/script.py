"""What Lambdas and the holders of task tokens do in one execution of a machine, as data: every interpreter plays it.

A script has a list of acts for each Task state, in the order of its calls; the last act is repeated. An act is what the
Lambda does: `returns`, `raises` (and `message`). Of a Task that waits for a token it is what happens to the token once
the Lambda has returned: `succeeds`, `fails` (and `cause`) or `silent`.
"""

import json
import re
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from tests.machines.walk import Definition, scopes, texts
from tests.machines.walk import fields as fields_of

Act = dict[str, Any]
Acts = dict[str, list[Act]]
LAMBDA = "arn:aws:lambda:us-east-1:000000000000:function:scripted"
MAX_TRIES = 2  # of each rule of a Retry: what a rule does shows with two, and a thousand take as long as they take
LIMIT = re.compile(r"\$(\w+) >= (\d+)")


def returns(value: Any = None) -> Act:
    return {"returns": value}


def raises(error: str, message: str = "why") -> Act:
    return {"raises": error, "message": message}


def succeeds(output: Any = None) -> Act:
    return {"succeeds": output}


def fails(error: str, cause: str = "why") -> Act:
    return {"fails": error, "cause": cause}


def silent() -> Act:
    return {"silent": True}


@dataclass(frozen=True)
class Script:
    """One execution: its machine, its input, and what happens in it. `changes` are made to states, by name.

    `is_late`: each loop that counts begins one turn before its last.
    """

    name: str
    machine: str
    document: Any
    acts: Acts
    changes: dict[str, dict[str, Any]] = field(default_factory=dict)
    is_late: bool = False

    def __str__(self) -> str:
        return f"{self.machine}-{self.name}"

    def of(self, state: str) -> list[Act]:
        """The acts of a Task."""
        assert state in self.acts, (
            f"{state} has no answer: add it to HAPPY[{self.machine!r}] in tests/machines/paths.py"
        )
        return self.acts[state]


@dataclass(frozen=True)
class Ended:
    """How an execution ended: `states` in the order in which they were entered, `calls` of Lambdas by state."""

    status: str
    output: Any
    error: str | None
    cause: str | None
    states: list[str]
    calls: dict[str, list[Any]]

    def count(self, state: str) -> int:
        return len(self.calls.get(state, []))


def playable(definition: Definition, script: Script) -> Definition:
    """The same machine, whose Lambdas are all the one that plays the script; its Maps take their items in turn."""
    changed = deepcopy(definition)
    if script.is_late:
        _begin_late(changed)
    for scope in scopes(changed):
        for name, state in scope["States"].items():
            if state["Type"] == "Task":
                _play(name, state)
            if state["Type"] == "Map":
                state["MaxConcurrency"] = 1
            state.update(script.changes.get(name, {}))
    return changed


def _play(name: str, state: dict[str, Any]) -> None:
    execution = "{% $states.context.Execution.Name %}"
    payload = {"state": name, "execution": execution, "event": state["Arguments"]["Payload"]}
    state["Resource"] = state["Resource"].replace("<AWS::Partition>", "aws")
    state["Arguments"] = {"FunctionName": LAMBDA, "Payload": payload}
    for rule in state["Retry"]:
        rule["MaxAttempts"] = min(rule["MaxAttempts"], MAX_TRIES)


def _begin_late(definition: Definition) -> None:
    limits: dict[str, int] = {}
    for name, limit in (found for text in texts(definition) for found in LIMIT.findall(text)):
        limits[name] = min(int(limit), limits.get(name, int(limit)))
    for key, assigned in fields_of(definition):
        if key == "Assign":
            assigned.update({name: limit - 1 for name, limit in limits.items() if assigned.get(name) == 0})


def act_of(acts: Acts, state: str, number: int) -> Act:
    """Of the call `number`, from 0. A state that no act is written for is an error of the script."""
    written = acts[state]
    return written[min(number, len(written) - 1)]


def is_answer(act: Act) -> bool:
    """Whether the Lambda itself returns; else its Task waits for what is done to the token."""
    return bool(act.keys() & {"returns", "raises"})


def as_json(script: Script, definition: Definition) -> str:
    """One line, as a process that plays scripts reads it."""
    return json.dumps(
        {
            "definition": playable(definition, script),
            "name": script.name,
            "document": script.document,
            "acts": script.acts,
        }
    )
