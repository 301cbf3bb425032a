"""A CloudFormation template, asked by intent."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ASSET_HASH = re.compile(r"\b[0-9a-f]{64}\b")
Resource = dict[str, Any]


@dataclass(frozen=True)
class Template:
    content: dict[str, Any]

    @classmethod
    def read(cls, path: Path) -> "Template":
        return cls(json.loads(path.read_text()))

    def of_type(self, kind: str) -> dict[str, Resource]:
        """Resources by logical id; at least one, since a check of nothing proves nothing."""
        found = {name: resource for name, resource in self.content["Resources"].items() if resource["Type"] == kind}
        assert found, f"there is no {kind}"
        return found

    def properties(self, kind: str) -> dict[str, dict[str, Any]]:
        return {name: resource["Properties"] for name, resource in self.of_type(kind).items()}

    def only(self, kind: str) -> Resource:
        (resource,) = self.of_type(kind).values()
        return resource

    def definitions(self) -> dict[str, dict[str, Any]]:
        """The state machines by the ends of their names, as users know them; references as `readable` has them."""
        machines = self.properties("AWS::StepFunctions::StateMachine").values()
        return {one["StateMachineName"].rpartition("-")[2]: readable(one)["DefinitionString"] for one in machines}

    def without_asset_hashes(self) -> dict[str, Any]:
        """The content, with what changes at every edit of a handler taken out."""
        content: dict[str, Any] = json.loads(ASSET_HASH.sub("ASSET", json.dumps(self.content)))
        return content

    def statements(self) -> Iterator[tuple[str, Resource, dict[str, Any]]]:
        """Every statement of a role's policies, with the resource that holds it."""
        for kind in ("AWS::IAM::Policy", "AWS::IAM::ManagedPolicy", "AWS::IAM::Role"):
            for name, resource in self.content["Resources"].items():
                if resource["Type"] == kind:
                    for document in _documents(resource["Properties"]):
                        yield from ((name, resource, statement) for statement in document["Statement"])


def _documents(properties: dict[str, Any]) -> list[dict[str, Any]]:
    inline = [policy["PolicyDocument"] for policy in properties.get("Policies", [])]
    return [*inline, *([properties["PolicyDocument"]] if "PolicyDocument" in properties else [])]


def readable(value: Any) -> Any:
    """References and joins as text, `arn:<AWS::Partition>:sns:...`, and machines as JSON: differences can be read."""
    match value:
        case {"Ref": name}:
            return f"<{name}>"
        case {"Fn::GetAtt": [resource, attribute]}:
            return f"<{resource}.{attribute}>"
        case {"Fn::Join": [delimiter, [*parts]]}:
            return str(delimiter).join(str(readable(part)) for part in parts)
        case {"DefinitionString": definition, **others}:
            return {"DefinitionString": json.loads(readable(definition)), **readable(others)}
        case dict():
            return {key: readable(part) for key, part in value.items()}
        case list():
            return [readable(part) for part in value]
    return value


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def arn_of(logical_id: str) -> dict[str, list[str]]:
    return {"Fn::GetAtt": [logical_id, "Arn"]}
