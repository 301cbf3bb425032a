"""Signals, as a terminal or a supervisor sends them."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from typing import IO

import pytest
from rich.console import Console

from acceptance.interruption import teller
from infra.asset import ROOT


@pytest.fixture
def process() -> Iterator["subprocess.Popen[str]"]:
    """One that is in the middle of a check. It was started as a script starts what is in its background."""
    ignoring = "trap '' INT; exec \"$0\" -m tests.acceptance.interrupted"
    command = ["/bin/sh", "-c", ignoring, sys.executable]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as started:
        assert said(started.stdout) == "checking"
        yield started
        started.kill()


def said(stream: IO[str] | None) -> str:
    assert stream
    return stream.readline().strip()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_each_ends_the_checks_and_then_all_is_taken_down(process: "subprocess.Popen[str]", number: int) -> None:
    process.send_signal(number)
    before = said(process.stdout)
    process.send_signal(signal.SIGTERM)
    process.send_signal(signal.SIGHUP)
    assert process.stdin
    process.stdin.write("\n")
    process.stdin.flush()

    assert (before, said(process.stdout), said(process.stdout)) == ("taking down", "taken down", "True []")
    assert process.wait() == 0


def test_another_ctrl_c_ends_the_removal_and_that_is_said(process: "subprocess.Popen[str]") -> None:
    process.send_signal(signal.SIGINT)
    before = said(process.stdout)
    process.send_signal(signal.SIGINT)

    assert before == "taking down"
    assert said(process.stdout) == "True ['everything that is not reported as removed']"


def test_a_terminal_that_is_gone_ends_no_removal() -> None:
    class Gone:
        def write(self, text: str) -> int:
            raise OSError(5, "Input/output error")

        def flush(self) -> None:
            raise OSError(5, "Input/output error")

    stream: IO[str] = Gone()  # type: ignore[assignment]

    teller(Console(file=stream))("removing queues")
