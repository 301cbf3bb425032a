"""The emulator and the second interpreter run every machine alike: outcome, states and number of calls.

What is compared leaves out how each of them writes things down: the emulator shows no states inside a Map (their calls
are counted all the same), and adds to the cause of a Lambda that failed where it did. `KINDER` are the executions in
which the emulator lets through what Step Functions refuses.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path as File
from typing import Any

import pytest

from tests.e2e.emulator.scripted import ScriptedEmulator
from tests.infra.template import Template
from tests.machines.faults import EVERY_NAME, fault
from tests.machines.paths import HAPPY, PATHS, TOO_LARGE, Path, carrier
from tests.machines.script import Ended, Script
from tests.machines.second.interpreter import SecondInterpreter
from tests.machines.walk import Definition, states

Definitions = Mapping[str, Definition]
KINDER = TOO_LARGE  # the emulator holds nothing to 256 KB


@pytest.fixture(scope="module")
def definitions(assembly: File) -> Definitions:
    return Template.read(assembly / "WorkflowManagementServices.template.json").definitions()


@pytest.fixture(scope="module")
def second() -> Iterator[SecondInterpreter]:
    with SecondInterpreter() as running:
        yield running


@pytest.fixture(scope="module")
def scripted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ScriptedEmulator]:
    with ScriptedEmulator(tmp_path_factory.mktemp("scripts")) as running:
        yield running


@pytest.fixture(scope="module")
def difference(second: SecondInterpreter, scripted: ScriptedEmulator, definitions: Definitions) -> "Difference":
    return Difference(second, scripted, definitions)


class Difference:
    """What the two make of a script, where it is not the same."""

    def __init__(self, second: SecondInterpreter, scripted: ScriptedEmulator, definitions: Definitions) -> None:
        self._second, self._scripted, self._definitions = second, scripted, definitions

    def of(self, script: Script) -> dict[str, tuple[Any, Any]]:
        definition = self._definitions[script.machine]
        here, there = (_seen(each.run(script, definition), definition) for each in (self._scripted, self._second))
        return {key: (value, there[key]) for key, value in here.items() if value != there[key]}


def _seen(ended: Ended, definition: Definition) -> dict[str, Any]:
    return {
        "status": ended.status,
        "output": _without_places(ended.output),
        "error": ended.error,
        "cause": _without_places(ended.cause),
        "states": [name for name in ended.states if name in definition["States"]],
        "calls": {state: len(calls) for state, calls in ended.calls.items()},
    }


def _without_places(value: Any) -> Any:
    """With only the message of what a failed Lambda says of itself, wherever that stands as text."""
    if isinstance(value, dict):
        return {key: _without_places(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_without_places(part) for part in value]
    is_report = isinstance(value, str) and value.startswith('{"errorMessage"')
    return json.loads(value)["errorMessage"] if is_report else value


@pytest.mark.parametrize("each", PATHS, ids=lambda each: str(each.script))
def test_a_path(difference: Difference, each: Path) -> None:
    assert difference.of(each.script) == {}


@pytest.mark.parametrize("machine", HAPPY)
def test_a_fault_at_each_task(difference: Difference, definitions: Definitions, machine: str) -> None:
    """Each Task's Lambda fails with another error, for good and once."""
    tasks = [name for name, _ in states(definitions[machine], "Task")]
    faults = [
        fault(carrier(machine, task), task, error, once=once)
        for task, error in zip(tasks, EVERY_NAME, strict=False)
        for once in (True, False)
    ]

    assert {str(each): found for each in faults if (found := difference.of(each.script))} == {}


@pytest.mark.parametrize("each", KINDER, ids=lambda each: str(each.script))
def test_what_the_emulator_lets_through(difference: Difference, each: Path) -> None:
    assert difference.of(each.script) != {}
