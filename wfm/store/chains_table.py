"""The chains of a tenant: items of ExecutionRequests that no index holds."""

from typing import TYPE_CHECKING

from boto3.dynamodb.conditions import Attr, Key

from wfm.calendar.timestamps import epoch, parse
from wfm.model.chain_rows import chain_key, from_row, to_row
from wfm.model.chains import Chain
from wfm.model.runs import RETENTION
from wfm.store.items import to_item
from wfm.store.schema import REQUESTS
from wfm.store.table_rows import find_row, holds, rows_of

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import Table


class ChainsTable:
    """Implements `functions.ports.Chains`."""

    def __init__(self, table: "Table") -> None:
        self._table = table

    def find(self, customer_id: str, chain_id: str) -> Chain | None:
        """The chain, read consistently; None if there is none."""
        row = find_row(self._table, REQUESTS.key(customer_id, chain_key(chain_id)), dict[str, object])
        return from_row(row) if row else None

    def save(self, chain: Chain) -> bool:
        """Write the chain, if its item still has the version before; False if not. It ages out as requests do."""
        before = chain.version - 1
        unchanged = Attr("chainVersion").eq(before) if before else Attr("requestId").not_exists()
        item = to_item(to_row(chain, epoch(parse(chain.changed_at) + RETENTION)))
        return holds(lambda: self._table.put_item(Item=item, ConditionExpression=unchanged))

    def of_tenant(self, customer_id: str) -> list[Chain]:
        """A tenant's chains, the latest window first; eventually consistent."""
        condition = Key("customerId").eq(customer_id) & Key("requestId").begins_with(chain_key(""))
        query = {"KeyConditionExpression": condition, "ScanIndexForward": False}
        return [from_row(row) for row in rows_of(self._table, dict[str, object], **query)]
