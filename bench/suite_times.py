"""Where the minutes of `make test` go: `python -m bench.suite_times` runs each of its jobs alone and prints a table.

The jobs are those of JOBS, or the ones that are named. CPU is that of all processes that a job starts: on a machine
that others use, too, it says more than the time by the clock. A type check begins with an empty cache, as on a new
machine.
"""

import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from xml.etree import ElementTree as ET

ROOT: Final = Path(__file__).resolve().parent.parent
FOLDERS: Final = sorted(path.name for path in (ROOT / "tests").glob("[!_]*/"))
SHOWN: Final = 5  # of the slowest tests
CHECKS: Final = {
    "ruff": ["ruff", "check", "--no-cache", "."],
    "ruff format": ["ruff", "format", "--check", "--no-cache", "."],
    "mypy, cold": ["mypy", "--cache-dir", os.devnull],
    "import-linter": ["lint-imports", "--no-cache"],
}
JOBS: Final = (*CHECKS, *(f"tests/{folder}" for folder in FOLDERS))


@dataclass
class Measured:
    """Seconds by the clock and of all processors; the tests with what each took, the slowest first."""

    job: str
    wall: float
    cpu: float
    failed: bool
    tests: list[tuple[float, str]] = field(default_factory=list)

    def row(self) -> str:
        slowest = "; ".join(f"`{name}` {seconds:.1f} s" for seconds, name in self.tests[:SHOWN])
        job = f"{self.job} (red)" if self.failed else self.job
        return f"| {job} | {len(self.tests) or ''} | {self.wall:.0f} s | {self.cpu:.0f} s | {slowest} |"


def measure(job: str, report: Path) -> Measured:
    """`report` is where pytest writes what each test took."""
    begun, used = time.monotonic(), _cpu_of_children()
    done = subprocess.run(_command(job, report), cwd=ROOT, env=_environment(), capture_output=True, check=False)  # noqa: S603
    wall, cpu = time.monotonic() - begun, _cpu_of_children() - used
    return Measured(job, wall, cpu, done.returncode != 0, slowest_first(report) if report.exists() else [])


def _command(job: str, report: Path) -> list[str]:
    program, *words = CHECKS.get(job) or ["pytest", "--quiet", job, f"--junitxml={report}"]
    return [str(Path(sys.executable).with_name(program)), *words]


def _environment() -> dict[str, str]:
    """As `make` has it: without compiled modules each process would compile all of them anew."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def _cpu_of_children() -> float:
    used = os.times()
    return used.children_user + used.children_system


def slowest_first(report: Path) -> list[tuple[float, str]]:
    """What each test of a report by pytest took, with its set-up, the slowest first."""
    cases = ET.parse(report).iter("testcase")  # noqa: S314 (pytest wrote it)
    return sorted(((float(case.get("time", "0")), case.get("name", "")) for case in cases), reverse=True)


def main(jobs: list[str]) -> None:
    """A row is printed as soon as its job is over."""
    print("| Job | Tests | By the clock | CPU | The slowest |\n|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as directory:
        for number, job in enumerate(jobs or JOBS):
            print(measure(job, Path(directory) / f"{number}.xml").row(), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
