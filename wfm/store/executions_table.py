"""The Executions table: every AMC run of every instance, ours or not."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Final

from boto3.dynamodb.conditions import Attr, ConditionBase, Key
from botocore.exceptions import ClientError

from wfm.calendar.timestamps import iso, parse
from wfm.errors import InvalidRecord, Problem
from wfm.model.amc_run import CLOCK_SKEW
from wfm.model.rows import CHANGE, Document, RunRow
from wfm.model.runs import run_row
from wfm.model.statuses import AMC_ENDED, RequestStatus
from wfm.model.workflows import DELIVERY
from wfm.store.items import Update, extended, from_item, is_failed_condition, replacing, setting, to_item
from wfm.store.schema import ACTIVE_RUNS, EXECUTIONS, REQUESTS, RUNS_BY_TIME, UNANNOUNCED
from wfm.store.table_rows import RowKey, find_row, holds, rows, rows_by_key, rows_of, update_if
from wfm.store.transactions import transact, update

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import DynamoDBServiceResource, Table
    from mypy_boto3_dynamodb.type_defs import TableAttributeValueTypeDef as Value
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef as Change

_UNANNOUNCED: Final = ("unannounced", "unannouncedSince")


class ExecutionsTable:
    """Implements `functions.ports.Executions`."""

    def __init__(self, dynamodb: "DynamoDBServiceResource", executions: "Table", requests: "Table") -> None:
        self._dynamodb = dynamodb
        self._table = executions
        self._requests = requests

    def find(self, customer_id: str, execution_id: str) -> RunRow | None:
        """The run's row, read consistently."""
        return find_row(self._table, EXECUTIONS.key(customer_id, execution_id), RunRow)

    def find_many(self, customer_id: str, execution_ids: Iterable[str]) -> dict[str, RunRow]:
        """The rows that exist, by workflowExecutionId, read consistently."""
        keys = [EXECUTIONS.key(customer_id, execution_id) for execution_id in dict.fromkeys(execution_ids)]
        found = rows_by_key(self._dynamodb.batch_get_item, self._table.name, keys, RunRow, ConsistentRead=True)
        return {row["workflowExecutionId"]: row for row in found}

    def active_runs(self, customer_id: str) -> list[RunRow]:
        """The tenant's active runs, the oldest first. Eventually consistent: AMC's list has the newest runs too."""
        condition = Key("customerId").eq(customer_id)
        return rows_of(self._table, RunRow, IndexName=ACTIVE_RUNS.name, KeyConditionExpression=condition)

    def of_tenant(self, customer_id: str) -> Iterator[RunRow]:
        """All of a tenant's rows, read consistently."""
        condition = Key("customerId").eq(customer_id)
        return rows(self._table.query, RunRow, KeyConditionExpression=condition, ConsistentRead=True)

    def record(self, row: Document) -> Document | None:
        """Write what AMC says, unless the row has something newer or a final status. The claim never changes.

        The row as it was, empty if there was none; None if nothing was written. InvalidRecord for what DynamoDB cannot
        hold.
        """
        key = EXECUTIONS.key(str(row["customerId"]), str(row["workflowExecutionId"]))
        change = extended(
            setting({name: value for name, value in row.items() if name not in key}),
            ", #source = if_not_exists(#source, :external), #first = if_not_exists(#first, :now)"
            + ("" if "unsettledSince" in row else " REMOVE unsettledSince"),
            {":external": "external", ":now": str(row["recordedAt"])},
            {"#source": "source", "#first": "firstSeenAt"},
        )
        try:
            condition = _is_no_older(row)
            done = self._table.update_item(Key=key, ConditionExpression=condition, ReturnValues="ALL_OLD", **change)
        except ClientError as exc:
            if exc.response["Error"]["Code"] == "ValidationException":
                raise InvalidRecord(
                    [Problem("", f"DynamoDB does not take it: {exc.response['Error']['Message']}")]
                ) from exc
            if not is_failed_condition(exc):
                raise
            return None
        return from_item(done.get("Attributes", {}), dict[str, object])

    def deactivate(self, customer_id: str, execution_id: str) -> None:
        """Take the run out of the index of active runs."""
        there = Attr("workflowExecutionId").exists()
        self._update_if(EXECUTIONS.key(customer_id, execution_id), there, replacing({}, ["unsettledSince"]))

    def record_publishing(self, customer_id: str, execution_id: str, fields: Mapping[str, str]) -> None:
        """Record how AMC's publishing of an ended run's result came out; the run leaves the index of active runs."""
        ended = Attr("executionStatus").is_in(sorted(AMC_ENDED))
        self._update_if(EXECUTIONS.key(customer_id, execution_id), ended, setting(fields, ["unsettledSince"]))

    def record_delivery(self, customer_id: str, execution_id: str, delivery: Document) -> None:
        """Record how the delivery of a run's result stands, if there is a row of it."""
        there = Attr("workflowExecutionId").exists()
        self._update_if(EXECUTIONS.key(customer_id, execution_id), there, setting({DELIVERY: delivery}))

    def record_change(self, customer_id: str, execution_id: str, change: Document) -> None:
        """Record how much a run's result changed, if there is a row of it. What is known does not change."""
        is_new = Attr("workflowExecutionId").exists() & Attr(CHANGE).not_exists()
        self._update_if(EXECUTIONS.key(customer_id, execution_id), is_new, setting({CHANGE: change}))

    def mark_overdue(self, customer_id: str, execution_id: str, reason: str, now: datetime) -> None:
        """Mark an active run as timed out by WFM. Idempotent."""
        status, change = Attr("executionStatus"), setting({"overdueAt": iso(now), "overdueReason": reason})
        is_active = status.exists() & ~status.is_in(sorted(AMC_ENDED)) & Attr("overdueAt").not_exists()
        self._update_if(EXECUTIONS.key(customer_id, execution_id), is_active, change)

    def mark_superseded(self, customer_id: str, execution_id: str, by: str) -> None:
        """Record which run has newer numbers of the window."""
        there = Attr("workflowExecutionId").exists()
        self._update_if(EXECUTIONS.key(customer_id, execution_id), there, setting({"supersededBy": by}))

    def keep(self, customer_id: str, execution_id: str, until: int) -> None:
        """Keep the run's row, if it is there, until then at least (seconds since 1970)."""
        would_go = Attr("expireTimestamp").lt(until)
        self._update_if(EXECUTIONS.key(customer_id, execution_id), would_go, setting({"expireTimestamp": until}))

    def mark_announced(self, customer_id: str, execution_id: str, status: str, since: str | None = None) -> None:
        """Add the status to those that were announced; no field changes that the tracker's conditions depend on.

        With `since` nothing is left to announce, as `mark_all_announced` has it: one write, if all is as it was then.
        """
        key, known = EXECUTIONS.key(customer_id, execution_id), Attr("announced")
        is_news = known.not_exists() | (known.attribute_type("L") & ~known.contains(status))
        is_new = Attr("workflowExecutionId").exists() & is_news
        is_all = is_new & Attr("unannouncedSince").eq(since)
        if since and self._update_if(key, is_all, _announced(status, *_UNANNOUNCED)):
            return
        self._update_if(key, is_new, _announced(status))
        if since:
            self.mark_all_announced(customer_id, execution_id, since)

    def mark_all_announced(self, customer_id: str, execution_id: str, since: str) -> None:
        """Take the run out of the index of unannounced ends, unless there is something new `since` then."""
        key, unchanged = EXECUTIONS.key(customer_id, execution_id), Attr("unannouncedSince").eq(since)
        self._update_if(key, unchanged, replacing({}, [*_UNANNOUNCED]))

    def unannounced(self, until: datetime) -> list[RunRow]:
        """Ids and `unannouncedSince` of the runs of which something has not been announced since, the oldest first."""
        condition = Key("unannounced").eq("END") & Key("unannouncedSince").lte(iso(until))
        return rows_of(self._table, RunRow, IndexName=UNANNOUNCED.name, KeyConditionExpression=condition)

    def announce_again(self, row: RunRow, now: datetime) -> None:
        """Change the row so that the table's stream has it once more, unless it was announced meanwhile."""
        key, unchanged = EXECUTIONS.key(row["customerId"], row["workflowExecutionId"]), Attr("unannouncedSince")
        self._update_if(key, unchanged.eq(row["unannouncedSince"]), setting({"unannouncedSince": iso(now)}))

    def _update_if(self, key: RowKey, condition: ConditionBase, change: Update) -> bool:
        return update_if(self._table, key, condition, change)

    def since(self, customer_id: str, create_time: str) -> list[RunRow]:
        """The runs created from then on, the oldest first, with the fields that the index holds."""
        condition = Key("customerId").eq(customer_id) & Key("createTime").gte(create_time)
        return rows_of(self._table, RunRow, IndexName=RUNS_BY_TIME.name, KeyConditionExpression=condition)

    def claim(
        self,
        customer_id: str,
        request_id: str,
        run: Document,
        now: datetime,
        about: Document | None = None,
    ) -> bool:
        """Tie run and request together in one transaction; what the tracker wrote meanwhile stays.

        False, and nothing is written, if the run belongs to another request, or the request has a run or has ended.
        `about` are more fields of the run's row.
        """
        ours = to_item({**(about or {}), "source": "wfm", "requestId": request_id})
        row = to_item(run_row(customer_id, run, now) | {"firstSeenAt": iso(now)})
        run_id = str(row.pop("workflowExecutionId"))
        row.pop("customerId")
        fresh = "attribute_not_exists(executionStatus)"
        known = "attribute_exists(executionStatus) AND (attribute_not_exists(requestId) OR requestId = :request)"
        request = _request_takes(self._requests, customer_id, request_id, run_id, now)
        return any(
            self._claim(EXECUTIONS.key(customer_id, run_id), fields | ours, condition, request)
            for fields, condition in ((row, fresh), ({}, known))
        )

    def _claim(self, key: RowKey, fields: "Mapping[str, Value]", condition: str, request: "Change") -> bool:
        run = update(
            self._table,
            key,
            "SET " + ", ".join(f"#f{index} = :v{index}" for index in range(len(fields))),
            {
                **{f"v{index}": value for index, value in enumerate(fields.values())},
                **({"request": fields["requestId"]} if ":request" in condition else {}),
            },
            condition=condition,
            names={f"#f{index}": name for index, name in enumerate(fields)},
        )
        return holds(lambda: transact(self._dynamodb, run, request))


