from datetime import UTC, datetime, timedelta

import pytest

from wfm.calendar.timestamps import iso
from wfm.client.times import read_since
from wfm.errors import UsageError

NOW = datetime(2026, 11, 23, 14, tzinfo=UTC)


@pytest.mark.parametrize(
    ("given", "time"),
    [
        ("30m", "2026-11-23T13:30:00.000Z"),
        ("2h", "2026-11-23T12:00:00.000Z"),
        ("7d", "2026-11-16T14:00:00.000Z"),
        ("1w", "2026-11-16T14:00:00.000Z"),
        ("2026-11-20", "2026-11-20T00:00:00.000Z"),
        ("2026-11-20T09:00:00+01:00", "2026-11-20T08:00:00.000Z"),
    ],
)
def test_a_time_may_be_given_as_how_long_ago(given: str, time: str) -> None:
    assert read_since(given, NOW) == time


@pytest.mark.parametrize("given", ["", "yesterday", "7", "-2h", "100000w"])
def test_what_is_no_time_is_refused_with_what_is_allowed(given: str) -> None:
    with pytest.raises(UsageError, match=r"--since: .* cannot be read; allowed: 30m, 2h, 7d"):
        read_since(given, NOW)


def test_nothing_can_be_listed_since_a_time_to_come() -> None:
    later = iso(NOW + timedelta(days=1))

    with pytest.raises(UsageError, match=r"--since: .* is in the future, it is .*; allowed: 30m"):
        read_since(later, NOW)
    assert read_since(later, NOW, "--until") == later
