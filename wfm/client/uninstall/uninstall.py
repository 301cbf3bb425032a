"""`wfm.uninstall`: removes what WFM made in the account while it ran, so that its stack can be deleted."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Final

from wfm.calendar.timestamps import iso
from wfm.client.aws import Aws
from wfm.client.poll_schedule import CLOCK, Clock, PollSchedule
from wfm.client.requests.requests import Requests
from wfm.client.tenants.tenants import Tenants
from wfm.client.uninstall.found import Found, InFlight
from wfm.errors import NotEndedInTimeError, UsageError
from wfm.model.backfill_fields import is_backfill_id

REASON: Final = "cancelled by `wfm uninstall`"
UNINSTALL_TIMEOUT: Final = 900.0  # seconds; a cancelled run takes some, a mapping up to a minute
DEAD_LETTERS: Final = "-DLQ.fifo"


class Uninstall:
    """`wfm.uninstall` of one deployment. Everything may be done twice: what is gone is not there to be removed."""

    def __init__(self, aws: Aws, tenants: Tenants, requests: Requests) -> None:
        self._aws = aws
        self._tenants = tenants
        self._requests = requests

    def find(self) -> Found:
        """What there is to remove. Another deployment's is never among it."""
        made, queues = self._aws.run_time_resources, list(self._aws.run_time_resources.queues())
        kept = dict(self._buckets())
        return Found(
            queues=queues,
            dead_letters=sum(self._messages(url) for url in queues if url.endswith(DEAD_LETTERS)),
            mappings=list(made.mappings()),
            schedules=list(made.schedules()),
            buckets=[bucket for bucket, listeners in kept.items() if not listeners],
            kept_buckets={bucket: listeners for bucket, listeners in kept.items() if listeners},
        )

    def _buckets(self) -> Iterator[tuple[str, str]]:
        """Buckets that send events since WFM turned that on, each with who else listens to them; "" for nobody."""
        rows = self._aws.tables.tenants.all()
        for bucket in sorted({bucket for row in rows for bucket in row.get("watchedBuckets", ())}):
            if self._aws.bucket_events.are_sent(bucket):
                rules = ", ".join(self._aws.bucket_events.listeners(bucket))
                yield bucket, f"the EventBridge rule {rules} may need them" if rules else ""

    def in_flight(self) -> InFlight:
        """What has not ended. Queues by SQS's own estimate, which is a minute late at most."""
        queues = [url for url in self._aws.run_time_resources.queues() if not url.endswith(DEAD_LETTERS)]
        messages = {url: self._messages(url) for url in queues}
        return InFlight(self._aws.running.count(), {url: count for url, count in messages.items() if count})

    def _messages(self, queue_url: str) -> int:
        depth = self._aws.messages.depth(queue_url)
        return depth.waiting + depth.in_flight if depth else 0

    def run(
        self, *, cancel_runs: bool = False, wait: bool = False, timeout: float = UNINSTALL_TIMEOUT, clock: Clock = CLOCK
    ) -> Iterator[str]:
        """Remove all that `find` finds, in an order in which nothing starts anew; what was done, as it is done.

        UsageError, before anything is changed, while something is in flight and neither `cancel_runs` nor `wait` is
        given. NotEndedInTimeError after `timeout` seconds; to begin again does the rest.
        """
        if not (cancel_runs or wait):
            self._require_none_in_flight()
        schedules = list(self._aws.run_time_resources.schedules())
        for name in schedules:
            self._aws.run_time_resources.delete_schedule(name)
        yield f"schedules: {len(schedules)} removed, so nothing is due any more"
        if cancel_runs:
            yield f"runs: {self._cancel()} cancelled"
        if cancel_runs or wait:
            yield from self._wait(timeout, clock)
        yield f"mappings: {self._remove_mappings(timeout, clock)} removed, so no message starts anything"
        self._require_none_in_flight()  # what has begun since the look above
        yield f"queues: {self._remove_queues(timeout, clock)} removed"
        found = self.find()
        for bucket in found.buckets:
            self._aws.bucket_events.stop(bucket)
            yield f"bucket {bucket}: sends no events to EventBridge any more"
        yield from (f"bucket {bucket}: left as it is, {why}" for bucket, why in found.kept_buckets.items())

    def _require_none_in_flight(self) -> None:
        if in_flight := self.in_flight():
            raise UsageError(f"in flight: {in_flight}; allowed: --cancel-runs, --wait, or to begin when all has ended")

    def _cancel(self) -> int:
        """Backfills first, since they send requests; then the requests, also those that are messages."""
        machine = self._aws.deployment.backfill_arn
        for name in filter(is_backfill_id, self._aws.running.names(machine)):
            self._aws.backfills.stop(name, REASON)
        served = [tenant.customer_id for tenant in self._tenants.list() if tenant.queue_url]
        return sum(1 for each in served for _ in self._requests.cancel_matching(each, reason=REASON))

    def _wait(self, timeout: float, clock: Clock) -> Iterator[str]:
        before = ""
        for late in PollSchedule(timeout, clock):
            in_flight = self.in_flight()
            if not in_flight:
                return
            if late:
                raise NotEndedInTimeError(f"not ended after {timeout:g} s: {in_flight}; to begin again goes on with it")
            if str(in_flight) != before:
                before = str(in_flight)
                yield f"in flight: {before}"

    def _remove_mappings(self, timeout: float, clock: Clock) -> int:
        """Lambda changes none that is in transition, for up to a minute."""
        made, removed = self._aws.run_time_resources, 0
        for late in PollSchedule(timeout, clock):
            left = list(made.mappings())
            removed += sum(made.delete_mapping(each) for each in left)
            if not left:
                break
            if late:
                raise NotEndedInTimeError(f"mappings in transition after {timeout:g} s: {', '.join(left)}")
        return removed

    def _remove_queues(self, timeout: float, clock: Clock) -> int:
        """SQS may show them for a minute; so long a tenant that is onboarded anew waits, as after a removal."""
        made, now, by_url = self._aws.run_time_resources, iso(datetime.now(UTC)), self._customers_by_queue()
        removed: set[str] = set()
        for late in PollSchedule(timeout, clock):
            left = list(made.queues())
            for url in left:
                if url in by_url:
                    self._aws.tables.tenants.wish(by_url[url], queuesDeletedAt=now)
                made.delete_queue(url)
            removed.update(left)
            if not left:
                break
            if late:
                raise NotEndedInTimeError(f"queues are still there after {timeout:g} s: {', '.join(left)}")
        return len(removed)

    def _customers_by_queue(self) -> Mapping[str, str]:
        return {tenant.queue_url: tenant.customer_id for tenant in self._tenants.list() if tenant.queue_url}
