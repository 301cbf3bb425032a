"""Lambda: errors, logs, and how many processes a burst takes."""

import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from local.emulator import Emulator
from tests.e2e.emulator.account import Account, eventually, task

RAISES = """
    class QuotaReached(Exception):
        pass

    def handler(event, context):
        raise QuotaReached("come back later")
"""
COUNTS_CALLS = """
    calls = 0

    def handler(event, context):
        global calls
        calls += 1
        if event.get("raise"):
            raise ValueError(calls)
        return calls
"""
TELLS_PROCESS = """
    import os, time

    def handler(event, context):
        time.sleep(0.02)
        return os.getpid()
"""
WAITS_FOR_OTHERS = """
    import os, pathlib, time

    def handler(event, context):
        place = pathlib.Path(event["place"])
        (place / str(os.getpid())).touch()
        while len(list(place.iterdir())) < event["processes"]:
            time.sleep(0.01)
        return [os.getpid(), os.path.dirname(__file__)]
"""

DOES_NOT_ALWAYS_START = """
    import os, pathlib, time

    place = pathlib.Path(PLACE)
    if (place / "broken").exists():
        os._exit(1)

    def handler(event, context):
        (place / "running").touch()
        while not (place / "broken").exists() or not (place / "go on").exists():
            time.sleep(0.01)
        return "done"
"""


def test_a_raised_exception_keeps_its_class_its_message_and_its_stack(emulator: Emulator) -> None:
    account = Account(emulator)
    function = account.function(RAISES)

    error = account.invoke(function)

    assert error["errorType"] == "QuotaReached"
    assert error["errorMessage"] == "come back later"
    assert "in handler" in error["stackTrace"][0]
    assert error["requestId"]


def test_retry_and_catch_match_the_class_of_an_exception(emulator: Emulator) -> None:
    account = Account(emulator)
    retry = {"ErrorEquals": ["QuotaReached"], "MaxAttempts": 2, "IntervalSeconds": 1}
    catch = {"ErrorEquals": ["QuotaReached"], "Next": "Caught", "Output": "{% $states.errorOutput.Error %}"}
    machine = account.machine(
        {
            "Try": task(account.function(RAISES), Next="Caught", Retry=[retry], Catch=[catch]),
            "Caught": {"Type": "Pass", "End": True},
        }
    )

    execution = account.run(machine)

    attempts = [event for event in account.history(execution["executionArn"]) if event["type"] == "TaskScheduled"]
    assert json.loads(execution["output"]) == "QuotaReached"
    assert len(attempts) == 3


def test_a_worker_outlives_an_exception(emulator: Emulator) -> None:
    account = Account(emulator)
    function = account.function(COUNTS_CALLS)

    account.invoke(function, {"raise": True})

    assert account.invoke(function, {}) == 2


def test_a_worker_that_dies_is_an_exit_error_and_the_next_call_gets_a_new_one(emulator: Emulator) -> None:
    account = Account(emulator)
    function = account.function(
        """
        import os

        def handler(event, context):
            if event["die"]:
                os._exit(1)
            return "alive"
        """
    )

    error = account.invoke(function, {"die": True})

    assert error["errorType"] == "Runtime.ExitError"
    assert account.invoke(function, {"die": False}) == "alive"


def test_a_worker_that_does_not_start_leaves_those_alone_that_work(emulator: Emulator, tmp_path: Path) -> None:
    account = Account(emulator)
    function = account.function(DOES_NOT_ALWAYS_START.replace("PLACE", repr(str(tmp_path))))

    with ThreadPoolExecutor() as pool:
        working = pool.submit(account.invoke, function)
        eventually((tmp_path / "running").exists)
        (tmp_path / "broken").touch()
        failed = account.invoke(function)
        (tmp_path / "go on").touch()

        assert failed["errorType"] == "Runtime.ExitError"
        assert working.result() == "done"


