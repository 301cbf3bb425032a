"""`execution_lifecycle` walked through its real handlers, and all that stands around it, while Lambdas are killed.

A killed handler is called again, as Step Functions, SQS and the stream do; a task with a token gets a new token each
time it is tried. Between two rounds the clock goes on, AMC's runs come to their end, and the tracker polls.
"""

import json
from collections.abc import Iterator
from datetime import timedelta
from types import ModuleType
from typing import Any

from functions.handlers import (
    announce_execution,
    clean_up_execution,
    continue_execution,
    poll_execution,
    prepare_execution,
    release_slot,
    start_execution,
    submit_execution,
    track_tenant,
    wait_for_outcome,
    wait_for_slot,
)
from tests.event_filters import is_delivered
from tests.reliability.calls import Killed
from tests.reliability.deliveries import arn_of, queued, status_change
from tests.reliability.world import CountedWorld
from wfm.calendar.timestamps import iso, parse
from wfm.errors import AmcThrottled, AmcUnavailable, AwsBusy, SlotReleased, TransientError
from wfm.store.schema import EXECUTIONS

ROUND_SECONDS = 20.0
TICK = 3  # rounds from one look of the tracker to the next
RUN_TAKES = timedelta(seconds=50)
MOST_ROUNDS = 600
NO_SIGN_OF_LIFE = 3600.0  # seconds until WaitForOutcome asks AMC itself
MAX_CRASH_ATTEMPTS = 6  # tries of a step that crashes
MAX_REQUEUES = 50  # of one execution
CONTINUED = "CONTINUED"  # how an execution ends that hands over to another one
MAX_ATTEMPTS, MAX_POLL_ATTEMPTS = 1000, 5  # of what may pass; PollExecution's of an AMC that is away

Steps = Iterator[str]


