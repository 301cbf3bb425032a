"""The checks find what they are there for: each of these definitions is sound but for one thing."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from tests.machines.checks import (
    CHECKS,
    PERMANENT,
    TRANSIENT,
    catches,
    choices,
    conditions,
    ends,
    fails,
    language,
    lint,
    loops,
    names,
    out_of_place,
    reach,
    repeated_waits,
    reserved_errors,
    retries,
    scopes_apart,
    siblings,
    time_outs,
    uncaught,
    variables,
    waits,
    whole_input,
)
from tests.machines.walk import Definition, happy_path

Change = Callable[[Definition], object]
TOO_LATE = {"error": "NotReadyYet", "cause": "nothing was found"}
CAUGHT = "{% {'error': $states.errorOutput.Error, 'cause': $states.errorOutput.Cause} %}"


def a_task(following: str, **changes: Any) -> dict[str, Any]:
    patient = {
        "IntervalSeconds": 2,
        "MaxAttempts": 5,
        "BackoffRate": 2,
        "MaxDelaySeconds": 60,
        "JitterStrategy": "FULL",
    }
    return {
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke",
        "Arguments": {"FunctionName": "f", "Payload": {"id": "{% $states.input.id %}"}},
        "TimeoutSeconds": 60,
        "Retry": [
            {"ErrorEquals": [*PERMANENT, "States.HeartbeatTimeout"], "MaxAttempts": 0},
            {"ErrorEquals": TRANSIENT, **patient},
            {"ErrorEquals": ["States.TaskFailed"], **patient},
        ],
        "Catch": [{"ErrorEquals": ["States.ALL"], "Assign": {"outcome": CAUGHT}, "Next": "Failed"}],
        "Assign": {"found": "{% $states.result.Payload %}"},
        "Next": following,
    } | changes


@pytest.fixture
def sound() -> Definition:
    """Asks, waits and asks again until something is found, or nine times, then works on its items."""
    caught = {"ErrorEquals": ["States.ALL"], "Assign": {"stopped": CAUGHT}, "Next": "Skipped"}
    item = a_task("Skipped", Catch=[caught], Assign={"worked": True})
    return {
        "QueryLanguage": "JSONata",
        "StartAt": "AskAround",
        "States": {
            "AskAround": a_task("IsFound"),
            "IsFound": {
                "Type": "Choice",
                "Choices": [
                    {"Condition": "{% $found.yes = true %}", "Next": "WorkOnItems"},
                    {"Condition": "{% $found.turns >= 9 %}", "Next": "Failed", "Assign": {"outcome": TOO_LATE}},
                ],
                "Default": "WaitAgain",
            },
            "WaitAgain": {"Type": "Wait", "Seconds": 5, "Next": "AskAround"},
            "WorkOnItems": {
                "Type": "Map",
                "Items": "{% $found.items %}",
                "ItemProcessor": {
                    "ProcessorConfig": {"Mode": "INLINE"},
                    "StartAt": "WorkOnItem",
                    "States": {
                        "WorkOnItem": item,
                        "Skipped": {"Type": "Pass", "Output": "{% $found %}", "End": True},
                    },
                },
                "Next": "Done",
            },
            "Done": {"Type": "Succeed"},
            "Failed": {
                "Type": "Fail",
                "Error": "{% $substringAfter($outcome.error, 'States.') %}",
                "Cause": "{% $outcome.cause %}",
            },
        },
    }


def task(definition: Definition) -> dict[str, Any]:
    found: dict[str, Any] = definition["States"]["AskAround"]
    return found


def inner_states(definition: Definition) -> dict[str, Any]:
    found: dict[str, Any] = definition["States"]["WorkOnItems"]["ItemProcessor"]["States"]
    return found


def add(name: str, state: dict[str, Any]) -> Change:
    return lambda definition: definition["States"].update({name: state})


def without(key: str) -> Change:
    return lambda definition: task(definition).pop(key)


def with_(**changes: Any) -> Change:
    return lambda definition: task(definition).update(changes)


def rule(number: int, **changes: Any) -> Change:
    return lambda definition: task(definition)["Retry"][number].update(changes)


def without_limit(definition: Definition) -> None:
    definition["States"]["IsFound"]["Choices"].pop()


def swap_rules(definition: Definition) -> None:
    task(definition)["Retry"].reverse()


def caught_as(**changes: Any) -> Change:
    return lambda definition: task(definition)["Catch"][0].update(changes)


def loop_for_ever(definition: Definition) -> None:
    for choice in definition["States"]["IsFound"]["Choices"]:
        choice["Next"] = "WaitAgain"
    task(definition)["Catch"][0]["Next"] = "WaitAgain"


def unless_found_before(definition: Definition) -> None:
    definition["StartAt"] = "IsFound"


def find_it_only_on_the_way(definition: Definition) -> None:
    task(definition).pop("Assign")
    definition["States"]["IsFound"]["Choices"][0]["Assign"] = {"found": []}
    definition["States"]["IsFound"]["Choices"][0]["Condition"] = "{% true %}"
    definition["States"]["IsFound"]["Default"] = "WorkOnItems"
    del definition["States"]["WaitAgain"]


def forget_the_found_in_items(definition: Definition) -> None:
    inner_states(definition)["Skipped"]["Output"] = "{% $outcome %}"


def wait_longer(longer: str) -> Change:
    """A wait that begins with five seconds and lasts `longer` each time."""

    def change(definition: Definition) -> None:
        task(definition)["Assign"]["pause"] = 5
        definition["States"]["WaitAgain"] |= {"Seconds": "{% $pause %}", "Assign": {"pause": longer}}

    return change


def ask(condition: str) -> Change:
    return lambda definition: definition["States"]["IsFound"]["Choices"][0].update(Condition=condition)


def fail_with(error: str) -> Change:
    return lambda definition: definition["States"]["Failed"].update(Error=error)


TRUTH = {"Condition": "{% true %}", "Next": "Done"}

BROKEN: list[tuple[Callable[[Definition], list[str]], Change, str]] = [
    (lint, add("Odd", {"Type": "Pas", "End": True}), "Type"),
    (lint, lambda definition: definition.pop("StartAt"), "StartAt"),
    (lint, with_(TimeoutSecondsPath="$.t"), "TimeoutSecondsPath"),
    (lint, with_(Next="Nowhere"), "Nowhere"),
    (lint, rule(1, BackoffRate="2"), "BackoffRate"),
    (lint, rule(1, MaxAttempts=1.5), "MaxAttempts"),
    (reach, add("Lonely", {"Type": "Succeed"}), "Lonely cannot be reached"),
    (reach, lambda definition: inner_states(definition).update(Lost={"Type": "Succeed"}), "Lost cannot be reached"),
    (ends, loop_for_ever, "AskAround leads to no end"),
    (loops, without_limit, "AskAround comes again without a limit"),
    (names, add("do_it", {"Type": "Succeed"}), "do_it is no PascalCase"),
    (names, lambda definition: inner_states(definition).update(Done={"Type": "Succeed"}), "Done is there twice"),
    (names, add("Decide", {"Type": "Choice", "Choices": [TRUTH], "Default": "Done"}), "Decide is no question"),
    (language, lambda definition: definition.update(QueryLanguage="JSONPath"), "the machine speaks JSONPath"),
    (language, lambda definition: definition.pop("QueryLanguage"), "the machine speaks None"),
    (language, with_(QueryLanguage="JSONPath"), "AskAround speaks JSONPath"),
    (language, with_(ResultPath="$.x"), "ResultPath belongs to JSONPath"),
    (language, with_(TimeoutSecondsPath="$.x"), "TimeoutSecondsPath belongs to JSONPath"),
    (language, with_(Arguments={"id.$": "$.id"}), "id.$ belongs to JSONPath"),
    (fails, lambda definition: definition["States"]["Failed"].pop("Cause"), "Failed has no Cause"),
    (fails, lambda definition: definition["States"]["Failed"].update(Error=""), "Failed has no Error"),
    (reserved_errors, fail_with("States.Timeout"), "Failed may fail with 'States.Timeout'"),
    (reserved_errors, fail_with("{% $outcome.error %}"), "Failed may fail with '{% $outcome.error %}'"),
    (siblings, with_(Assign={"found": "{% $states.result.Payload %}", "first": "{% $found.items[0] %}"}),
     "an Assign sets $found and reads it for $first"),
    (scopes_apart, lambda definition: inner_states(definition)["WorkOnItem"].update(Assign={"found": 1}),
     "WorkOnItems assigns $found inside"),
    (out_of_place, caught_as(Assign={"outcome": "{% $states.result %}"}), "AskAround reads $states.result"),
    (out_of_place, with_(Arguments={"id": "{% $states.result.id %}"}), "AskAround reads $states.result"),
    (out_of_place, lambda definition: inner_states(definition)["Skipped"].update(Output="{% $states.result %}"),
     "Skipped reads $states.result"),
    (out_of_place, with_(Output="{% $states.errorOutput %}"), "AskAround reads $states.errorOutput"),
    (whole_input, with_(Output="{% $.id %}"), "'{% $.id %}' reads $"),
    (whole_input, with_(Output="{% $$ %}"), "'{% $$ %}' reads $"),
    (uncaught, lambda definition: definition["States"]["Failed"].update(Cause="{% $substring($outcome.cause, 0, 9) %}"),
     "Failed calls $substring"),
    (uncaught, lambda definition: inner_states(definition)["Skipped"].update(Output="{% $number($found.text) %}"),
     "Skipped calls $number"),
    (uncaught, caught_as(Assign={"outcome": "{% $parse($states.errorOutput.Cause) %}"}), "AskAround calls $parse"),
    (conditions, ask("{% $found.yes %}"), "IsFound asks '{% $found.yes %}', which need not be a boolean"),
    (conditions, ask("{% $found.number + 1 %}"), "which need not be a boolean"),
    (conditions, ask("{% $count($found.items) %}"), "which need not be a boolean"),
    (choices, lambda definition: definition["States"]["IsFound"].pop("Default"), "IsFound has no Default"),
    (waits, lambda definition: definition["States"]["WaitAgain"].update(Seconds="{% 5 %}"), "WaitAgain waits for"),
    (waits, wait_longer("{% $pause * 2 %}"), "WaitAgain waits for '{% $pause %}'"),
    (waits, wait_longer("{% $max([60, $pause * 2]) %}"), "WaitAgain waits for '{% $pause %}'"),
    (time_outs, without("TimeoutSeconds"), "AskAround has the time-out None"),
    (time_outs, with_(TimeoutSeconds="{% 5 %}"), "AskAround has the time-out '{% 5 %}'"),
    (time_outs, with_(HeartbeatSeconds=60), "AskAround has the heartbeat 60"),
    (retries, without("Retry"), "AskAround does not begin with the permanent errors"),
    (retries, swap_rules, "AskAround does not begin with the permanent errors"),
    (retries, rule(0, MaxAttempts=1), "AskAround does not begin with the permanent errors"),
    (retries, rule(0, ErrorEquals=PERMANENT[1:]), "AskAround does not begin with the permanent errors"),
    (retries, rule(1, ErrorEquals=TRANSIENT[1:]), f"AskAround does not repeat {TRANSIENT[0]}"),
    (retries, rule(1, MaxAttempts=0), f"AskAround does not repeat {TRANSIENT[0]}"),
    (retries, rule(2, ErrorEquals=["AmcTired"]), "AskAround names AmcTired, which nobody raises"),
    (retries, rule(2, ErrorEquals=[TRANSIENT[0]]), f"AskAround names {TRANSIENT[0]} twice"),
    (retries, rule(1, JitterStrategy="NONE"), "without jitter or cap"),
    (retries, lambda definition: task(definition)["Retry"][2].pop("MaxDelaySeconds"), "without jitter or cap"),
    (repeated_waits, with_(Resource="arn:aws:states:::lambda:invoke.waitForTaskToken", Retry=[
        {"ErrorEquals": ["States.Timeout"]}
    ]), "AskAround begins its wait again after States.Timeout"),
    (catches, without("Catch"), "AskAround does not catch everything"),
    (catches, caught_as(ErrorEquals=["States.Timeout"]), "AskAround does not catch everything"),
    (catches, caught_as(Assign={}), "AskAround forgets its error"),
    (catches, caught_as(Next="Done"), "AskAround fails without an end that says so"),
    (catches, lambda definition: inner_states(definition)["WorkOnItem"].pop("Catch"), "WorkOnItem does not catch"),
    (variables, without("Assign"), "IsFound reads $found"),
    (variables, unless_found_before, "IsFound reads $found"),
    (variables, find_it_only_on_the_way, "WorkOnItems reads $found"),
    (variables, caught_as(Assign={}), "Failed reads $outcome"),
    (variables, forget_the_found_in_items, "Skipped reads $outcome"),
]  # fmt: skip


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: str(check.__name__))
def test_a_sound_definition_has_no_problems(sound: Definition, check: Callable[[Definition], list[str]]) -> None:
    assert check(sound) == []


@pytest.mark.parametrize(
    ("check", "change", "problem"),
    BROKEN,
    ids=[f"{check.__name__}-{number}" for number, (check, _, _) in enumerate(BROKEN)],
)
def test_a_broken_definition_is_caught(
    sound: Definition, check: Callable[[Definition], list[str]], change: Change, problem: str
) -> None:
    broken = deepcopy(sound)
    change(broken)

    assert any(problem in found for found in check(broken))


def test_a_wait_may_grow_up_to_a_bound(sound: Definition) -> None:
    wait_longer("{% $min([600, $pause * 2]) %}")(sound)

    assert [problem for check in CHECKS for problem in check(sound)] == []


@pytest.mark.parametrize("condition", ["$exists($found.yes)", "$found.number > 1", "$found.a = 1 or $found.b = 2"])
def test_a_condition_that_compares_or_asks_whether_something_is_there_is_a_boolean(
    sound: Definition, condition: str
) -> None:
    ask(f"{{% {condition} %}}")(sound)

    assert conditions(sound) == []


def test_a_count_may_grow_by_itself_in_an_assign(sound: Definition) -> None:
    with_(Assign={"found": "{% $states.result.Payload %}", "tries": "{% $tries + 1 %}"})(sound)

    assert siblings(sound) == []


def test_what_a_catch_leads_on_from_may_cut_a_text(sound: Definition) -> None:
    definition = sound["States"]["WorkOnItems"]
    definition["Catch"] = [{"ErrorEquals": ["States.ALL"], "Next": "Done"}]
    inner_states(sound)["Skipped"]["Output"] = "{% $substring($found.text, 0, 9) %}"

    assert uncaught(sound) == []


def test_every_check_is_shown_to_fail() -> None:
    assert {check for check, _, _ in BROKEN} == {*CHECKS}


def test_statelints_view_of_whole_numbers_is_the_only_one_not_shared(sound: Definition) -> None:
    rates = task(sound)["Retry"]

    rates[1]["BackoffRate"] = 3
    assert lint(sound) == []

    rates[1]["MaxDelaySeconds"] = 1.5
    assert len(lint(sound)) == 1


def test_a_happy_path_that_is_not_clear_is_no_path(sound: Definition) -> None:
    sound["States"]["IsFound"]["Choices"].append({"Condition": "{% true %}", "Next": "AskAround"})

    with pytest.raises(AssertionError, match="IsFound leaves the way open"):
        happy_path(sound)
