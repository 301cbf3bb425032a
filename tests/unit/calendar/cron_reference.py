"""Cron by trying: what fires is asked of every minute, or of every day, one by one."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo

from hypothesis import strategies as st

Says = Callable[[int], bool]
MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]
WEEKDAYS = ["MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"]  # as date.weekday() counts


@dataclass(frozen=True)
class Field:
    """A field as it is written, and whether a number is in it."""

    text: str
    holds: Says


def _star() -> st.SearchStrategy[Field]:
    return st.just(Field("*", lambda _: True))


def numbers(low: int, high: int, names: dict[int, str] | None = None) -> st.SearchStrategy[Field]:
    """Lists, ranges and steps from `low` to `high`, with names for some."""

    def shown(number: int) -> str:
        return (names or {}).get(number, str(number))

    one = st.integers(low, high)
    listed = st.lists(one, min_size=1, max_size=4).map(
        lambda found: Field(",".join(shown(number) for number in found), lambda number: number in found)
    )
    ranged = st.tuples(one, one).map(
        lambda ends: Field(f"{shown(min(ends))}-{shown(max(ends))}", lambda number: min(ends) <= number <= max(ends))
    )
    stepped = st.tuples(one, st.integers(1, high)).map(
        lambda pair: Field(
            f"{shown(pair[0])}/{pair[1]}",
            lambda number: number >= pair[0] and (number - pair[0]) % pair[1] == 0,
        )
    )
    return st.one_of(_star(), listed, ranged, stepped)


@dataclass(frozen=True)
class Days:
    """The two day fields as they are written, and whether a day is in them."""

    of_month: str
    of_week: str
    holds: Callable[[date], bool]


def _nearest_weekday(day: date, number: int) -> bool:
    """Whether `day` is that weekday in the month which is nearest to the day `number`, if the month has that day."""
    month = [day.replace(day=1) + timedelta(days=offset) for offset in range(31)]
    month = [other for other in month if other.month == day.month]
    if number > len(month):
        return False
    weekdays = [other for other in month if other.weekday() < 5]
    return day == min(weekdays, key=lambda other: abs(other.day - number))


def any_days() -> st.SearchStrategy[Days]:
    """Days of the month and days of the week in all their forms."""
    weekday = st.integers(0, 6)
    return st.one_of(
        numbers(1, 31).map(lambda field: Days(field.text, "?", lambda day: field.holds(day.day))),
        st.just(Days("L", "?", lambda day: (day + timedelta(days=1)).day == 1)),
        st.integers(1, 30).map(
            lambda number: Days(
                f"L-{number}",
                "?",
                lambda day: (
                    (day + timedelta(days=number)).month == day.month and (day + timedelta(days=number + 1)).day == 1
                ),
            )
        ),
        st.just(
            Days(
                "LW",
                "?",
                lambda day: (
                    day.weekday() < 5 and (day + timedelta(days=3 if day.weekday() == 4 else 1)).month != day.month
                ),
            )
        ),
        st.integers(1, 31).map(lambda number: Days(f"{number}W", "?", lambda day: _nearest_weekday(day, number))),
        st.lists(weekday, min_size=1, max_size=3).map(
            lambda found: Days("?", ",".join(WEEKDAYS[one] for one in found), lambda day: day.weekday() in found)
        ),
        st.just(Days("?", "2-6", lambda day: day.weekday() < 5)),
        st.just(Days("?", "L", lambda day: day.weekday() == 5)),
        weekday.map(
            lambda one: Days(
                "?",
                f"{WEEKDAYS[one]}L",
                lambda day: day.weekday() == one and (day + timedelta(days=7)).month != day.month,
            )
        ),
        st.tuples(weekday, st.integers(1, 5)).map(
            lambda pair: Days(
                "?",
                f"{(pair[0] + 1) % 7 + 1}#{pair[1]}",
                lambda day: day.weekday() == pair[0] and (day.day - 1) // 7 + 1 == pair[1],
            )
        ),
    )


def minutes(start: datetime, where: tzinfo, count: int) -> Iterator[tuple[datetime, datetime]]:
    """So many minutes from `start` on, and how the clocks show each; the second time of a repeated hour is left out."""
    for number in range(1, count + 1):
        moment = start.astimezone(UTC) + timedelta(minutes=number)
        shown = moment.astimezone(where)
        if not shown.fold:
            yield moment, shown
