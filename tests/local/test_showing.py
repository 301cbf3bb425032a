"""How a demo ends when it cannot begin, or when WFM broke a promise."""

import errno
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

import pytest
from rich.console import Console

from local.showing import show, take_place_of_supervisor
from wfm.client.local_state import held_lock, holder
from wfm.errors import LocalRuntimeError

Demo = Callable[[Console], Sequence[str]]
HANDLED = (signal.SIGINT, signal.SIGTERM, signal.SIGCHLD)


@pytest.fixture(autouse=True)
def own_signals(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What a demo makes of signals and of AWS settings is for its process alone."""
    kept = {number: signal.getsignal(number) for number in HANDLED}
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.setenv(name, os.environ[name])
    yield
    for number, handler in kept.items():
        signal.signal(number, handler)


@pytest.fixture
def ended(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Callable[..., tuple[object, str]]:
    """Show a demo; its exit code and what it said."""

    def run(demo: Demo, needed: int = 0) -> tuple[object, str]:
        with pytest.raises(SystemExit) as left:
            show(demo, tmp_path, needed)
        out, err = capsys.readouterr()
        return left.value.code, out + err

    return run


def failing(problem: BaseException) -> Demo:
    def demo(_: Console) -> Sequence[str]:
        raise problem

    return demo


def test_kept_promises_end_with_zero(ended: Callable[..., tuple[object, str]]) -> None:
    assert ended(lambda _: []) == (0, "")


def test_a_broken_promise_ends_with_one_and_is_said(ended: Callable[..., tuple[object, str]]) -> None:
    assert ended(lambda _: ["1 of 60 requests were lost."]) == (1, "1 of 60 requests were lost.\n")


def test_a_taken_port_is_one_sentence(ended: Callable[..., tuple[object, str]]) -> None:
    taken = LocalRuntimeError("Port 4566 on 127.0.0.1 is taken: stop what uses it, or ask for another port.")

    assert ended(failing(taken)) == (4, f"demo: {taken}\n")


def test_somebody_who_stops_it_is_not_shown_where_it_was(ended: Callable[..., tuple[object, str]]) -> None:
    assert ended(failing(KeyboardInterrupt())) == (130, "demo: stopped\n")


def test_a_disk_that_gets_full_is_one_sentence(ended: Callable[..., tuple[object, str]]) -> None:
    full = OSError(errno.ENOSPC, "No space left on device", "build/demo/summary.json")

    assert ended(failing(full)) == (4, "demo: the disk is full: build/demo/summary.json\n")


def test_a_disk_that_is_nearly_full_is_noticed_before_anything_starts(
    ended: Callable[..., tuple[object, str]],
) -> None:
    code, said = ended(failing(AssertionError("it began all the same")), needed=2**80)

    assert code == 4
    assert said.startswith("demo: the disk is full: ")


def test_a_defect_of_ours_is_not_hidden_behind_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(ConnectionRefusedError):
        show(failing(OSError(errno.ECONNREFUSED, "refused")), tmp_path, 0)


def test_what_takes_the_place_of_the_supervisor_is_found_as_one(tmp_path: Path) -> None:
    with ExitStack() as until_it_ends:
        take_place_of_supervisor(until_it_ends, tmp_path)

        assert holder(tmp_path) == os.getpid()
    assert holder(tmp_path) is None


def test_it_is_not_taken_beside_a_runtime_that_is_up(tmp_path: Path) -> None:
    with (
        ExitStack() as until_it_ends,
        held_lock(tmp_path),
        pytest.raises(LocalRuntimeError, match="stop it with `wfm local down`"),
    ):
        take_place_of_supervisor(until_it_ends, tmp_path)
