"""What WFM announces: the details of its events (`schemas/*_event.json`), and what subscribers filter by.

SQL, parameter values and tokens are left out, and so is what is not known.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

from wfm.calendar.timestamps import iso
from wfm.model.amc_run import AmcRun
from wfm.model.availability import LONGEST_REASON
from wfm.model.labels import LABELS, Labels, as_pairs, labels_in
from wfm.model.outcomes import Outcome
from wfm.model.requests import SCHEDULE_SOURCE
from wfm.model.rows import LINEAGE, Document
from wfm.model.statuses import ResultStatus
from wfm.model.stored_request import StoredRequest
from wfm.model.wait_times import MEASURED, wfm_wait

SCHEMA_VERSION: Final = "1"
# Ten at most of one message, with that of the labels: SNS drops a message of more where it is delivered raw to SQS.
ATTRIBUTES: Final = (
    "customerId", "workflowId", "executionStatus", "source", "schedule", "backfillId", "tenantStatus", "resultDelivery",
    "scheduleStatus", "resultStatus", "deliveryStatus", "changeStatus",
    "largestPercent",
)  # fmt: skip

_CHANGED: Final = "CHANGED"
_OF_A_RUN: Final = (
    "customerId", "workflowExecutionId", "workflowId", "executionStatus", "source", "requestId", "requestedBy",
    "backfillId", "labels", "createTime", "lastUpdatedTime", "timeWindowStart", "timeWindowEnd", "outputS3URI",
    "executionTime", "resultDelivery", "resultDeliveryReason", "dryRun", *LINEAGE,
)  # fmt: skip
_OF_PUBLISHING: Final = (
    "customerId", "workflowExecutionId", "workflowId", "source", "requestId", "requestedBy", "backfillId", "labels",
    "createTime", "lastUpdatedTime", "resultDelivery", "resultDeliveryReason",
)  # fmt: skip
_OF_A_RESULT: Final = (
    "customerId", "workflowExecutionId", "workflowId", "source", "requestId", "requestedBy", "backfillId", "labels",
    "createTime", "lastUpdatedTime",
)  # fmt: skip
_OF_A_CHANGE: Final = (*_OF_A_RESULT, "timeWindowStart", "timeWindowEnd", *LINEAGE)
_OF_A_REQUEST: Final = (
    "customerId", "requestId", "workflowExecutionId", "workflowId", "backfillId", "labels", *LINEAGE,
)  # fmt: skip


def run_detail(row: Document, previous: str | None) -> dict[str, object]:
    """The detail of a run's event, by its row in Executions: it reached a status."""
    detail = _set(row, _OF_A_RUN) | {"previousStatus": previous}
    return _detail(detail, "run", AmcRun(row).id, AmcRun(row).reason, _set(row, MEASURED))


def publishing_detail(row: Document) -> dict[str, object]:
    """The detail of a run's event, by its row in Executions: it succeeded, and its result was not published."""
    detail = _set(row, _OF_PUBLISHING)
    return _addressed(detail) | _named("delivery", str(detail["customerId"]), str(AmcRun(row).id))


def delivered_detail(row: Document, status: str, about: Document) -> dict[str, object]:
    """The detail of a result's event, by the row of its run in Executions: WFM delivered it, or could not.

    `about` says where it is and what it is made of, or why it is not there.
    """
    detail = _addressed(_set(row, _OF_A_RESULT)) | {"deliveryStatus": status, **about}
    run = AmcRun(row)
    return detail | _named("delivered", run.customer_id, str(run.id), status)


def changed_detail(row: Document, change: Document) -> dict[str, object]:
    """The detail of a result's event, by the row of its run in Executions: it differs from that of the run before it.

    `change` says how much.
    """
    numbers = {name: value for name, value in change.items() if name != "at"}
    detail = _addressed(_set(row, _OF_A_CHANGE)) | {"changeStatus": _CHANGED, **numbers}
    run = AmcRun(row)
    return detail | _named("changed", run.customer_id, str(run.id))


def request_detail(row: Document, outcome: Outcome, now: datetime) -> dict[str, object]:
    """The detail of a request's event, by its row in ExecutionRequests: it ended without AMC's word of an end."""
    request = StoredRequest(row)
    detail = _set(row, _OF_A_REQUEST) | {"executionStatus": outcome.status, "source": "wfm", "previousStatus": None}
    detail |= {"requestedBy": request.source} if request.source else {}
    detail |= {"errorName": outcome.error} if outcome.error else {}
    return _detail(detail, "request", request.id, outcome.reason, wfm_wait(row, now))


def tenant_detail(customer_id: str, status: str, reason: str, at: datetime) -> Document:
    """The detail of a tenant's event: it became DEGRADED, or ACTIVE again, at that time."""
    detail = {"customerId": customer_id, "tenantStatus": status, "reason": reason[:LONGEST_REASON], "source": "wfm"}
    return detail | _named("tenant", customer_id, status, iso(at))


class ScheduleNewsStatus(StrEnum):
    """What is said of a schedule, or of one of its runs."""

    PAUSED = "PAUSED"
    LATE = "LATE"
    AT_RISK = "AT_RISK"


