"""Nothing that a template says is left out of the text, and nothing is in it that changes without a reason."""

import copy
import json
from collections.abc import Iterator
from itertools import pairwise, product
from typing import Any

from tests.infra.review.entities import entities
from tests.infra.review.machine import states
from tests.infra.review.naming import Names
from tests.infra.review.pages import pages
from tests.infra.review.stack import Stack
from tests.infra.template import Resource

ADDED = {"Added": {"as": "well"}}
Place = tuple[str | int, ...]


def test_each_value_of_each_resource_is_said(stack: Stack) -> None:
    """Another value, none, and one more: only how the dashboard looks may change unseen."""
    unseen, tried = set(), set()
    for logical_id, resource in stack.resources.items():
        before = _said(logical_id, resource, stack.names)
        for change, place in product((_replace, _remove, _add), list(_places(resource))):
            if (shape := f"{resource['Type']} {change.__name__} {_shape(resource, place)}") not in tried:
                tried.add(shape)
                other = copy.deepcopy(resource)
                if change(_holder(other, place), place[-1]) and _said(logical_id, other, stack.names) == before:
                    unseen.add(shape)

    assert unseen == {"AWS::IAM::Policy _remove Properties.PolicyName str"}  # which CloudFormation refuses
    assert len(tried) > 500


def _said(logical_id: str, resource: Resource, names: Names) -> list[object]:
    [entity] = entities({logical_id: resource}, names)
    return [entity.title, entity.unit, *states(entity.definition)]


def _places(value: Any, place: Place = ()) -> Iterator[Place]:
    """The way to each key and index, but not to the resource's type nor into the dashboard."""
    keys = value.keys() if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for key in keys:
        if (*place, key) not in (("Type",), ("Properties", "DashboardBody")):
            yield (*place, key)
            yield from _places(value[key], (*place, key))


def _shape(resource: Resource, place: Place) -> str:
    """All states, and all members of a list, are alike: one of each is tried."""
    words = [key for before, key in pairwise(("", *place)) if isinstance(key, str) and before != "States"]
    return f"{'.'.join(words)} {type(_holder(resource, place)[place[-1]]).__name__}"


def _holder(value: Any, place: Place) -> Any:
    for key in place[:-1]:
        value = value[key]
    return value


def _replace(holder: Any, key: Any) -> bool:
    match holder[key]:
        case bool() as value:
            holder[key] = not value
        case int() | float() as value:
            holder[key] = value + 1
        case str() as value:
            holder[key] = f"{value}x"
        case _:
            return False
    return True


def _remove(holder: Any, key: Any) -> bool:
    del holder[key]
    return True


def _add(holder: Any, key: Any) -> bool:
    match holder[key]:
        case dict() as value:
            value |= ADDED
        case list() as value:
            value.append(ADDED if any(isinstance(part, dict) for part in value) else "added")
        case _:
            return False
    return True


def test_each_resource_stands_in_one_place(stack: Stack) -> None:
    places = [
        logical_id for entity in entities(stack.resources, stack.names) for logical_id, _ in entity.members.values()
    ]

    assert sorted(places) == sorted(stack.resources)


def test_what_changes_at_every_edit_or_deployment_changes_nothing(stack: Stack, accepted: dict[str, str]) -> None:
    content, paths = (_of_another_team(value) for value in (stack.content, stack.names.paths))
    shuffled = {**content, "Resources": dict(reversed(content["Resources"].items()))}

    assert pages(Stack(shuffled, Names(paths, "wfm-other-set"))) == accepted
    assert not any("wfm-demoteam" in text or "ASSET" in text.replace("ASSET.zip", "") for text in accepted.values())


def _of_another_team(value: Any) -> Any:
    text = json.dumps(value).replace("wfm-demoteam-amcdataset", "wfm-other-set")
    return json.loads(text.replace("wfmdemoteamamcdataset", "wfmotherset"))
