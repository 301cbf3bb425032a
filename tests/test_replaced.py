"""No test replaces anything of Python or of a package for the whole process: the code under test is given it."""

import importlib
import inspect
from pathlib import Path
from typing import Any

import pytest

from tests.replaced import replaced

HERE = Path(__file__).resolve().parent
OURS = {"acceptance", "bench", "docs", "functions", "infra", "local", "state_machines", "tests", "wfm"}
# The whole session before its first test, a process of its own, and what gives back the signals that a demo has taken.
EXEMPT = {
    *("conftest.py", "environment.py", "quick_moto.py", "travel.py"),
    *("local/busy_emulator.py", "local/test_showing.py", "machines/second/process.py"),
}
# What a command is started with, and what it or boto3 would make anew in each test: no thread looks at it.
OF_THE_COMMAND = {"sys.argv", "sys.stdin", "boto3.DEFAULT_SESSION", "typer.main.get_command"}


def is_foreign(target: str) -> bool:
    """Whether the replaced attribute belongs to something outside the project."""
    if target.partition(".")[0] not in OURS:
        return target not in OF_THE_COMMAND
    owner = owner_of(target)
    home = owner.__name__ if inspect.ismodule(owner) else owner.__module__ if inspect.isclass(owner) else "tests"
    return home.partition(".")[0] not in OURS


def owner_of(target: str) -> Any:
    """The module or object that has the attribute."""
    root, *steps = target.split(".")[:-1]
    owner, path = importlib.import_module(root), root
    for step in steps:
        path = f"{path}.{step}"
        owner = getattr(owner, step) if hasattr(owner, step) else importlib.import_module(path)
    return owner


def foreign(source: str) -> list[str]:
    return [target for _, target in replaced(source) if is_foreign(target)]


def test_no_test_replaces_what_other_threads_may_meet() -> None:
    files = [file for file in sorted(HERE.rglob("*.py")) if str(file.relative_to(HERE)) not in EXEMPT]

    found = [
        f"{file.relative_to(HERE)}:{line} replaces {target}"
        for file in files
        for line, target in replaced(file.read_text(encoding="utf-8"))
        if is_foreign(target)
    ]

    assert found == []


@pytest.mark.parametrize(
    ("code", "target"),
    [
        ('monkeypatch.setattr("time.sleep", pause)', "time.sleep"),
        ('monkeypatch.setattr("wfm.client.poll_schedule.time.sleep", pause)', "wfm.client.poll_schedule.time.sleep"),
        ('import time\nmonkeypatch.setattr(time, "sleep", pause)', "time.sleep"),
        ('import time as clock\nmonkeypatch.setattr(clock, "sleep", pause)', "time.sleep"),
        (
            'from wfm.client import poll_schedule\nmonkeypatch.setattr(poll_schedule.time, "sleep", pause)',
            "wfm.client.poll_schedule.time.sleep",
        ),
        ('from os import path\nwith patched.context() as p:\n    p.setattr(path, "exists", never)', "os.path.exists"),
        ("import time\nclock = time\nclock.sleep = pause", "time.sleep"),
        ('from importlib import import_module\nimport_module("time").sleep = pause', "time.sleep"),
        ("import datetime\ndatetime.datetime = Fixed", "datetime.datetime"),
        ('import threading\nsetattr(threading, "Thread", Fake)', "threading.Thread"),
        ("import socket\ndel socket.has_ipv6", "socket.has_ipv6"),
        ('from unittest.mock import patch\nwith patch("random.random"):\n    pass', "random.random"),
        ('from unittest.mock import patch as p\n@p("signal.signal")\ndef test(): ...', "signal.signal"),
        ('from unittest import mock\nmock.patch.object(mock.sys, "exit")', "unittest.mock.sys.exit"),
        ('import os\nfrom unittest import mock\nmock.patch.dict(os.environ, A="1")', "os.environ"),
        ('import os\nos.environ["A"] = "1"', "os.environ"),
        ('from os import environ\nenviron.update(A="1")', "os.environ"),
        ('import sys\nmonkeypatch.setitem(sys.modules, "time", None)', "sys.modules"),
        ("import signal\nsignal.signal(2, signal.SIG_IGN)", "signal.signal"),
        ("from random import seed\nseed(1)", "random.seed"),
        ('import time_machine\n@time_machine.travel("2028-02-29")\ndef test(): ...', "time_machine.travel"),
        ('monkeypatch.setattr("botocore.session.Session", Fake)', "botocore.session.Session"),
    ],
)
def test_whatever_is_replaced_for_the_whole_process_is_found(code: str, target: str) -> None:
    assert foreign(code) == [target]


@pytest.mark.parametrize(
    "code",
    [
        'monkeypatch.setenv("TZ", "UTC")',
        'monkeypatch.setattr("wfm.client.poll_schedule.FIRST_PAUSE", 0.001)',
        'from wfm.cli import watching\nmonkeypatch.setattr(watching, "CLOCK", clock)',
        'import sys\nmonkeypatch.setattr(sys, "argv", ["wfm"])',
        'monkeypatch.setattr(world.amc, "create_execution", refuse)',
        "import time\ntime.sleep(0)",
        "from unittest.mock import Mock\nfake = Mock()\nfake.sleep = pause",
    ],
)
def test_what_is_the_tests_own_may_be_replaced(code: str) -> None:
    assert foreign(code) == []
