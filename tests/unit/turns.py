"""Jobs that overlap in an order that a test chooses: threads, of which one at a time goes on."""

import threading
from collections.abc import Callable, Iterable
from typing import Any

GIVE_UP = 20.0  # seconds; only a defect of the test lets a job wait so long


class Turns:
    """`choices` say whose turn it is, counted among those who are left, and how many turns it has in a row.

    When they are used up, each goes on to its end, the first one first.
    """

    def __init__(self, choices: Iterable[tuple[int, int]]) -> None:
        self._choices = iter(choices)
        self._jobs: list[_Job] = []
        self._back = threading.Semaphore(0)
        self._here = threading.local()

    def start(self, job: Callable[[], None]) -> None:
        """From now on the job has its turns too."""
        self._jobs.append(_Job(job, self._back, self._here))

    def give_way(self) -> None:
        """Called by a job before whatever others can see."""
        self._here.job.rest()

    def run(self) -> None:
        """Until all jobs are done; what one of them raises is raised."""
        while self._jobs:
            who, turns = next(self._choices, (0, 1))
            job = self._jobs[who % len(self._jobs)]
            for _ in range(turns):
                if not job.is_done:
                    self._go_on(job)

    def _go_on(self, job: "_Job") -> None:
        job.turn.release()
        assert self._back.acquire(timeout=GIVE_UP)
        if job.is_done:
            job.thread.join()
            self._jobs.remove(job)
        if job.problem:
            raise job.problem


class _Job:
    def __init__(self, work: Callable[[], None], back: threading.Semaphore, here: threading.local) -> None:
        self.turn = threading.Semaphore(0)
        self.is_done = False
        self.problem: BaseException | None = None
        self._back, self._here, self._work = back, here, work
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def _run(self) -> None:
        self._here.job = self
        self.turn.acquire()
        try:
            self._work()
        except BaseException as exc:  # noqa: BLE001 (raised again by `run`)
            self.problem = exc
        self.is_done = True
        self._back.release()

    def rest(self) -> None:
        self._back.release()
        self.turn.acquire()


class GivingWay:
    """A port of which every method gives way first."""

    def __init__(self, port: Any, turns: Turns) -> None:
        self._port, self._turns = port, turns

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._port, name)

        def call(*args: Any, **kwargs: Any) -> Any:
            self._turns.give_way()
            return method(*args, **kwargs)

        return call
