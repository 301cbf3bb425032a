"""What goes wrong during a soak: AMC's answers, killed workers, messages twice, a dead tracker, runs of others, AWS."""

import json
import math
import os
import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Self

from bench.soak_aws import PATIENT, Mover, Stops, troubles
from local.amc_simulator.faults import Fault
from local.emulator.unreliability import Unreliability
from local.emulator.workers import workers
from local.runtime import Runtime

if TYPE_CHECKING:
    from bench.soak import Request

_POST: Final[dict[str, Any]] = {"method": "POST", "path": "workflowExecutions$"}
NAMED: Final = {
    "answers to a POST dropped after acceptance": Fault(**_POST, when="after", drop=True, probability=0.05),
    "POSTs answered 504 after acceptance": Fault(**_POST, when="after", status=504, body="gateway", probability=0.03),
    "POSTs answered 503": Fault(**_POST, status=503, body="gateway", probability=0.03),
    "calls answered 429": Fault(path="workflowExecutions", status=429, retry_after=None, probability=0.005),
    "calls answered 500": Fault(path="workflowExecutions", status=500, probability=0.03),
    "calls answered a second late": Fault(path="workflowExecutions", delay_seconds=1, probability=0.05),
}
KILL_SECONDS: Final = 5.0  # between two killed workers; a killed poll keeps others from polling for two minutes
TRACKER_DEAD: Final = (60.0, 360.0)  # from and to, seconds after the beginning
TWICE: Final = 0.1  # of the messages
MESSAGES_PER_EXTERNAL_RUN: Final = 50
EXTERNAL: Final = {"workflowId": "reach", "timeWindowType": "MOST_RECENT_DAY"}  # no request asks for just that


@dataclass(frozen=True)
class Plan:
    """What shall go wrong: AMC's answers by what to call it, and when workers die and the tracker is dead (seconds).

    `aws` is how unreliable AWS is; then executions are stopped and a tenant moves, unless it is as reliable as can be.
    """

    faults: Sequence[tuple[str, Fault]] = tuple(NAMED.items())
    kill_every: float = KILL_SECONDS
    most_kills: float = math.inf
    tracker_dead: tuple[float, float] = TRACKER_DEAD
    aws: Unreliability = Unreliability()  # noqa: RUF009 (frozen)


class Trouble:
    """Entered, everything goes wrong until `stop`."""

    def __init__(self, runtime: Runtime, plan: Plan) -> None:
        self._runtime = runtime
        self._plan = plan
        self._rules: list[int] = []
        self._over = threading.Event()
        self.stops, self.mover = Stops(runtime), Mover(runtime)
        works = [self._kill, self._silence_the_tracker]
        if plan.aws != Unreliability():
            works += [partial(self.stops.run, self._over), partial(self.mover.run, self._over)]
        self._threads = [threading.Thread(target=work) for work in works]
        self._random = random.Random(1)  # noqa: S311 (no secret)
        self._counts = {"Lambda workers killed": 0, "messages delivered twice": 0, "seconds without a tracker": 0}
        self.external: set[str] = set()

    def __enter__(self) -> Self:
        self._rules = self._runtime.simulator().add_faults(*(fault for _, fault in self._plan.faults))
        self._plan.aws.write(self._runtime.emulator.folder)
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """AWS is unreliable until the tenant that moves has come back."""
        self._over.set()
        for thread in self._threads:
            thread.join()
        Unreliability().write(self._runtime.emulator.folder)
        for rule in self._rules:
            self._runtime.simulator().clear_faults(rule)

    def count(self) -> dict[str, int]:
        """How often each thing went wrong."""
        applied = self._runtime.simulator().faults()["applied"]
        spoilt = Counter[str]()
        for (name, _), rule in zip(self._plan.faults, self._rules, strict=True):
            spoilt[name] += int(applied[str(rule)])
        moved = {"executions stopped": len(self.stops.stopped), "tenants that went and came back": self.mover.moves}
        return {**spoilt, **self._counts, **moved, **troubles(self._runtime)}

    def send(self, burst: Sequence["Request"], each_second: float = math.inf) -> None:
        """Send each request as a message, some twice under different deduplication ids, as a careless sender would.

        In between somebody starts runs in AMC behind WFM's back.
        """
        session = self._runtime.emulator.session()
        sqs = session.client("sqs", config=PATIENT)
        table = session.resource("dynamodb", config=PATIENT).Table(self._runtime.outputs["TenantsTable"])
        found = {row["customerId"]: row for row in table.scan()["Items"] if "queueUrl" in row}
        began = time.monotonic()
        for number, request in enumerate(burst):
            time.sleep(max(0.0, began + number / each_second - time.monotonic()))
            if number % MESSAGES_PER_EXTERNAL_RUN == 0:
                self._start_externally(str(found[request.customer_id]["amcInstanceId"]))
            for delivery in range(2 if self._random.random() < TWICE else 1):
                self._counts["messages delivered twice"] += delivery
                sqs.send_message(
                    QueueUrl=str(found[request.customer_id]["queueUrl"]),
                    MessageBody=json.dumps(request.message()),
                    MessageGroupId=request.request_id,
                    MessageDeduplicationId=f"{request.request_id}-{delivery}",
                )
            self.stops.sent.append((request.customer_id, request.request_id))

    def _start_externally(self, instance_id: str) -> None:
        run = self._runtime.simulator().start_externally(instance_id, EXTERNAL)
        self.external.add(run["workflowExecutionId"])

    def _kill(self) -> None:
        kills = 0
        while kills < self._plan.most_kills and not self._over.wait(self._plan.kill_every):
            running = workers(self._runtime.emulator.pid)
            if running:
                kills += 1
                with suppress(ProcessLookupError):
                    os.kill(self._random.choice(running), signal.SIGKILL)
                    self._counts["Lambda workers killed"] += 1

    def _silence_the_tracker(self) -> None:
        begin, end = self._plan.tracker_dead
        if self._over.wait(begin):
            return
        self._switch("DISABLED")
        began = time.monotonic()
        self._over.wait(end - begin)
        self._counts["seconds without a tracker"] = round(time.monotonic() - began)
        self._switch("ENABLED")

    def _switch(self, state: str) -> None:
        session, name = self._runtime.emulator.session(), self._runtime.stack
        scheduler: Any = session.client("scheduler")
        events: Any = session.client("events")
        tick = scheduler.get_schedule(Name=f"{name}-tracking")
        kept = {field: tick[field] for field in ("Name", "ScheduleExpression", "Target", "FlexibleTimeWindow")}
        scheduler.update_schedule(**kept, State=state)
        (events.disable_rule if state == "DISABLED" else events.enable_rule)(Name=f"{name}-result-landed")
