"""Schedules in the words of other products: each hint is an expression that is itself taken, and means the same."""

import re
from datetime import UTC, datetime, timedelta
from itertools import takewhile

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from wfm.calendar import cron
from wfm.calendar.timetables import EXAMPLES, translate
from wfm.errors import InvalidRequest

NAMES = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]  # as a crontab counts them
START = datetime(2027, 1, 30, 23, 59, tzinfo=UTC)
DAYS = 400


def hints(text: str) -> list[str]:
    """What a refusal of `text` suggests."""
    with pytest.raises(InvalidRequest) as refused:
        translate(text, 7, "EXPR")
    found = re.search(r"\(did you mean (.*)\?\)", str(refused.value))
    return found[1].removesuffix(", a schedule each").split(" and ") if found else []


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("0 8 * * 1-5", ["cron(0 8 ? * MON-FRI *)"]),
        ("0 8 * * 0", ["cron(0 8 ? * SUN *)"]),
        ("0 8 * * 7", ["cron(0 8 ? * SUN *)"]),
        ("0 8 * * 5-7", ["cron(0 8 ? * FRI-SUN *)"]),
        ("0 8 * * 0-6", ["cron(0 8 * * ? *)"]),
        ("30 2 * * sun,wed", ["cron(30 2 ? * WED,SUN *)"]),
        ("0 8 * * 5L", ["cron(0 8 ? * FRIL *)"]),
        ("0 8 * * 1#1", ["cron(0 8 ? * MON#1 *)"]),
        ("*/15 9-17 * * mon-fri", ["cron(*/15 9-17 ? * MON-FRI *)"]),
        ("0 8 15 * 1-5", ["cron(0 8 15 * ? *)", "cron(0 8 ? * MON-FRI *)"]),
        ("0 8 15 * */2", []),  # the 15th, if it is one of those days
        ("0 8 */2 * 1-5", []),
        ("cron(0 8 * * 1-5)", ["cron(0 8 ? * MON-FRI *)"]),
        ("cron(0 8 * * ?)", ["cron(0 8 * * ? *)"]),
        ("cron(0 8 * * 1-5 *)", ["cron(0 8 ? * SUN-THU *)"]),  # with the year it is AWS's, and 1 is Sunday
        ("cron(0 8 ? * 0 *)", ["cron(0 8 ? * SUN *)"]),
        ("cron(0 8 ? * MON/2 *)", ["cron(0 8 ? * MON,WED,FRI *)"]),
        ("0 0 8 ? * 2-6", ["cron(0 8 ? * MON-FRI *)"]),
        ("0 0 8 * * ? 2027", ["cron(0 8 * * ? 2027)"]),
        ("cron(0 0/15 9 ? * MON-FRI *)", ["cron(0/15 9 ? * MON-FRI *)"]),
        ("30 0 8 * * ?", []),  # AWS has no seconds
        ("cron(0 8 ? * MONDAY-FRIDAY *)", ["cron(0 8 ? * MON-FRI *)"]),
        ("cron(0 8 ? JANU MON *)", ["cron(0 8 ? JAN MON *)"]),
        ("@daily", ["daily 00:00"]),
        ("@weekly", ["weekly sun 00:00"]),
        ("@annually", ["yearly jan-1 00:00"]),
        ("@every 6h", ["rate(6 hours)"]),
        ("@reboot", []),
        ("H/15 * * * *", []),
        ("every day at 8", ["daily 08:00"]),
        ("every monday and thursday at 8:30 pm", ["weekly mon,thu 20:30"]),
        ("daily at 12am", ["daily 00:00"]),
        ("weekly 8", []),  # on no day
        ("weekly mon thu 08:00", ["weekly mon,thu 08:00"]),
        ("weekly mon-sun 18:30", ["daily 18:30"]),
        ("weekends 08:00", ["weekly sat,sun 08:00"]),
        ("monthly 1st 08:00", ["monthly 1 08:00"]),
        ("every hour", ["rate(1 hour)"]),
        ("every 2 weeks", ["rate(14 days)"]),
        ("every month", []),
        ("P1D", ["rate(1 day)"]),
        ("PT1H30M", ["rate(90 minutes)"]),
        ("R/2027-01-01T00:00:00Z/P1W", ["rate(7 days)"]),
        ("P1M", []),
        ("rate(1.5 hours)", ["rate(90 minutes)"]),
        ("rate(90 seconds)", []),
        ("rate(5 hrs)", ["rate(5 hours)"]),
        ("2026-12-01T08:00:00", ["at(2026-12-01T08:00:00)"]),
        ("at(2026-12-01 08:00)", ["at(2026-12-01T08:00)"]),
        ("at(2026-12-01T08:00:00Z)", []),  # the schedule's zone may be another one
        ("custom(W mon 8)", ["custom(W 0 8)"]),
        ("custom(D 8)", ["custom(D * 8)"]),
        ("custom(M last 8)", ["monthly last 08:00"]),
    ],
)
def test_what_other_products_write_is_refused_with_what_says_it_here(written: str, meant: list[str]) -> None:
    assert hints(written) == meant
    assert all(translate(one, 7, "EXPR") for one in meant)