def test_a_handler_that_cannot_be_imported_says_so(emulator: Emulator) -> None:
    account = Account(emulator)
    function = account.function("import a_module_that_is_nowhere")

    error = account.invoke(function)

    assert error["errorType"] == "Runtime.ImportModuleError"
    assert "a_module_that_is_nowhere" in error["errorMessage"]


def test_a_timeout_is_named_as_on_aws(emulator: Emulator) -> None:
    account = Account(emulator)
    function = account.function(
        """
        import time

        def handler(event, context):
            time.sleep(3600)
        """,
        timeout=1,
    )

    assert account.invoke(function)["errorType"] == "Sandbox.Timedout"


def test_a_warm_silent_invocation_does_not_wait_for_log_lines(emulator: Emulator, unpatched: Emulator) -> None:
    """The package waits 50 ms for them."""
    slow, quick = _silent(Account(unpatched)), _silent(Account(emulator))
    late = next(slow)

    assert late > 0.05
    assert eventually(lambda: next(quick) < late)


def _silent(account: Account) -> Iterator[float]:
    """Seconds that a warm invocation takes which prints nothing, over and over."""
    function = account.function("handler = lambda event, context: None")
    account.invoke(function)
    while True:
        started = time.monotonic()
        account.invoke(function)
        yield time.monotonic() - started


def test_the_log_holds_every_line_that_the_handler_printed(emulator: Emulator) -> None:
    account = Account(emulator)
    function = account.function(
        """
        def handler(event, context):
            for number in range(0 if event == "silent" else 50):
                print("line", event, number)
        """
    )
    group = f"/aws/lambda/{function.rsplit(':', 1)[-1]}"

    for call in range(3):
        account.invoke(function, call)

    def printed() -> list[str]:
        account.invoke(function, "silent")  # brings what the last one left
        events = emulator.client("logs").filter_log_events(logGroupName=group)["events"]
        lines = "\n".join(event["message"].strip() for event in events).splitlines()
        return [line for line in lines if line.startswith("line")]

    assert eventually(lambda: len(found := printed()) >= 150 and found) == [
        f"line {call} {number}" for call in range(3) for number in range(50)
    ]


def test_a_burst_queues_for_a_few_workers(emulator: Emulator) -> None:
    account = Account(emulator)
    function = account.function(TELLS_PROCESS)

    processes = _invoke_at_once(account, function, 40)

    assert len(processes) == 40
    assert len(set(processes)) <= 4


def test_without_patches_errors_have_no_names(unpatched: Emulator) -> None:
    account = Account(unpatched)

    error = account.invoke(account.function(RAISES))

    assert error["errorType"] == "Runtime.HandlerError"
    assert "stackTrace" not in error


def test_without_patches_an_exception_costs_the_worker(unpatched: Emulator) -> None:
    account = Account(unpatched)
    function = account.function(COUNTS_CALLS)

    account.invoke(function, {"raise": True})

    assert account.invoke(function, {}) == 1


def test_without_patches_a_burst_starts_a_process_a_call(unpatched: Emulator, tmp_path: Path) -> None:
    account = Account(unpatched)
    function = account.function(WAITS_FOR_OTHERS)

    told = _invoke_at_once(account, function, 8, {"place": str(tmp_path), "processes": 8})

    assert len({process for process, _ in told}) == 8


def _invoke_at_once(account: Account, function: str, count: int, event: Any = None) -> list[Any]:
    with ThreadPoolExecutor(max_workers=count) as pool:
        return list(pool.map(lambda _: account.invoke(function, event), range(count)))


@pytest.mark.parametrize(("account_of", "shared"), [("emulator", True), ("unpatched", False)])
def test_workers_of_one_function_share_its_code(
    request: pytest.FixtureRequest, tmp_path: Path, account_of: str, shared: bool
) -> None:
    account = Account(request.getfixturevalue(account_of))
    function = account.function(WAITS_FOR_OTHERS)

    told = _invoke_at_once(account, function, 2, {"place": str(tmp_path), "processes": 2})

    processes, folders = (set(each) for each in zip(*told, strict=True))
    assert len(processes) == 2
    assert (len(folders) == 1) is shared
