"""Whether each variable that a state reads has been set on every way there: else it fails at run time."""

import re
from typing import Any

from tests.machines.walk import Definition, edges, inner, states, texts

READ = re.compile(r"\$([A-Za-z]\w*)\b(?!\s*\()")
OWN = {"states"}  # set by Step Functions


def unset_variables(definition: Definition, known: frozenset[str] = frozenset()) -> list[str]:
    """What is wrong in `definition` when `known` variables are set before it."""
    arriving = _set_on_every_way(definition, known)
    problems = []
    for name, state in definition["States"].items():
        if name not in arriving:
            continue
        outside = {key: value for key, value in state.items() if key not in ("ItemProcessor", "Branches")}
        missing = sorted(read(outside) - arriving[name])
        problems += [f"{name} reads ${variable}, which is not set on every way there" for variable in missing]
        for part in inner(state):
            problems += unset_variables(part, arriving[name])
    return problems


def read(value: Any) -> set[str]:
    """The variables that stand in the expressions of a part of a definition."""
    expressions = [text for text in texts(value) if text.startswith("{%")]
    return {variable for text in expressions for variable in READ.findall(text)} - OWN


def _set_on_every_way(definition: Definition, known: frozenset[str]) -> dict[str, frozenset[str]]:
    """The variables that are certainly set when a state begins, by its name; only what can be reached has an entry."""
    arriving = {definition["StartAt"]: known}
    for _ in range(len(states(definition)) + 1):
        for name, before in list(arriving.items()):
            for edge in edges(definition["States"].get(name, {})):
                after = before | edge.assigned
                arriving[edge.target] = arriving.get(edge.target, after) & after
    return arriving
