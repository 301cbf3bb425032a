"""Workers of the same code are forked of one process, and are processes of their own all the same."""

import os
import signal
from pathlib import Path
from typing import Any

from local.emulator import Emulator, ServerSettings
from local.emulator.workers import workers as running
from tests.e2e.emulator.account import Account, eventually
from tests.e2e.processes import Process, children

TELLS = """
    import os, sys, time

    was_there = "boto3" in sys.modules

    def handler(event, context):
        if event == "die":
            os._exit(1)
        if event == "sleep":
            time.sleep(3600)
        print("told by", os.getpid())
        me = {"pid": os.getpid(), "parent": os.getppid(), "path": sys.path[:2], "arguments": sys.argv}
        return me | {"function": os.environ["AWS_LAMBDA_FUNCTION_NAME"], "sdk": was_there}
"""


def told(
    account: Account, *, count: int = 5, marked: str = "", timeout: int = 900
) -> tuple[list[str], list[dict[str, Any]]]:
    """`count` functions of the same code, which `marked` tells from that of other tests, and what each has told."""
    functions = [account.function(f"{TELLS}    # {marked}", timeout=timeout) for _ in range(count)]
    return functions, [account.invoke(function) for function in functions]


def test_from_the_third_on_they_find_the_sdk_imported_and_nothing_else_differs(emulator: Emulator) -> None:
    functions, workers = told(Account(emulator), marked="forked")

    assert [worker["sdk"] for worker in workers] == [False, False, True, True, True]
    assert len({worker["pid"] for worker in workers}) == 5
    assert {worker["parent"] for worker in workers} == {emulator.pid}
    assert [worker["function"] for worker in workers] == [function.rsplit(":", 1)[-1] for function in functions]
    assert {worker["pid"] for worker in workers} <= set(running(emulator.pid))
    assert len({worker["path"][0] for worker in workers}) == 1, "the code comes first"
    assert [worker["arguments"] for worker in workers] == [[f"{worker['path'][1]}/_worker.py"] for worker in workers]


def test_one_that_dies_is_an_exit_error_and_the_next_call_gets_a_new_one(emulator: Emulator) -> None:
    account = Account(emulator)
    functions, workers = told(account, count=3, marked="dies")
    dead = Process(workers[-1]["pid"])

    error = account.invoke(functions[-1], "die")

    assert error["errorType"] == "Runtime.ExitError"
    assert account.invoke(functions[-1])["pid"] != dead.pid
    eventually(dead.is_collected)


def test_one_that_takes_too_long_is_ended(emulator: Emulator) -> None:
    account = Account(emulator)
    functions, workers = told(account, count=3, marked="slow", timeout=5)
    slow = Process(workers[-1]["pid"])

    error = account.invoke(functions[-1], "sleep")

    assert error["errorType"] == "Sandbox.Timedout"
    assert slow.is_collected()


def test_what_it_prints_is_in_the_log(emulator: Emulator) -> None:
    account = Account(emulator)
    functions, workers = told(account, count=3, marked="prints")
    group = f"/aws/lambda/{functions[-1].rsplit(':', 1)[-1]}"

    def is_told() -> bool:
        account.invoke(functions[-1])  # brings what the last one left
        events = emulator.client("logs").filter_log_events(logGroupName=group)["events"]
        return any(f"told by {workers[-1]['pid']}" in event["message"] for event in events)

    eventually(is_told)


def test_when_all_are_killed_and_what_they_are_forked_of_too_new_ones_start(tmp_path: Path) -> None:
    with Emulator("killed", root=tmp_path) as emulator:
        account = Account(emulator)
        functions, _ = told(account, count=4)
        killed = [Process(pid) for pid in children(emulator.pid)]
        ran = running(emulator.pid)

        for process in killed:
            os.kill(process.pid, signal.SIGKILL)
        eventually(lambda: not any(process.is_alive() for process in killed))
        anew = [account.invoke(function) for function in functions]

        assert (len(killed), len(ran)) == (5, 4)
        assert [worker["sdk"] for worker in anew] == [True] * 4
        assert not {worker["pid"] for worker in anew} & {process.pid for process in killed}
        eventually(lambda: all(process.is_collected() for process in killed))


def test_they_end_with_the_emulator(tmp_path: Path) -> None:
    with Emulator("ends", root=tmp_path) as emulator:
        told(Account(emulator), count=4)
        owned = [Process(pid) for pid in children(emulator.pid)]
        os.kill(emulator.pid, signal.SIGKILL)

        assert len(owned) == 5
        eventually(lambda: not any(process.is_alive() for process in owned))


def test_one_that_nobody_calls_ends_and_the_next_call_gets_a_new_one(tmp_path: Path) -> None:
    with Emulator("idle", root=tmp_path, settings=ServerSettings(worker_idle_seconds=0.5)) as emulator:
        account = Account(emulator)
        functions, workers = told(account, count=3)

        eventually(lambda: len(list(children(emulator.pid))) == 1)  # what they were forked of
        anew = [account.invoke(function)["pid"] for function in functions]

        assert running(emulator.pid)
        assert not {worker["pid"] for worker in workers} & set(anew)


def test_without_patches_each_imports_for_itself(unpatched: Emulator) -> None:
    _, workers = told(Account(unpatched))

    assert [worker["sdk"] for worker in workers] == [False] * 5
