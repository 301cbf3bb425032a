from collections.abc import Callable, Collection, Sequence
from datetime import datetime

import pytest

from tests.wfm.console.browser import Browser
from tests.wfm.console.executions import FakeStepFunctions
from tests.wfm.console.simulated import FakeAmc
from tests.wfm.deployed import Deployed
from wfm.calendar.timestamps import parse
from wfm.client.adapters.log_queries import FoundLines, RawLine


@pytest.fixture
def browser(deployed: Deployed) -> Browser:
    """A browser that has been let in to a console of the deployment in moto."""
    return Browser(deployed.wfm)


StandStill = Callable[[str], None]


@pytest.fixture
def stand_still(monkeypatch: pytest.MonkeyPatch) -> StandStill:
    """Let it be this time for the console; its threads, and all others, go on by the clock."""

    def stand(moment: str) -> None:
        for module in (
            "app",
            "queries.fleet",
            "queries.runs",
            "queries.run",
            "queries.calendar",
            "queries.timeline",
            "queries.tracking",
        ):
            monkeypatch.setattr(f"wfm.console.{module}.present", lambda: parse(moment))

    return stand


class FakeLogs:
    """What Logs Insights finds: lines as (time, group, message), and what was asked."""

    def __init__(self) -> None:
        self.lines: list[RawLine] = []
        self.asked: list[tuple[str, ...]] = []

    def put(self, group: str, message: str, time: str = "2026-11-23 14:59:30.000") -> None:
        self.lines.append(RawLine(f"p{len(self.lines)}", time, f"/aws/lambda/wfm-a-b-{group}", message))

    def find(self, words: Sequence[str], _start: datetime, _end: datetime, limit: int) -> FoundLines:
        self.asked.append(tuple(words))
        return FoundLines(self.lines[:limit], len(self.lines) > limit)

    def newest(self, names: Collection[str], _start: datetime, _end: datetime, limit: int) -> FoundLines:
        self.asked.append(tuple(names))
        return FoundLines(self.lines[:limit], len(self.lines) > limit)


@pytest.fixture
def logs(deployed: Deployed, monkeypatch: pytest.MonkeyPatch) -> FakeLogs:
    """A log that a test says is there."""
    fake = FakeLogs()
    monkeypatch.setattr("wfm.client.adapters.log_queries.LogQueries", lambda *_: fake)
    return fake


@pytest.fixture
def simulated() -> FakeAmc:
    """An AMC as a local runtime has it, that a test fills."""
    return FakeAmc()


@pytest.fixture
def executions(deployed: Deployed, monkeypatch: pytest.MonkeyPatch) -> FakeStepFunctions:
    """Executions that a test says are there."""
    fake = FakeStepFunctions()
    monkeypatch.setattr("wfm.client.aws.MachineReader", lambda _client: fake.reader())
    return fake
