"""A WFM whose tables and queues are in moto. No handlers run."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from moto import mock_aws

import wfm.cli
from tests.wfm.commands import Ended, Run
from tests.wfm.deployed import DEPLOYMENT, Deployed
from tests.wfm.onboarding import FakeOnboarding
from tests.wfm.post import FakeLifecycle, Post
from tests.wfm.syncing import FakeSync, FakeTracker


@pytest.fixture
def aws_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Only moto's AWS, and no local runtime of the developer's."""
    for name in ("AWS_PROFILE", "AWS_ENDPOINT_URL", "WFM_LOCAL", "WFM_TEAM", "WFM_DATASET"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def deployed(aws_settings: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Deployed]:
    """Found without CloudFormation, which has tests of its own."""
    monkeypatch.setattr("wfm.client.aws.find_deployment", lambda _client, _stack: DEPLOYMENT)
    with mock_aws():
        yield Deployed()


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run `wfm` with these words, in a pipe."""

    def run(*words: str) -> Ended:
        monkeypatch.setattr(sys, "argv", ["wfm", *words])
        with pytest.raises(SystemExit) as left:
            wfm.cli.main()
        out, err = capsys.readouterr()
        code = left.value.code
        return Ended(code if isinstance(code, int) else 0, out, err)

    return run


@pytest.fixture
def machine(deployed: Deployed, monkeypatch: pytest.MonkeyPatch) -> FakeOnboarding:
    """What starts when a TPS record changes, at a pace of its own; nobody sleeps while following it."""
    fake = FakeOnboarding(deployed.table("Tenants"), deployed.table("CustomerConfig"))
    monkeypatch.setattr("wfm.client.aws.OnboardingMachine", lambda _client, _arn: fake)
    monkeypatch.setattr("wfm.client.waiting.FIRST_PAUSE", 0.001)
    return fake


@pytest.fixture
def post(deployed: Deployed, monkeypatch: pytest.MonkeyPatch) -> Post:
    """The queues of the tenant acme; nobody waits for messages that do not come."""
    monkeypatch.setattr("wfm.client.queues.messages.LONG_POLL_SECONDS", 0)
    return Post(deployed)


@pytest.fixture
def lifecycle(deployed: Deployed, monkeypatch: pytest.MonkeyPatch) -> FakeLifecycle:
    """Executions of the lifecycle that a test says are there."""
    fake = FakeLifecycle(deployed)
    monkeypatch.setattr("wfm.client.aws.LifecycleMachine", lambda _client, _arn: fake)
    monkeypatch.setattr("wfm.client.waiting.FIRST_PAUSE", 0.001)
    return fake


@pytest.fixture
def sync(deployed: Deployed, monkeypatch: pytest.MonkeyPatch) -> FakeSync:
    """What brings workflows to AMC, a state further with each look."""
    fake = FakeSync(deployed.table("Workflows"))
    monkeypatch.setattr("wfm.client.aws.SyncMachine", lambda _client, _arn: fake)
    return fake


@pytest.fixture
def tracker(deployed: Deployed, monkeypatch: pytest.MonkeyPatch) -> FakeTracker:
    """What looks at a tenant at once."""
    fake = FakeTracker(deployed.table("Tenants"), deployed.table("Workflows"))
    monkeypatch.setattr("wfm.client.aws.TrackingMachine", lambda _client, _arn: fake)
    return fake
