import pytest

from tests.wfm.console.browser import Browser
from tests.wfm.console.executions import FakeStepFunctions
from tests.wfm.deployed import Deployed


@pytest.fixture
def browser(deployed: Deployed) -> Browser:
    """A browser that has been let in to a console of the deployment in moto."""
    return Browser(deployed.wfm)


@pytest.fixture
def executions(deployed: Deployed, monkeypatch: pytest.MonkeyPatch) -> FakeStepFunctions:
    """Executions that a test says are there."""
    fake = FakeStepFunctions()
    monkeypatch.setattr("wfm.client.aws.MachineReader", lambda _client: fake.reader())
    return fake
