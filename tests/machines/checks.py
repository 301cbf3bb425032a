"""What must hold for every definition. A check lists what is wrong, one sentence each."""

import re
from collections.abc import Callable, Iterator
from typing import Any

from jsonata.jsonata import Jsonata  # type: ignore[import-untyped]
from statelint.linter import Linter  # type: ignore[import-untyped]

from tests.machines.variables import read, unset_variables
from tests.machines.walk import Definition, State, edges, fields, inner, is_end, reachable, scopes, states, texts
from wfm import errors
from wfm.errors import PermanentError, TransientError, WfmError, leaves

PASCAL_CASE = re.compile(r"([A-Z][a-z0-9]+)+")
QUESTION = re.compile(r"(Is|Are|Has|Have|Does|Did|Can|How|Which)[A-Z]")
JSON_PATH_ONLY = {"Parameters", "ResultSelector"}
NO_FLOAT = re.compile(r"\S.*\.Retry\[\d+\]\.BackoffRate is \d+ but should be a Float")
NO_NUMBER = re.compile(r'\S.*\.Seconds is "\{% .* %\}" but should be an Integer')
VARIABLE = re.compile(r"\{% \$(\w+) %\}")
LIMIT = re.compile(r"\$[\w.]+ >= \d+")
WITHOUT_PREFIX = re.compile(r"\{% \$substringAfter\(\$[\w.]+, 'States\.'\) %\}")
COMPARISONS = {"=", "!=", "<", "<=", ">", ">=", "in", "and", "or"}
RESULT_OF = {"Task", "Map", "Parallel"}
WHOLE_INPUT = re.compile(r"\$(?![A-Za-z_])")
QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")
CALLED = re.compile(r"\$(\w+)\s*\(")
# They take any text and any number. What cuts a text by position, or reads one, fails for some.
CANNOT_FAIL = {"boolean", "ceil", "contains", "count", "exists", "merge", "min", "not", "string", "substringAfter"}
PREDICATES = {"boolean", "contains", "exists", "not"}
BOUNDED = re.compile(r"\{% \$min\(\[[1-9]\d*, .*\]\) %\}")


def errors_of(kind: type[WfmError]) -> list[str]:
    """The names in errors.py, whatever else has been imported by now."""
    return [leaf.__name__ for leaf in leaves(kind) if leaf.__module__ == errors.__name__]


PERMANENT, TRANSIENT = errors_of(PermanentError), errors_of(TransientError)


def lint(definition: Definition) -> list[str]:
    """By statelint, without two complaints: ASL takes any JSON number as BackoffRate, and JSONata for Seconds."""
    known = (NO_FLOAT, NO_NUMBER)
    return [problem for problem in Linter.validate(definition) if not any(one.fullmatch(problem) for one in known)]


def reach(definition: Definition) -> list[str]:
    return [
        f"{name} cannot be reached"
        for scope in scopes(definition)
        for name in scope["States"].keys() - reachable(scope, scope["StartAt"])
    ]


def ends(definition: Definition) -> list[str]:
    return [
        f"{name} leads to no end"
        for scope in scopes(definition)
        for name in scope["States"]
        if not any(is_end(scope["States"][follower]) for follower in reachable(scope, name) & scope["States"].keys())
    ]


def names(definition: Definition) -> list[str]:
    found = [name for name, _ in states(definition)]
    return [
        *(f"{name} is no PascalCase" for name in found if not PASCAL_CASE.fullmatch(name)),
        *(f"{name} is there twice" for name in set(found) if found.count(name) > 1),
        *(f"{name} is no question" for name, _ in states(definition, "Choice") if not QUESTION.match(name)),
    ]


def language(definition: Definition) -> list[str]:
    """JSONata, and nothing that only JSONPath knows."""
    spoken = [("the machine", definition.get("QueryLanguage"))]
    spoken += [(name, state.get("QueryLanguage", "JSONata")) for name, state in states(definition)]
    return [
        *(f"{name} speaks {spoken_there}" for name, spoken_there in spoken if spoken_there != "JSONata"),
        *(
            f"{key} belongs to JSONPath"
            for key, _ in fields(definition)
            if key.endswith((".$", "Path")) or key in JSON_PATH_ONLY
        ),
    ]


def loops(definition: Definition) -> list[str]:
    """Each way back passes a Choice that asks whether a count has come to its limit."""
    return [
        f"{name} comes again without a limit"
        for scope in scopes(definition)
        for name in scope["States"]
        if name in {after for target in _following(scope, name) for after in _uncounted(scope, target)}
    ]


