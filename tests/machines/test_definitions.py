"""Every state machine of the stack, as it would be deployed."""

import re
from collections.abc import Callable
from pathlib import Path

import jsonata  # type: ignore[import-untyped]
import pytest

from infra.service_function import module_name
from state_machines.steps import ERROR
from tests.machines.checks import CHECKS
from tests.machines.walk import Definition, happy_path, states

MACHINES = (
    *("backfill", "execution_lifecycle", "execution_tracking", "library_rollout"),
    *("tenant_offboarding", "tenant_onboarding", "workflow_sync"),
)
ROOT = Path(__file__).parents[2]
HANDLERS = ROOT / "functions" / "handlers"
SERVICE = r"^from (functions\.services\.\S+) import"


def test_these_are_all_the_machines_of_the_stack(definitions: dict[str, Definition]) -> None:
    assert sorted(definitions) == sorted(MACHINES)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: str(check.__name__))
@pytest.mark.parametrize("machine", MACHINES)
def test_a_definition_has_no_problems(
    definitions: dict[str, Definition], machine: str, check: Callable[[Definition], list[str]]
) -> None:
    assert check(definitions[machine]) == []


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ({"Error": "SlotReleased", "Cause": "{}"}, {"error": "SlotReleased", "cause": "{}"}),
        ({"Error": "States.Timeout"}, {"error": "States.Timeout", "cause": ""}),
    ],
)
def test_what_is_caught_has_a_cause_though_a_time_out_tells_none(told: dict[str, str], kept: dict[str, str]) -> None:
    expression = jsonata.Jsonata(ERROR.removeprefix("{%").removesuffix("%}"))
    expression.assign("states", {"errorOutput": told})

    assert expression.evaluate(None) == kept


@pytest.mark.parametrize("machine", MACHINES)
def test_a_task_is_named_after_its_handler(
    definitions: dict[str, Definition], handlers: dict[str, str], machine: str
) -> None:
    tasks = states(definitions[machine], "Task")

    called = {name: handlers[task["Arguments"]["FunctionName"]] for name, task in tasks}

    assert called == {name: module_name(name) for name, _ in tasks}
    assert all((HANDLERS / f"{module}.py").is_file() for module in called.values())


@pytest.mark.parametrize("machine", MACHINES)
def test_a_task_has_a_function_a_construct_and_a_unit_test_of_its_name(
    definitions: dict[str, Definition], machine: str
) -> None:
    constructs, unit_tests = text_below("infra"), text_below("tests/unit")
    names = [name for name, _ in states(definitions[machine], "Task")]

    for name in names:
        assert f'"{name}"' in constructs, f"no construct below infra/ makes the function {name}"
        assert re.search(rf"\b{module_name(name)}\b", unit_tests), f"no test below tests/unit names {module_name(name)}"
    assert names


@pytest.mark.parametrize("machine", MACHINES)
def test_a_search_for_a_tasks_name_finds_its_service(definitions: dict[str, Definition], machine: str) -> None:
    """A handler that calls a service calls one that has the Task's name: in its own name, or in its docstring."""
    for name, _ in states(definitions[machine], "Task"):
        handler = (HANDLERS / f"{module_name(name)}.py").read_text()
        services = [ROOT / f"{module.replace('.', '/')}.py" for module in re.findall(SERVICE, handler, re.MULTILINE)]
        is_found = [re.search(service_of(name), path.read_text(), re.MULTILINE) for path in services]

        assert any(is_found) or not services, f"no docstring of {services} begins with {name!r}"


def service_of(task: str) -> str:
    """A pattern: a function of the Task's name, or a docstring that opens with it, alone or among others."""
    return rf'^ *def {module_name(task)}\(|^ *"""(\w+, )*{task}\b[^"]*: '


@pytest.mark.parametrize("machine", MACHINES)
def test_no_other_function_has_the_name_of_a_task(definitions: dict[str, Definition], machine: str) -> None:
    code = "\n".join(text_below(folder) for folder in ("functions", "wfm", "infra", "local"))

    for name, _ in states(definitions[machine], "Task"):
        assert len(re.findall(rf"\bdef {module_name(name)}\(", code)) <= 1, f"rename the other {module_name(name)}"


def text_below(folder: str) -> str:
    return "\n".join(path.read_text() for path in sorted((ROOT / folder).rglob("*.py")))


@pytest.mark.parametrize("machine", MACHINES)
def test_a_task_sends_its_lambda_an_object_of_ids(definitions: dict[str, Definition], machine: str) -> None:
    for name, task in states(definitions[machine], "Task"):
        assert task["Resource"].endswith((":states:::lambda:invoke", ":lambda:invoke.waitForTaskToken")), name
        assert isinstance(task["Arguments"]["Payload"], dict), name
        assert "sqlQuery" not in str(task), name


