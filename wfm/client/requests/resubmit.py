"""Requests that ended without success: those that nothing has resolved since, and resubmitting them."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from wfm.client.aws import Aws
from wfm.client.records import Request
from wfm.client.requests.messages import execution_message
from wfm.client.requests.reader import RequestReader
from wfm.client.suggestions import suggest
from wfm.client.tenants.tenants import Tenants
from wfm.errors import InvalidRecord, InvalidRequest
from wfm.model.parameters import check_payload_parameters
from wfm.model.resubmissions import resubmission
from wfm.model.rows import Document, object_in, plain_object, text_or_none
from wfm.model.statuses import REQUEST_ENDED
from wfm.model.unresolved_failures import UnresolvedFailure, unresolved_failures

SENT: Final = "SENT"  # its successor is in the queue
SKIPPED: Final = "SKIPPED"


@dataclass(frozen=True, slots=True)
class ResubmitResult:
    """The result for one request. `successor` is the request that replaces it, "" if there is none."""

    request_id: str
    outcome: str
    successor: str
    detail: str

    def as_json(self) -> dict[str, object]:
        """What `--json` prints."""
        names = {"requestId": self.request_id, "outcome": self.outcome}
        return names | {"successor": self.successor or None, "detail": self.detail}


class Resubmitter:
    """Resubmits requests of one deployment."""

    def __init__(self, aws: Aws, tenants: Tenants, reader: RequestReader) -> None:
        self._aws = aws
        self._tenants = tenants
        self._reader = reader

    def unresolved(self, customer_id: str, since: str = "", workflow: str | None = None) -> list[UnresolvedFailure]:
        """What a customer asked for at `since` (as `requestedAt` has it) or later and did not get, oldest first."""
        return [
            one
            for one in self._unresolved(customer_id, self._requests(customer_id))
            if str(one.row["requestedAt"]) >= since and workflow in (None, one.row.get("workflowId"))
        ]

    def _requests(self, customer_id: str) -> Sequence[Request]:
        self._tenants.get(customer_id)
        return self._reader.list(customer_id)

    def _unresolved(self, customer_id: str, requests: Sequence[Request]) -> list[UnresolvedFailure]:
        rows = (plain_object(row) for row in self._aws.tables.executions.of_tenant(customer_id))
        return unresolved_failures(
            (request.row for request in requests), {str(row["workflowExecutionId"]): row for row in rows}
        )

    def resubmit(self, customer_id: str, request_ids: Collection[str]) -> Iterator[ResubmitResult]:
        """Send these requests again, with the windows that they had.

        One that an equal request has resolved, or that has not failed, is not sent.
        """
        queue_url = self._tenants.queue_url(customer_id)
        requests = self._requests(customer_id)
        listed = {str(one.row["requestId"]): one for one in self._unresolved(customer_id, requests)}
        known = {request.request_id: request for request in requests}
        for request_id in request_ids:
            one = listed.get(request_id)
            if one is None:
                yield ResubmitResult(request_id, SKIPPED, "", _why_not(request_id, known))
            else:
                yield self._send(queue_url, one, known)

    def _send(self, queue_url: str, one: UnresolvedFailure, known: Collection[str]) -> ResubmitResult:
        request_id = str(one.row["requestId"])
        if one.body is None:
            return ResubmitResult(request_id, SKIPPED, "", one.obstacle)
        document = resubmission(one.row, one.body, known)
        successor = str(document["requestId"])
        try:
            self._check_parameters(document)
            body = execution_message({"priority": "interactive", **document}, datetime.now(UTC))
        except (InvalidRequest, InvalidRecord) as exc:
            return ResubmitResult(request_id, SKIPPED, "", f"it would be refused: {exc}")
        self._aws.messages.send(queue_url, body, successor)
        return ResubmitResult(request_id, SENT, successor, "is in the queue")

    def _check_parameters(self, document: Document) -> None:
        """A workflow may declare other ones by now; one that WFM does not list is not judged."""
        payload = object_in(document["payload"])
        workflow_id = text_or_none(payload.get("workflowId"))
        row = self._aws.tables.workflows.find(str(document["customerId"]), workflow_id) if workflow_id else None
        check_payload_parameters(payload, plain_object(row or {}))


def _why_not(request_id: str, known: Mapping[str, Request]) -> str:
    request = known.get(request_id)
    if request is None:
        return f"there is no such request; {suggest(request_id, known)}"
    if request.status not in REQUEST_ENDED or request.status == "SUCCEEDED":
        return f"it is {request.status}"
    return "an equal request has succeeded, is active, or failed later; `wfm executions failed` lists the latest"
