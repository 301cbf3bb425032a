"""Behind a proxy, what is on this machine is reached all the same."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.adapters.scripted_server import ScriptedServer
from wfm.client.loopback import endpoint_of, is_on_this_machine, proxies

ASKS = """
import sys
from wfm.client.adapters.session import open_session
from wfm.client.connection import Connection, local_connection
from wfm.client.adapters.result_links import _open

endpoint = sys.argv[1]
print(_open(f"{endpoint}/part").read().decode())
for connection in (local_connection(endpoint, "us-east-1", "stack"), Connection(region="us-east-1")):
    client = open_session(connection).client("sqs", endpoint_url=connection.endpoint_url)
    client.list_queues()
"""


@pytest.fixture
def behind_a_proxy() -> Iterator[dict[str, str]]:
    """The environment of somebody whose proxy does not answer."""
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{nobody.getsockname()[1]}"
        names = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")
        yield {each: address for name in names for each in (name, name.lower())} | {"no_proxy": "example.com"}


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://127.0.0.1:4566", True),
        ("http://127.9.9.9/path", True),
        ("http://localhost:4566", True),
        ("http://LOCALHOST", True),
        ("http://amcone.localhost:80/", True),
        ("http://[::1]:4566/path", True),
        ("https://amazon.com", False),
        ("https://localhost.example.com", False),
        ("http://10.0.0.1", False),
        ("nothing", False),
    ],
)
def test_loopback_is_distinguished_from_the_rest_of_the_world(url: str, expected: bool) -> None:
    assert is_on_this_machine(url) is expected
    assert (proxies(url) == {}) is expected


def test_without_an_endpoint_the_environments_proxies_count() -> None:
    assert proxies(endpoint_of({}, None)) is None
    assert endpoint_of({"AWS_ENDPOINT_URL": "http://localhost:1"}, None) == "http://localhost:1"
    assert endpoint_of({"AWS_ENDPOINT_URL": "http://localhost:1"}, "http://localhost:2") == "http://localhost:2"


def test_the_client_reaches_this_machine_past_a_proxy_that_does_not_answer(behind_a_proxy: dict[str, str]) -> None:
    with ScriptedServer() as server:
        server.will_answer(b"a,b")
        keys = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_ENDPOINT_URL": server.url}

        done = subprocess.run(
            [sys.executable, "-c", ASKS, server.url],
            env=os.environ | behind_a_proxy | keys,
            capture_output=True,
            text=True,
            check=False,
        )

    assert (done.returncode, done.stdout) == (0, "a,b\n"), done.stderr
    assert len(server.asked) == 3
