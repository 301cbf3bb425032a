"""Tenants' queues: how much is in them, what waits in one, and emptying it without losing anything silently."""

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from wfm.client.executions.cancelling import CANCELLED, Cancellation
from wfm.client.executions.following import BUFFERED
from wfm.client.executions.going_on import EVERYTHING, Chosen
from wfm.client.queues.intake import read
from wfm.client.queues.messages import Message
from wfm.client.records import Request, Tenant
from wfm.client.tenants.details import QueueDepth
from wfm.errors import PermanentError, UsageError
from wfm.model.request_ids import id_from, rejected_row
from wfm.model.requests import request_row

if TYPE_CHECKING:
    from wfm.client.wfm import Wfm

FEW_RECEIVES: Final = 100  # WFM's own queues allow 1,000; where somebody set so few, a look may cost a message
AT_A_TIME: Final = 8  # tenants
EMPTYING: Final = 100_000  # messages; more than any queue's in-flight limit lets one command take
REASON: Final = "cancelled by `wfm queue purge`"


@dataclass(frozen=True, slots=True)
class QueueStanding:
    """One tenant's queues; a depth is None where there is no such queue.

    `oldest_dead` is the oldest dead letter of the ten that SQS shows at once, so there may be older ones among more.
    The age of what waits cannot be known without receiving it.
    """

    tenant: Tenant
    queue: QueueDepth | None
    dead_letters: QueueDepth | None
    oldest_dead: datetime | None
    most_receives: int | None

    def as_json(self) -> dict[str, Any]:
        """What `--json` prints."""
        return {
            "customerId": self.tenant.customer_id,
            "status": self.tenant.status,
            "queue": asdict(self.queue) if self.queue else None,
            "deadLetters": asdict(self.dead_letters) if self.dead_letters else None,
            "oldestDeadLetterSentAt": self.oldest_dead.isoformat() if self.oldest_dead else None,
            "receivesBeforeDeadLetter": self.most_receives,
        }


class Queues:
    """Of one deployment."""

    def __init__(self, wfm: "Wfm") -> None:
        self._wfm = wfm

    def standings(self) -> list[QueueStanding]:
        """Of all tenants that have a queue, by id."""
        tenants = [tenant for tenant in self._wfm.tenants() if tenant.queue_url]
        with ThreadPoolExecutor(AT_A_TIME) as pool:
            return list(pool.map(self._standing, tenants))

    def standing(self, customer_id: str) -> QueueStanding:
        """Of one tenant."""
        return self._standing(self._wfm.tenant(customer_id))

    def _standing(self, tenant: Tenant) -> QueueStanding:
        messages, dead_url = self._wfm.aws.messages, str(tenant.row.get("deadLetterQueueUrl") or "")
        queue = messages.depth(tenant.queue_url) if tenant.queue_url else None
        dead = messages.depth(dead_url) if dead_url else None
        seen = messages.look(dead_url) if dead and dead.waiting else []
        oldest = min((message.sent_at for message in seen), default=None)
        receives = messages.most_receives(tenant.queue_url) if queue and tenant.queue_url else None
        return QueueStanding(tenant, queue, dead, oldest, receives)

    def depth(self, customer_id: str) -> QueueDepth | None:
        """How much is in one tenant's queue; None if it has none."""
        url = self._wfm.tenant(customer_id).queue_url
        return self._wfm.aws.messages.depth(url) if url else None

    def look(self, customer_id: str) -> list[Message]:
        """At most ten messages that wait, which stay where they are.

        A look counts as one of the receives after which SQS gives a message up; UsageError where few are allowed.
        """
        return self._wfm.aws.messages.look(self._looked_at(customer_id))

    def waiting(self, customer_id: str, chosen: Chosen = EVERYTHING) -> list[Request]:
        """What waits and fits, as WFM will record it, but BUFFERED; all of it stays. This is a look, too."""
        url = self._looked_at(customer_id)
        taken: list[Message] = []
        try:
            taken.extend(self._wfm.aws.messages.take(url, EMPTYING))
        finally:
            self._wfm.aws.messages.put_back(url, taken)
        rows = (row_of(customer_id, message) for message in taken)
        requests = (Request.from_row(row | {"status": BUFFERED}) for row in rows)
        return [request for request in requests if chosen.fits(request)]

    def _looked_at(self, customer_id: str) -> str:
        url = self.queue_url(customer_id)
        allowed = self._wfm.aws.messages.most_receives(url)
        if allowed is not None and allowed < FEW_RECEIVES:
            raise UsageError(
                f"customerId: each look is one of the {allowed} receives after which a message of {customer_id} becomes"
                f" a dead letter; allowed: queues with at least {FEW_RECEIVES}"
            )
        return url

    def queue_url(self, customer_id: str) -> str:
        """The tenant's queue; UsageError if it has none."""
        tenant = self._wfm.tenant(customer_id)
        if not tenant.queue_url:
            raise UsageError(f"customerId: {customer_id} is {tenant.status} and has no queue")
        return tenant.queue_url

    def purge(self, customer_id: str, chosen: Chosen = EVERYTHING, reason: str = REASON) -> Iterator[Cancellation]:
        """Take out what waits and fits; each message is first recorded as a CANCELLED request, then deleted.

        The rest is put back at the end; if this is killed before, it comes back by itself. What WFM has in hand
        meanwhile is not touched; a message that is newer than the purge may go too.
        """
        url = self.queue_url(customer_id) if chosen == EVERYTHING else self._looked_at(customer_id)
        keep = self._wfm.retention(customer_id)
        rest: list[Message] = []
        try:
            with closing(self._wfm.aws.messages.take(url, EMPTYING)) as taken:
                for message in taken:
                    rest.append(message)
                    row = row_of(customer_id, message)
                    if chosen.fits(Request.from_row(row)):
                        told = self._cancelled(row, reason, keep)
                        self._wfm.aws.messages.delete(url, message)
                        rest.pop()
                        yield told
        finally:
            self._wfm.aws.messages.put_back(url, rest)

    def _cancelled(self, row: Mapping[str, Any], reason: str, keep: timedelta) -> Cancellation:
        names = str(row["customerId"]), str(row["requestId"])
        if self._wfm.aws.request_changes.cancel_unseen(row, reason, datetime.now(UTC), keep):
            return Cancellation(*names, BUFFERED, CANCELLED, "recorded as cancelled")
        request = self._wfm.request(*names)
        if request and request.status != "QUEUED":
            return Cancellation(*names, request.status, request.status, "the message was a repetition")
        return self._wfm.cancelling.cancel(*names, reason)


def row_of(customer_id: str, message: Message) -> dict[str, Any]:
    """The row that tells of a message in ExecutionRequests, whether or not it can be read."""
    try:
        return request_row(read(message, customer_id), message.sent_at)
    except PermanentError:
        return rejected_row(customer_id, id_from(message.message_id), {"message": message.body}, message.sent_at)
