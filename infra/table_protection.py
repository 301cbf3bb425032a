"""Deletion protection of the tables, turned on once all else of the stack is there (decision 29)."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Final

import aws_cdk as cdk
import aws_cdk.aws_dynamodb as dynamodb
from constructs import Construct

from infra.grants import allow_table
from infra.stack_context import StackContext
from wfm.store.schema import TABLES

PATIENCE: Final = cdk.Duration.minutes(5)  # CloudFormation's, with a function that does not answer; by itself an hour


class TableProtection(Construct):
    """The Lambda ProtectTables, and the resource at whose creation and changes CloudFormation calls it.

    It is made when all other resources of the stack are there, so it has to be the last construct of it.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        context: StackContext,
        tables: Sequence[dynamodb.Table],
        is_protected: bool,
    ) -> None:
        super().__init__(scope, construct_id)
        function = context.function(self, "ProtectTables", "Turns the tables' deletion protection on, or off")
        for table in tables:
            allow_table(function, table, "DescribeTable", "UpdateTable")
        others = [each for each in cdk.Stack.of(self).node.find_all() if isinstance(each, cdk.CfnResource)]
        resource = cdk.CustomResource(
            self,
            "Protection",
            resource_type="Custom::TableProtection",
            service_token=function.function_arn,
            service_timeout=PATIENCE,
            properties={
                "Tables": [table.table_name for table in tables],
                "IsProtected": is_protected,
                "Definitions": _digest(),
            },
        )
        resource.node.add_dependency(*others)


def _digest() -> str:
    """Changes with the tables' definitions: CloudFormation then calls again, in case its change took protection off."""
    definitions = json.dumps([asdict(table) for table in TABLES], default=sorted)
    return hashlib.sha256(definitions.encode()).hexdigest()[:12]
