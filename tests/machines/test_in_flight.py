"""Executions that the release before began go on with its definitions, and call the functions of now.

What its machines send, the handlers take; what they read of an answer or catch as an error, the handlers give.
"""

import importlib
import json
import tarfile
from pathlib import Path
from typing import Any, get_type_hints

import pytest

from tests.e2e.upgrade.assemblies import RELEASED
from tests.infra.template import Template
from tests.machines.test_payloads import (
    ANSWER,
    OF_RESULT,
    OF_VARIABLE,
    PAYLOAD,
    TOKEN_ANSWERS,
    assigned,
    fields,
    fields_of,
)
from tests.machines.walk import Definition, State, states, texts
from wfm import errors
from wfm.errors import WfmError, leaves

HANDLERS = Path(__file__).parents[2] / "functions" / "handlers"
# Their function goes with the update. The execution fails with an error of Lambda's own, and RecordTenantFailure starts
# another one of the new machine (decision 18).
RESTARTED = {"ProveCredentials", "SettleTenant", "StopIntake", "TakeDown"}

Task = tuple[str, str, State]


def released_template() -> Template:
    with tarfile.open(RELEASED) as archive:
        (name,) = [each for each in archive.getnames() if each.endswith("Services.template.json")]
        file = archive.extractfile(name)
        assert file
        return Template(json.load(file))


@pytest.fixture(scope="module")
def released() -> dict[str, Definition]:
    return released_template().definitions()


@pytest.fixture(scope="module")
def tasks(released: dict[str, Definition]) -> list[tuple[str, Task]]:
    """Each Task, with the module of the handler that it calls."""
    functions = released_template().properties("AWS::Lambda::Function")
    modules = {f"<{name}.Arn>": each["Handler"].split(".")[-2] for name, each in functions.items()}
    return [
        (modules[task["Arguments"]["FunctionName"]], (machine, name, task))
        for machine, definition in released.items()
        for name, task in states(definition, "Task")
        if "FunctionName" in task.get("Arguments", {})
    ]


def types_of(module: str) -> dict[str, Any]:
    return get_type_hints(importlib.import_module(f"functions.handlers.{module}").handler)


def of_now(tasks: list[tuple[str, Task]]) -> list[tuple[str, Task]]:
    return [(module, task) for module, task in tasks if (HANDLERS / f"{module}.py").exists()]


def test_each_function_that_is_called_is_there_or_the_execution_is_started_anew(tasks: list[tuple[str, Task]]) -> None:
    gone = {name for module, (_, name, _) in tasks if not (HANDLERS / f"{module}.py").exists()}

    assert gone == RESTARTED
    assert len(of_now(tasks)) > 20


def test_a_handler_takes_what_the_release_before_sends_it(tasks: list[tuple[str, Task]]) -> None:
    wrong = []
    for module, (machine, name, task) in of_now(tasks):
        taken, sent = types_of(module)["event"], set(task["Arguments"]["Payload"])
        if lacking := taken.__required_keys__ - sent:
            wrong.append(f"{machine}: {name} does not send {sorted(lacking)}, which {taken.__name__} requires")
        if unknown := sent - fields(taken):
            wrong.append(f"{machine}: {name} sends {sorted(unknown)}, which {taken.__name__} does not have")

    assert wrong == []


def test_a_handler_gives_what_the_release_before_reads_of_its_answer(
    released: dict[str, Definition], tasks: list[tuple[str, Task]]
) -> None:
    wrong = []
    held: dict[tuple[str, str], set[str]] = {}
    for module, (machine, name, task) in of_now(tasks):
        answer = types_of(module)["return"]
        read = {field for text in texts(task) for field in OF_RESULT.findall(text)}
        wrong += [f"{machine}: {name} reads {field}" for field in sorted(read - fields(answer))]
        for variable, value in assigned(task):
            kinds = fields_of(value, {PAYLOAD: answer, ANSWER: TOKEN_ANSWERS.get(name)})
            held.setdefault((machine, variable), set()).update(kinds)
    for machine, definition in released.items():
        for _, state in states(definition):
            for variable, value in assigned(state):
                held.setdefault((machine, variable), set()).update(fields_of(value, {}))
    wrong += [
        f"{machine}: reads ${variable}.{field}, which no answer has"
        for (machine, variable), known in held.items()
        for field in read_later(released[machine], variable)
        if known and field not in known
    ]

    assert wrong == []


def read_later(definition: Definition, variable: str) -> set[str]:
    """The fields that the definition reads of a variable."""
    found = {each for text in texts(definition) for each in OF_VARIABLE.findall(text)}
    return {field for name, field in found if name == variable}


def test_each_error_that_the_release_before_names_is_still_an_error_of_ours(released: dict[str, Definition]) -> None:
    ours = {leaf.__name__ for leaf in leaves(WfmError) if leaf.__module__ == errors.__name__}
    named = {
        error
        for definition in released.values()
        for _, state in states(definition)
        for rule in [*state.get("Retry", []), *state.get("Catch", [])]
        for error in rule["ErrorEquals"]
        if "." not in error
    }

    assert named - ours == set()
    assert len(named) > 5


def test_a_field_that_is_no_longer_taken_would_be_noticed(tasks: list[tuple[str, Task]]) -> None:
    module, (machine, name, task) = of_now(tasks)[0]
    changed = {**task, "Arguments": {**task["Arguments"], "Payload": {"another": 1}}}

    with pytest.raises(AssertionError, match=f"{name} does not send"):
        test_a_handler_takes_what_the_release_before_sends_it([(module, (machine, name, changed))])
