"""The emulator's life: starts, stands beside others, and leaves nothing behind however it ends."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from local.emulator import Emulator, EmulatorError, ServerSettings, workspace
from local.emulator.process import require_python
from local.emulator.settings import child_environment
from tests.e2e.emulator.account import PATIENCE, Account, eventually
from tests.e2e.processes import Process, children
from tests.e2e.started import carelessly

OWNER = """
import sys
from pathlib import Path
from local.emulator import Emulator
from local.signals import own_dispositions
from tests.e2e.emulator.account import Account

with Emulator("orphan", root=Path(sys.argv[1])) as emulator:
    account = Account(emulator)
    function = account.function("import os\\nhandler = lambda event, context: os.getpid()")
    worker = account.invoke(function)
    own_dispositions()  # not before: the emulator is to have its own whatever it was started with
    print(emulator.pid, worker, flush=True)
    sys.stdin.read()
"""
BUSY = """
    import os, time

    def handler(event, context):
        print("pid", os.getpid())
        time.sleep(3600)
"""


def test_a_stopped_emulator_leaves_no_process_and_no_folder(tmp_path: Path) -> None:
    with Emulator("stopped", root=tmp_path) as emulator:
        account = Account(emulator)
        worker = Process(account.invoke(account.function("import os\nhandler = lambda event, context: os.getpid()")))
        server = Process(emulator.pid)
        assert emulator.folder.parent == tmp_path

    assert not server.is_alive()
    eventually(lambda: not worker.is_alive())
    assert _folders(tmp_path) == []


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_an_owner_that_dies_takes_the_emulator_its_workers_and_its_folder_along(
    tmp_path: Path, number: signal.Signals
) -> None:
    with _owner(tmp_path) as (owner, server, worker):
        owner.send_signal(number)
        owner.wait(PATIENCE)

        eventually(lambda: not server.is_alive() and not worker.is_alive())
    assert _folders(tmp_path) == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_an_emulator_that_is_told_to_end_takes_its_workers_along(tmp_path: Path, number: signal.Signals) -> None:
    with _owner(tmp_path) as (_, server, worker):
        os.kill(server.pid, number)

        eventually(lambda: not server.is_alive() and not worker.is_alive())


def test_the_next_start_sweeps_what_was_left_when_all_were_killed(tmp_path: Path) -> None:
    with _owner(tmp_path) as (owner, server, worker):
        os.kill(server.pid, signal.SIGKILL)
        owner.kill()
        owner.wait(PATIENCE)
        eventually(lambda: not worker.is_alive())
    assert len(_folders(tmp_path)) == 1

    with Emulator("next", root=tmp_path) as emulator:
        assert _folders(tmp_path) == [emulator.folder]


def test_a_start_leaves_the_folders_of_the_living_alone(tmp_path: Path) -> None:
    with _owner(tmp_path):
        others = _folders(tmp_path)

        with Emulator("next", root=tmp_path):
            assert set(others) < set(_folders(tmp_path))


def test_a_second_emulator_stands_beside_the_first(emulator: Emulator, tmp_path: Path) -> None:
    with Emulator("first", root=tmp_path) as first, Emulator("second", root=tmp_path) as second:
        first.client("sqs").create_queue(QueueName="mine")

        assert first.folder.exists()
        assert second.client("sqs").list_queues().get("QueueUrls", []) == []
    assert emulator.client("sqs").list_queues(QueueNamePrefix="mine").get("QueueUrls", []) == []


def test_a_busy_worker_does_not_delay_the_end(tmp_path: Path) -> None:
    with Emulator("busy", root=tmp_path) as emulator:
        account = Account(emulator)
        function = account.function(BUSY, timeout=3600)
        account.functions.invoke(FunctionName=function, InvocationType="Event")
        (worker,) = map(Process, eventually(lambda: list(children(emulator.pid))))

    eventually(lambda: not worker.is_alive())


def test_a_taken_port_is_named(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]

        with pytest.raises(EmulatorError, match=f"Port {port} on 127.0.0.1 is taken"):
            Emulator("taken", port=port, root=tmp_path).start()

    assert _folders(tmp_path) == []


def test_a_fixed_port_that_is_free_is_used(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    with Emulator("fixed", port=port, root=tmp_path) as emulator:
        assert emulator.endpoint == f"http://127.0.0.1:{port}"


def test_a_full_disk_is_named(tmp_path: Path) -> None:
    with pytest.raises(EmulatorError, match="The disk is full"):
        workspace.create("full", 1, tmp_path, needed_bytes=2**62)


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")

    with pytest.raises(EmulatorError, match=r"cannot write below .*file"):
        Emulator("nowhere", root=tmp_path / "file").start()


def test_an_old_python_is_named() -> None:
    with pytest.raises(EmulatorError, match=r"Python 3\.11 or newer is needed, this is Python 3\.9\."):
        require_python((3, 9))


def test_an_emulator_that_exits_at_start_shows_the_end_of_its_log(tmp_path: Path) -> None:
    settings = ServerSettings(patches_off=frozenset({"no_such_patch"}))

    with pytest.raises(EmulatorError, match=r"exited at start(?s:.*)There is no patch named no_such_patch"):
        Emulator("broken", settings=settings, root=tmp_path).start()

    assert _folders(tmp_path) == []


def test_the_users_own_settings_do_not_reach_the_emulator(tmp_path: Path) -> None:
    own = {"PATH": "/bin", "AWS_PROFILE": "production", "AWS_ENDPOINT_URL": "http://127.0.0.1:9"}
    proxies = {"HTTP_PROXY": "http://127.0.0.1:9", "https_proxy": "http://127.0.0.1:9"}

    given = child_environment(4566, tmp_path, ServerSettings(), own | proxies)

    assert (given["PATH"], given["AWS_ENDPOINT_URL"]) == ("/bin", "http://127.0.0.1:4566")
    assert not {"AWS_PROFILE", *proxies} & set(given)


def test_a_lambda_sees_the_emulators_environment(emulator: Emulator) -> None:
    account = Account(emulator)

    seen = account.invoke(account.function("import os\nhandler = lambda event, context: dict(os.environ)"))

    given = child_environment(emulator.port, emulator.folder, ServerSettings(), {})
    for name in ("AWS_ENDPOINT_URL", "NO_PROXY", "no_proxy", "TMPDIR"):
        assert seen[name] == given[name]


def test_any_client_reaches_the_emulator_through_its_environment(emulator: Emulator) -> None:
    code = "import boto3; print(boto3.client('sts').get_caller_identity()['Account'])"
    proxy = {"HTTP_PROXY": "http://127.0.0.1:9", "http_proxy": "http://127.0.0.1:9", "no_proxy": "example.com"}
    environment = os.environ | proxy | emulator.environment()

    told = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)

    assert told.stdout == "000000000000\n"


@contextmanager
def _owner(root: Path) -> Iterator[tuple[subprocess.Popen[str], Process, Process]]:
    """Another process that owns an emulator with a warm worker: the owner, the emulator, the worker."""
    with subprocess.Popen(
        carelessly([sys.executable, "-c", OWNER, str(root)]),
        cwd=workspace.REPOSITORY,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as owner:
        assert owner.stdout is not None
        try:
            server, worker = (Process(int(pid)) for pid in owner.stdout.readline().split())
            yield owner, server, worker
        finally:
            owner.kill()


def _folders(root: Path) -> list[Path]:
    return sorted(path for path in root.iterdir() if path.is_dir())
