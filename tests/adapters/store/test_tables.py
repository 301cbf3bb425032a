import json
from pathlib import Path
from typing import Any

import pytest

from tests.adapters.tables import SHAPES, Shape


@pytest.fixture(scope="session")
def stack(assembly: Path) -> dict[str, Any]:
    template: dict[str, Any] = json.loads(
        (assembly / "WorkflowManagementServices.template.json").read_text(encoding="utf-8")
    )
    return template


def _keys(schema: list[dict[str, str]]) -> tuple[str, ...]:
    return tuple(key["AttributeName"] for key in sorted(schema, key=lambda key: key["KeyType"]))


def _shape(table: dict[str, Any]) -> Shape:
    types = {attribute["AttributeName"]: attribute["AttributeType"] for attribute in table["AttributeDefinitions"]}
    assert {*types.values()} <= {"N", "S"}
    indexes = {
        index["IndexName"]: (_keys(index["KeySchema"]), index["Projection"]["ProjectionType"] == "KEYS_ONLY")
        for index in table.get("GlobalSecondaryIndexes", [])
    }
    numbers = frozenset(name for name, kind in types.items() if kind == "N")
    return Shape(_keys(table["KeySchema"]), indexes, numbers)


@pytest.mark.parametrize("name", SHAPES)
def test_the_tables_of_these_tests_are_those_of_the_stack(stack: dict[str, Any], name: str) -> None:
    logical_id = stack["Outputs"][f"{name}Table"]["Value"]["Ref"]

    assert _shape(stack["Resources"][logical_id]["Properties"]) == SHAPES[name]
