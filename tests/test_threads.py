import subprocess
import sys
import threading
from collections.abc import Iterator

import pytest

from tests.threads import STARTS_THREADS, brought_along, left_behind


@pytest.fixture
def release() -> Iterator[threading.Event]:
    """What a thread waits for."""
    event = threading.Event()
    yield event
    event.set()


def test_a_thread_that_does_not_end_is_named(release: threading.Event) -> None:
    before = set(threading.enumerate())
    thread = threading.Thread(target=release.wait, name="reaper", daemon=True)
    thread.start()

    assert left_behind(before, patience=0) == ["reaper"]
    release.set()
    assert left_behind(before) == []


def test_threads_that_were_there_before_do_not_count(release: threading.Event) -> None:
    thread = threading.Thread(target=release.wait, daemon=True)
    thread.start()

    assert left_behind(set(threading.enumerate()), patience=0) == []


def test_none_of_the_packages_that_start_threads_is_here() -> None:
    assert brought_along() == []


@pytest.mark.parametrize("package", STARTS_THREADS)
def test_these_packages_start_threads_as_the_list_says(package: str) -> None:
    code = f"import threading, {package}.services.dynamodb; print(threading.active_count() > 1)"

    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout

    assert told == "True\n"
