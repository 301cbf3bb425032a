"""Who was started in the background of a script, with signals ignored and held back, still ends when told to."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from local.synthesis import REPOSITORY
from tests.e2e.emulator.account import PATIENCE
from tests.e2e.started import carelessly

SIMULATOR = ["-m", "local.amc_simulator.serve"]
DEMO = """
import runpy, signal
from local.demo import command

def demo(*_):
    print("up", flush=True)
    signal.pause()

command._demo = demo
runpy.run_module("local.demo", run_name="__main__")
"""
SUPERVISOR = """
import signal, sys
from local import supervisor

def supervise(_):
    print("up", flush=True)
    signal.pause()

supervisor._supervise = supervise
supervisor.main()
"""


@pytest.mark.parametrize(
    ("words", "number", "code"),
    [
        (SIMULATOR, signal.SIGINT, 0),
        (SIMULATOR, signal.SIGTERM, -signal.SIGTERM),
        (["-c", DEMO], signal.SIGINT, 130),
        (["-c", SUPERVISOR, "--directory", "DIRECTORY"], signal.SIGTERM, 0),
    ],
    ids=["simulator-interrupted", "simulator-terminated", "demo-interrupted", "supervisor-terminated"],
)
def test_it_ends_by_the_signal_that_it_was_started_to_ignore(
    words: list[str], number: signal.Signals, code: int, tmp_path: Path
) -> None:
    command = [sys.executable, *(str(tmp_path) if word == "DIRECTORY" else word for word in words)]
    with subprocess.Popen(
        carelessly(command),
        cwd=REPOSITORY,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as started:
        try:
            assert started.stdout is not None
            assert started.stdout.readline()

            started.send_signal(number)

            assert started.wait(PATIENCE) == code
        finally:
            started.kill()