SCHEDULE_EVENTS: Final[Mapping[ScheduleNewsStatus, str]] = {
    ScheduleNewsStatus.PAUSED: "Schedule Paused",
    ScheduleNewsStatus.LATE: "Run Late",
    ScheduleNewsStatus.AT_RISK: "Run At Risk",
}
_IN_WORDS: Final[Mapping[str, str]] = {
    ScheduleNewsStatus.PAUSED: "is paused",
    ScheduleNewsStatus.LATE: "is late",
    ScheduleNewsStatus.AT_RISK: "is at risk to be late",
}


@dataclass(frozen=True)
class ScheduleNews:
    """Something to announce of a schedule. `key` is the same for the same news; `about` has further fields."""

    customer_id: str
    schedule: str
    status: ScheduleNewsStatus
    reason: str
    key: str
    about: Mapping[str, str] = field(default_factory=dict)
    labels: Labels = field(default_factory=dict)

    @property
    def subject(self) -> str:
        """A mail's subject."""
        return f"{self.schedule} of {self.customer_id} {_IN_WORDS[self.status]}"


def schedule_detail(news: ScheduleNews) -> Document:
    """The detail of a schedule's event."""
    detail = {
        "customerId": news.customer_id,
        "schedule": news.schedule,
        "scheduleStatus": news.status,
        "reason": news.reason[:LONGEST_REASON],
        "source": "wfm",
    }
    labels = {LABELS: dict(news.labels)} if news.labels else {}
    return {**news.about, **labels, **detail} | _named(
        "schedule", news.customer_id, news.schedule, news.status, news.key
    )


RESULT_EVENTS: Final[Mapping[ResultStatus, str]] = {
    ResultStatus.STALE: "Result Stale",
    ResultStatus.FRESH: "Result Fresh Again",
}


@dataclass(frozen=True)
class ResultNews:
    """A workflow's newest result in a tenant is too old, or new enough again. `key` is the same for the same news."""

    customer_id: str
    workflow_id: str
    status: ResultStatus
    reason: str
    key: str
    about: Mapping[str, str] = field(default_factory=dict)

    @property
    def subject(self) -> str:
        """A mail's subject."""
        state = "stale" if self.status is ResultStatus.STALE else "fresh again"
        return f"the result of {self.workflow_id} of {self.customer_id} is {state}"


def result_detail(news: ResultNews) -> Document:
    """The detail of the event of a workflow's newest result."""
    detail = {
        "customerId": news.customer_id,
        "workflowId": news.workflow_id,
        "resultStatus": news.status,
        "reason": news.reason[:LONGEST_REASON],
        "source": "wfm",
    }
    return {**news.about, **detail} | _named("result", news.customer_id, news.workflow_id, news.status, news.key)


def event_id(*parts: str) -> str:
    """The idempotency key of an announcement: the same however often it is repeated."""
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:32]


def attributes(detail: Document) -> dict[str, str | float | list[str]]:
    """The attributes by which a subscription's filter policy can choose; only what is set.

    All labels are one, a list of `team=emea`: a filter policy takes a message of which one of the list matches.
    """
    labels = as_pairs(labels_in(detail.get(LABELS)))
    given = {name: detail[name] for name in ATTRIBUTES if detail.get(name) is not None and detail[name] != ""}
    known: dict[str, str | float | list[str]] = {
        name: value if isinstance(value, float) else str(value) for name, value in given.items()
    }
    return known | ({LABELS: labels} if labels else {})


def subject(detail: Document) -> str:
    """A mail's subject."""
    if "tenantStatus" in detail:
        return f"{detail['customerId']} is {detail['tenantStatus']}"
    workflow = detail.get("workflowId")
    if "deliveryStatus" in detail:
        return f"result of {workflow} {detail['deliveryStatus']}"
    if "changeStatus" in detail:
        return f"result of {workflow} {_CHANGED}"
    if "executionStatus" not in detail:
        return f"{workflow or 'a run'} SUCCEEDED, result not delivered"
    return f"{workflow or 'request'} {detail['executionStatus']}"


def schedule_of(requested_by: object) -> str | None:
    """The name of the schedule that asked, if it was one."""
    text = str(requested_by or "")
    return text.removeprefix(SCHEDULE_SOURCE) if text.startswith(SCHEDULE_SOURCE) else None


def _detail(detail: dict[str, object], kind: str, own_id: object, reason: object, waits: Document) -> dict[str, object]:
    detail = _addressed(detail)
    detail |= {"statusReason": str(reason)[:LONGEST_REASON]} if reason else {}
    detail |= {"waits": dict(waits)} if waits else {}
    return detail | _named(kind, *map(str, (detail["customerId"], own_id, detail["executionStatus"])))


def _addressed(detail: dict[str, object]) -> dict[str, object]:
    """The detail with the schedule that asked, and no reason longer than people read."""
    schedule, reason = schedule_of(detail.get("requestedBy")), detail.get("resultDeliveryReason")
    detail |= {"schedule": schedule} if schedule else {}
    return detail | ({"resultDeliveryReason": str(reason)[:LONGEST_REASON]} if reason else {})


def _named(*parts: str) -> dict[str, object]:
    return {"schemaVersion": SCHEMA_VERSION, "eventId": event_id(*parts)}


def _set(row: Document, names: tuple[str, ...]) -> dict[str, object]:
    return {name: row[name] for name in names if row.get(name) not in (None, "")}
