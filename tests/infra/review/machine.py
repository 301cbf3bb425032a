"""The states of a machine: a line for what happens next, and below it faults, and what goes in and out."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tests.infra.review.conventions import Unit
from tests.infra.review.text import WIDTH, as_text

State = dict[str, Any]
FLOW, FAULTS, DATA = "", "faults", "data"
_DATA = ("Arguments", "Assign", "Cause", "Error", "ItemSelector", "Items", "Output")
_FAULTS = ("Retry", "Catch")
_WAYS = {"Next": "", "Default": "else"}
_BACKOFF = {"BackoffRate", "IntervalSeconds", "JitterStrategy", "MaxDelaySeconds"}


@dataclass(frozen=True)
class StateText:
    """A state, and how deep it is in Maps."""

    unit: Unit
    depth: int


def heading(definition: Mapping[str, Any]) -> str:
    return f"definition: {as_text(_without(definition, 'States', 'Comment'))}"


def states(definition: Mapping[str, Any], depth: int = 0) -> Iterator[StateText]:
    """In the order in which they run when nothing goes wrong; those of a Map after it, one deeper."""
    known = definition.get("States", {})
    for name in _in_order(definition.get("StartAt", ""), known):
        state = dict(known[name])
        inner = state.pop("ItemProcessor", None)
        kind = state.pop("Type", "of no type")
        parts = {FLOW: tuple(_flow(state)), FAULTS: tuple(_faults(state)), DATA: tuple(_data(state))}
        if inner:
            parts[DATA] += (f"each: {as_text(_without(inner, 'States'))}",)
        yield StateText(Unit(kind, name, parts), depth)
        if inner:
            yield from states(inner, depth + 1)


def _in_order(first: str, known: Mapping[str, State]) -> list[str]:
    found: dict[str, None] = {}
    still = [first]
    while still:
        name = still.pop()
        if name in known and name not in found:
            found[name] = None
            still += reversed(_followers(known[name]))
    return [*found, *sorted(known.keys() - found)]


def _followers(state: State) -> list[str]:
    ways = [*state.get("Choices", []), {"Next": state.get("Default")}, *state.get("Catch", [])]
    return [str(way["Next"]) for way in (state, *ways) if "Next" in way]


def _flow(state: State) -> Iterator[str]:
    for choice in state.get("Choices", []):
        rest = _without(choice, "Condition", "Next")
        yield f"if {code(choice.get('Condition'))} -> {choice.get('Next')}" + (f" {code(rest)}" if rest else "")
    rest = _without(state, *_DATA, *_FAULTS, "Choices")
    if function := _function(state):
        yield f"calls {function}, at most {rest.pop('TimeoutSeconds', 'any number of')} s"
    for key, value in sorted(rest.items()):
        yield f"{_WAYS[key]} -> {value}".lstrip() if key in _WAYS else f"{key}: {code(value)}"


def _function(state: State) -> str | None:
    arguments = state.get("Arguments")
    return arguments.get("FunctionName") if isinstance(arguments, dict) else None


def _faults(state: State) -> Iterator[str]:
    for number, retry in enumerate(state.get("Retry", []), 1):
        yield f"retry {number} for: {as_text(retry.get('ErrorEquals'))}"
        yield f"retry {number}: {retry.get('MaxAttempts')} times{_backoff(retry)}"
    for number, catch in enumerate(state.get("Catch", []), 1):
        yield f"catch {number}: {as_text(catch.get('ErrorEquals'))} -> {catch.get('Next')}"
        if rest := _without(catch, "ErrorEquals", "Next"):
            yield f"catch {number} with: {code(rest)}"


def _backoff(retry: State) -> str:
    rest = _without(retry, "ErrorEquals", "MaxAttempts")
    if rest.keys() == _BACKOFF:
        return ", {IntervalSeconds} s x {BackoffRate} up to {MaxDelaySeconds} s, jitter {JitterStrategy}".format_map(
            rest
        )
    return f" {as_text(rest)}" if rest else ""


def _data(state: State) -> Iterator[str]:
    for key in (key for key in _DATA if key in state):
        value = _without(state[key], "FunctionName") if key == "Arguments" and _function(state) else state[key]
        text = f"{key}: {code(value)}"
        if len(text) <= WIDTH or not isinstance(value, dict):
            yield text
        else:
            yield from (f"{key}.{name}: {code(part)}" for name, part in sorted(value.items()))


def _without(value: Mapping[str, Any], *known: str) -> dict[str, Any]:
    return {key: part for key, part in value.items() if key not in known}


def code(value: Any) -> str:
    """Expressions without their marks, literal text in quotes."""
    match value:
        case str():
            expression = value.startswith("{%") and value.endswith("%}")
            return value[2:-2].strip() if expression else json.dumps(value)
        case dict():
            return "{" + ", ".join(f"{key}: {code(part)}" for key, part in sorted(value.items())) + "}"
        case list():
            return "[" + ", ".join(map(code, value)) + "]"
    return as_text(value)
