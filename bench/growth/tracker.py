"""When the tracker polls which tenant, by WFM's own policy, with results watched."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from typing import Final

from bench.growth.fleet import START, Kind
from functions.handlers.list_due_tenants import MAX_TENANTS_PER_TICK, TENANTS_PER_BATCH, DueBatch
from wfm.model.poll_policy import ActiveRun, idle_poll, next_poll
from wfm.model.timeouts import EARLY_POLL, TICK_TOLERANCE

LONGEST_IDLE: Final = timedelta(hours=1)
TRACKERS: Final = 20  # at a time: MAX_CONCURRENCY of state_machines/execution_tracking.py
POLL_SECONDS: Final = 0.5  # of one poll in TrackTenant, AMC's answer included: assumed
_STEP: Final = 15  # seconds: ages of runs are rounded down to it, so that few answers of the policy are computed


@dataclass(slots=True)
class ActiveRunOf:
    """A run in AMC as the tracker knows it."""

    began: float
    ends: float
    kind: int
    number: int  # of the request


@dataclass
class Polled:
    """A tenant as the tracker knows it; times are seconds of the simulation."""

    due: float
    active: list[ActiveRunOf] = field(default_factory=list)
    last_poll: float | None = None
    failing_since: float | None = None


class Tracker:
    """The tenants, when each is due, and what a tick takes of them."""

    def __init__(self, tenants: int, kinds: Sequence[Kind]) -> None:
        spacing = LONGEST_IDLE.total_seconds() / tenants
        self.tenants = [Polled(number * spacing) for number in range(tenants)]
        self._kinds = kinds
        self._wait = cache(self._wait_of_one)

    def due(self, now: float) -> list[int]:
        """The tenants that a tick would poll, the most overdue first."""
        by = now + TICK_TOLERANCE.total_seconds()
        return [number for _, number in sorted((each.due, n) for n, each in enumerate(self.tenants) if each.due <= by)]

    def taken(self, due: Sequence[int]) -> list[tuple[float, int]]:
        """Seconds after the tick and the tenant, for as many as one tick takes: batches, some of them at a time."""
        lanes = TENANTS_PER_BATCH * TRACKERS
        return [
            (POLL_SECONDS * (number // lanes * TENANTS_PER_BATCH + number % TENANTS_PER_BATCH), tenant)
            for number, tenant in enumerate(due[:MAX_TENANTS_PER_TICK])
        ]

    def submitted(self, tenant: int, run: ActiveRunOf) -> None:
        """A run began: a poll soon, as most failures are early."""
        of = self.tenants[tenant]
        of.active.append(run)
        of.due = min(of.due, run.began + EARLY_POLL.total_seconds())

    def polled(self, tenant: int, now: float) -> list[ActiveRunOf]:
        """The runs that a poll finds ended; the tenant is due again when the policy says."""
        of = self.tenants[tenant]
        ended = [run for run in of.active if run.ends <= now]
        of.active = [run for run in of.active if run.ends > now]
        if of.active:
            of.due = now + min(self._wait(run.kind, int((now - run.began) // _STEP)) for run in of.active)
        else:
            last = None if ended or of.last_poll is None else START + timedelta(seconds=of.last_poll)
            here = START + timedelta(seconds=now)
            of.due = now + (idle_poll(here, last, LONGEST_IDLE) - here).total_seconds()
        of.last_poll, of.failing_since = now, None
        return ended

    def _wait_of_one(self, kind: int, steps: int) -> float:
        """The policy's answer for this run alone: that for several is the soonest of them."""
        run = ActiveRun(timedelta(seconds=steps * _STEP), self._kinds[kind].known)
        return (next_poll(START, [run], watched=True) - START).total_seconds()


def batches(customer_ids: Sequence[str]) -> list[DueBatch]:
    """What ListDueTenants answers for these tenants: the state of the tracker's machine."""
    starts = range(0, len(customer_ids), TENANTS_PER_BATCH)
    parts = (list(customer_ids[at : at + TENANTS_PER_BATCH]) for at in starts)
    return [{"tenants": part, "asked": False, "schedules": []} for part in parts]
