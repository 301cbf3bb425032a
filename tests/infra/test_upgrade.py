"""A deployment over the stack as it was released keeps what holds state, and gives no name to another resource."""

import json
import tarfile
from copy import deepcopy
from typing import Any

import pytest

from tests.e2e.upgrade.assemblies import RELEASED
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


def test_no_table_has_more_than_one_index_more_or_less_than_the_release_before(template: Template) -> None:
    """CloudFormation makes or deletes one index of a table in an update, and refuses more."""
    before, after = _indexes(_released_template()), _indexes(template)

    assert {name: found for name, found in _changes(before, after).items() if len(found) > 1} == {}


def test_two_indexes_more_would_be_noticed(template: Template) -> None:
    before = _indexes(_released_template())
    more = {name: indexes | {"a": {}, "b": {}} for name, indexes in before.items()}

    assert all(len(found) == 2 for found in _changes(before, more).values())


def _released_template() -> Template:
    with tarfile.open(RELEASED) as archive:
        (name,) = [each for each in archive.getnames() if each.endswith("Services.template.json")]
        file = archive.extractfile(name)
        assert file
        return Template(json.load(file))


def _indexes(template: Template) -> dict[str, dict[str, Any]]:
    """The indexes of each table, by its logical id and their names."""
    return {
        name: {index["IndexName"]: index for index in table.get("GlobalSecondaryIndexes", [])}
        for name, table in template.properties("AWS::DynamoDB::Table").items()
    }


def _changes(before: dict[str, dict[str, Any]], after: dict[str, dict[str, Any]]) -> dict[str, list[str]]:
    """Indexes that are new, gone or changed. A table that is new has all it wants from the start."""
    return {
        name: [index for index in {**old, **after[name]} if old.get(index) != after[name].get(index)]
        for name, old in before.items()
        if name in after
    }
