"""Ways through a state machine's definition (ASL)."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

Definition = dict[str, Any]
State = dict[str, Any]


@dataclass(frozen=True)
class Edge:
    """From one state to the next; `assigned` are the variables that are set on the way."""

    target: str
    assigned: frozenset[str]
    on_error: bool = False


def edges(state: State) -> list[Edge]:
    own = frozenset(state.get("Assign", {}))
    found = [Edge(state["Next"], own)] if "Next" in state else []
    found += [Edge(state["Default"], own)] if "Default" in state else []
    found += [Edge(rule["Next"], frozenset(rule.get("Assign", {}))) for rule in state.get("Choices", [])]
    found += [
        Edge(catcher["Next"], frozenset(catcher.get("Assign", {})), on_error=True) for catcher in state.get("Catch", [])
    ]
    return found


def inner(state: State) -> list[Definition]:
    """What a Map or Parallel state contains."""
    return [*([state["ItemProcessor"]] if "ItemProcessor" in state else []), *state.get("Branches", [])]


def scopes(definition: Definition) -> Iterator[Definition]:
    """The definition and all that it contains; each has a `StartAt` and `States` of its own."""
    yield definition
    for state in definition["States"].values():
        for part in inner(state):
            yield from scopes(part)


def states(definition: Definition, kind: str | None = None) -> list[tuple[str, State]]:
    """All states with their names, at any depth."""
    found = [item for scope in scopes(definition) for item in scope["States"].items()]
    return [(name, state) for name, state in found if kind in (None, state["Type"])]


def reachable(scope: Definition, start: str, *, errors: bool = True) -> set[str]:
    """The states that can follow `start`, itself included; by `errors` also those of the failure path."""
    found, open_ends = {start}, [start]
    while open_ends:
        for edge in edges(scope["States"].get(open_ends.pop(), {})):
            if edge.target not in found and (errors or not edge.on_error):
                found.add(edge.target)
                open_ends.append(edge.target)
    return found


def is_end(state: State) -> bool:
    return state["Type"] in ("Succeed", "Fail") or state.get("End") is True


def happy_path(definition: Definition) -> list[str]:
    """The states when nothing goes wrong: at a Choice, the way to success where one leads straight there."""
    path = [definition["StartAt"]]
    while not is_end(state := definition["States"][path[-1]]):
        following = [edge.target for edge in edges(state) if not edge.on_error]
        happy = [target for target in following if definition["States"][target]["Type"] == "Succeed"]
        assert happy or len(following) == 1, f"{path[-1]} leaves the way open"
        path.append((happy or following)[0])
        assert len(path) == len(set(path)), f"{path[-1]} is passed twice"
    return path


def fields(value: Any) -> Iterator[tuple[str, Any]]:
    """Every field of a document, at any depth."""
    if isinstance(value, dict):
        for key, part in value.items():
            yield key, part
            yield from fields(part)
    if isinstance(value, list):
        for part in value:
            yield from fields(part)


def texts(value: Any) -> Iterator[str]:
    """Every text in a document that is a value."""
    if isinstance(value, str):
        yield value
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else []:
        yield from texts(part)
