"""Announces each change by one EventBridge event and one SNS message per topic, with attributes to filter by.

EventBridge gets every change. Messages leave out statuses that the tenant ignores; they go to the common topic, and to
the tenant's own if it has one.
"""

import json
import logging
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import ClientError

from functions.ports import Clock
from wfm.errors import NotAnnounced
from wfm.model.events import (
    RESULT_EVENTS,
    SCHEDULE_EVENTS,
    ResultNews,
    ScheduleNews,
    attributes,
    changed_detail,
    delivered_detail,
    publishing_detail,
    request_detail,
    result_detail,
    run_detail,
    schedule_detail,
    subject,
    tenant_detail,
)
from wfm.model.outcomes import Outcome
from wfm.model.requests import ExecutionRequest
from wfm.model.rows import Document
from wfm.model.subscriptions import subscription

if TYPE_CHECKING:
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_sns import SNSClient
    from mypy_boto3_sns.type_defs import MessageAttributeValueTypeDef

EXECUTION_CHANGE: Final = "Execution Status Change"
PUBLISHING_FAILURE: Final = "Result Delivery Failed"
RESULT_DELIVERED: Final = "Result Delivered"
RESULT_NOT_DELIVERED: Final = "Result Not Delivered"
RESULT_CHANGED: Final = "Result Changed"
TENANT_CHANGE: Final = "Tenant Status Change"
# What people may have done to a tenant's own topic: a retry does not help, and would delay all other announcements.
_TOPIC_ERRORS: Final = (
    "NotFound", "AuthorizationError", "InvalidParameter", "KMSDisabled", "KMSAccessDenied",
    "KMSNotFound", "KMSInvalidState", "KMSOptInRequired",
)  # fmt: skip

_logger = logging.getLogger("wfm")


class EventsAndTopics:
    """Implements `functions.ports.Announcer`. `find_tenant` gives a customer's row of Tenants."""

    def __init__(
        self,
        events: "EventBridgeClient",
        sns: "SNSClient",
        topic_arn: str,
        find_tenant: Callable[[str], Document | None],
        clock: Clock,
    ) -> None:
        self._events = events
        self._sns = sns
        self._topic_arn = topic_arn
        self._find_tenant = find_tenant
        self._clock = clock

    def execution(self, row: Document, previous: str | None) -> None:
        """An AMC run reached a status."""
        self._announce(EXECUTION_CHANGE, run_detail(row, previous))

    def publishing_failure(self, row: Document) -> None:
        """A run succeeded, and its result did not come into the tenant's bucket: whatever statuses are ignored."""
        self._announce(PUBLISHING_FAILURE, publishing_detail(row))

    def delivery(self, row: Document, status: str, about: Document) -> None:
        """The result of a run was delivered, or could not be: whatever statuses are ignored."""
        kind = RESULT_DELIVERED if status == "DELIVERED" else RESULT_NOT_DELIVERED
        self._announce(kind, delivered_detail(row, status, about))

    def result_change(self, row: Document, change: Document) -> None:
        """The result of a run differs from that of the run whose place it takes: whatever statuses are ignored."""
        self._announce(RESULT_CHANGED, changed_detail(row, change))

    def request(self, request: ExecutionRequest | Document, outcome: Outcome) -> None:
        """A request ended without an AMC run."""
        row = (
            request
            if isinstance(request, Mapping)
            else {"customerId": request.customer_id, "requestId": request.request_id}
        )
        self._announce(EXECUTION_CHANGE, request_detail(row, outcome, self._clock()))

    def tenant(self, customer_id: str, status: str, reason: str, at: datetime) -> None:
        """A tenant became DEGRADED, or ACTIVE again, at that time."""
        self._announce(TENANT_CHANGE, tenant_detail(customer_id, status, reason, at))

    def schedule(self, news: ScheduleNews) -> None:
        """A schedule was paused by WFM, or its run is late or at risk to be."""
        self._announce(SCHEDULE_EVENTS[news.status], schedule_detail(news), news.subject)

    def result(self, news: ResultNews) -> None:
        """A workflow's newest result is too old, or new enough again."""
        self._announce(RESULT_EVENTS[news.status], result_detail(news), news.subject)

    def digest(self, customer_id: str, text: str, document: Mapping[str, object]) -> None:
        """Publish the text for mail and the document for everything else. EventBridge gets no digests."""
        message = json.dumps({"default": json.dumps(document), "email": text})
        topics = subscription(self._find_tenant(customer_id), self._topic_arn).topics
        about = {"customerId": customer_id, "digest": str(document["digest"])}
        self._publish(topics, f"{document['digest']} digest of {customer_id}", message, about, MessageStructure="json")

    def _announce(self, detail_type: str, detail: Mapping[str, object], about: str = "") -> None:
        body = json.dumps(detail)
        result = self._events.put_events(Entries=[{"Source": "wfm", "DetailType": detail_type, "Detail": body}])
        if result.get("FailedEntryCount"):
            raise NotAnnounced(f"EventBridge: {result['Entries'][0].get('ErrorMessage')}")
        subscriber = subscription(self._find_tenant(str(detail["customerId"])), self._topic_arn)
        if detail.get("executionStatus") not in subscriber.ignored:
            self._publish(subscriber.topics, about or subject(detail), body, attributes(detail))

    def _publish(
        self,
        topics: tuple[str, ...],
        about: str,
        message: str,
        named: Mapping[str, str | float | list[str]],
        **structure: Any,
    ) -> None:
        for topic in topics:
            try:
                self._sns.publish(
                    TopicArn=topic,
                    Subject=re.sub(r"[^ -~]", "?", f"WFM: {about}")[:100],  # SNS: printable ASCII, 100 characters
                    Message=message,
                    MessageAttributes={name: _attribute(value) for name, value in named.items()},
                    **structure,
                )
            except ClientError as exc:
                code = exc.response["Error"]["Code"]
                if topic == self._topic_arn or code not in _TOPIC_ERRORS:
                    raise
                _logger.warning("a tenant's own topic was not reached: %s (%s)", topic, code)


def _attribute(value: str | float | list[str]) -> "MessageAttributeValueTypeDef":
    if isinstance(value, str):
        return {"DataType": "String", "StringValue": value}
    if isinstance(value, float):
        return {"DataType": "Number", "StringValue": f"{value:f}"}
    return {"DataType": "String.Array", "StringValue": json.dumps(value)}
