"""Which small changes of the core do the fast tests not notice?

`python -m bench.mutants --sample 40` tries 40 changes of each module of the core (bench/mutations.py), the same ones
for the same `--seed`; `python -m bench.mutants wfm/store/table_rows.py` all of one. A change that no test notices
is printed with its line, then how many were noticed of each module. Those that change nothing that anyone could notice
stand in bench/equivalent_mutants.py, each with its reason, and are not tried.

No file is written. With each change those tests run that run the changed line, by a first run with coverage.
"""

import argparse
import random
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from bench.equivalent_mutants import EQUIVALENT
from bench.mutant_coverage import covered
from bench.mutant_runs import survivors
from bench.mutations import Mutant, mutants_of

CORE: Final = tuple(
    f"{folder}/{name}.py"
    for folder, names in {
        "functions/services": "availability semaphore",
        "functions/services/execution": "auto_resubmit completion failures_in_a_row preparation queue_messages requeue "
        "submission",
        "functions/services/tracking": "learnt_durations missing_runs run_deadlines slot_accounting tracking",
        "functions/services/scheduling": "catch_up deadlines firing_rules overlap scheduling watch",
        "functions/services/backfill": "backfill",
        "functions/services/rollout": "convergence",
        "functions/amc": "rate_limited_transport",
        "wfm/calendar": (
            "cron cron_days cron_fields custom_times date_functions expressions firings local_times named_windows"
            " plain_times timetable_words timetables windows"
        ),
        "wfm/model": (
            "availability backfill_fields backfill_windows backfills durations messages poll_policy rate_limit"
            " request_ids resubmissions runs schedules semaphore"
        ),
        "wfm/store": "executions_table rate_limits requests_table schedules_table semaphore_table transactions",
    }.items()
    for name in names.split()
)
# By where a module stands.
TESTS: Final = {
    "functions/amc": ("tests/adapters",),
    "wfm/store": ("tests/adapters", "tests/contracts"),
    "functions": ("tests/unit",),
    "wfm": ("tests/unit",),
}


def main(arguments: list[str]) -> int:
    """Print what was not noticed; 1 when there is something."""
    options = _parser().parse_args(arguments)
    by_tests: dict[tuple[str, ...], list[str]] = {}
    for module in options.modules or CORE:
        by_tests.setdefault(tuple(options.tests or _tests_of(module)), []).append(module)
    return int(sum(_try(modules, tests, options) for tests, modules in by_tests.items()) > 0)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="bench.mutants")
    parser.add_argument("modules", nargs="*", help="files; without any those of the core")
    parser.add_argument("--sample", type=int, help="so many changes of each module, else all")
    parser.add_argument("--seed", type=int, default=1, help="which ones")
    parser.add_argument("--tests", action="append", help="a folder or file of tests, else those of the module's layer")
    parser.add_argument("--processes", type=int, default=2)
    return parser


def _tests_of(module: str) -> tuple[str, ...]:
    return next(tests for folder, tests in TESTS.items() if module.startswith(folder))


def _try(modules: list[str], tests: tuple[str, ...], options: argparse.Namespace) -> int:
    trials = [(module, mutant) for module in modules for mutant in _sample(module, options)]
    tried, alive = Counter(module for module, _ in trials), Counter[str]()
    for module, mutant in survivors(trials, tests, covered(tests), options.processes):
        alive[module] += 1
        print(f"{module}:{mutant}", flush=True)
    for module, count in tried.items():
        noticed = count - alive[module]
        print(f"{module}: {count} tried, {noticed} noticed ({100 * noticed / count:.0f} %)", flush=True)
    return alive.total()


def _sample(module: str, options: argparse.Namespace) -> list[Mutant]:
    mutants = list(_worth_trying(module))
    if not options.sample or options.sample >= len(mutants):
        return mutants
    chosen = random.Random(f"{options.seed} {module}").sample(mutants, options.sample)  # noqa: S311 (no secret)
    return sorted(chosen, key=lambda mutant: mutant.line)


def _worth_trying(module: str) -> Iterator[Mutant]:
    for mutant in mutants_of(Path(module).read_text()):
        if (Path(module).name, mutant.old, mutant.new) not in EQUIVALENT:
            yield mutant


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
