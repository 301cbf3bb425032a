"""The tests meet the same variables, signals and masks wherever they run."""

import os
import signal
import subprocess
import sys

import pytest

from tests.environment import GIVEN, USUAL_SIGNALS, enter_known_environment, known

HOSTILE = {
    "ALL_PROXY": "http://127.0.0.1:9",
    "AWS_PROFILE": "production",
    "BOTO_CONFIG": "/nowhere",
    "CDK_OUTDIR": "/nowhere",
    "CI": "true",
    "FORCE_COLOR": "1",
    "GITHUB_ACTIONS": "true",
    "LC_ALL": "C",
    "NO_COLOR": "1",
    "PYTHONWARNINGS": "ignore",
    "TERM": "dumb",
    "TTY_COMPATIBLE": "1",
    "WFM_LOCAL": "1",
}


def test_what_is_not_known_to_be_harmless_is_left_out() -> None:
    assert known(HOSTILE) == GIVEN


def test_what_says_where_things_are_and_which_zone_it_is_stays() -> None:
    kept = {"HOME": "/home/ann", "PATH": "/bin", "TZ": "Pacific/Kiritimati", "PYTEST_XDIST_WORKER": "gw1"}

    assert known(kept) == kept | GIVEN


def test_the_developers_own_settings_of_screen_and_language_do_not_count() -> None:
    assert known({"COLUMNS": "40", "LANG": "de_DE.ISO-8859-1"}) == GIVEN


def test_this_process_has_entered_it() -> None:
    assert {name: value for name, value in os.environ.items() if name in GIVEN} == GIVEN
    assert not os.environ.keys() & HOSTILE.keys()


@pytest.mark.parametrize("number", USUAL_SIGNALS)
def test_a_signal_that_was_inherited_as_ignored_or_blocked_is_heard_again(number: signal.Signals) -> None:
    code = f"""
import signal
signal.signal({number:d}, signal.SIG_IGN)
signal.pthread_sigmask(signal.SIG_BLOCK, [{number:d}])
import {enter_known_environment.__module__} as environment
environment.{enter_known_environment.__name__}()
print(signal.getsignal({number:d}) is environment.USUAL_SIGNALS[{number:d}], signal.pthread_sigmask(0, []))
"""

    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout

    assert told == "True set()\n"
