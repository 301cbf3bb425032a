"""A WFM whose tables and queues are in moto. No handlers run."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest
import typer.main

import wfm.cli
from tests import emulated_aws
from tests.wfm.amc_functions import AmcFunctions
from tests.wfm.backfilling import ROLE
from tests.wfm.commands import Ended, Run
from tests.wfm.deployed import DEPLOYMENT, Deployed, session
from tests.wfm.json_answers import check_answer
from tests.wfm.onboarding import FakeOnboarding
from tests.wfm.post import FakeLifecycle, Post
from tests.wfm.syncing import FakeSync, FakeTracker
from wfm.client.adapters.session import open_session
from wfm.client.connection import Connection

if TYPE_CHECKING:
    import boto3

COMMAND_TREE: Final = cache(typer.main.get_command)  # of fifty commands, the same for each test


@pytest.fixture
def aws_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Only moto's AWS, and no local runtime of the developer's."""
    for name in ("AWS_PROFILE", "AWS_ENDPOINT_URL", "WFM_CONTEXT", "WFM_LOCAL", "WFM_TEAM", "WFM_DATASET"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    for kind in ("CACHE", "CONFIG", "STATE"):
        monkeypatch.setenv(f"XDG_{kind}_HOME", str(tmp_path / kind.lower()))
    monkeypatch.chdir(tmp_path)


@pytest.fixture(scope="module")
def moto() -> Iterator[None]:
    with emulated_aws.started():
        yield


@pytest.fixture
def aws(aws_settings: None, moto: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty account, and clients of it that are made once for all tests."""
    emulated_aws.empty()
    monkeypatch.setattr("boto3.DEFAULT_SESSION", session())


@pytest.fixture
def deployed(aws: None, monkeypatch: pytest.MonkeyPatch) -> Deployed:
    """Found without CloudFormation, which has tests of its own."""
    monkeypatch.setattr("wfm.client.deployment.find_deployment", lambda _client, _stack: DEPLOYMENT)
    monkeypatch.setattr("wfm.client.adapters.session.open_session", _session_of)
    return Deployed()


def _session_of(connection: Connection) -> "boto3.Session":
    return session() if connection == Connection() else open_session(connection)


@pytest.fixture
def listen() -> Iterator[Callable[[Any, str, Callable[..., None]], None]]:
    """Hear an event of a client, whose next test does not hear it any more."""
    with ExitStack() as deaf:

        def register(client: Any, event: str, heard: Callable[..., None]) -> None:
            client.meta.events.register(event, heard)
            deaf.callback(client.meta.events.unregister, event, heard)

        yield register


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run `wfm` with these words, in a pipe. What `--json` prints is held against the command's schema."""
    monkeypatch.setattr("typer.main.get_command", COMMAND_TREE)

    def run(*words: str) -> Ended:
        monkeypatch.setattr(sys, "argv", ["wfm", *words])
        with pytest.raises(SystemExit) as left:
            wfm.cli.main()
        out, err = capsys.readouterr()
        code = left.value.code
        ended = Ended(code if isinstance(code, int) else 0, out, err)
        if "--json" in words and out:
            check_answer(words, out)
        return ended

    return run


@pytest.fixture
def machine(deployed: Deployed, monkeypatch: pytest.MonkeyPatch) -> FakeOnboarding:
    """What starts when a TPS record changes, at a pace of its own; nobody sleeps while following it."""
    fake = FakeOnboarding(deployed.table("Tenants"), deployed.table("CustomerConfig"))
    monkeypatch.setattr("wfm.client.aws.OnboardingMachine", lambda *_: fake)
    monkeypatch.setattr("wfm.client.poll_schedule.FIRST_PAUSE", 0.001)
    return fake


@pytest.fixture
def post(deployed: Deployed, monkeypatch: pytest.MonkeyPatch) -> Post:
    """The queues of the tenant acme; nobody waits for messages that do not come."""
    monkeypatch.setattr("wfm.client.adapters.queue_messages.LONG_POLL_SECONDS", 0)
    return Post(deployed)


@pytest.fixture
def lifecycle(deployed: Deployed, monkeypatch: pytest.MonkeyPatch) -> FakeLifecycle:
    """Executions of the lifecycle that a test says are there."""
    fake = FakeLifecycle(deployed)
    monkeypatch.setattr("wfm.client.aws.LifecycleMachine", lambda *_: fake)
    monkeypatch.setattr("wfm.client.poll_schedule.FIRST_PAUSE", 0.001)
    return fake


@pytest.fixture
def sync(deployed: Deployed, monkeypatch: pytest.MonkeyPatch) -> FakeSync:
    """What brings workflows to AMC, a state further with each peek."""
    fake = FakeSync(deployed.table("Workflows"))
    monkeypatch.setattr("wfm.client.aws.SyncMachine", lambda *_: fake)
    return fake


@pytest.fixture
def rollout_machine(deployed: Deployed) -> Callable[[], list[str]]:
    """The machine `library_rollout` in moto, as the names of its executions. Nothing runs by itself."""
    stepfunctions = session().client("stepfunctions")
    definition = json.dumps({"StartAt": "A", "States": {"A": {"Type": "Succeed"}}})
    stepfunctions.create_state_machine(name="library_rollout", definition=definition, roleArn=ROLE)
    machine = DEPLOYMENT.library_rollout_arn

    def begun() -> list[str]:
        return [one["name"] for one in stepfunctions.list_executions(stateMachineArn=machine)["executions"]]

    return begun


@pytest.fixture
def tracker(deployed: Deployed, monkeypatch: pytest.MonkeyPatch) -> FakeTracker:
    """Polls a tenant at once."""
    fake = FakeTracker(deployed.table("Tenants"), deployed.table("Workflows"))
    monkeypatch.setattr("wfm.client.aws.TrackingMachine", lambda *_: fake)
    return fake


@pytest.fixture
def amc(deployed: Deployed, monkeypatch: pytest.MonkeyPatch) -> AmcFunctions:
    """WFM's Lambdas that ask AMC; nobody sleeps between their tries."""
    functions = AmcFunctions()
    monkeypatch.setattr("wfm.client.aws.Functions", lambda *_: functions.client())
    return functions
