"""Cancelling requests, in the queue, waiting for a slot, being submitted, or running in AMC.

A request that WFM has no row of yet gets one that says CANCELLED, so its message starts nothing; one that is chosen in
bulk is taken out of the queue as well. Of every other the execution is stopped; WFM then cancels the AMC run and passes
the slot on, as for one that was stopped in the console.
"""

import re
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final

from wfm.calendar.timestamps import iso
from wfm.client.adapters.lifecycle_machine import NONE, STOPPED
from wfm.client.aws import Aws
from wfm.client.aws_errors import in_words
from wfm.client.many import Did
from wfm.client.poll_schedule import CLOCK, Clock, PollSchedule
from wfm.client.records import Request
from wfm.client.requests.reader import RequestReader
from wfm.client.suggestions import suggest
from wfm.client.tenants.tenants import Tenants
from wfm.errors import NotEndedInTimeError, UnknownRunError
from wfm.model.statuses import has_ended

REASON: Final = "cancelled by `wfm executions cancel`"
AT_A_TIME: Final = 8  # executions
CANCELLED: Final = "CANCELLED"
CANCELLING: Final = "CANCELLING"
EXTERNAL: Final = "EXTERNAL"
NOT_CANCELLED: Final = "NOT CANCELLED"  # of a tenant whose requests could not all be cancelled
CANCEL_TIMEOUT: Final = 300.0  # seconds; a cancelled run takes some
_UNSEEN: Final = "WFM has not seen it yet: should its message come, it starts nothing"
_ELSEWHERE: Final = "started elsewhere, without a request here; cancel it in AMC"
_STOPPED: Final = "its execution is stopped; AMC's run is cancelled and the slot passed on"


@dataclass(frozen=True, slots=True)
class Cancellation:
    """The result for one run: CANCELLED, CANCELLING, EXTERNAL, or the status at which it had ended before."""

    customer_id: str
    request_id: str
    before: str
    status: str
    detail: str

    @property
    def good(self) -> bool:
        """Whether it is cancelled, or going to be."""
        return self.status in (CANCELLED, CANCELLING)

    @property
    def did(self) -> Did:
        """Of one that was cancelled before nothing is left to do."""
        return Did.FAILED if not self.good else Did.NOTHING_LEFT if self.before == CANCELLED else Did.DONE

    def as_json(self) -> dict[str, object]:
        """What `--json` prints."""
        return {
            "customerId": self.customer_id,
            "requestId": self.request_id,
            "status": self.status,
            "before": self.before,
            "detail": self.detail,
        }


