from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wfm.calendar import cron
from wfm.calendar.timetables import EXAMPLES, spread_minute, translate
from wfm.errors import InvalidRequest

DAY_NAMES = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
MONTH_NAMES = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
Holds = Callable[[datetime], bool]  # of a minute, whether it fires
START = datetime(2027, 1, 30, 23, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("cron(0 8 ? * mon-fri *)", "cron(0 8 ? * MON-FRI *)"),
        ("rate(1 hour)", "rate(1 hour)"),
        ("rate(1 hours)", "rate(1 hour)"),
        (" Rate( 90  minute ) ", "rate(90 minutes)"),
        ("rate(2 Days)", "rate(2 days)"),
        ("at(2026-12-01T08:00:00)", "at(2026-12-01T08:00:00)"),
        ("AT( 2026-12-01t08:00 )", "at(2026-12-01T08:00:00)"),
        ("custom(H * *)", "cron(7 * * * ? *)"),
        ("custom(D * 8)", "cron(7 8 * * ? *)"),
        ("custom(W 0 8)", "cron(7 8 ? * MON *)"),
        ("custom(W 6 23)", "cron(7 23 ? * SUN *)"),
        ("custom(M 31 0)", "cron(7 0 31 * ? *)"),
        ("hourly", "cron(7 * * * ? *)"),
        ("hourly :15", "cron(15 * * * ? *)"),
        ("every 1 minute", "cron(0/1 * * * ? *)"),
        ("every 15 minutes", "cron(0/15 * * * ? *)"),
        ("every 60 minutes", "cron(0 * * * ? *)"),
        ("every 6 hours", "cron(7 0/6 * * ? *)"),
        ("every 24 hours", "cron(7 0 * * ? *)"),
        ("daily 08:00", "cron(0 8 * * ? *)"),
        ("DAILY  8:05", "cron(5 8 * * ? *)"),
        ("weekdays 18:30", "cron(30 18 ? * MON-FRI *)"),
        ("weekly mon 08:00", "cron(0 8 ? * MON *)"),
        ("weekly Monday,thu 08:00", "cron(0 8 ? * MON,THU *)"),
        ("monthly 15 08:00", "cron(0 8 15 * ? *)"),
        ("monthly 1,15 08:00", "cron(0 8 1,15 * ? *)"),
        ("monthly last 08:00", "cron(0 8 L * ? *)"),
        ("quarterly 1 08:00", "cron(0 8 1 1,4,7,10 ? *)"),
        ("quarterly last 08:00", "cron(0 8 L 1,4,7,10 ? *)"),
        ("yearly jan-15 08:00", "cron(0 8 15 JAN ? *)"),
        ("yearly February-29 08:00", "cron(0 8 29 FEB ? *)"),
    ],
)
def test_every_form_is_put_in_eventbridges_words(given: str, expected: str) -> None:
    assert translate(given, 7, "EXPR") == expected


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_example_that_an_error_names_can_be_read(example: str) -> None:
    assert translate(example, 0, "EXPR")


def _padded(number: int) -> st.SearchStrategy[str]:
    return st.integers(0, 2).map(lambda zeros: "0" * zeros + str(number))


@given(
    parts=st.one_of(
        st.just(("H", "*", "*")),
        st.integers(0, 23).map(lambda hour: ("D", "*", str(hour))),
        st.tuples(st.just("W"), st.integers(0, 6).map(str), st.integers(0, 23).map(str)),
        st.tuples(st.just("M"), st.integers(1, 31).map(str), st.integers(0, 23).map(str)),
    ),
    data=st.data(),
)
@settings(max_examples=100)
def test_padding_blanks_and_case_do_not_count_in_custom(parts: tuple[str, str, str], data: st.DataObject) -> None:
    blank = st.text(" \t", max_size=3)
    kind = data.draw(st.sampled_from([parts[0], parts[0].lower()]))
    day, hour = (data.draw(_padded(int(part))) if part.isdecimal() else part for part in parts[1:])
    word = data.draw(st.sampled_from(["custom", "CUSTOM", "Custom"]))
    inside = f"{data.draw(blank)}{kind} {data.draw(blank)}{day} {data.draw(blank)}{hour}{data.draw(blank)}"
    written = f"{data.draw(blank)}{word}{data.draw(blank)}({inside}){data.draw(blank)}"

    assert translate(written, 7, "EXPR") == translate(f"custom({' '.join(parts)})", 7, "EXPR")


def _at(hour: int, minute: int, holds: Holds) -> Holds:
    return lambda moment: (moment.hour, moment.minute) == (hour, minute) and holds(moment)


def _is_last(moment: datetime) -> bool:
    return (moment + timedelta(days=1)).day == 1


