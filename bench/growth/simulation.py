"""The day itself: events in the order of time, from a schedule's firing to the outcome of its run.

Scheduler -> StartExecution -> slot -> POST -> AMC -> poll -> outcome -> the slot is free. Slots go through WFM's own
services, polls and rate limit through its own model.
"""

import heapq
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Final, cast

from bench.growth import quotas
from bench.growth.buckets import SECONDS, PerSecond, TokenBucket
from bench.growth.fleet import RESULT_SHARE, START, Arrival, Fleet, kinds
from bench.growth.gate import GatePorts, MemoryAccountSlots, MemorySemaphores, MemoryTenants, Tasks
from bench.growth.lambdas import Pool
from bench.growth.pacing import ClientId
from bench.growth.tracker import POLL_SECONDS, ActiveRunOf, Tracker
from functions.services.account_slots import account_of, release_slot
from functions.services.semaphore import acquire
from wfm.calendar.timestamps import iso
from wfm.model.poll_policy import after_failure
from wfm.model.priorities import PRIORITIES
from wfm.model.semaphore import SlotRequest, waiting_key
from wfm.model.tenants import DEFAULT_LIMIT

if TYPE_CHECKING:
    from functions.ports import Ports, Semaphores

TICK: Final = 60.0
WAKE_UP: Final = 1.3  # seconds from a run's end to the poll that its result causes: bench.outcomes
STREAM: Final = 0.5  # seconds from a row's change to the answer of the task token: assumed
VISIBILITY: Final = 180.0  # seconds until a message comes again whose Lambda failed
START_TIMEOUT: Final = 30.0  # of the Lambda StartExecution, in which the SDK retries
SDK_RETRIES: Final = 9  # functions/runtime/wiring.py, for Step Functions
SDK_CAP: Final = 20  # seconds, of the SDK's mode "standard"
# Seconds that the Lambdas take, assumed: no measurement of AWS stands behind them.
LAMBDA: Final = 0.3
AMC_CALL: Final = 0.7
READ: Final = 0.005  # one call of DynamoDB
TRANSITIONS: Final = {"start": 2, "slot": 1, "posted": 1, "outcome": 1, "released": 2}


@dataclass(slots=True)
class Run:
    """A request and its times; "" and 0 where they have not come."""

    arrival: Arrival
    kind: int
    seconds: float
    has_result: bool
    asked: float = 0.0
    entered: float = 0.0
    granted: float = 0.0
    began: float = 0.0
    ends: float = 0.0
    recorded: float = 0.0
    released: float = 0.0


