"""A synthesized stack: its template without what changes at every edit, and the construct paths of its logical ids."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.infra.review.naming import Names
from tests.infra.template import Resource, Template, readable

STACK = "WorkflowManagementServices"


@dataclass(frozen=True)
class Stack:
    content: dict[str, Any]
    names: Names

    @classmethod
    def read(cls, assembly: Path) -> "Stack":
        manifest = json.loads((assembly / "manifest.json").read_text())["artifacts"][STACK]
        metadata = json.loads((assembly / manifest["additionalMetadataFile"]).read_text())
        template = Template.read(assembly / manifest["properties"]["templateFile"])
        names = Names(_paths(metadata), manifest["properties"]["stackName"])
        return cls(readable(template.without_asset_hashes()), names)

    @property
    def resources(self) -> dict[str, Resource]:
        found: dict[str, Resource] = self.content["Resources"]
        return found

    @property
    def beside_resources(self) -> dict[str, Any]:
        """Description, parameters, outputs and rules."""
        others = {key: part for key, part in self.content.items() if key != "Resources"}
        said: dict[str, Any] = self.names.named(others)
        return said


def _paths(metadata: dict[str, list[dict[str, Any]]]) -> dict[str, str]:
    """`Tables/Tenants` by `TablesTenantsE95A5149`."""
    return {
        entry["data"]: path.removeprefix(f"/{STACK}/").removesuffix("/Resource")
        for path, entries in metadata.items()
        for entry in entries
        if entry["type"] == "aws:cdk:logicalId"
    }
