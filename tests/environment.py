"""The environment in which every test starts, whatever the developer's own is."""

import os
import signal
from collections.abc import Callable, Mapping
from typing import Any, Final

# TZ stays, so that the tests can be run in other zones; what pytest and coverage tell their own workers stays too.
KEPT: Final = (
    "HOME", "LD_LIBRARY_PATH", "PATH", "TMPDIR", "TZ", "WFM_ACCEPT_SCREENSHOTS",
    "WFM_ACCEPT_SNAPSHOT", "WFM_BROWSER_NEEDED", "WFM_TEST_CLOCK",
)  # fmt: skip
KEPT_PREFIXES: Final = ("COVERAGE_", "COV_CORE_", "PYTEST_")
GIVEN: Final = {
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "COLUMNS": "80",
    "LANG": "C.UTF-8",
    "LINES": "25",
    # Below it there is no folder, and none can be made: a test that keeps contexts says where.
    "XDG_CONFIG_HOME": os.devnull,
    "XDG_STATE_HOME": os.devnull,
}
# A script that was started in the background, or by nohup, passes these on as ignored.
USUAL_SIGNALS: Final[Mapping[signal.Signals, Callable[..., Any] | signal.Handlers]] = {
    signal.SIGINT: signal.default_int_handler,
    signal.SIGTERM: signal.SIG_DFL,
    signal.SIGHUP: signal.SIG_DFL,
    signal.SIGCHLD: signal.SIG_DFL,
}
USUAL_UMASK: Final = 0o022


def known(environment: Mapping[str, str]) -> dict[str, str]:
    """What is left of an environment, and what stands in it always."""
    kept = {name: value for name, value in environment.items() if name in KEPT or name.startswith(KEPT_PREFIXES)}
    return kept | GIVEN


def enter_known_environment() -> None:
    """Of this process and all that it starts: variables, ignored and blocked signals, the mask of new files."""
    wanted = known(os.environ)
    os.environ.clear()
    os.environ.update(wanted)
    for number, usual in USUAL_SIGNALS.items():
        if signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, usual)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, USUAL_SIGNALS)
    os.umask(USUAL_UMASK)