def _listed(number: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.lists(number, min_size=1, max_size=3).map(",".join)


def weekdays() -> st.SearchStrategy[tuple[str, set[int]]]:
    """A crontab's days of the week, and what they are with Sunday as 0."""
    ranges = st.tuples(st.integers(0, 7), st.integers(0, 7)).map(sorted)
    ranged = ranges.map(lambda ends: (f"{ends[0]}-{ends[1]}", {day % 7 for day in range(ends[0], ends[1] + 1)}))
    single = st.integers(0, 7).map(lambda day: (str(day), {day % 7}))
    named = st.integers(0, 6).map(lambda day: (NAMES[day], {day}))
    stepped = st.integers(1, 6).map(lambda step: (f"*/{step}", set(range(0, 7, step))))
    parts = st.lists(st.one_of(ranged, single, named, stepped), min_size=1, max_size=3)
    return parts.map(lambda found: (",".join(text for text, _ in found), set().union(*(days for _, days in found))))


@settings(max_examples=150, deadline=None)
@given(
    days=weekdays(), hour=st.integers(0, 23), of_month=st.one_of(st.none(), st.integers(1, 28)), wrapped=st.booleans()
)
def test_the_hint_for_a_line_of_a_crontab_fires_when_the_line_does(
    days: tuple[str, set[int]], hour: int, of_month: int | None, wrapped: bool
) -> None:
    text, numbers = days
    line = f"0 {hour} {of_month or '*'} * {text}"
    every = [START.replace(hour=hour, minute=0) + timedelta(days=number) for number in range(1, DAYS)]
    if text.startswith("*") and of_month:
        assume(len(numbers) == 7)
        numbers = set()
    expected = [at for at in every if at.isoweekday() % 7 in numbers or at.day == of_month]

    found = hints(f"cron({line})" if wrapped else line)

    fires = [cron.read(translate(one, 7, "EXPR"), "EXPR").fire_times(UTC, START) for one in found]
    assert sorted({at for times in fires for at in takewhile(every[-1].__ge__, times)}) == expected


def slips() -> st.SearchStrategy[str]:
    """Expressions with a word or character too much, too few or another one, and words that belong nowhere."""
    words = ["cron", "rate", "at", "custom", "daily", "every", "@daily", "mon-fri", "8", "08:00", "8am", "(", ")", "*"]
    words += ["?", "0", "1-5", "0/5", "L", "MON#1", "P1D", "PT6H", "weeks", "2", "hours", "day", "on", "and", "January"]
    spoken = st.lists(st.sampled_from(words), min_size=1, max_size=8).map(" ".join)
    changed = st.builds(
        lambda text, at, put, drop: text[: at % len(text)] + put + text[at % len(text) + drop :],
        st.sampled_from([*EXAMPLES, "0 8 * * 1-5", "0 0 8 ? * 2-6 *", "every day at 8", "R/P1D"]),
        st.integers(0, 99),
        st.sampled_from(["", " ", "x", "0", "9", "*", "(", ")", ",", "-", "\t", "ß", "\u0660"]),
        st.integers(0, 2),
    )
    return st.one_of(spoken, changed)


@settings(max_examples=600, deadline=None)
@given(text=slips())
def test_every_hint_is_itself_taken(text: str) -> None:
    try:
        translate(text, 7, "EXPR")
    except InvalidRequest:
        assert all(translate(one, 7, "EXPR") for one in hints(text))


def test_what_is_far_too_long_gets_no_hint() -> None:
    assert hints("daily at " + "8 " * 100_000) == []
