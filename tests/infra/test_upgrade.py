"""A deployment over the stack as it was released keeps what holds state, and gives no name to another resource."""

import json
from copy import deepcopy
from typing import Any

import pytest

from tests.infra.released import FILE, named, stateful
from tests.infra.template import Template


@pytest.fixture(scope="module")
def released() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(FILE.read_text())
    return found


def test_no_resource_that_holds_state_is_replaced_or_removed(template: Template, released: dict[str, Any]) -> None:
    assert kept_of(released["stateful"], stateful(template)) == released["stateful"]


def test_no_name_moves_to_another_resource(template: Template, released: dict[str, Any]) -> None:
    """CloudFormation makes what is new before it removes what is old, and a name is there once: it would fail."""
    assert moved(released["names"], named(template)) == {}


def test_a_table_under_another_key_or_a_machine_under_another_name_would_be_noticed(
    template: Template, released: dict[str, Any]
) -> None:
    changed = Template(deepcopy(template.content))
    next(iter(changed.properties("AWS::DynamoDB::Table").values()))["KeySchema"].pop()
    machine = next(iter(changed.properties("AWS::StepFunctions::StateMachine").values()))
    machine["StateMachineName"] += "-2"

    kept = kept_of(released["stateful"], stateful(changed))

    assert len([name for name, entry in released["stateful"].items() if kept[name] != entry]) == 2


def test_a_construct_under_another_path_would_be_noticed(template: Template, released: dict[str, Any]) -> None:
    changed = Template(deepcopy(template.content))
    resources = changed.content["Resources"]
    for kind in ("AWS::Lambda::Function", "AWS::DynamoDB::Table"):
        name = next(iter(changed.of_type(kind)))
        resources[f"Moved{name}"] = resources.pop(name)

    assert len(moved(released["names"], named(changed))) == 1
    assert kept_of(released["stateful"], stateful(changed)) != released["stateful"]


def kept_of(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    """What became of each resource that held state; there may be more of them now."""
    return {name: after.get(name) for name in before}


def moved(before: dict[str, str], after: dict[str, str]) -> dict[str, tuple[str, str]]:
    """Names that had one resource and have another."""
    return {name: (before[name], after[name]) for name in before.keys() & after.keys() if before[name] != after[name]}
