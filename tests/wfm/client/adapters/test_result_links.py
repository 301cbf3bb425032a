import io
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.wfm.commands import Run as Command
from wfm.client.adapters.functions import Functions
from wfm.client.adapters.result_links import ResultLinks
from wfm.client.results.results import joined
from wfm.errors import ClientError, UnreachableError


class NoFunction(Exception):
    """As boto3 makes it."""


class FakeFunctions:
    """The Lambda: hands out links of the newest key, as AMC does; `error` is what it fails with."""

    class exceptions:  # noqa: N801 (boto3's name)
        ResourceNotFoundException = NoFunction

    def __init__(self, base: str, parts: int = 2) -> None:
        self.base, self.parts = base, parts
        self.asked: list[Any] = []
        self.error: str | None = None
        self.missing = False

    def invoke(self, FunctionName: str, Payload: bytes) -> dict[str, Any]:  # noqa: N803 (boto3's names)
        if self.missing:
            raise NoFunction
        self.asked.append((FunctionName, json.loads(Payload)))
        if self.error:
            return {
                "FunctionError": "Unhandled",
                "Payload": io.BytesIO(json.dumps({"errorMessage": self.error}).encode()),
            }
        key = len(self.asked)
        urls = [f"{self.base}/part{number}?key={key}" for number in range(self.parts)]
        return {"Payload": io.BytesIO(json.dumps({"urls": urls}).encode())}


class Storage(ThreadingHTTPServer):
    """Serves parts; of each key only `good_for` requests, after which its links are dead."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Part)
        self.good_for = 100
        self.busy = 0
        self.used: dict[str, int] = {}

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class Part(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        storage: Any = self.server
        path, _, key = self.path.partition("?")
        storage.used[key] = storage.used.get(key, 0) + 1
        if storage.busy:
            storage.busy -= 1
            self.send_error(503)
            return
        dead = storage.used[key] > storage.good_for
        body = b"" if dead else b"name,count\n%s,1" % path[1:].encode()
        self.send_response(403 if dead else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet."""


@pytest.fixture
def storage() -> Iterator[Storage]:
    with Storage() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def got(functions: FakeFunctions) -> bytes:
    links: Any = ResultLinks(Functions(functions, "wfm", lambda _: None), lambda _: None)  # type: ignore[arg-type]
    return b"".join(joined(links.parts("acme", "e1")))


def test_parts_come_through_links_under_one_header(storage: Storage) -> None:
    functions = FakeFunctions(storage.base)

    assert got(functions) == b"name,count\npart0,1\npart1,1\n"
    assert functions.asked == [("wfm-GetResultUrls", {"customerId": "acme", "workflowExecutionId": "e1"})]


def test_a_link_to_this_machine_is_opened_past_a_proxy(storage: Storage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")

    assert got(FakeFunctions(storage.base)) == b"name,count\npart0,1\npart1,1\n"


def test_a_link_that_has_died_is_asked_for_again(storage: Storage) -> None:
    storage.good_for = 1
    functions = FakeFunctions(storage.base)

    assert got(functions) == b"name,count\npart0,1\npart1,1\n"
    assert len(functions.asked) == 2


def test_links_that_are_always_dead_are_given_up(storage: Storage) -> None:
    storage.good_for = 0
    functions = FakeFunctions(storage.base)

    with pytest.raises(UnreachableError, match="link to part 1 answers 403"):
        got(functions)
    assert len(functions.asked) == 3


@pytest.mark.parametrize(("busy", "is_good"), [(2, True), (3, False)])
def test_a_storage_that_is_busy_is_asked_again_by_the_same_link(storage: Storage, busy: int, is_good: bool) -> None:
    storage.busy = busy
    functions = FakeFunctions(storage.base)

    if is_good:
        assert got(functions) == b"name,count\npart0,1\npart1,1\n"
    else:
        with pytest.raises(UnreachableError, match="link to part 1 answers 503"):
            got(functions)
    assert len(functions.asked) == 1


def test_amcs_own_words_are_reported() -> None:
    functions = FakeFunctions("http://127.0.0.1:1")
    functions.error = "Execution with ID e1 is unavailable for download."

    with pytest.raises(ClientError, match="unavailable for download"):
        got(functions)


def test_a_deployment_without_the_function_is_said_to_be_another_version() -> None:
    functions = FakeFunctions("http://127.0.0.1:1")
    functions.missing = True

    with pytest.raises(UnreachableError, match="no function wfm-GetResultUrls"):
        got(functions)


def test_only_addresses_on_the_web_are_opened() -> None:
    with pytest.raises(ClientError, match="no address on the web"):
        got(FakeFunctions("file:///etc"))


def test_a_tenant_without_a_bucket_gets_its_results_from_amc(
    deployed: Any, storage: Storage, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    deployed.put_tenant()
    deployed.put_execution("e1", "SUCCEEDED", outputS3URI="N/A")
    functions = FakeFunctions(storage.base)
    monkeypatch.setattr("wfm.client.aws.Functions", lambda _client, prefix: Functions(functions, prefix))  # type: ignore[arg-type]

    without = command("results", "get", "acme/e1")
    ended = command("results", "get", "acme/e1", "--from-amc", "-o", "got.csv")

    assert (without.code, ended.code) == (1, 0)
    assert Path("got.csv").read_bytes() == b"name,count\npart0,1\npart1,1\n"
    assert functions.asked[0][0] == "wfm-demoteam-amcdataset-GetResultUrls"
