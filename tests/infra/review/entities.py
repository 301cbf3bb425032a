"""A resource with all that belongs to it: a function has its role, policies, log group and streams."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from tests.infra.review.conventions import Unit
from tests.infra.review.facts import facts
from tests.infra.review.naming import Names, Self
from tests.infra.template import Resource

_BELONGS = re.compile(r"(Role|Logs)?(/.*)?")


@dataclass(frozen=True)
class Entity:
    """`members` are the resources by what their paths add to the entity's: `""` is the resource itself."""

    path: str
    members: Mapping[str, tuple[str, Resource]]  # with their logical ids
    is_regular: bool  # whether the logical id is of CDK's making

    @property
    def resource(self) -> Resource:
        return self.members[""][1]

    @property
    def kind(self) -> str:
        return short(self.resource)

    @property
    def definition(self) -> dict[str, Any]:
        """A machine's, or nothing."""
        found: dict[str, Any] = self.resource.get("Properties", {}).get("DefinitionString", {})
        return found

    @property
    def title(self) -> str:
        """With the logical id where a removal is provided for: another id is another table, and an empty one."""
        logical_id, resource = self.members[""]
        kept = f" [{logical_id}]" if "DeletionPolicy" in resource or not self.is_regular else ""
        description = resource.get("Properties", {}).get("Description", self.definition.get("Comment"))
        _, _, name = self.path.partition("/")
        return f"{self.kind} {name or self.path}{kept}" + (f": {description}" if description else "")

    @cached_property
    def unit(self) -> Unit:
        """Its facts; what its own role may do is said of it, not of the policies."""
        parts: dict[str, list[str]] = {"": []}
        accepted: dict[str, list[str]] = {}
        for part, (logical_id, resource) in sorted(self.members.items()):
            if part:
                parts[""].append(f"has {part} ({short(resource)})")
            for fact in facts(resource, logical_id=logical_id, holders=("Ref({self})", "Ref({self}Role)")):
                if fact.startswith("accepted "):
                    accepted.setdefault(fact, []).append(part)
                else:
                    parts.setdefault("" if fact.startswith(("may ", "must not ")) else part, []).append(fact)
        parts[""] += [f"{fact}{_where(places)}" for fact, places in accepted.items()]
        return Unit(self.kind, self.path, {part: tuple(sorted(found)) for part, found in parts.items()})


def short(resource: Resource) -> str:
    return str(resource["Type"]).removeprefix("AWS::")


def _where(parts: list[str]) -> str:
    return "" if parts == [""] else f" ({', '.join(part or 'itself' for part in parts)})"


def entities(resources: Mapping[str, Resource], names: Names) -> Iterator[Entity]:
    by_path = {names.path(logical_id): logical_id for logical_id in resources}
    owned: dict[str, dict[str, tuple[str, Resource]]] = {}
    for path, logical_id in sorted(by_path.items()):
        root = _root(path, by_path)
        resource = Self(root).own(names.named(resources[logical_id]))
        owned.setdefault(root, {})[path.removeprefix(root).removeprefix("/")] = (logical_id, resource)
    return (Entity(root, members, names.is_regular(by_path[root])) for root, members in owned.items())


def _root(path: str, paths: Mapping[str, Any]) -> str:
    owners = (other for other in paths if path.startswith(other) and _BELONGS.fullmatch(path[len(other) :]))
    return min(owners, key=len)
