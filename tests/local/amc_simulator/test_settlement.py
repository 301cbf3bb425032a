"""Numbers of a window grow until they have settled, and are the same for everybody who asks at the same time."""

import csv
import io

from local.amc_simulator.configuration import Configuration
from local.amc_simulator.settlement import AT_ONCE, FIRST_DAYS, LAST_DAYS
from tests.local.amc_simulator.builders import STEADY, World

DAY = 86400.0
WINDOW = {
    "timeWindowType": "EXPLICIT",
    "timeWindowStart": "2026-11-16T00:00:00",
    "timeWindowEnd": "2026-11-23T00:00:00",
}


def asked(amc: World, **body: str) -> list[list[str]]:
    """The rows of a run that is asked for now."""
    amc.store.objects.clear()
    amc.headers = amc.headers_with(amc.token())
    amc.run(**(body or WINDOW))
    amc.wall.passes(200)
    amc.deliver()
    (text,) = [text for (_, key), text in amc.store.objects.items() if key.endswith(".csv")]
    return list(csv.reader(io.StringIO(text)))[1:]


def numbers(rows: list[list[str]]) -> list[int]:
    return [int(row[1]) for row in rows]


def test_the_same_window_has_the_same_rows_at_the_same_time_and_more_in_them_later(amc: World) -> None:
    first, again = asked(amc), asked(amc)
    amc.wall.passes(3 * DAY)
    later = asked(amc)

    assert first == again
    assert [row[0] for row in first] == [row[0] for row in later]
    assert all(before < after for before, after in zip(numbers(first), numbers(later), strict=True))


def test_from_two_to_four_weeks_after_its_end_no_number_changes_any_more(amc: World) -> None:
    first = numbers(asked(amc))
    seen = []
    for _ in range(LAST_DAYS + 2):
        amc.wall.passes(DAY)
        seen.append(numbers(asked(amc)))

    last_change = [
        max(day for day in range(1, len(seen)) if seen[day][row] != seen[day - 1][row]) for row in range(len(first))
    ]
    assert min(last_change) >= FIRST_DAYS - 1
    assert max(last_change) <= LAST_DAYS
    assert sum(first) / sum(seen[-1]) > AT_ONCE


def test_another_question_has_other_numbers(amc: World) -> None:
    other = {**WINDOW, "timeWindowStart": "2026-11-15T00:00:00"}

    assert asked(amc) != asked(amc, **other)


def test_of_amcs_own_windows_each_run_has_its_own(amc: World) -> None:
    window = {"timeWindowType": "MOST_RECENT_DAY"}

    assert asked(amc, **window) != asked(amc, **window)


def test_a_faster_clock_settles_them_sooner() -> None:
    slow, fast = World(), World()
    fast.simulator.engine.configure(Configuration(clock_factor=24 * 60, default_behaviour=STEADY), fast.wall())
    for amc in (slow, fast):
        amc.wall.passes(3600)

    assert sum(numbers(asked(fast))) > sum(numbers(asked(slow)))