def _uncounted(scope: Definition, start: str) -> set[str]:
    """The states that can follow `start`, itself included, without passing a Choice that has a limit."""
    found, open_ends = set[str](), [start]
    while open_ends:
        name = open_ends.pop()
        if name not in found and not LIMIT.search(str(scope["States"].get(name, {}).get("Choices"))):
            found.add(name)
            open_ends += _following(scope, name)
    return found


def _following(scope: Definition, name: str) -> list[str]:
    return [edge.target for edge in edges(scope["States"].get(name, {}))]


def fails(definition: Definition) -> list[str]:
    return [
        f"{name} has no {field}"
        for name, state in states(definition, "Fail")
        for field in ("Error", "Cause")
        if not state.get(field)
    ]


def reserved_errors(definition: Definition) -> list[str]:
    """Only Step Functions itself may fail with an Error that begins with `States.`; what was caught may be one."""
    return [
        f"{name} may fail with {error!r}"
        for name, state in states(definition, "Fail")
        if (error := str(state.get("Error"))).startswith(("States.", "{%")) and not WITHOUT_PREFIX.fullmatch(error)
    ]


def siblings(definition: Definition) -> list[str]:
    """AWS evaluates an Assign on the values as they were; another interpreter may do it one after the other."""
    return [
        f"an Assign sets ${other} and reads it for ${name}"
        for key, assigned in fields(definition)
        if key == "Assign"
        for name, value in assigned.items()
        for other in sorted(read(value) & assigned.keys() - {name})
    ]


def conditions(definition: Definition) -> list[str]:
    """AWS fails a Condition that is no boolean; another interpreter asks whether it is truthy."""
    return [
        f"{name} asks {rule['Condition']!r}, which need not be a boolean"
        for name, state in states(definition, "Choice")
        for rule in state["Choices"]
        if not _is_boolean(rule["Condition"])
    ]


def _is_boolean(condition: str) -> bool:
    asked = Jsonata(condition.removeprefix("{%").removesuffix("%}")).ast
    if asked.type == "binary":
        return asked.value in COMPARISONS
    return (asked.type == "function" and asked.procedure.value in PREDICATES) or isinstance(asked.value, bool)


def scopes_apart(definition: Definition) -> list[str]:
    """Inside a Map or Parallel the variables outside can be read and not assigned."""
    return [
        f"{name} assigns ${variable} inside, which is a variable outside"
        for name, state in states(definition)
        for part in inner(state)
        for variable in sorted(_assigned(part) & _assigned(definition))
    ]


def _assigned(definition: Definition) -> set[str]:
    """The variables of this scope alone."""
    found = {variable for state in definition["States"].values() for variable in state.get("Assign", {})}
    for state in definition["States"].values():
        for rule in (*state.get("Catch", []), *state.get("Choices", [])):
            found |= rule.get("Assign", {}).keys()
    return found


def out_of_place(definition: Definition) -> list[str]:
    """`$states.result` is what a Task, Map or Parallel came to, `$states.errorOutput` what its Catch has caught."""
    problems = []
    for name, state in states(definition):
        of_state = {key: value for key, value in state.items() if key not in ("Catch", "ItemProcessor", "Branches")}
        after = [of_state.pop(key, None) for key in ("Output", "Assign")]
        problems += [f"{name} reads $states.result where there is none"] * any(
            "$states.result" in text
            for text in texts([of_state, state.get("Catch", []), *(after if state["Type"] not in RESULT_OF else [])])
        )
        problems += [f"{name} reads $states.errorOutput where there is none"] * any(
            "$states.errorOutput" in text for text in texts([of_state, *after])
        )
    return problems


def whole_input(definition: Definition) -> list[str]:
    """Step Functions has `$states.input`; `$` and `$$` stand for nothing there."""
    return [
        f"{text!r} reads $"
        for text in texts(definition)
        if text.startswith("{%") and WHOLE_INPUT.search(QUOTED.sub("", text))
    ]


def uncaught(definition: Definition) -> list[str]:
    """Where a failing expression ends the execution past every Catch, there is none that foreign text can fail."""
    return [
        f"{name} calls ${function}, which may fail, and nothing catches that"
        for name, state in _unguarded(definition)
        for text in texts(state)
        for function in CALLED.findall(text)
        if function not in CANNOT_FAIL
    ]


def _unguarded(definition: Definition) -> Iterator[tuple[str, Any]]:
    """The states without a Catch, and the Catch of the others; not what a Map or Parallel with a Catch has inside."""
    for name, state in definition["States"].items():
        yield name, state.get("Catch", {**state, "ItemProcessor": None, "Branches": None})
        for part in inner(state) if "Catch" not in state else []:
            yield from _unguarded(part)


def choices(definition: Definition) -> list[str]:
    return [f"{name} has no Default" for name, state in states(definition, "Choice") if "Default" not in state]


