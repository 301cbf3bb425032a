"""All rows of the tables that people may want to keep when WFM goes."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from boto3.dynamodb.conditions import Key

from wfm.model.rows import Document, plain_object
from wfm.store import schema
from wfm.store.schema import TableNames
from wfm.store.table_rows import rows

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import DynamoDBServiceResource


class History:
    """Reads whole tables, page by page."""

    def __init__(self, dynamodb: "DynamoDBServiceResource", names: TableNames) -> None:
        self._dynamodb = dynamodb
        self._names = {
            schema.CUSTOMER_CONFIG: names.customer_config_table,
            schema.TENANTS: names.tenants_table,
            schema.WORKFLOW_LIBRARY: names.workflow_library_table,
            schema.WORKFLOWS: names.workflows_table,
            schema.SCHEDULES: names.schedules_table,
            schema.REQUESTS: names.execution_requests_table,
            schema.EXECUTIONS: names.executions_table,
        }

    def rows(self, table: schema.Table, customer_id: str | None = None) -> Iterator[Document]:
        """The table's rows, or those of one customer, as JSON has them: sets as sorted lists."""
        source = self._dynamodb.Table(self._names[table])
        if customer_id is None:
            found = rows(source.scan, dict[str, object], ConsistentRead=True)
        else:
            condition = Key("customerId").eq(customer_id)
            found = rows(source.query, dict[str, object], KeyConditionExpression=condition, ConsistentRead=True)
        return (plain_object(row) for row in found)
