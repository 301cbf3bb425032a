"""Which tests run which line, and for how long: a run of all of them in a process of its own."""

import json
import multiprocessing
import os
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import hypothesis
import pytest
from coverage import CoverageData

FORK: Final = multiprocessing.get_context("fork")
ALIKE: Final = (
    *("-q", "-x", "-p", "no:randomly", "-o", "cache_dir=build/cache/mutants"),
    *("-W", "ignore::pytest.PytestAssertRewriteWarning"),  # this process has imported Hypothesis before
)


@dataclass(frozen=True)
class Coverage:
    """Which tests ran which line of which file, and how long each test took."""

    lines: dict[str, dict[int, set[str]]]
    seconds: dict[str, float]

    def tests_of(self, module: str, lines: range) -> list[str]:
        """Those that ran one of the lines, the fastest first.

        Where none are given, those that ran any line, and all of the module's own file: a class may be made without.
        """
        by_line = self.lines.get(module, {})
        own = {test for test in self.seconds if f"/test_{Path(module).stem}.py::" in test}
        found = [by_line.get(line, set()) for line in lines] or [own, *by_line.values()]
        return sorted(set().union(*found), key=lambda test: (self.seconds[test], test))

    def patience(self, tests: Sequence[str]) -> float:
        """Seconds after which a run of them takes far too long."""
        return 30.0 + 10 * sum(self.seconds[test] for test in tests)


class _Durations:
    """A plugin of pytest that adds up what each test took."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    def pytest_runtest_logreport(self, report: Any) -> None:
        name = without_parameters(report.nodeid)
        self.seconds[name] = self.seconds.get(name, 0.0) + float(report.duration)


def without_parameters(test: str) -> str:
    """The function of a test."""
    return test.partition("[")[0]


def covered(tests: Sequence[str]) -> Coverage:
    """Run all of the tests once; all must pass."""
    with tempfile.TemporaryDirectory() as folder:
        process = FORK.Process(target=_measure, args=(tests, Path(folder)))
        process.start()
        process.join()
        if process.exitcode:
            raise SystemExit(f"{Path(folder, 'output').read_text()}\nthe tests must pass before anything is changed")
        return _read(Path(folder))


def _measure(tests: Sequence[str], folder: Path) -> None:
    os.environ["COVERAGE_FILE"] = str(folder / "coverage")
    durations = _Durations()
    code = run_pytest(
        ["--cov=functions", "--cov=wfm", "--cov-context=test", "--cov-report=", *tests], durations, folder / "output"
    )
    (folder / "seconds").write_text(json.dumps(durations.seconds))
    os._exit(code)


def _read(folder: Path) -> Coverage:
    data = CoverageData(str(folder / "coverage"))
    data.read()
    lines = {
        str(Path(file).relative_to(Path.cwd())): {
            line: {without_parameters(context.partition("|")[0]) for context in contexts if context}
            for line, contexts in data.contexts_by_lineno(file).items()
        }
        for file in data.measured_files()
    }
    return Coverage(lines, json.loads((folder / "seconds").read_text()))


def run_pytest(arguments: Sequence[str], plugin: object, output: Path) -> int:
    """Its words go into a file; Hypothesis forgets what it found, and tries the same examples each time."""
    with output.open("w") as file:
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
            os.dup2(file.fileno(), stream.fileno())
    phases, checks = (hypothesis.Phase.explicit, hypothesis.Phase.generate), list(hypothesis.HealthCheck)
    hypothesis.settings.register_profile(
        "mutants", derandomize=True, database=None, deadline=None, phases=phases, suppress_health_check=checks
    )
    hypothesis.settings.load_profile("mutants")
    return int(pytest.main([*ALIKE, *arguments], [plugin]))
