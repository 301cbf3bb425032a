import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.tables import put
from wfm.store.schema import TABLES
from wfm.store.schema import Table as Schema

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import DynamoDBServiceResource


@pytest.fixture(scope="session")
def stack(assembly: Path) -> dict[str, Any]:
    template: dict[str, Any] = json.loads(
        (assembly / "WorkflowManagementServices.template.json").read_text(encoding="utf-8")
    )
    return template


def _shape(table: Any) -> dict[str, Any]:
    """Keys with their types, and each index with its keys and what it projects."""
    types = {attribute["AttributeName"]: attribute["AttributeType"] for attribute in table["AttributeDefinitions"]}
    indexes = {
        index["IndexName"]: (index["KeySchema"], index["Projection"])
        for index in table.get("GlobalSecondaryIndexes", ())
    }
    return {"keys": table["KeySchema"], "types": types, "indexes": indexes}


@pytest.mark.parametrize("schema", TABLES, ids=lambda schema: schema.name)
def test_the_tables_of_these_tests_are_those_of_the_stack(
    stack: dict[str, Any], dynamodb: "DynamoDBServiceResource", schema: Schema
) -> None:
    logical_id = stack["Outputs"][f"{schema.name}Table"]["Value"]["Ref"]

    put(dynamodb, schema)

    made = dynamodb.meta.client.describe_table(TableName=schema.name)["Table"]
    assert _shape(made) == _shape(stack["Resources"][logical_id]["Properties"])
