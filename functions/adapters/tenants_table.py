"""The Tenants table: WFM's own state of each tenant."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from boto3.dynamodb.conditions import Attr, Key
from botocore.exceptions import ClientError

from functions.adapters.items import from_item, is_failed_condition, removing, setting
from functions.domain.tenants import DEFAULT_LIMIT, from_row
from functions.domain.times import iso

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import Table

LOOKED_AT: Final = ("ACTIVE", "PAUSED", "OFFBOARDING")  # the last two may still have runs going on
ABANDONED: Final = timedelta(minutes=2)  # a look that has gone on for longer was killed; another may take over

_WAKE_UP: Final[dict[str, Any]] = {
    "UpdateExpression": "ADD wakeUps :one",
    "ExpressionAttributeValues": {":one": 1},
}


class TenantsTable:
    """Keeps `functions.domain.ports.Tenants`."""

    def __init__(self, table: "Table") -> None:
        self._table = table

    def find(self, customer_id: str) -> Mapping[str, Any] | None:
        """The tenant's row."""
        item = self._table.get_item(Key={"customerId": customer_id}, ConsistentRead=True).get("Item")
        return from_item(item) if item else None

    def limit(self, customer_id: str) -> int:
        """Slots of the tenant: none while it is paused."""
        row = self.find(customer_id)
        if row is None or "maximumConcurrentWorkflowExecutions" not in row:
            return DEFAULT_LIMIT
        return 0 if row.get("status") == "PAUSED" else from_row(row).limit

    def save(self, customer_id: str, **fields: Any) -> None:
        """Set fields of the row, making it if need be; a field that is None is taken out."""
        update = removing(setting(fields), [name for name, value in fields.items() if value is None])
        self._table.update_item(Key={"customerId": customer_id}, **update)

    def lease(self, customer_id: str, execution_arn: str, seen: str | None) -> bool:
        """Take the right to work on the tenant; a tenant that is not known yet begins as PROVISIONING."""
        unchanged = Attr("onboardingLease").eq(seen) if seen else Attr("onboardingLease").not_exists()
        fields = {"onboardingLease": execution_arn, "onboardingExecution": execution_arn}
        update = setting(fields)
        update["UpdateExpression"] += ", #status = if_not_exists(#status, :provisioning)"
        update["ExpressionAttributeNames"]["#status"] = "status"
        update["ExpressionAttributeValues"][":provisioning"] = "PROVISIONING"
        return self._update_if(customer_id, unchanged, **update) is not None

    def due(self, now: datetime) -> list[str]:
        """The tenants whose next look has come, the longest overdue of each status first."""
        come = Key("nextPollAt").lte(iso(now))
        return [
            found for status in LOOKED_AT for found in self._ids("status-nextPollAt", Key("status").eq(status) & come)
        ]

    def by_bucket(self, bucket: str) -> list[str]:
        """The tenants whose results land in `bucket`."""
        return self._ids("bucketName", Key("bucketName").eq(bucket))

    def _ids(self, index: str, condition: Any) -> list[str]:
        ids: list[str] = []
        start: dict[str, Any] = {}
        while True:
            page = self._table.query(IndexName=index, KeyConditionExpression=condition, **start)
            ids += [str(item["customerId"]) for item in page["Items"]]
            if "LastEvaluatedKey" not in page:
                return ids
            start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}

    def look_no_later(self, customer_id: str, at: datetime) -> None:
        """Bring the next look forward to `at`; a look that is going on will look again instead."""
        later = Attr("customerId").exists() & (Attr("nextPollAt").not_exists() | Attr("nextPollAt").gt(iso(at)))
        if self._update_if(customer_id, later, **setting({"nextPollAt": iso(at)})) is None:
            self._update_if(customer_id, Attr("lookingSince").exists(), **_WAKE_UP)

    def begin_look(self, customer_id: str, now: datetime) -> Mapping[str, Any] | None:
        """Take the tenant for one look; while another look goes on, leave a wake-up for it instead."""
        free = Attr("lookingSince").not_exists() | Attr("lookingSince").lt(iso(now - ABANDONED))
        active = Attr("status").is_in(list(LOOKED_AT))
        row = self._update_if(customer_id, active & free, **setting({"lookingSince": iso(now)}))
        if row is None:
            self._update_if(customer_id, active, **_WAKE_UP)
        return row

    def end_look(self, seen: Mapping[str, Any], now: datetime, next_look: datetime, failure: str | None = None) -> bool:
        """Give the tenant back, due at `next_look`; False, and due now, when a wake-up came in meanwhile."""
        customer_id, wake_ups = seen["customerId"], seen.get("wakeUps")
        unasked = Attr("wakeUps").not_exists() if wake_ups is None else Attr("wakeUps").eq(wake_ups)
        fields = {"nextPollAt": iso(next_look)}
        fields |= {"lookFailure": failure} if failure else {"lastLookedAt": iso(now)}
        if self._update_if(customer_id, unasked, **_giving_back(fields, failure)) is not None:
            return True
        self._table.update_item(
            Key={"customerId": customer_id}, **_giving_back(fields | {"nextPollAt": iso(now)}, failure)
        )
        return False

    def _update_if(self, customer_id: str, condition: Any, **update: Any) -> Mapping[str, Any] | None:
        """The row after the update; None when the condition did not hold."""
        try:
            result = self._table.update_item(
                Key={"customerId": customer_id},
                ConditionExpression=condition,
                ReturnValues="ALL_NEW",
                **update,
            )
        except ClientError as exc:
            if is_failed_condition(exc):
                return None
            raise
        return from_item(result["Attributes"])


def _giving_back(fields: Mapping[str, Any], failure: str | None) -> dict[str, Any]:
    update = setting(fields)
    update["UpdateExpression"] += " REMOVE lookingSince" + ("" if failure else ", lookFailure")
    return update