class Walk:
    """Messages in, executions walked, until nothing moves any more."""

    def __init__(
        self,
        world: CountedWorld,
        *,
        tracker: bool = True,
        round_seconds: float = ROUND_SECONDS,
        tick: int = TICK,
        run_takes: timedelta = RUN_TAKES,
        max_requeues: int = MAX_REQUEUES,
    ) -> None:
        self.world = world
        self.round_seconds = round_seconds
        self.tick = tick
        self.tracker = tracker
        self.run_takes = run_takes
        self.max_requeues = max_requeues
        self.rounds = 0
        self.executions: dict[str, Steps] = {}
        self.ended: dict[str, str] = {}
        self.at: dict[str, str] = {}
        self._messages: list[dict[str, Any]] = []
        self._clean_ups: list[dict[str, Any]] = []
        self._tokens = 0

    def send(self, *request_ids: str, **fields: Any) -> None:
        """A message per request; the same id again is a redelivery."""
        self._messages += [queued(self.world, request_id, **fields) for request_id in request_ids]

    def stop(self, name: str) -> None:
        """StopExecution; EventBridge tells of it twice."""
        self.executions.pop(name).close()  # type: ignore[attr-defined]
        self._ended(name, "ABORTED")
        given = self.world.states.started[arn_of(name)]
        self._clean_ups += [status_change(name, "ABORTED", given, delivery) for delivery in range(2)]

    def run(self) -> None:
        """Until every execution has ended and everything that was on its way has arrived."""
        for _ in range(MOST_ROUNDS):
            self.round()
            if self.is_idle:
                return
        raise AssertionError(f"still going on: {self.at}, killed {self.world.calls.kills}")

    @property
    def is_idle(self) -> bool:
        """Whether nothing is left to do."""
        left = (self.executions, self._messages, self._clean_ups, self.world.stream, self.world.begun)
        return not any(left)

    def round(self) -> None:
        """Each gets its turn once."""
        self._messages = self._deliver(start_execution, self._messages)
        for name, document in self.world.begun:
            self.executions[name] = self._execution(name, document)
        self.world.begun.clear()
        for name, steps in list(self.executions.items()):
            self.at[name] = next(steps, "ended")
            if self.at[name] == "ended":
                del self.executions[name]
        self._stream()
        self._clean_ups = self._deliver(clean_up_execution, self._clean_ups)
        self.world.clock.pass_seconds(self.round_seconds)
        self._amc_goes_on()
        self.rounds += 1
        if self.tracker and self.rounds % self.tick == 0:
            self._survives(track_tenant, {"tenants": [self.world.customer_id], "asked": False})

    def _deliver(self, handler: ModuleType, records: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """The records that come again."""
        if not records:
            return []
        answer = self._survives(handler, {"Records": records})
        failed = {failure["itemIdentifier"] for failure in (answer or {}).get("batchItemFailures", [])}
        return records if answer is None else [record for record in records if record["messageId"] in failed]

    def _stream(self) -> None:
        while self.world.stream:
            images = {**self.world.stream[0], "SequenceNumber": "1"}
            if not is_delivered({"dynamodb": images}, EXECUTIONS):
                self.world.stream.pop(0)
                continue
            self.world.announcements += 1
            answer = self._survives(announce_execution, {"Records": [{"dynamodb": images}]})
            if answer is None or answer["batchItemFailures"]:
                return
            self.world.stream.pop(0)

    def _survives(self, handler: ModuleType, event: dict[str, Any]) -> Any:
        """The answer; None of a handler that was killed, or that AWS throttled."""
        try:
            return self._call(handler, event)
        except (Killed, AwsBusy):
            return None

    def _call(self, handler: ModuleType, event: dict[str, Any]) -> Any:
        try:
            return handler.handler(event, ports=lambda: self.world)
        finally:
            self.world.calls.handler_returns()

    def _amc_goes_on(self) -> None:
        for run in self.world.true_amc.runs:
            over = self.world.clock() - parse(run["createTime"]) >= self.run_takes
            if run["status"] == "PENDING" and over:
                run |= {"status": "SUCCEEDED", "lastUpdatedTime": iso(self.world.clock())}

    def _ended(self, name: str, how: str) -> None:
        self.world.states.over.add(arn_of(name))
        self.ended[name] = how

    def _execution(self, name: str, document: Any) -> Steps:
        about = {"input": document, "executionName": name}
        outcome: Any = None
        try:
            start = about | {"executionArn": arn_of(name), "startTime": iso(self.world.clock())}
            ids = yield from self._task(prepare_execution, start)
            run = yield from self._submitted(ids, name)
            if run is None:
                self._ended(name, CONTINUED)
                return
            outcome = yield from self._outcome(ids | run)
        except Exception as exc:  # noqa: BLE001 (States.ALL)
            outcome = {"error": type(exc).__name__, "cause": json.dumps({"errorMessage": str(exc)})}
        ended = yield from self._task(release_slot, about | {"outcome": outcome})
        self._ended(name, ended["status"])

    def _submitted(self, ids: dict[str, Any], name: str) -> Any:
        """The run; None if the request is continued by another execution."""
        for _ in range(self.max_requeues):
            yield from self._token(wait_for_slot, ids | {"executionArn": arn_of(name)})
            try:
                since = {"triesSince": iso(self.world.clock()), "requeueError": "SlotReleased"}
                return (yield from self._task(submit_execution, ids | since))
            except SlotReleased:
                yield "SlotReleased"
        yield from self._task(continue_execution, ids | {"executionArn": arn_of(name)})
        return None

    def _outcome(self, ids: dict[str, Any]) -> Any:
        while True:
            outcome = yield from self._token(wait_for_outcome, ids, longest=NO_SIGN_OF_LIFE / self.round_seconds)
            if outcome is None:
                outcome = yield from self._polled(ids)
            if outcome["status"] != "RUNNING":
                return outcome

    def _polled(self, ids: dict[str, Any]) -> Any:
        try:
            return (yield from self._task(poll_execution, ids, MAX_POLL_ATTEMPTS))
        except (AmcUnavailable, AmcThrottled):
            return {"status": "RUNNING"}

    def token_of(self, number: int) -> str:
        """The task token that Step Functions gives to a try."""
        return f"token-{number}"

    def _task(self, handler: ModuleType, event: dict[str, Any], most: int = MAX_ATTEMPTS) -> Any:
        crashes = tries = 0
        while True:
            yield f"before {_name(handler)}"
            try:
                return self._call(handler, event)
            except SlotReleased:
                raise
            except TransientError:
                tries += 1
                if tries > most:
                    raise
            except Killed:
                crashes += 1
                assert crashes < MAX_CRASH_ATTEMPTS

    def _token(self, handler: ModuleType, event: dict[str, Any], longest: float = MOST_ROUNDS) -> Any:
        """What the token is answered with; None when `longest` rounds have passed."""
        while True:
            self._tokens += 1
            token = self.token_of(self._tokens)
            self.world.states.open_tokens.add(token)
            yield f"before {_name(handler)}"
            answered = self._is_called(handler, event | {"taskToken": token})
            waited = 0
            while token not in self.world.states.answers and answered and waited < longest:
                waited += 1
                yield f"in {_name(handler)}"
            self.world.states.open_tokens.discard(token)
            if token in self.world.states.answers or answered:
                return json.loads(self.world.states.answers.get(token, "null"))

    def _is_called(self, handler: ModuleType, event: dict[str, Any]) -> bool:
        try:
            self._call(handler, event)
        except (Killed, TransientError):
            return False
        return True


def _name(handler: ModuleType) -> str:
    return handler.__name__.rpartition(".")[2]
