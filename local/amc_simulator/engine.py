"""How runs move through AMC's statuses. Pure: it owns no clock, every call is given the time.

    PENDING -(validated)-> REJECTED | a place in the line for a slot
    a slot is free -> RUNNING -(computed)-> FAILED | PUBLISHING -(file written)-> SUCCEEDED

What is due happens in the order of time at the next `advance`, at the moment it was due and not at the moment
of the call, so the course of things does not depend on how often anybody asks.
"""

import heapq
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace

from local.amc_simulator.clock import SimulatedClock
from local.amc_simulator.configuration import Configuration
from local.amc_simulator.history import History
from local.amc_simulator.meter import ConcurrencyMeter
from local.amc_simulator.runs import Order, Plan, Run, Status
from local.amc_simulator.slots import SlotPool

_TIMED_OUT = "Workflow execution exceeded its timeout of {seconds} seconds."
_ROUNDING = 1e-6


class Engine:
    """Holds the runs of all instances.

    `finished` collects those whose file is to be written, until somebody takes them away: runs that ended SUCCEEDED,
    or will after a `statusLag`.
    """

    def __init__(self, configuration: Configuration, now: float) -> None:
        self.configuration = configuration
        self.clock = SimulatedClock(configuration.clock_factor, now)
        self.started = now
        self.history = History()
        self.meter = ConcurrencyMeter()
        self.finished: list[Run] = []
        self._pools: dict[tuple[str, str], SlotPool] = defaultdict(SlotPool)
        self._due: list[tuple[float, int, Run, Callable[[Run, float], None]]] = []
        self._ticket = 0

    def create(self, execution_id: str, order: Order, plan: Plan, now: float) -> Run:
        """Accept a run. Two runs of one workflow never get the same result time, which names their files."""
        self.advance(now)
        siblings = self.history.of(order.instance_id, order.workflow_id)
        earlier = self.history.of(order.instance_id)
        created = max(now, earlier[-1].created_at) if earlier else now
        result_ms = max(int(created * 1000), siblings[-1].result_ms + 1 if siblings else 0)
        run = Run(execution_id, len(self.history.all), order, plan, created, result_ms, updated_at=created)
        run.asked_at = self.started + self.clock.amc(now)
        self.history.add(run)
        self.meter.move(run, "unfinished", +1)
        self._at(self.clock.amc(now) + plan.pending, run, self._validate)
        return run

    def cancel(self, run: Run, now: float) -> bool:
        """Ask for CANCELLED; False if the run has ended or is being published."""
        self.advance(now)
        if run.status not in (Status.PENDING, Status.RUNNING):
            return False
        self._at(self.clock.amc(now) + self.configuration.cancel_seconds, run, self._cancelled)
        self.advance(now)
        return True

    def finish(self, run: Run, now: float) -> None:
        """What is left of the run's work takes no time: it is computed at once, or once it has a slot."""
        self.advance(now)
        run.plan = replace(run.plan, running=0)
        if run.status is Status.RUNNING:
            self._at(self.clock.amc(now), run, self._computed)
            self.advance(now)

    def advance(self, now: float) -> None:
        """Let happen everything that is due by now."""
        until = self.clock.amc(now) + _ROUNDING
        while self._due and self._due[0][0] <= until:
            at, _, run, step = heapq.heappop(self._due)
            if not run.status.is_final:
                step(run, at)

    def next_change(self) -> float | None:
        """The moment on the wall at which something will be due, None if nothing is under way."""
        return self.clock.wall(self._due[0][0]) if self._due else None

    def configure(self, configuration: Configuration, now: float) -> None:
        """New limits hold at once, a new clock factor from now on."""
        self.advance(now)
        if configuration.clock_factor != self.clock.factor:
            self.clock.change(configuration.clock_factor, now)
        self.configuration = configuration
        for key in list(self._pools):
            self._start_waiting(key, self.clock.amc(now))

    def _at(self, at: float, run: Run, step: Callable[[Run, float], None]) -> None:
        self._ticket += 1
        heapq.heappush(self._due, (at, self._ticket, run, step))

    def _validate(self, run: Run, at: float) -> None:
        run.validated_at = run.updated_at = self.clock.wall(at)
        if run.plan.outcome is Status.REJECTED:
            self._end(run, Status.REJECTED, at, run.plan.reason)
        elif run.order.dry_run:
            self._end(run, Status.SUCCEEDED, at)
        else:
            key = (run.order.account_id, run.order.pool)
            self._pools[key].enqueue(run)
            self._start_waiting(key, at)

    def _start_waiting(self, key: tuple[str, str], at: float) -> None:
        limits = self.configuration
        if key[1] == "UI":
            granted = self._pools[key].grant(limits.ui_running_per_instance, limits.ui_running_per_account)
        else:
            granted = self._pools[key].grant(limits.running_per_instance, limits.running_per_account)
        for run in granted:
            run.status = Status.RUNNING
            run.started_at = run.updated_at = self.clock.wall(at)
            self.meter.move(run, "running", +1)
            self._at(at + min(run.plan.running, run.order.timeout_seconds), run, self._computed)

    def _computed(self, run: Run, at: float) -> None:
        seconds = run.order.timeout_seconds
        if run.plan.running > seconds:
            self._end(run, Status.FAILED, at, _TIMED_OUT.format(seconds=seconds))
        elif run.plan.outcome is not Status.SUCCEEDED:
            self._end(run, run.plan.outcome, at, run.plan.reason)
        elif run.plan.publishing > 0 or run.plan.status_lag > 0:
            self._leave_slot(run, at, Status.PUBLISHING)
            self._at(at + run.plan.publishing, run, self._published)
        else:
            self._end(run, Status.SUCCEEDED, at)

    def _published(self, run: Run, at: float) -> None:
        if run.plan.status_lag > 0:
            self.finished.append(run)
            self._at(at + run.plan.status_lag, run, self._shown)
        else:
            self._end(run, Status.SUCCEEDED, at)

    def _shown(self, run: Run, at: float) -> None:
        self._end(run, Status.SUCCEEDED, at)

    def _cancelled(self, run: Run, at: float) -> None:
        self._end(run, Status.CANCELLED, at)

    def _end(self, run: Run, status: Status, at: float, reason: str | None = None) -> None:
        self.meter.move(run, "unfinished", -1)
        run.ended_at, run.reason = self.clock.wall(at), reason
        self._leave_slot(run, at, status)
        if status is Status.SUCCEEDED and not run.order.dry_run and run.plan.status_lag <= 0:
            self.finished.append(run)

    def _leave_slot(self, run: Run, at: float, status: Status) -> None:
        was_running = run.status is Status.RUNNING
        run.status, run.updated_at = status, self.clock.wall(at)
        if was_running:
            self.meter.move(run, "running", -1)
            key = (run.order.account_id, run.order.pool)
            self._pools[key].release(run)
            self._start_waiting(key, at)
