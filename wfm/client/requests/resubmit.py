"""Requests that ended without success: those that nothing has resolved since, and resubmitting them."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from wfm.client.aws import Aws
from wfm.client.aws_errors import in_words
from wfm.client.many import Did, each
from wfm.client.records import Request
from wfm.client.requests.messages import execution_message
from wfm.client.requests.reader import RequestFilter, RequestReader
from wfm.client.suggestions import suggest
from wfm.client.tenants.tenants import Tenants
from wfm.client.times import Time, stored_time
from wfm.errors import InvalidRecord, InvalidRequest
from wfm.model.parameters import check_payload_parameters
from wfm.model.resubmissions import resubmission
from wfm.model.rows import Document, object_in, plain_object, text_or_none
from wfm.model.statuses import REQUEST_ENDED
from wfm.model.unresolved_failures import UnresolvedFailure, unresolved_failures
from wfm.store.schema import REQUESTS

SENT: Final = "SENT"  # its successor is in the queue
SKIPPED: Final = "SKIPPED"  # nothing is left to do: it is active, or what it asked for is done
REFUSED: Final = "REFUSED"  # it cannot be sent again
DONE: Final = "DONE"  # of a dead letter: it was sent before, and the letter is gone


@dataclass(frozen=True, slots=True)
class ResubmitResult:
    """The result for one request. `successor` is the request that replaces it, "" if there is none."""

    request_id: str
    outcome: str
    successor: str
    detail: str
    customer_id: str = ""

    @property
    def did(self) -> Did:
        """Whether it was sent, need not be, or cannot be."""
        return {SENT: Did.DONE, DONE: Did.DONE, SKIPPED: Did.NOTHING_LEFT}.get(self.outcome, Did.FAILED)

    def as_json(self) -> dict[str, object]:
        """What `--json` prints."""
        names = {"customerId": self.customer_id, "requestId": self.request_id, "outcome": self.outcome}
        return names | {"successor": self.successor or None, "detail": self.detail}


@in_words
class Resubmitter:
    """Resubmits requests of one deployment."""

    def __init__(self, aws: Aws, tenants: Tenants, reader: RequestReader) -> None:
        self._aws = aws
        self._tenants = tenants
        self._reader = reader

    def unresolved(self, customer_id: str, since: Time = "", workflow: str | None = None) -> list[UnresolvedFailure]:
        """What a customer asked for at `since` or later and did not get, oldest first."""
        wanted = RequestFilter(workflow, since=stored_time(since, "since"))
        return self.unresolved_matching(customer_id, wanted)

    def unresolved_matching(self, customer_id: str, wanted: RequestFilter) -> list[UnresolvedFailure]:
        """Of what a customer did not get what matches, the oldest first."""
        return [
            one
            for one in self._unresolved(customer_id, self._requests(customer_id))
            if wanted.matches(Request.from_row(one.row))
        ]

    def _requests(self, customer_id: str) -> Sequence[Request]:
        self._tenants.get(customer_id)
        return self._reader.list(customer_id)

    def _unresolved(self, customer_id: str, requests: Sequence[Request]) -> list[UnresolvedFailure]:
        rows = (plain_object(row) for row in self._aws.tables.executions.of_tenant(customer_id))
        return unresolved_failures(
            (request.row for request in requests), {str(row["workflowExecutionId"]): row for row in rows}
        )

    def resubmit(
        self, customer_id: str, request_ids: Collection[str], by: str | None = None
    ) -> Iterator[ResubmitResult]:
        """Send these requests again, with the windows that they had.

        One that an equal request has resolved, or that has not failed, is not sent. `by` is who wants it, for the row.
        """
        queue_url = self._tenants.queue_url(customer_id)
        requests = self._requests(customer_id)
        listed = {str(one.row["requestId"]): one for one in self._unresolved(customer_id, requests)}
        known = {request.request_id: request for request in requests}
        for request_id in request_ids:
            one = listed.get(request_id)
            if one is None:
                yield _not_listed(customer_id, request_id, known)
            else:
                result = self._send(queue_url, one, known)
                if by and result.outcome == SENT:
                    key = REQUESTS.key(customer_id, request_id)
                    self._aws.tables.request_changes.note_resubmission(key, result.successor, by)
                yield result

    def resubmit_many(self, wanted: Mapping[str, Collection[str]], by: str | None = None) -> Iterator[ResubmitResult]:
        """Send requests of many customers again, by customer; one customer that fails does not keep the rest."""

        def failed(customer_id: str, why: str) -> ResubmitResult:
            return ResubmitResult("", REFUSED, "", why, customer_id)

        return each(list(wanted), lambda one: self.resubmit(one, wanted[one], by), failed)

    def _send(self, queue_url: str, one: UnresolvedFailure, known: Collection[str]) -> ResubmitResult:
        customer_id, request_id = str(one.row["customerId"]), str(one.row["requestId"])
        if one.body is None:
            return ResubmitResult(request_id, REFUSED, "", one.obstacle, customer_id)
        document = resubmission(one.row, one.body, known)
        successor = str(document["requestId"])
        try:
            self._check_parameters(document)
            body = execution_message({"priority": "interactive", **document}, datetime.now(UTC))
        except (InvalidRequest, InvalidRecord) as exc:
            return ResubmitResult(request_id, REFUSED, "", f"it would be refused: {exc}", customer_id)
        self._aws.messages.send(queue_url, body, successor)
        return ResubmitResult(request_id, SENT, successor, "is in the queue", customer_id)

    def _check_parameters(self, document: Document) -> None:
        """A workflow may declare other ones by now; one that WFM does not list is not judged."""
        payload = object_in(document["payload"])
        workflow_id = text_or_none(payload.get("workflowId"))
        row = self._aws.tables.workflows.find(str(document["customerId"]), workflow_id) if workflow_id else None
        check_payload_parameters(
            payload, plain_object(row or {}), self._tenants.get(str(document["customerId"])).own_values
        )


def _not_listed(customer_id: str, request_id: str, known: Mapping[str, Request]) -> ResubmitResult:
    request = known.get(request_id)
    if request is None:
        why = f"there is no such request; {suggest(request_id, known)}"
        return ResubmitResult(request_id, REFUSED, "", why, customer_id)
    return ResubmitResult(request_id, SKIPPED, "", _why_not(request), customer_id)


def _why_not(request: Request) -> str:
    if request.status not in REQUEST_ENDED or request.status == "SUCCEEDED":
        return f"it is {request.status}"
    return "an equal request has succeeded, is active, or failed later; `wfm executions failed` lists the latest"