def _announced(status: str, *over: str) -> Update:
    """The status was announced: the mark goes that has the stream's function called, and the fields that are `over`."""
    return {
        "UpdateExpression": "SET announced = list_append(if_not_exists(announced, :none), :announced)"
        f" REMOVE {', '.join((str(EXECUTIONS.mark), *over))}",
        "ExpressionAttributeValues": {":none": [], ":announced": [status]},
    }


def _request_takes(requests: "Table", customer_id: str, request_id: str, execution_id: str, now: datetime) -> "Change":
    """The change of the request's row; it fails for one that is gone, has ended or has another run.

    What is of use until there is a run goes: each later write of the row, and of its index, is billed by its size.
    """
    return update(
        requests,
        REQUESTS.key(customer_id, request_id),
        "SET workflowExecutionId = :run, #status = :running, runningAt = if_not_exists(runningAt, :now)"
        " REMOVE attemptedAt, attemptEndedAt, placeInLine, expected, libraryVersion, definitionHash",
        {"run": execution_id, "running": RequestStatus.RUNNING.value, "now": iso(now)},
        condition="attribute_exists(requestId) AND attribute_not_exists(endedAt)"
        " AND (attribute_not_exists(workflowExecutionId) OR workflowExecutionId = :run)",
        names={"#status": "status"},
    )


def _is_no_older(row: Document) -> ConditionBase:
    """Condition: the run's row has not ended, and AMC has not changed the run since this answer.

    A time of change that is no text, or lies in the future, was edited and is ignored.
    """
    status, updated = Attr("executionStatus"), Attr("lastUpdatedTime")
    is_active: ConditionBase = status.not_exists() | ~status.is_in(sorted(AMC_ENDED))
    if not row.get("lastUpdatedTime"):
        return is_active
    to_come = updated.gt(iso(parse(str(row["recordedAt"])) + CLOCK_SKEW))
    return is_active & (~updated.attribute_type("S") | updated.lte(row["lastUpdatedTime"]) | to_come)
