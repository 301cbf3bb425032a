"""A process that is in the middle of a check until somebody ends it: `python -m tests.acceptance.interrupted`.

It tells on its standard output how far it is, and takes down once it gets a line on its standard input.
"""

import sys
import time

from acceptance.conduct import conduct
from acceptance.interruption import listen, removal
from tests.acceptance.targets import IdleTarget, a_check


def say(text: str) -> None:
    print(text, flush=True)  # noqa: T201 - the test reads it


def endless() -> str:
    say("checking")
    while True:
        time.sleep(60)


def take_down() -> dict[str, str]:
    say("taking down")
    while not sys.stdin.readline():
        continue
    say("taken down")
    return {}


if __name__ == "__main__":
    listen()
    report = conduct(IdleTarget(), [a_check("endless", endless), a_check("next")], removal(take_down), lambda _: None)
    say(f"{report.was_interrupted} {sorted(report.left)}")
