"""A request as its row in ExecutionRequests has it: the one place of the model that knows the names of its fields."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from wfm.calendar.spans import REFRESH, read_ages
from wfm.calendar.timestamps import parse
from wfm.model.labels import LABELS, Labels, labels_in
from wfm.model.retry_policy import RESUBMIT, RetryPolicy, read_retry_policy
from wfm.model.rows import LINEAGE, Document, Lineage, list_in, object_in, text_or_none, whole_number

IN_LINE_SINCE: Final = "inLineSince"
CHAIN: Final = "chain"  # in a message: false for a request after which nothing runs
MADE_BY: Final = ("libraryVersion", "definitionHash", "valuesUsed")  # what says which SQL made a run, with what values
RESUBMITS: Final = "resubmits"  # in a message: the first request that it is sent in place of


@dataclass(frozen=True)
class StoredRequest:
    """Reads `row`, which holds plain JSON."""

    row: Document

    @property
    def customer_id(self) -> str:
        return str(self.row["customerId"])

    @property
    def id(self) -> str:
        return str(self.row["requestId"])

    @property
    def workflow_id(self) -> str | None:
        return text_or_none(self.row.get("workflowId"))

    @property
    def status(self) -> str:
        return str(self.row["status"])

    @property
    def requested_at(self) -> str:
        """ISO UTC, so that text sorts as time does."""
        return str(self.row.get("requestedAt", ""))

    @property
    def asked_at(self) -> datetime:
        return parse(self.requested_at)

    @property
    def ended_at(self) -> str:
        return str(self.row.get("endedAt", ""))

    @property
    def rules(self) -> list[object]:
        """The rules of its schedule that its message names."""
        return list_in(object_in(self.message).get("scheduleRules"))

    @property
    def is_open(self) -> bool:
        """Whether a sweep looks at it: it has not ended, or something is to be sent after it."""
        return "openSince" in self.row

    @property
    def is_sent_again_later(self) -> bool:
        """Whether a pause between tries is on, after which a sweep sends its next one."""
        return self.is_open and bool(self.row.get("resubmitAt")) and not self.resubmitted_as

    @property
    def resubmitted_as(self) -> str:
        """The id under which it was sent again; "" if it was not."""
        return str(self.row.get("resubmittedAs", ""))

    @property
    def is_failure_counted(self) -> bool:
        """Whether its failure counts for its schedule's `pauseAfter` already."""
        return self.row.get("isFailureCounted") is True

    @property
    def scheduled_time(self) -> str:
        """The time that the request's dates are relative to."""
        return str(self.row.get("scheduledTime") or self.requested_at)

    @property
    def priority(self) -> str | None:
        return text_or_none(self.row.get("priority"))

    @property
    def source(self) -> str | None:
        return text_or_none(self.row.get("source"))

    @property
    def in_line_since(self) -> str:
        """The time that gives its place in the waiting queue: of a link, that of the first request of its chain."""
        return str(object_in(self.message).get(IN_LINE_SINCE) or self.requested_at)

    @property
    def retry_policy(self) -> RetryPolicy | None:
        """Whether it is resubmitted by itself; InvalidRecord if that cannot be read."""
        return read_retry_policy(object_in(self.message).get(RESUBMIT))

    @property
    def begins_links(self) -> bool:
        """Whether what runs after its workflow is to run after it: not if it says otherwise, or has its own SQL."""
        sent = object_in(self.message)
        has_own_sql = "workflow" in self.body or "workflow" in object_in(sent.get("payload"))
        return sent.get(CHAIN) is not False and not (has_own_sql or self.is_dry_run) and self.workflow_id is not None

    @property
    def refresh(self) -> tuple[timedelta, ...]:
        """At which ages of its window it is run again; InvalidRecord if that cannot be read."""
        return read_ages(object_in(self.message).get(REFRESH))

    @property
    def is_to_be_refreshed(self) -> bool:
        """Whether, once it has succeeded, its run is to be made again: it has one, with a result."""
        return bool(self.refresh) and self.run_id is not None and not self.is_dry_run

    @property
    def has_sent_links(self) -> bool:
        """Whether nothing of its chain is left to send, though it is still open."""
        return self.row.get("linksSent") is True

    @property
    def expires(self) -> int:
        """When the row goes, in seconds since 1970."""
        return whole_number(self.row.get("expireTimestamp"), 0)

    @property
    def refresh_due(self) -> datetime | None:
        """When to look next at whether it is to be run again; None if it is not."""
        return _time(self.row.get("refreshDue"))

    @property
    def refreshes(self) -> Document:
        """What is known of its runs at other ages, by the age."""
        return object_in(self.row.get("refreshes"))

    @property
    def lineage(self) -> Lineage:
        """The fields that say which run it makes again, and at which age; none of a first run."""
        found: Lineage = {}
        for name in LINEAGE:
            if self.row.get(name):
                found[name] = str(self.row[name])
        return found

    @property
    def backfill_id(self) -> str | None:
        return text_or_none(self.row.get("backfillId"))

    @property
    def labels(self) -> Labels:
        return labels_in(self.row.get(LABELS))

    @property
    def made_by(self) -> Document:
        """The fields that say which definition and values are its run's; none of a request that was not prepared."""
        return {name: self.row[name] for name in MADE_BY if name in self.row}

    @property
    def trace_id(self) -> str | None:
        """None for a request that began before version 0.2."""
        return text_or_none(self.row.get("traceId"))

    @property
    def reason(self) -> str | None:
        """Why it ended as it did."""
        return text_or_none(self.row.get("reason"))

    @property
    def run_id(self) -> str | None:
        return text_or_none(self.row.get("workflowExecutionId"))

    @property
    def message(self) -> object:
        """What was sent, however unreadable."""
        return self.row.get("request")

    @property
    def readable_message(self) -> Document | None:
        """What was sent, if it is a request; None for a request that was cancelled before WFM saw it, too."""
        sent = self.message
        is_request = isinstance(sent, Mapping) and ("payload" in sent or "createExecutionRequest" in sent)
        return object_in(sent) if is_request else None

    @property
    def expected(self) -> Document | None:
        """What is known of how long its workflow takes, as on the rows of runs."""
        return object_in(self.row.get("expected")) or None

    @property
    def body(self) -> Document:
        """The body that AMC got; empty if the request was never prepared."""
        return object_in(self.row.get("execution"))

    @property
    def origin(self) -> str:
        """The first request that this one stands for; its own id if it was not sent in place of another."""
        return str(object_in(self.message).get(RESUBMITS) or self.id)

    @property
    def stands_for(self) -> str | None:
        """The request that it is sent in place of, or whose run it makes again; None for a first one."""
        return text_or_none(object_in(self.message).get(RESUBMITS)) or self.lineage.get("refreshOf")

    @property
    def attempts(self) -> int:
        """How many POSTs were begun."""
        return whole_number(self.row.get("attempts"), 0)

    @property
    def attempted_at(self) -> datetime | None:
        """When the last POST began, unless AMC certainly did not accept it."""
        return _time(self.row.get("attemptedAt"))

    @property
    def attempt_ended_at(self) -> datetime | None:
        """When the last attempt ended; None if it was killed."""
        return _time(self.row.get("attemptEndedAt"))

    @property
    def warnings(self) -> list[str]:
        """What is said of it though it runs."""
        return [str(each) for each in list_in(self.row.get("warnings"))]

    @property
    def is_dry_run(self) -> bool:
        return self.body.get("dryRun") is True


def _time(value: object) -> datetime | None:
    return parse(str(value)) if value else None
