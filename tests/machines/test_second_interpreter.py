"""Every machine on an interpreter of another team, with a JSONata engine of another author: the emulator's is kinder.

It takes no Condition that is not a boolean, evaluates an Assign on the values as they were, keeps scopes apart, and has
Step Functions' limit of 256 KB. What it is itself too kind in (a token that is answered twice, or after its execution
was stopped), the tests of the emulator have: tests/e2e/emulator/test_states.py.
"""

from collections.abc import Iterator, Mapping

import pytest

from tests.machines.faults import Fault, faults, follower, tries
from tests.machines.paths import HAPPY, PATHS, TOO_LARGE, Path, carrier
from tests.machines.script import Ended
from tests.machines.second.interpreter import SecondInterpreter
from tests.machines.walk import Definition, states

Definitions = Mapping[str, Definition]


@pytest.fixture(scope="module")
def interpreter() -> Iterator[SecondInterpreter]:
    with SecondInterpreter() as running:
        yield running


@pytest.fixture(scope="module")
def ended(interpreter: SecondInterpreter, definitions: Definitions) -> dict[str, Ended]:
    """How each path ended, by its script."""
    return {str(each.script): interpreter.run(each.script, definitions[each.script.machine]) for each in PATHS}


@pytest.mark.parametrize("each", PATHS, ids=lambda each: str(each.script))
def test_a_path_ends_as_written(ended: dict[str, Ended], each: Path) -> None:
    check_end(each, ended[str(each.script)])


def check_end(each: Path, found: Ended) -> None:
    assert (found.status, found.error or "") == ("FAILED" if each.error else "SUCCEEDED", each.error)
    assert found.states[-len(each.last) :] == each.last


@pytest.mark.parametrize("each", TOO_LARGE, ids=lambda each: str(each.script))
def test_what_is_too_large_fails_where_its_catch_leads(
    interpreter: SecondInterpreter, definitions: Definitions, each: Path
) -> None:
    check_end(each, interpreter.run(each.script, definitions[each.script.machine]))


@pytest.mark.parametrize("machine", HAPPY)
def test_the_paths_come_by_every_state(ended: dict[str, Ended], definitions: Definitions, machine: str) -> None:
    entered = {state for each in PATHS if each.script.machine == machine for state in ended[str(each.script)].states}

    missing = {name for name, _ in states(definitions[machine])} - entered
    assert not missing, "no path enters these: add one for each to PATHS in tests/machines/paths.py"


@pytest.mark.parametrize("machine", HAPPY)
def test_a_fault_at_any_task_ends_as_the_rules_of_the_task_say(
    interpreter: SecondInterpreter, definitions: Definitions, ended: dict[str, Ended], machine: str
) -> None:
    definition = definitions[machine]
    tasks = dict(states(definition, "Task"))
    scripts = {task: carrier(machine, task) for task in tasks}
    aside = [task for task, script in scripts.items() if not ended[str(script)].count(task)]
    assert aside == [], "the first path leaves these aside: name others in ELSEWHERE of tests/machines/paths.py"

    wrong = [
        f"{fault}: {problem}"
        for fault in faults(scripts)
        for problem in _problems(fault, interpreter.run(fault.script, definition), tasks[fault.state], ended)
    ]

    assert wrong == []


def _problems(fault: Fault, found: Ended, task: Definition, ended: dict[str, Ended]) -> Iterator[str]:
    usual = ended[str(fault.script)]
    begun = tries(task, fault.error)
    if fault.once and begun > 1:
        if (found.states, found.error, found.output) != (usual.states, usual.error, usual.output):
            yield f"went on as {found.states}, {found.error}"
        if found.count(fault.state) != usual.count(fault.state) + 1:
            yield f"was begun {found.count(fault.state)} times"
        return
    at = found.states.index(fault.state)
    if found.states[at + 1] != follower(task, fault.error):
        yield f"led to {found.states[at + 1]}"
    if not fault.once and found.count(fault.state) % begun:
        yield f"was begun {found.count(fault.state)} times"
