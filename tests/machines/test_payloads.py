"""What a machine hands to a Lambda, and reads of its answer, is what the handler's types say."""

import importlib
import re
from typing import Any, get_type_hints, is_typeddict

import pytest

from tests.machines.paths import PATHS, Path
from tests.machines.walk import Definition, State, states, texts
from wfm.model.outcomes import OutcomeDocument

MACHINES = (
    *("backfill", "execution_lifecycle", "execution_tracking", "library_rollout"),
    *("tenant_offboarding", "tenant_onboarding", "workflow_sync"),
)
TOKEN_ANSWERS: dict[str, type] = {"WaitForOutcome": OutcomeDocument}  # by others, with the task's token
PAYLOAD = "{% $states.result.Payload %}"
ANSWER = "{% $states.result %}"
ERROR_FIELDS = re.compile(r"'(\w+)':")
OF_RESULT = re.compile(r"\$states\.result\.Payload\.(\w+)")
OF_VARIABLE = re.compile(r"\$(?!states\b)(\w+)\.(\w+)")

Tasks = list[tuple[str, State, dict[str, Any]]]


@pytest.fixture(params=MACHINES)
def definition(definitions: dict[str, Definition], request: pytest.FixtureRequest) -> Definition:
    return definitions[request.param]


@pytest.fixture
def tasks(definition: Definition, handlers: dict[str, str]) -> Tasks:
    """Each Task with its name and the types of its handler: `event` and `return`."""
    return [
        (name, task, types_of(handlers[task["Arguments"]["FunctionName"]])) for name, task in states(definition, "Task")
    ]


def types_of(handler: str) -> dict[str, Any]:
    return get_type_hints(importlib.import_module(f"functions.handlers.{handler}").handler)


def fields(kind: Any) -> set[str]:
    """Nothing can be read of an answer that is no TypedDict."""
    return set(get_type_hints(kind)) if is_typeddict(kind) else set()


def test_a_task_sends_what_its_handler_takes(tasks: Tasks) -> None:
    for name, task, types in tasks:
        sent, taken = set(task["Arguments"]["Payload"]), types["event"]
        assert is_typeddict(taken), name
        assert taken.__required_keys__ <= sent, f"{name} does not send all of {taken.__name__}"
        assert sent <= fields(taken), f"{name} sends what {taken.__name__} does not have"


def test_a_task_reads_of_an_answer_what_its_handler_gives(tasks: Tasks) -> None:
    for name, task, types in tasks:
        read = {field for text in texts(task) for field in OF_RESULT.findall(text)}
        assert read <= fields(types["return"]), name


def test_what_is_read_of_an_answer_later_is_in_it(definition: Definition, tasks: Tasks) -> None:
    """A variable may hold the answers of several Tasks, an error, or an object that is written out in the machine."""
    held: dict[str, set[str]] = {}
    for name, task, types in tasks:
        answers = {PAYLOAD: types["return"], ANSWER: TOKEN_ANSWERS.get(name)}
        for variable, value in assigned(task):
            held.setdefault(variable, set()).update(fields_of(value, answers))
    for _, state in states(definition):
        for variable, value in assigned(state):
            held.setdefault(variable, set()).update(fields_of(value, {}))

    read = {(variable, field) for text in texts(definition) for variable, field in OF_VARIABLE.findall(text)}

    assert {(variable, field) for variable, field in read if field not in held[variable]} == set()


@pytest.mark.parametrize("each", PATHS, ids=lambda each: str(each.script))
def test_a_script_answers_what_the_handlers_give(
    definitions: dict[str, Definition], handlers: dict[str, str], each: Path
) -> None:
    """What the interpreters play in test_second_interpreter.py."""
    for name, task in states(definitions[each.script.machine], "Task"):
        given = {"returns": types_of(handlers[task["Arguments"]["FunctionName"]])["return"]}
        given["succeeds"] = TOKEN_ANSWERS.get(name)
        for act in each.script.of(name):
            for how in act.keys() & given.keys():
                assert is_of(act[how], given[how]), (name, act)


def is_of(value: Any, kind: Any) -> bool:
    """An object has the fields of its TypedDict and no others; of what is no TypedDict nothing is known here."""
    if is_typeddict(kind):
        return bool(kind.__required_keys__ <= set(value) <= fields(kind))
    return (value is None) is (kind in (None, type(None)))


def assigned(state: State) -> list[tuple[str, Any]]:
    """What a state sets, on its way out or on that of an error."""
    parts = [state, *state.get("Catch", []), *state.get("Choices", [])]
    return [item for part in parts for item in part.get("Assign", {}).items()]


def fields_of(value: Any, answers: dict[str, Any]) -> set[str]:
    if isinstance(value, dict):
        return set(value)
    return fields(answers[value]) if value in answers else set(ERROR_FIELDS.findall(str(value)))