def timetables() -> st.SearchStrategy[tuple[str, Holds]]:
    """Forms that WFM puts into cron, and what each means of a minute of the calendar; the open minute is 7."""
    hour, minute, weekday = st.integers(0, 23), st.integers(0, 59), st.integers(0, 6)
    clock = st.tuples(hour, minute)
    days = st.lists(st.integers(1, 31), min_size=1, max_size=3)
    weekdays = st.lists(weekday, min_size=1, max_size=3)

    def named(found: list[int]) -> str:
        return ",".join(DAY_NAMES[one][: 3 if one % 2 else None] for one in found)

    return st.one_of(
        st.just(("custom(H * *)", lambda moment: moment.minute == 7)),
        hour.map(lambda h: (f"custom(D * {h})", _at(h, 7, lambda _: True))),
        st.tuples(weekday, hour).map(
            lambda w: (f"custom(W {w[0]} {w[1]})", _at(w[1], 7, lambda moment: moment.weekday() == w[0]))
        ),
        st.tuples(st.integers(1, 31), hour).map(
            lambda m: (f"custom(M {m[0]} {m[1]})", _at(m[1], 7, lambda moment: moment.day == m[0]))
        ),
        minute.map(lambda m: (f"hourly :{m:02}", lambda moment: moment.minute == m)),
        st.sampled_from([5, 20, 30, 60]).map(lambda n: (f"every {n} minutes", lambda moment: moment.minute % n == 0)),
        st.sampled_from([1, 8, 12, 24]).map(
            lambda n: (f"every {n} hours", lambda moment: moment.minute == 7 and moment.hour % n == 0)
        ),
        clock.map(lambda c: (f"daily {c[0]:02}:{c[1]:02}", _at(*c, lambda _: True))),
        clock.map(lambda c: (f"weekdays {c[0]}:{c[1]:02}", _at(*c, lambda moment: moment.weekday() < 5))),
        st.tuples(weekdays, clock).map(
            lambda w: (
                f"weekly {named(w[0])} {w[1][0]:02}:{w[1][1]:02}",
                _at(*w[1], lambda moment: moment.weekday() in w[0]),
            )
        ),
        st.tuples(days, clock).map(
            lambda m: (
                f"monthly {','.join(map(str, m[0]))} {m[1][0]:02}:{m[1][1]:02}",
                _at(*m[1], lambda moment: moment.day in m[0]),
            )
        ),
        clock.map(lambda c: (f"monthly last {c[0]:02}:{c[1]:02}", _at(*c, _is_last))),
        clock.map(
            lambda c: (
                f"quarterly last {c[0]:02}:{c[1]:02}",
                _at(*c, lambda moment: _is_last(moment) and moment.month in (1, 4, 7, 10)),
            )
        ),
        st.tuples(st.integers(1, 2), st.integers(1, 29), clock).map(
            lambda y: (
                f"yearly {MONTH_NAMES[y[0] - 1]}-{y[1]} {y[2][0]:02}:{y[2][1]:02}",
                _at(*y[2], lambda moment: (moment.month, moment.day) == (y[0], y[1])),
            )
        ),
    )


@settings(max_examples=80, deadline=None)
@given(timetable=timetables())
def test_a_timetable_fires_when_its_words_say_so(timetable: tuple[str, Holds]) -> None:
    written, holds = timetable
    calendar = (START + timedelta(minutes=number) for number in range(1, 4 * 1440))
    expected = [moment for moment in calendar if holds(moment)]

    found = cron.read(translate(written, 7, "EXPR"), "EXPR").fire_times(UTC, START)

    assert list(islice(found, len(expected))) == expected
    following = next(found, None)
    assert following is None or following >= START + timedelta(minutes=4 * 1440)


def test_the_minute_is_always_the_same_and_spread_over_the_hour() -> None:
    minutes = Counter(spread_minute(f"tenant-{number}", "daily") for number in range(6000))

    assert spread_minute("acme", "daily") == 44
    assert set(minutes) == set(range(60))
    assert max(minutes.values()) < 160