@pytest.mark.parametrize("machine", MACHINES)
def test_a_task_that_waits_hands_out_its_token_and_no_other_does(
    definitions: dict[str, Definition], machine: str
) -> None:
    for name, task in states(definitions[machine], "Task"):
        given = "{% $states.context.Task.Token %}" in task["Arguments"]["Payload"].values()
        assert given is task["Resource"].endswith(".waitForTaskToken"), name


def test_a_run_without_faults_takes_seven_transitions(definitions: dict[str, Definition]) -> None:
    """At most eight is the promise, however long AMC takes."""
    path = happy_path(definitions["execution_lifecycle"])

    assert path == [
        "PrepareExecution",
        "WaitForSlot",
        "SubmitExecution",
        "WaitForOutcome",
        "ReleaseSlot",
        "HowDidItEnd",
        "ExecutionSucceeded",
    ]


@pytest.mark.parametrize("error", ["SlotReleased", "SlotLost"])
def test_a_request_without_a_slot_is_requeued_at_once(definitions: dict[str, Definition], error: str) -> None:
    """SlotLost is what a Lambda of version 0.1 raises, should the deployment be rolled back."""
    submit = definitions["execution_lifecycle"]["States"]["SubmitExecution"]
    retry = next(rule for rule in submit["Retry"] if error in rule["ErrorEquals"])
    catch = next(rule for rule in submit["Catch"] if error in rule["ErrorEquals"])

    is_history_long = definitions["execution_lifecycle"]["States"][catch["Next"]]
    assert (retry["MaxAttempts"], is_history_long["Default"]) == (0, "WaitForSlot")
    assert submit["Arguments"]["Payload"]["requeueError"] == "SlotReleased"


def test_every_way_out_of_the_lifecycle_gives_the_slot_back(definitions: dict[str, Definition]) -> None:
    lifecycle = definitions["execution_lifecycle"]
    without = {name: state for name, state in lifecycle["States"].items() if name != "ReleaseSlot"}
    del without["ExecutionContinued"]  # it follows SlotReleased alone

    open_ends, found = ["PrepareExecution"], {"PrepareExecution"}
    while open_ends:
        state = without.get(open_ends.pop(), {})
        following = {rule["Next"] for rule in (*state.get("Choices", []), *state.get("Catch", []))}
        following |= {state[key] for key in ("Next", "Default") if key in state}
        open_ends += following - found
        found |= following

    assert not [name for name in found if without.get(name, {}).get("Type") in ("Succeed", "Fail")]


def test_a_run_whose_news_do_not_come_is_asked_for_and_waited_for_again(definitions: dict[str, Definition]) -> None:
    found = definitions["execution_lifecycle"]["States"]

    assert found["WaitForOutcome"]["Catch"][-1]["Next"] == "PollExecution"
    assert found["PollExecution"]["Next"] == "IsFinished"
    assert {rule["Next"] for rule in found["IsFinished"]["Choices"]} == {"ReleaseSlot"}
    assert found["IsFinished"]["Default"] == "WaitForOutcome"
    assert found["WaitForOutcome"]["HeartbeatSeconds"] == 3600


@pytest.mark.parametrize("error", ["AmcUnavailable", "AmcThrottled"])
def test_a_run_is_waited_for_again_as_long_as_amc_cannot_be_asked(
    definitions: dict[str, Definition], error: str
) -> None:
    poll = definitions["execution_lifecycle"]["States"]["PollExecution"]
    tries = next(rule["MaxAttempts"] for rule in poll["Retry"] if error in rule["ErrorEquals"])
    catch = next(rule for rule in poll["Catch"] if error in rule["ErrorEquals"])

    assert (catch["Next"], catch["Assign"]["outcome"]) == ("IsFinished", {"status": "RUNNING"})
    assert 0 < tries < 20, "the wait that follows is an hour"


def test_a_run_has_more_time_than_amc_gives_it(definitions: dict[str, Definition]) -> None:
    """AMC ends a run after 86,400 seconds at the latest."""
    assert definitions["execution_lifecycle"]["States"]["WaitForOutcome"]["TimeoutSeconds"] > 86_400


def test_a_batch_of_tenants_that_crashes_keeps_no_other_from_being_looked_at(
    definitions: dict[str, Definition],
) -> None:
    processor = definitions["execution_tracking"]["States"]["PollTenants"]["ItemProcessor"]

    assert processor["States"]["TrackTenant"]["Catch"][-1]["Next"] == "BatchSkipped"
    assert processor["States"]["BatchSkipped"]["End"] is True


@pytest.mark.parametrize("machine", MACHINES)
def test_a_lambda_is_given_up_only_after_its_own_time_out(
    definitions: dict[str, Definition], limits: dict[str, int], machine: str
) -> None:
    """Else a second one begins while the first still works."""
    for name, task in states(definitions[machine], "Task"):
        assert task["TimeoutSeconds"] > limits[task["Arguments"]["FunctionName"]], name
