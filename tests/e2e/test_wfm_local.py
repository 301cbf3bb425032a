"""`wfm local up`, and the command against it, as a person would type it in the repository."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import urljoin

import httpx2
import pytest

from local import background
from local.synthesis import REPOSITORY
from tests.assemblies import for_this_machine
from tests.e2e.deployment import PATIENCE
from tests.e2e.emulator.account import eventually
from tests.e2e.processes import Process, children
from wfm.client.local_state import LocalState, holder, read_state
from wfm.errors import LocalRuntimeError

UP = """
import sys
from pathlib import Path
from local import background

background.up(speed=120, directory=Path(sys.argv[1]))
"""


@pytest.fixture(scope="module", autouse=True)
def synthesis() -> None:
    """What `wfm local up` would synthesize is there already, of the same sources."""
    for_this_machine()


@pytest.fixture
def directory(tmp_path: Path) -> Iterator[Path]:
    """Of a runtime that this test may start; whatever happens, nothing of it stays."""
    yield tmp_path
    background.down(tmp_path)


@pytest.fixture
def proxy() -> Iterator[dict[str, str]]:
    """The environment of somebody whose proxy does not answer, and is not to be asked for what is on this machine."""
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{nobody.getsockname()[1]}"
        names = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")
        yield {each: address for name in names for each in (name, name.lower())} | {"no_proxy": "example.com"}


def python(environment: Mapping[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *words],
        cwd=REPOSITORY,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def owned_by(supervisor: int) -> list[Process]:
    """The emulator and the simulator."""
    return [Process(child) for child in children(supervisor)]


def test_a_request_goes_from_the_command_to_amc_and_back_past_a_proxy(directory: Path, proxy: dict[str, str]) -> None:
    def wfm(*words: str) -> subprocess.CompletedProcess[str]:
        return python(proxy | {"WFM_LOCAL": str(directory)}, "-m", "wfm", *words)

    up = python(proxy, "-c", UP, str(directory))

    ran = wfm("run", "reach_and_frequency", "--customer", "cedar-cycles", "--start", "TODAY(-9)",
              "--end", "TODAY(-2)", "--parameter", "frequency_cap=5", "--wait", "--timeout", str(PATIENCE))  # fmt: skip
    listed = json.loads(wfm("executions", "list", "--customer", "cedar-cycles", "--json").stdout)
    run_id = listed[0]["execution"]["workflowExecutionId"]
    shown = json.loads(wfm("executions", "show", run_id, "--customer", "cedar-cycles", "--json").stdout)
    refused = wfm("run", "reach", "--customer", "cedar-cycles")
    added = wfm("local", "tenant", "add", "dogwood-dairy", "--json")
    elsewhere = wfm("local", "amc", "start", "geo_performance", "--customer", "alder-audio", "--json")
    examined = wfm("doctor", "--json")

    assert up.returncode == 0, up.stderr
    assert (ran.returncode, ran.stdout.count("SUCCEEDED")) == (0, 2), ran
    assert [run["status"] for run in listed] == ["SUCCEEDED"]
    assert shown["execution"]["parameterValues"] == {"frequency_cap": "5"}
    assert shown["id"] == listed[0]["id"]
    assert refused.returncode == 2
    assert "cedar-cycles has no workflow 'reach'" in refused.stderr
    assert json.loads(added.stdout) == {
        "customerId": "dogwood-dairy", "amcInstanceId": "amcdogwooddairy1", "bucketName": "amcdogwooddairy1-results",
    }  # fmt: skip
    assert "dogwood-dairy" in wfm("tenants", "list").stdout
    assert json.loads(elsewhere.stdout)["customerId"] == "alder-audio"
    assert {one["check"]: one["verdict"] for one in json.loads(examined.stdout)} == {
        "local runtime": "GOOD", "region": "GOOD", "credentials": "GOOD", "outputs": "GOOD", "secrets": "GOOD",
        "tenants": "GOOD", "alarms": "GOOD", "quotas": "GOOD",
    }  # fmt: skip


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, LocalState]]:
    """A runtime without tenants, and its directory, for tests that leave it as it is."""
    directory = tmp_path_factory.mktemp("running")
    state, was_up = background.up(empty=True, directory=directory)
    assert not was_up
    yield directory, state
    background.down(directory)


def test_a_runtime_is_started_once(running: tuple[Path, LocalState]) -> None:
    directory, state = running

    again, was_up_again = background.up(empty=True, directory=directory)

    assert (was_up_again, again) == (True, state)
    assert background.describe(directory).tenants == []


def test_its_console_is_entered_by_the_address_that_it_prints(running: tuple[Path, LocalState]) -> None:
    address = background.describe(running[0]).console

    with httpx2.Client(follow_redirects=True, trust_env=False, timeout=60) as browser:
        page = browser.get(address)
        inside = browser.get(urljoin(address, "/simulator"))

    assert page.status_code == 200
    assert "LOCAL" in page.text
    assert "No tenants yet." in page.text
    assert "AMC has no run yet." in inside.text


def test_a_taken_port_is_said_by_the_command_that_wanted_it(running: tuple[Path, LocalState], tmp_path: Path) -> None:
    port = running[1].endpoint.rpartition(":")[2]

    with pytest.raises(LocalRuntimeError, match=f"Port {port} on 127.0.0.1 is taken"):
        background.up(int(port), empty=True, directory=tmp_path)


def test_a_supervisor_that_is_killed_leaves_nothing_running_and_the_next_one_starts_and_is_stopped_once(
    directory: Path,
) -> None:
    state, _ = background.up(empty=True, directory=directory)
    owned = owned_by(state.supervisor)

    os.kill(state.supervisor, signal.SIGKILL)

    assert len(owned) == 2
    eventually(lambda: not any(process.is_alive() for process in owned))
    eventually(lambda: holder(directory) is None)
    assert read_state(directory) is None
    next_state, was_up = background.up(empty=True, directory=directory)
    assert not was_up
    assert next_state.supervisor != state.supervisor

    owned = owned_by(next_state.supervisor)
    assert background.down(directory)
    assert not background.down(directory)
    assert not any(process.is_alive() for process in owned)
    assert [path.name for path in directory.iterdir() if path.is_dir()] == []
    with pytest.raises(LocalRuntimeError, match="it is not up"):
        background.describe(directory)