@in_words
class Canceller:
    """Cancels requests and runs of one deployment."""

    def __init__(self, aws: Aws, tenants: Tenants, reader: RequestReader) -> None:
        self._aws = aws
        self._tenants = tenants
        self._reader = reader

    def cancel_all(self, requests: Sequence[Request], reason: str = REASON) -> Iterator[Cancellation]:
        """Cancel these active requests, in their order, eight at a time."""
        stop, note = self._aws.lifecycle.stop, self._aws.tables.request_changes.note_stop  # made once, before threads

        def stopped(request: Request) -> str:
            note(_key(request), reason)
            return stop(request, reason)

        with ThreadPoolExecutor(AT_A_TIME) as pool:
            for request, how in zip(requests, pool.map(stopped, requests), strict=True):
                if how == STOPPED:
                    yield _result(request, CANCELLING, _STOPPED)
                else:
                    yield self.cancel(request.customer_id, request.request_id, reason)

    def cancel(self, customer_id: str, run_id: str, reason: str = REASON) -> Cancellation:
        """Cancel by request id, or by AMC's `workflowExecutionId`. Repeating it does no harm.

        UnknownRunError for what can be neither. An id that nobody has heard of is taken as that of a request whose
        message is still to come: that starts nothing then.
        """
        request = self._reader.get(customer_id, run_id) or self._of_run(customer_id, run_id)
        if isinstance(request, Cancellation):
            return request
        if request is None:
            if self._cancel_unseen(customer_id, run_id, reason):
                return Cancellation(customer_id, run_id, "NOT SEEN", CANCELLED, _UNSEEN)
            request = self._reader.get(customer_id, run_id)
        if request is None:
            return Cancellation(customer_id, run_id, "NOT SEEN", "GONE", "its row has just aged out")
        return self._stop(request, reason)

    def _of_run(self, customer_id: str, execution_id: str) -> Request | Cancellation | None:
        row = self._aws.tables.executions.find(customer_id, execution_id)
        if row is None:
            return None
        request = self._reader.get(customer_id, str(row.get("requestId") or "-"))
        if request is not None:
            return request
        status = str(row["executionStatus"])
        if has_ended(status):
            return Cancellation(customer_id, execution_id, status, status, "it had ended already")
        return Cancellation(customer_id, execution_id, status, EXTERNAL, _ELSEWHERE)

    def is_known(self, customer_id: str, run_id: str) -> bool:
        """Whether WFM has seen a request or a run of that id."""
        return (
            self._reader.get(customer_id, run_id) is not None
            or self._aws.tables.executions.find(customer_id, run_id) is not None
        )

    def unknown(self, customer_id: str, request_id: str) -> UnknownRunError:
        """The error for an id that nobody has seen, with those that are like it."""
        self._tenants.get(customer_id)
        active = [one.request_id for one in self._reader.list(customer_id) if not one.ended]
        hint = suggest(request_id, active) if active else "none of its requests is active"
        return UnknownRunError(
            f"id: {customer_id} has neither a request nor an AMC run {request_id!r}; {hint};"
            " allowed: --before-arrival for one whose message is still to come"
        )

    def _cancel_unseen(self, customer_id: str, request_id: str, reason: str) -> bool:
        if not re.fullmatch(r"[A-Za-z0-9_-]{1,39}", request_id):
            raise UnknownRunError(f"id: {customer_id} has neither a request nor an AMC run {request_id!r}")
        self._tenants.get(customer_id)
        now = datetime.now(UTC)
        row = {
            "customerId": customer_id,
            "requestId": request_id,
            "workflowId": "",
            "source": "unknown",
            "request": {},
            "requestedAt": iso(now),
            "attempts": 0,
        }
        return self._aws.tables.request_changes.cancel_unseen(row, reason, now, self._tenants.retention(customer_id))

    def _stop(self, request: Request, reason: str) -> Cancellation:
        """Stop the request's execution. A QUEUED one may have none yet: its row is ended and the stop repeated."""
        if request.ended:
            return _result(request, request.status, "it had ended already")
        changes = self._aws.tables.request_changes
        changes.note_stop(_key(request), reason)
        stopped = self._aws.lifecycle.stop(request, reason)
        if stopped == NONE:
            keep = self._tenants.retention(request.customer_id)
            ended = changes.cancel_queued(_key(request), reason, datetime.now(UTC), keep)
            stopped = self._aws.lifecycle.stop(request, reason)
            if ended and stopped != STOPPED:
                return _result(request, CANCELLED, "its execution had not begun")
        if stopped == STOPPED:
            return _result(request, CANCELLING, _STOPPED)
        return _result(request, request.status, "its execution is over; WFM cleans up after it by itself")

    def wait(
        self, cancellations: Sequence[Cancellation], timeout: float = CANCEL_TIMEOUT, clock: Clock = CLOCK
    ) -> list[Cancellation]:
        """The same once those that are CANCELLING have ended; NotEndedInTimeError after `timeout` seconds."""
        ended = list(cancellations)
        for late in PollSchedule(timeout, clock):
            ended = [self._poll(one) if one.status == CANCELLING else one for one in ended]
            left = [one.request_id for one in ended if one.status == CANCELLING]
            if not left:
                return ended
            if late:
                raise NotEndedInTimeError(f"not ended after {timeout:g} s: {', '.join(left)}; WFM continues with it")
        return ended

    def _poll(self, one: Cancellation) -> Cancellation:
        request = self._reader.get(one.customer_id, one.request_id)
        if request is None or not request.ended:
            return one
        return replace(one, status=request.status, detail=request.reason or "")


def _result(request: Request, status: str, detail: str) -> Cancellation:
    return Cancellation(request.customer_id, request.request_id, request.status, status, detail)


def _key(request: Request) -> dict[str, str]:
    return {"customerId": request.customer_id, "requestId": request.request_id}
