"""`wfm.queues`: the tenants' queues, how full they are, and emptying them without losing anything silently."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Final

from wfm.client.adapters.queue_messages import Message, QueueDepth, QueueMessages
from wfm.client.aws import Aws
from wfm.client.aws_errors import in_words
from wfm.client.queues.dead_letter_queues import DeadLetterQueues
from wfm.client.records import Tenant
from wfm.client.requests.cancel import Cancellation
from wfm.client.requests.reader import ALL, RequestFilter
from wfm.client.requests.requests import Requests
from wfm.client.tenants.tenants import Tenants

AT_A_TIME: Final = 8  # tenants
REASON: Final = "cancelled by `wfm queue purge`"


@dataclass(frozen=True, slots=True)
class QueueStatus:
    """One tenant's queues; a depth is None where there is no such queue.

    `oldest_dead` is the oldest dead letter of the ten that SQS shows at once, so there may be older ones among more.
    The age of what waits cannot be known without receiving it.
    """

    tenant: Tenant
    queue: QueueDepth | None
    dead_letters: QueueDepth | None
    oldest_dead: datetime | None
    most_receives: int | None

    def as_json(self) -> dict[str, object]:
        """What `--json` prints."""
        return {
            "customerId": self.tenant.customer_id,
            "status": self.tenant.status,
            "queue": asdict(self.queue) if self.queue else None,
            "deadLetters": asdict(self.dead_letters) if self.dead_letters else None,
            "oldestDeadLetterSentAt": self.oldest_dead.isoformat() if self.oldest_dead else None,
            "receivesBeforeDeadLetter": self.most_receives,
        }


@in_words
class Queues:
    """The tenants' queues of one deployment; `dead_letters` are the queues of what WFM refused."""

    def __init__(self, aws: Aws, tenants: Tenants, requests: Requests) -> None:
        self._aws = aws
        self._tenants = tenants
        self._buffered = requests.buffered
        self.dead_letters = DeadLetterQueues(aws, tenants, requests)
        self.depth = requests.buffered.depth

    def list(self) -> Sequence[QueueStatus]:
        """The queues of all tenants that have one, by id."""
        tenants, messages = [tenant for tenant in self._tenants.list() if tenant.queue_url], self._aws.messages
        with ThreadPoolExecutor(AT_A_TIME) as pool:
            return list(pool.map(lambda tenant: _status(tenant, messages), tenants))

    def get(self, customer_id: str) -> QueueStatus:
        """The queues of one tenant."""
        return _status(self._tenants.get(customer_id), self._aws.messages)

    def peek(self, customer_id: str) -> Sequence[Message]:
        """At most ten messages that wait, which stay where they are.

        A peek counts as one of the receives after which SQS gives a message up; UsageError where few are allowed.
        """
        return self._aws.messages.peek(self._buffered.peek_url(customer_id))

    def purge(self, customer_id: str, wanted: RequestFilter = ALL, reason: str = REASON) -> Iterator[Cancellation]:
        """Take out what waits and matches; each message is first recorded as a CANCELLED request, then deleted."""
        return self._buffered.cancel(customer_id, wanted, reason)


def _status(tenant: Tenant, messages: QueueMessages) -> QueueStatus:
    dead_url = tenant.dead_letter_queue_url
    queue = messages.depth(tenant.queue_url) if tenant.queue_url else None
    dead = messages.depth(dead_url) if dead_url else None
    seen = messages.peek(dead_url) if dead_url and dead and dead.waiting else []
    oldest = min((message.sent_at for message in seen), default=None)
    receives = messages.most_receives(tenant.queue_url) if queue and tenant.queue_url else None
    return QueueStatus(tenant, queue, dead, oldest, receives)
