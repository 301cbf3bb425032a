from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pandas as pd
import pytest

from wfm.calendar.timestamps import iso, parse
from wfm.client.requests.reader import RequestFilter
from wfm.client.runs.search import RunFilter
from wfm.client.times import read_since, stored_time
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


def test_a_script_may_give_a_datetime_a_text_or_how_long_ago() -> None:
    east = timezone(timedelta(hours=2))

    assert stored_time(datetime(2026, 11, 23, 14, tzinfo=east), "since") == "2026-11-23T12:00:00.000Z"
    assert stored_time(pd.Timestamp("2026-11-23", tz="UTC"), "since") == "2026-11-23T00:00:00.000Z"
    assert stored_time("2026-11-23T14:00:00+02:00", "since") == "2026-11-23T12:00:00.000Z"
    assert stored_time("", "since") == ""
    assert timedelta(hours=2) <= datetime.now(UTC) - parse(stored_time("2h", "since")) < timedelta(hours=3)


@pytest.mark.parametrize(
    "given", ["yesterday", "2 h", 5, None, pd.NaT, NOW.replace(tzinfo=None), NOW.date(), "9999-12-31T23:59:59-12:00"]
)
def test_a_script_is_refused_what_may_be_another_time(given: Any) -> None:
    with pytest.raises(UsageError, match=r"^until: .*; allowed: .*2h"):
        stored_time(given, "until")


def test_how_long_ago_finds_what_was_asked_for_since(deployed: Any) -> None:
    deployed.put_tenant()
    deployed.put_request("old", requestedAt=iso(datetime.now(UTC) - timedelta(hours=3)))
    deployed.put_request("new", requestedAt=iso(datetime.now(UTC) - timedelta(hours=1)))
    wfm = deployed.wfm

    for since in ("2h", datetime.now(UTC) - timedelta(hours=2)):
        assert [run.run_id for run in wfm.runs.list("acme", since=since)] == ["new"]
        assert [one.request_id for one in wfm.requests.iterate("acme", since=since)] == ["new"]
        assert [one.request_id for one in wfm.requests.active("acme", RequestFilter(since=since))] == ["new"]
        assert [one.request_id for one in wfm.requests.iterate("acme", until=since)] == ["old"]
    with pytest.raises(UsageError, match="since: 'then' cannot be read"):
        wfm.results.list("acme", since="then")
    with pytest.raises(UsageError, match="until: 'then' cannot be read"):
        RunFilter(until="then")