@pytest.mark.parametrize(
    ("given", "column", "problem"),
    [
        ("custom(D * *)", 12, "daily, but at no hour: it never ran; allowed: custom(D * hour), such as custom(D * 8);"),
        ("custom(H 8 *)", 10, "'8' where '*' belongs; allowed: custom(H * *)"),
        ("custom(H * 8)", 12, "'8' where '*' belongs"),
        ("custom(D 1 8)", 10, "'1' where '*' belongs; allowed: custom(D * hour)"),
        ("custom(D * 24)", 12, "'24' is none of 0 to 23 (did you mean custom(D * 0)?)"),
        ("custom(W 7 8)", 10, "'7' is none of 0 to 6 (did you mean custom(W 6 8)?)"),
        ("custom(W mon 8)", 10, "'MON' is none of 0 to 6 (did you mean custom(W 0 8)?)"),
        ("custom(W 1 *)", 12, "'*' is none of 0 to 23"),
        ("custom(M 0 8)", 10, "'0' is none of 1 to 31"),
        ("custom(M 32 8)", 10, "'32' is none of 1 to 31"),
        ("custom(M L 8)", 10, "'L' is none of 1 to 31 (did you mean monthly last 08:00?)"),
        ("custom(M -1 8)", 10, "'-1' is none of 1 to 31"),
        ("custom(Y 1 8)", 8, "'Y' is none of H, D, W and M; allowed: custom(H * *), custom(D * 8)"),
        ("custom(D 8)", 11, "not three parts in parentheses"),
        ("custom(D * 8 9)", 14, "not three parts in parentheses"),
        ("custom D * 8", 12, "not three parts in parentheses"),
        ("rate(0 hours)", 6, "this is no rate; allowed: rate(n minutes), rate(n hours) or rate(n days)"),
        ("rate(1.5 hours)", 5, "this is no rate"),
        ("rate(2 weeks)", 8, "this is no rate (did you mean rate(14 days)?)"),
        ("rate 5 hours", 5, "this is no rate"),
        ("at(2026-12-01)", 4, "this is no time (did you mean at(2026-12-01T00:00:00)?)"),
        ("at(2026-11-31T08:00:00)", 4, "there is no such time (day is out of range for month)"),
        ("at(2026-12-01T08:00:00Z)", 4, "this is no time; allowed: at(yyyy-mm-ddThh:mm:ss), by the clock of"),
        ("at tomorrow", 11, "this is no time"),
        ("dayly 08:00", 1, "'dayly' begins no timetable (did you mean daily 08:00?)"),
        ("  weekday 08:00", 3, "'weekday' begins no timetable (did you mean weekdays 08:00?)"),
        ("@hourly", 1, "'@hourly' begins no timetable (did you mean hourly :00?)"),
        ("crom(0 8 * * ? *)", 1, "'crom' begins no timetable (did you mean cron(0 8 * * ? *)?)"),
        ("0 8 * * ? *", 1, "'0' begins no timetable (did you mean cron(0 8 * * ? *)?)"),
        ("0 8 1 * *", 1, "'0' begins no timetable (did you mean cron(0 8 1 * ? *)?)"),
        ("08:00", 1, "'08:00' begins no timetable (did you mean daily 08:00?); allowed: cron("),
        ("daily", 6, "something is missing here; allowed: as in daily 08:00"),
        ("daily 8", 7, "'8' is no time (did you mean daily 08:00?)"),
        ("daily 24:00", 7, "'24:00' is no time (did you mean daily 00:00?); allowed: hh:mm, from 00:00 to 23:59"),
        ("daily 08:00 UTC", 13, "'UTC' is too much; allowed: as in daily 08:00"),
        ("daily(8)", 1, "'DAILY(8)' is no word of a timetable; allowed: hourly, hourly :15"),
        ("at(9999-12-31T23:59:59)", 4, "out of reach; allowed: the years 1970 to 2199"),
        ("hourly 15", 8, "'15' is no minute of an hour (did you mean hourly :15?)"),
        ("hourly :60", 8, "':60' is no minute of an hour; allowed"),
        ("hourly 60", 8, "'60' is no minute of an hour; allowed"),
        ("daily 08:60", 7, "'08:60' is no time; allowed"),
        ("daily 24", 7, "'24' is no time (did you mean daily 00:00?); allowed"),
        (
            "every 7 hours",
            7,
            "7 hours do not divide a day (did you mean rate(7 hours)?); allowed: 1, 2, 3, 4, 6, 8, 12",
        ),
        ("every 45 minutes", 7, "45 minutes do not divide an hour"),
        ("every 2 days", 9, "'DAYS' is neither minutes nor hours (did you mean rate(2 days)?)"),
        ("every six hours", 7, "'SIX' is no whole number from 1 to 9999"),
        (
            "weekly mno 08:00",
            8,
            "'MNO' is unknown (did you mean weekly mon 08:00?); allowed: mon, tue, wed",
        ),
        ("weekly mon, 08:00", 8, "'' is unknown"),
        ("weekly mon-fri 08:00", 8, "'MON-FRI' is unknown (did you mean weekdays 08:00?)"),
        ("weekly Monday-Sunday 8:05", 8, "'MONDAY-SUNDAY' is unknown (did you mean daily 08:05?)"),
        ("weekly fri-mon 08:00", 8, "'FRI-MON' is unknown (did you mean weekly fri,sat,sun,mon 08:00?)"),
        ("weekly mon-fri 8", 8, "'MON-FRI' is unknown (did you mean weekdays 08:00?)"),
        ("weekly mon-fir 08:00", 8, "'MON-FIR' is unknown"),
        ("monthly 32 08:00", 9, "'32' is no whole number from 1 to 31; allowed: 1 to 31, a list such as 1,15, or last"),
        ("yearly 15 08:00", 8, "'15' is no day of a year; allowed: month and day, such as jan-15"),
        ("yearly fab-15 08:00", 8, "'FAB' is unknown (did you mean yearly feb-15 08:00?)"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_column_and_the_closest_form(
    given: str, column: int, problem: str
) -> None:
    with pytest.raises(InvalidRequest) as refused:
        translate(given, 7, "EXPR")

    assert str(refused.value).startswith(f"EXPR: {given!r} at column {column}: {problem}")
    assert "; allowed: " in str(refused.value)
