"""Behind a proxy the local runtime is reached all the same."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.adapters.scripted_server import ScriptedServer
from wfm.aws import open_session
from wfm.connection import Connection, local_connection
from wfm.loopback import is_loopback


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[ScriptedServer]:
    """On this machine, for somebody whose every request is to go through a proxy that knows nothing of it."""
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    with ScriptedServer() as server:
        yield server


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:4566", "http://localhost:80/a", "http://[::1]:1", "http://127.9.9.9"]
)
def test_these_are_of_this_machine(url: str) -> None:
    assert is_loopback(url)


@pytest.mark.parametrize(
    "url", [None, "", "https://sqs.us-east-1.amazonaws.com", "http://10.0.0.1", "http://127.evil.org"]
)
def test_these_are_not(url: str | None) -> None:
    assert not is_loopback(url)


def test_the_local_runtime_is_reached_past_a_proxy(server: ScriptedServer) -> None:
    server.will_answer({"QueueUrls": ["http://queue"]})
    session = open_session(local_connection(server.url, "us-east-1", "wfm-a-b"))

    found = session.client("sqs", endpoint_url=server.url).list_queues()

    assert found["QueueUrls"] == ["http://queue"]


def test_an_emulator_that_the_environment_names_is_reached_past_a_proxy(
    server: ScriptedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_ENDPOINT_URL", server.url)
    server.will_answer({"QueueUrls": ["http://queue"]})

    found = open_session(Connection(region="us-east-1")).client("sqs").list_queues()

    assert found["QueueUrls"] == ["http://queue"]


def test_aws_itself_is_reached_through_the_proxy(server: ScriptedServer) -> None:
    session = open_session(Connection(region="us-east-1"))

    config: Any = session.client("sqs", aws_access_key_id="a", aws_secret_access_key="b").meta.config

    assert config.proxies is None
