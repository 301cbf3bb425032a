"""One EventBridge event and one SNS message per change: source `wfm`, attributes that subscribers can filter by."""

import json
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from functions.domain.errors import NotAnnounced
from functions.domain.outcomes import Outcome
from functions.domain.requests import ExecutionRequest

if TYPE_CHECKING:
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_sns import SNSClient

EXECUTION_CHANGE: Final = "Execution Status Change"
_TOLD: Final = (
    "customerId", "workflowExecutionId", "workflowId", "executionStatus", "statusReason", "source", "requestId",
    "createTime", "lastUpdatedTime", "timeWindowStart", "timeWindowEnd", "outputS3URI",
)  # fmt: skip


class EventsAndTopic:
    """Keeps `functions.domain.ports.Announcer`."""

    def __init__(self, events: "EventBridgeClient", sns: "SNSClient", topic_arn: str) -> None:
        self._events = events
        self._sns = sns
        self._topic_arn = topic_arn

    def execution(self, row: Mapping[str, Any], previous: str | None) -> None:
        """An AMC run reached a status."""
        detail = {name: row[name] for name in _TOLD if name in row} | {"previousStatus": previous}
        self._publish(EXECUTION_CHANGE, detail)

    def request(self, request: ExecutionRequest | Mapping[str, Any], outcome: Outcome) -> None:
        """A request ended without an AMC run."""
        row = (
            request
            if isinstance(request, Mapping)
            else {"customerId": request.customer_id, "requestId": request.request_id}
        )
        detail = {name: row[name] for name in _TOLD if row.get(name)}
        detail |= {
            "executionStatus": outcome.status,
            "statusReason": outcome.reason,
            "errorName": outcome.error,
        }
        self._publish(EXECUTION_CHANGE, detail | {"source": "wfm"})

    def _publish(self, detail_type: str, detail: Mapping[str, Any]) -> None:
        body = json.dumps(detail)
        result = self._events.put_events(Entries=[{"Source": "wfm", "DetailType": detail_type, "Detail": body}])
        if result.get("FailedEntryCount"):
            raise NotAnnounced(f"EventBridge: {result['Entries'][0].get('ErrorMessage')}")
        names = {"customerId", "workflowId", "executionStatus", "source"}
        self._sns.publish(
            TopicArn=self._topic_arn,
            Subject=re.sub(r"[^ -~]", "?", f"WFM: {detail.get('workflowId', 'request')} {detail['executionStatus']}")[
                :100
            ],
            Message=body,
            MessageAttributes={
                name: {"DataType": "String", "StringValue": str(detail[name])}
                for name in sorted(names)
                if detail.get(name)
            },
        )
