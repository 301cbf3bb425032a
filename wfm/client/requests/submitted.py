"""A request that was sent, for whoever wants to wait for its end."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from wfm.client.records import Request
from wfm.client.requests.cancel import Cancellation
from wfm.client.requests.following import RUN_TIMEOUT, StateChange
from wfm.client.waiting import ended
from wfm.errors import NotSucceededError
from wfm.model.requests import ExecutionRequest


@dataclass(frozen=True, slots=True)
class SubmittedRequest:
    """A request that is in the tenant's queue; it runs whether somebody waits or not.

    `request_id` is its idempotency key, by which `wfm.requests.get` and `wfm.runs.get` find it in any later session.
    """

    request: ExecutionRequest
    follow: Callable[[float], Iterator[StateChange]] = field(repr=False, compare=False)
    stop: Callable[[], Cancellation] = field(repr=False, compare=False)

    @property
    def customer_id(self) -> str:
        """The tenant whose AMC instance runs it."""
        return self.request.customer_id

    @property
    def request_id(self) -> str:
        """The id under which it was sent."""
        return self.request.request_id

    def changes(self, timeout: float = RUN_TIMEOUT) -> Iterator[StateChange]:
        """Each change of its state as it happens, until its end; NotEndedInTimeError after `timeout` seconds."""
        return self.follow(timeout)

    def wait(
        self,
        timeout: float = RUN_TIMEOUT,
        on_change: Callable[[StateChange], object] | None = None,
        *,
        check: bool = False,
    ) -> Request:
        """The request as it ended; `on_change` is called with each change of its state on the way.

        `status` says how: SUCCEEDED, FAILED, CANCELLED or REJECTED, with a `reason`. With `check` NotSucceededError for
        all but the first. NotEndedInTimeError after `timeout` seconds: the run continues.
        """
        request = ended(self.changes(timeout), on_change).request
        assert request is not None  # noqa: S101  # the end is read from its row
        if check and not request.succeeded:
            reason = f": {request.reason}" if request.reason else ""
            raise NotSucceededError(f"{self.request_id} of {self.customer_id} is {request.status}{reason}")
        return request

    def cancel(self) -> Cancellation:
        """Cancel it, wherever it is: in the queue, waiting for a slot, or in AMC. Repeating it does no harm."""
        return self.stop()