def waits(definition: Definition) -> list[str]:
    return [
        f"{name} waits for {state.get('Seconds')!r}"
        for name, state in states(definition, "Wait")
        if not (_is_fixed(state.get("Seconds")) or _is_bounded(state.get("Seconds"), definition))
    ]


def _is_bounded(seconds: Any, definition: Definition) -> bool:
    """A variable that is only ever set to a number, or to one that `$min` holds below another."""
    variable = VARIABLE.fullmatch(str(seconds))
    name = variable[1] if variable else ""
    given = [part[name] for key, part in fields(definition) if key == "Assign" and name in part]
    return bool(given) and all(_is_fixed(value) or BOUNDED.fullmatch(str(value)) for value in given)


def time_outs(definition: Definition) -> list[str]:
    problems = []
    for name, state in states(definition, "Task"):
        longest, beat = state.get("TimeoutSeconds"), state.get("HeartbeatSeconds")
        if not _is_fixed(longest):
            problems.append(f"{name} has the time-out {longest!r}")
        elif beat is not None and not (_is_fixed(beat) and beat < longest):
            problems.append(f"{name} has the heartbeat {beat!r}")
    return problems


def _is_fixed(seconds: Any) -> bool:
    return type(seconds) is int and seconds > 0


def retries(definition: Definition) -> list[str]:
    return [f"{name} {problem}" for name, state in states(definition, "Task") for problem in _retry_problems(state)]


def _retry_problems(state: State) -> Iterator[str]:
    rules = state.get("Retry", [])
    named = [error for rule in rules for error in rule["ErrorEquals"]]
    first = rules[0] if rules else {"ErrorEquals": []}
    if first.get("MaxAttempts") != 0 or not {*PERMANENT} <= {*first["ErrorEquals"]}:
        yield "does not begin with the permanent errors, never repeated"
    repeating = [rule for rule in rules if rule.get("MaxAttempts") != 0]
    seen_to = {error for rule in [*repeating, *state.get("Catch", [])] for error in rule["ErrorEquals"]}
    yield from (f"does not repeat {error}" for error in TRANSIENT if error not in seen_to)
    yield from (f"names {error}, which nobody raises" for error in named if not _is_raised(error))
    yield from (f"names {error} twice" for error in {*named} if named.count(error) > 1)
    yield from (f"repeats {rule['ErrorEquals']} without jitter or cap" for rule in repeating if not _is_patient(rule))


def _is_raised(error: str) -> bool:
    return error in (*PERMANENT, *TRANSIENT) or error.startswith(("States.", "Lambda."))


def _is_patient(rule: dict[str, Any]) -> bool:
    return (
        rule.get("JitterStrategy") == "FULL"
        and rule.get("BackoffRate", 1) > 1
        and _is_fixed(rule.get("MaxDelaySeconds"))
        and _is_fixed(rule.get("IntervalSeconds"))
    )


def repeated_waits(definition: Definition) -> list[str]:
    """A wait for a task token that ran out was no accident: its Catch decides."""
    return [
        f"{name} begins its wait again after {error}"
        for name, state in states(definition, "Task")
        if state["Resource"].endswith(".waitForTaskToken")
        for rule in state.get("Retry", [])
        for error in {"States.Timeout", "States.HeartbeatTimeout", "States.ALL"} & {*rule["ErrorEquals"]}
        if rule.get("MaxAttempts") != 0
    ]


def catches(definition: Definition) -> list[str]:
    """The last catcher takes all, keeps the error, and leads to a Fail; inside a Map an item may also be skipped."""
    return [
        f"{name} {problem}"
        for scope in scopes(definition)
        for name, state in scope["States"].items()
        if state["Type"] == "Task"
        for problem in _catch_problems(state, scope, is_whole=scope is definition)
    ]


def _catch_problems(state: State, scope: Definition, *, is_whole: bool) -> Iterator[str]:
    last = (state.get("Catch") or [{}])[-1]
    if last.get("ErrorEquals") != ["States.ALL"]:
        yield "does not catch everything"
        return
    kept = " ".join(str(value) for value in last.get("Assign", {}).values())
    if "$states.errorOutput.Error" not in kept or "$states.errorOutput.Cause" not in kept:
        yield "forgets its error"
    followers = [scope["States"][name] for name in reachable(scope, last["Next"]) & scope["States"].keys()]
    if is_whole and not any(follower["Type"] == "Fail" for follower in followers):
        yield "fails without an end that says so"


def variables(definition: Definition) -> list[str]:
    return unset_variables(definition)


CHECKS: list[Callable[[Definition], list[str]]] = [
    lint, reach, ends, loops, names, language, fails, reserved_errors, siblings, scopes_apart, out_of_place,
    whole_input, uncaught, conditions, choices, waits, time_outs, retries, repeated_waits, catches, variables,
]  # fmt: skip
