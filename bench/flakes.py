"""Tries to make the fast tests red by chance: `python -m bench.flakes [WORD ...]`, about a quarter of an hour.

Each round runs all of them at another time, in another zone, with other settings of a developer's machine and in
another random order. With words only the rounds whose names have one of them. Exit code 1 if any test failed.
"""

import os
import re
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NoReturn

from tests.travel import VARIABLE as CLOCK

ROOT: Final = Path(__file__).resolve().parent.parent
# These wait for other processes, which do not travel along.
LEFT_OUT: Final = ("tests/e2e", "tests/reliability", "tests/local/amc_simulator/test_process.py")
IN_BACKGROUND: Final = ("sh", "-c", "trap '' INT HUP; umask 077; exec \"$@\"", "sh")  # as by nohup, in a careful shell
PROXY: Final = "http://127.0.0.1:9"  # nobody listens
ELSEWHERE: Final = "[default]\nregion = eu-north-1\nendpoint_url = http://127.0.0.1:9\ncli_pager = less\n"
COLOURS: Final = {
    "FORCE_COLOR": "1",
    "TTY_COMPATIBLE": "1",
    "TTY_INTERACTIVE": "1",
    "GITHUB_ACTIONS": "true",
    "CI": "1",
}
NARROW: Final = {"COLUMNS": "40", "LINES": "5", "NO_COLOR": "1", "TERM": "dumb", "EDITOR": "false", "PAGER": "false"}
LANGUAGE: Final = {"LC_ALL": "C", "LANG": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
PROXIES: Final = {
    name: PROXY for upper in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY") for name in (upper, upper.lower())
}
AMAZON: Final = {
    "AWS_PROFILE": "production",
    "AWS_REGION": "eu-north-1",
    "AWS_ENDPOINT_URL": PROXY,
    "AWS_ACCESS_KEY_ID": "",
    "AWS_DEFAULT_OUTPUT": "text",
    "BOTO_CONFIG": "/nowhere",
    "PYTHONWARNINGS": "ignore",
}
FAILED: Final = re.compile(r"^(?:FAILED|ERROR) (.+?)(?: - .*)?$", re.MULTILINE)
ENDED: Final = (0, 1)  # exit codes of pytest for a run that came to its end


@dataclass(frozen=True)
class Round:
    """A moment (UTC), a zone, the settings of a machine, and the seed of the order."""

    clock: str
    zone: str
    settings: dict[str, str]
    seed: int


ROUNDS: Final = {
    "leap-day": Round("2028-02-29T00:00:00Z", "Pacific/Kiritimati", COLOURS, 1),
    "new-year": Round("2026-12-31T23:59:59.9Z", "America/St_Johns", PROXIES, 2),
    "first-monday": Round("2027-01-04T12:00:00Z", "Asia/Kolkata", NARROW, 3),
    "europe-autumn": Round("2026-10-25T00:59:59.9Z", "Europe/Berlin", AMAZON, 4),
    "europe-spring": Round("2027-03-28T00:59:59.9Z", "Europe/Berlin", LANGUAGE, 5),
    "us-autumn": Round("2026-11-01T05:59:59.9Z", "America/New_York", COLOURS | PROXIES, 6),
    "us-spring": Round("2027-03-14T06:59:59.9Z", "America/New_York", NARROW | AMAZON, 7),
    "after-2038": Round("2038-01-19T03:14:07.9Z", "UTC", {}, 8),
}


def main(words: list[str]) -> NoReturn:
    """Exit code 1 if a test failed in any round."""
    chosen = {name: one for name, one in ROUNDS.items() if not words or any(word in name for word in words)}
    failed = False
    for name, one in chosen.items():
        began = time.monotonic()
        reds = reds_of(one)
        print(f"{name:<14} {time.monotonic() - began:5.0f} s  {len(reds)} red", *reds, sep="\n    ", flush=True)
        failed = failed or bool(reds)
    sys.exit(failed)


def reds_of(one: Round, *words: str) -> list[str]:
    """The tests that failed; `words` are more for pytest. RuntimeError if it did not come to its end."""
    with tempfile.TemporaryDirectory() as home:
        (Path(home) / ".aws").mkdir()
        (Path(home) / ".aws" / "config").write_text(ELSEWHERE, encoding="utf-8")
        environment = os.environ | one.settings | {"HOME": home, "TZ": one.zone, CLOCK: one.clock}
        ended = subprocess.run(  # noqa: S603 (our own words)
            [*IN_BACKGROUND, *_pytest(one.seed), *words], cwd=ROOT, env=environment, capture_output=True, check=False
        )
    output = ended.stdout.decode(errors="replace")
    if ended.returncode not in ENDED:
        raise RuntimeError(output[-4000:] + ended.stderr.decode(errors="replace")[-4000:])
    return sorted(set(FAILED.findall(output)))


def _pytest(seed: int) -> list[str]:
    words = f"-m pytest -q --tb=no --color=no -n 2 --dist worksteal -p randomly --randomly-seed={seed}".split()
    return [sys.executable, *words, *(word for path in LEFT_OUT for word in ("--ignore", path))]


if __name__ == "__main__":
    main(sys.argv[1:])