class Simulation:
    """A fleet's day. `amc_rate` is what AMC takes of a client id a second, None for all; tenants share `client_ids`."""

    def __init__(
        self, fleet: Fleet, amc_rate: float | None = None, client_ids: int = 1, start_lambdas: int | None = None
    ) -> None:
        self._random = random.Random(fleet.seed)  # noqa: S311 (a simulation)
        self.fleet, self.kinds, self.now = fleet, kinds(), 0.0
        self.customer_ids = fleet.customer_ids
        self._numbers = {customer_id: number for number, customer_id in enumerate(self.customer_ids)}
        self.runs = [self._run(arrival) for arrival in fleet.arrivals()]
        self.gate = GatePorts(
            MemorySemaphores(self.customer_ids),
            MemoryAccountSlots(lambda: self.now),
            MemoryTenants(self.customer_ids, fleet.account_ids()),
            Tasks(self._granted),
        )
        self._ports = cast("Ports", self.gate)
        self.tracker = Tracker(fleet.tenants, self.kinds)
        self.clients = [ClientId(amc_rate) for _ in range(client_ids)]
        self._scheduler, self._starts, self._tokens, self._transitions = (
            TokenBucket(quota.rate, quota.burst)
            for quota in (quotas.SCHEDULER, quotas.START_EXECUTION, quotas.SEND_TASK, quotas.TRANSITIONS)
        )
        self.pool = Pool(int(quotas.LAMBDAS.rate), start_lambdas)
        self._events: list[tuple[float, int, Callable[[], None]]] = []
        self._sequence = 0
        self._requests = dict[int, SlotRequest]()  # those that wait for a slot or hold one
        names = ("fired", "starts", "start calls", "transitions", "tokens", "posts", "polls", "lambdas", "poll index")
        self.seconds = {name: PerSecond() for name in names}
        self.open, self.most_open, self.most_due, self.lags = 0, 0, 0, list[float]()
        self.release_reads, self.ended = 0, 0

    def _run(self, arrival: Arrival) -> Run:
        kind = arrival.workflow % len(self.kinds)
        seconds = self._random.choice(self.kinds[kind].seconds)
        return Run(arrival, kind, seconds, self._random.random() < RESULT_SHARE)

    def go(self) -> "Simulation":
        """Until every run has ended."""
        random.seed(self.fleet.seed)  # of the services: whom a full account compares
        for number, run in enumerate(self.runs):
            run.asked = self._scheduler.reserve(float(run.arrival.second))
            self._at(run.asked, partial(self._message, number))
        self._at(0.0, self._tick)
        while self.ended < len(self.runs):
            self.now, _, happens = heapq.heappop(self._events)
            if self.now > SECONDS:
                break
            happens()
        return self

    def _at(self, when: float, happens: Callable[[], None]) -> None:
        self._sequence += 1
        heapq.heappush(self._events, (when, self._sequence, happens))

    def _invoke(self, seconds: float, does: Callable[[], float | None]) -> None:
        """A Lambda, as soon as one is free, that takes so long, and what it `does` says in addition."""

        def begin() -> None:
            took = seconds + (does() or 0.0)
            self.seconds["lambdas"].spread(self.now, took)
            self._at(self.now + took, lambda: self.pool.leave(self.now))

        self.pool.enter(self.now, begin)

    def _step(self, name: str) -> float:
        """When the machine has made these transitions: beyond the quota they are delayed."""
        number = TRANSITIONS[name]
        at = self._transitions.reserve(self.now, number)
        self.seconds["transitions"].add(at, number)
        return at

    # From the message to the slot

    def _message(self, number: int) -> None:
        self.seconds["fired"].add(self.now)
        self._receive(number)

    def _receive(self, number: int) -> None:
        self.pool.enter(self.now, lambda: self._start(number, self.now, 0), is_start=True)

    def _start(self, number: int, since: float, retries: int) -> None:
        """The Lambda StartExecution. While it is throttled the SDK waits in it; then SQS keeps the message a while."""
        self.seconds["start calls"].add(self.now)
        if self._starts.try_take(self.now):
            self._end_start(since, LAMBDA)
            self.seconds["starts"].add(self.now)
            self.open += 1
            self.most_open = max(self.most_open, self.open)
            prepare = partial(self._invoke, 2 * LAMBDA, partial(self._acquire, number))
            self._at(self._step("start"), prepare)
            return
        pause = self._random.random() * min(2**retries, SDK_CAP)
        if self.now + pause < since + START_TIMEOUT and retries < SDK_RETRIES:
            self._at(self.now + pause, partial(self._start, number, since, retries + 1))
        else:
            self._end_start(since, 0.0)
            self._at(max(since + VISIBILITY, self.now), partial(self._receive, number))

    def _end_start(self, since: float, after: float) -> None:
        self.seconds["lambdas"].spread(since, self.now + after - since)
        self._at(self.now + after, lambda: self.pool.leave(self.now, is_start=True))

    def _acquire(self, number: int) -> None:
        run = self.runs[number]
        run.entered = self.now
        customer_id = self.customer_ids[run.arrival.tenant]
        row = self.gate.tenants.find(customer_id)
        limit = partial(self.gate.tenants.limit, customer_id)
        account = account_of(row, self._ports)
        self._requests[number] = self.request(number)
        acquire(
            cast("Semaphores", self.gate.semaphores),
            self.gate.tasks.notify,
            self._requests[number],
            DEFAULT_LIMIT,
            account=account,
            limit_now=limit,
        )

    def request(self, number: int) -> SlotRequest:
        """What WaitForSlot makes of the run's message."""
        arrival = self.runs[number].arrival
        priority, at = PRIORITIES[arrival.priority], iso(START + timedelta(seconds=arrival.second))
        request_id = f"{arrival.workflow:03}-{at.replace(':', '-')}-{number:07}"
        place = waiting_key(request_id, priority, at)
        customer_id = self.customer_ids[arrival.tenant]
        return SlotRequest(
            customer_id, request_id, priority, at, "", str(number), f"workflow-{arrival.workflow}", place
        )

    def _granted(self, request: SlotRequest) -> None:
        number = int(request.task_token)
        self.runs[number].granted = self.now
        told = self._tokens.reserve(self.now)
        self.seconds["tokens"].add(told)
        self._at(told, partial(self._submit_when_told, number))

    def _submit_when_told(self, number: int) -> None:
        self._at(self._step("slot"), partial(self._submit, number, 0))

    def _submit(self, number: int, retries: int) -> None:
        self._invoke(LAMBDA, partial(self._try_to_post, number, retries))

    # AMC

    def _client(self, tenant: int) -> ClientId:
        return self.clients[tenant % len(self.clients)]

    def _try_to_post(self, number: int, retries: int) -> float:
        """SubmitExecution: keep the pace; who would have to wait for longer is the machine's to retry."""
        goes = self._client(self.runs[number].arrival.tenant).keep(self.now)
        if goes is None:
            self._retry_submit(number, retries)
            return 0.0
        self._at(goes, partial(self._post, number, retries))
        return goes - self.now + AMC_CALL

    def _retry_submit(self, number: int, retries: int) -> None:
        """With full jitter, as state_machines/steps.py has it."""
        pause = self._random.random() * min(2.0 * 2 ** min(retries, 5), 60.0)
        self._at(self.now + pause, partial(self._submit, number, retries + 1))

    def _post(self, number: int, retries: int) -> None:
        run = self.runs[number]
        self.seconds["posts"].add(self.now)
        if not self._client(run.arrival.tenant).call(self.now):
            self._retry_submit(number, retries)
            return
        run.began, run.ends = self.now, self.now + run.seconds
        polled = self.tracker.tenants[run.arrival.tenant]
        before = polled.due
        self.tracker.submitted(run.arrival.tenant, ActiveRunOf(run.began, run.ends, run.kind, number))
        self.seconds["poll index"].add(self.now, 2 if polled.due != before else 0)
        self._step("posted")
        self._invoke(2 * LAMBDA, _nothing)  # WaitForOutcome, and the announcement of the new run
        if run.has_result:
            self._at(run.ends + WAKE_UP, partial(self._wake, run.arrival.tenant))

    # Tracking

    def _tick(self) -> None:
        due = self.tracker.due(self.now)
        self.most_due = max(self.most_due, len(due))
        self.lags.append(max(0.0, self.now - self.tracker.tenants[due[0]].due) if due else 0.0)
        for after, tenant in self.tracker.taken(due):
            self._at(self.now + 1 + after, partial(self._poll_if_due, tenant, self.now))
        self._at(self.now + TICK, self._tick)

    def _poll_if_due(self, tenant: int, tick: float) -> None:
        if self.tracker.tenants[tenant].due <= tick + TICK / 2:
            self._invoke(POLL_SECONDS, partial(self._poll, tenant))

    def _wake(self, tenant: int) -> None:
        self._invoke(LAMBDA + POLL_SECONDS, partial(self._poll, tenant))  # ListDueTenants, then TrackTenant

    def _poll(self, tenant: int) -> float:
        goes = self._client(tenant).keep(self.now)
        if goes is None:
            self._poll_failed(tenant)
            return 0.0
        self._at(goes, partial(self._list, tenant))
        return goes - self.now

    def _poll_failed(self, tenant: int) -> None:
        of = self.tracker.tenants[tenant]
        of.failing_since = self.now if of.failing_since is None else of.failing_since
        now = START + timedelta(seconds=self.now)
        failing_since = START + timedelta(seconds=of.failing_since)
        of.due = self.now + (after_failure(now, failing_since) - now).total_seconds()
        self.seconds["poll index"].add(self.now, 2)

    def _list(self, tenant: int) -> None:
        self.seconds["polls"].add(self.now)
        if not self._client(tenant).call(self.now):
            self._poll_failed(tenant)
            return
        self.seconds["poll index"].add(self.now, 2)
        for ended in self.tracker.polled(tenant, self.now):
            self.runs[ended.number].recorded = self.now
            announce = partial(self._invoke, LAMBDA, partial(self._told, ended.number))
            self._at(self.now + STREAM, announce)

    def _told(self, number: int) -> None:
        told = self._tokens.reserve(self.now)
        self.seconds["tokens"].add(told)
        self._at(told, partial(self._go_on, number))

    def _go_on(self, number: int) -> None:
        self._at(self._step("outcome"), partial(self._invoke, LAMBDA, partial(self._release, number)))

    def _release(self, number: int) -> float:
        run, request = self.runs[number], self._requests.pop(number)
        reads = self._reads()
        release_slot(request.customer_id, request.request_id, self.gate.tenants.find(request.customer_id), self._ports)
        reads = self._reads() - reads
        self.release_reads += reads
        run.released = self._step("released")
        self.open -= 1
        self.ended += 1
        return READ * reads

    def _reads(self) -> int:
        return self.gate.semaphores.reads.total() + self.gate.tenants.reads


def _nothing() -> None:
    """All that counts is the time of the Lambda."""
