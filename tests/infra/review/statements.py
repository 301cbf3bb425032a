"""IAM statements: who may do what on which resource under which condition, a line each."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from tests.infra.review.text import as_text
from tests.infra.template import as_list

FEW = 4
_EFFECTS = {"Allow": "may", "Deny": "must not"}


def is_policy(value: Any) -> bool:
    return isinstance(value, Mapping) and isinstance(value.get("Statement"), list)


def policy_lines(document: Mapping[str, Any], who: str = "") -> list[str]:
    """A line for each statement; `who` holds an identity's policy, a resource's names its principals itself."""
    lines = [statement_line(statement, who) for statement in document["Statement"]]
    others = {key: part for key, part in document.items() if key != "Statement"}
    return lines if others == {"Version": "2012-10-17"} else [*lines, f"policy document: {as_text(others)}"]


def statement_line(statement: Mapping[str, Any], who: str = "") -> str:
    """`may dynamodb:GetItem,Query on Tables/Tenants if ...`, with all that the statement says."""
    rest = dict(statement)
    effect = rest.pop("Effect", None)
    principals = _listed(_principals(rest.pop("Principal", None)))
    verb = f"{_EFFECTS.get(effect, effect)} {_actions(as_list(rest.pop('Action', [])))}"
    resources = _listed(sorted(as_list(rest.pop("Resource", []))))
    condition = _conditions(rest.pop("Condition", {}))
    parts = [who, principals, verb, resources and f"on {resources}", condition and f"if {condition}"]
    line = " ".join(part for part in [*parts, as_text(rest) if rest else ""] if part)
    return line.replace("\n ", "\n")


def _listed(names: list[str]) -> str:
    """A few stand in the line; each of many has a line of its own, and what follows begins another."""
    return ", ".join(names) if len(names) <= FEW else ",\n".join(names) + "\n"


def _principals(principal: Any) -> list[str]:
    if isinstance(principal, Mapping):
        return [f"{kind} {each}" for kind, values in sorted(principal.items()) for each in sorted(as_list(values))]
    return [] if principal is None else [f"anyone ({as_text(principal)})"]


def _actions(actions: Iterable[str]) -> str:
    services = defaultdict(list)
    for action in sorted(actions):
        service, _, name = action.rpartition(":")
        services[service].append(name)
    return " ".join(f"{service}:{','.join(names)}" for service, names in services.items()).removeprefix(":")


def _conditions(condition: Mapping[str, Mapping[str, Any]]) -> str:
    return " and ".join(
        f"{operator} {key} = {as_text(wanted)}"
        for operator, keys in sorted(condition.items())
        for key, wanted in sorted(keys.items())
    )
