from collections.abc import Callable

import pytest

from tests.wfm.console.browser import Browser
from tests.wfm.console.executions import FakeStepFunctions
from tests.wfm.deployed import Deployed
from wfm.calendar.timestamps import parse


@pytest.fixture
def browser(deployed: Deployed) -> Browser:
    """A browser that has been let in to a console of the deployment in moto."""
    return Browser(deployed.wfm)


StandStill = Callable[[str], None]


@pytest.fixture
def stand_still(monkeypatch: pytest.MonkeyPatch) -> StandStill:
    """Let it be this time for the console; its threads, and all others, go on by the clock."""

    def stand(moment: str) -> None:
        for module in ("app", "queries.fleet", "queries.runs", "queries.run", "queries.calendar", "queries.timeline"):
            monkeypatch.setattr(f"wfm.console.{module}.present", lambda: parse(moment))

    return stand


@pytest.fixture
def executions(deployed: Deployed, monkeypatch: pytest.MonkeyPatch) -> FakeStepFunctions:
    """Executions that a test says are there."""
    fake = FakeStepFunctions()
    monkeypatch.setattr("wfm.client.aws.MachineReader", lambda _client: fake.reader())
    return fake
