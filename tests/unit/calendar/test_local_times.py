"""Zones by name, and times as people write them."""

from datetime import UTC
from zoneinfo import ZoneInfo

import pytest

from wfm.calendar import local_times
from wfm.calendar.local_times import read_literal, text, zone, zone_names
from wfm.errors import InvalidRequest

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize("name", ["Europe/Berlin", "America/New_York", "Asia/Kolkata", "EST5EDT"])
def test_a_zone_is_found_by_its_name(name: str) -> None:
    assert zone(name, "field") == ZoneInfo(name)


@pytest.mark.parametrize("name", ["UTC", "Etc/UTC"])
def test_utc_needs_no_database(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(local_times, "ZoneInfo", None)

    assert zone(name, "field") is UTC


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("Mars/Olympus", "'Mars/Olympus' is no time zone"),
        ("europe/berlinn", "did you mean Europe/Berlin?"),
        ("America/NewYork", "did you mean America/New_York?"),
        ("PST", "did you mean America/Los_Angeles?"),
        ("EDT", "did you mean America/New_York?"),
        ("new york", "did you mean America/New_York?"),
        ("BERLIN", "did you mean Europe/Berlin?"),
        ("XST", "is no time zone; allowed"),
        ("../etc/passwd", "is no time zone"),
        ("/etc/localtime", "is no time zone"),
        ("Europe", "is no time zone"),
        ("\ud800", "is no time zone"),
        ("a\0b", "is no time zone"),
        ("", "is no time zone"),
        (7, "7 is no time zone"),
        (["UTC"], "is no time zone"),
    ],
)
def test_a_zone_that_does_not_exist_is_refused_with_the_closest(name: object, told: str) -> None:
    with pytest.raises(InvalidRequest, match=r"^field: ") as refused:
        zone(name, "field")

    assert told in str(refused.value)
    assert "such as Europe/Berlin" in str(refused.value)


@pytest.mark.parametrize("name", ["localtime", "posixrules", "posix/Europe/Berlin", "zone.tab", "tzdata.zi"])
def test_a_file_beside_the_zones_is_none(name: str) -> None:
    with pytest.raises(InvalidRequest, match="is no time zone"):
        zone(name, "field")


def test_every_name_that_a_hint_may_give_is_taken() -> None:
    assert all(zone(name, "field") for name in zone_names())


def test_a_machine_without_a_time_zone_database_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(local_times, "zone_names", frozenset[str])

    with pytest.raises(InvalidRequest, match=r"no time zone database; allowed: UTC, or any zone once .* tzdata"):
        zone("Mars/Olympus", "field")


@pytest.mark.parametrize("given", ["2023-03-30T10:20:30", " 2023-03-30T10:20:30 ", "2023-03-30T10:20:30Z"])
def test_a_written_time_is_read_as_it_stands(given: str) -> None:
    assert text(read_literal(given, UTC, "field")) == "2023-03-30T10:20:30"


@pytest.mark.parametrize(
    ("given", "column", "told"),
    [
        ("2023-03-01", 11, "did you mean 2023-03-01T00:00:00?"),
        ("2023-03-01 10:00:00", 11, "is no yyyy-MM-ddTHH:mm:ss (did you mean 2023-03-01T10:00:00?); allowed"),
        ("2023-02-30", 11, "is no yyyy-MM-ddTHH:mm:ss; allowed"),  # a hint would be refused as well
        ("2023-3-01T00:00:00", 7, "yyyy-MM-ddTHH:mm:ss"),
        ("2023-03-01T00:00", 17, "yyyy-MM-ddTHH:mm:ss"),
        ("2023-03-01T00:00:00+01:00", 20, "yyyy-MM-ddTHH:mm:ss"),
        ("2023-03-01T00:00:00.000Z", 20, "yyyy-MM-ddTHH:mm:ss"),
        ("2023-03-01T00:00:00 + 6h", 20, "yyyy-MM-ddTHH:mm:ss"),
        (" 2023-02-30T00:00:00", 10, "no such day"),
        ("2023-02-29T00:00:00", 9, "no such day"),
        ("2023-13-01T00:00:00", 6, "no such month"),
        ("2023-00-01T00:00:00", 6, "no such month"),
        ("2023-03-00T00:00:00", 9, "no such day"),
        ("2023-03-01T00:00:00X", 20, "yyyy-MM-ddTHH:mm:ss"),
        ("0000-01-01T00:00:00", 1, "no such year"),
        ("2023-03-01T24:00:00", 12, "no such hour"),
        ("2023-03-01T23:60:00", 15, "no such minute"),
        ("2023-03-01T23:59:60", 18, "no such second"),
    ],
)
def test_what_is_no_time_is_refused_with_its_column(given: str, column: int, told: str) -> None:
    with pytest.raises(InvalidRequest, match=r"^field: ") as refused:
        read_literal(given, UTC, "field")

    assert f"at column {column}" in str(refused.value)
    assert told in str(refused.value)


def test_a_z_is_refused_where_the_window_is_not_in_utc() -> None:
    with pytest.raises(InvalidRequest, match=r"at column 20: Z means UTC, but the window is in Europe/Berlin"):
        read_literal("2023-03-30T10:20:30Z", BERLIN, "field")


def test_a_time_that_the_clocks_skip_is_refused_with_the_one_they_show() -> None:
    with pytest.raises(InvalidRequest, match="clocks of Europe/Berlin skip it; allowed: 2023-03-26T03:30:00"):
        read_literal("2023-03-26T02:30:00", BERLIN, "field")


@pytest.mark.parametrize(
    ("given", "name"), [("0001-01-01T00:00:00", "Asia/Tokyo"), ("9999-12-31T23:00:00", "America/Lima")]
)
def test_the_ends_of_the_calendar_are_times_in_every_zone(given: str, name: str) -> None:
    assert text(read_literal(given, ZoneInfo(name), "field")) == given


def test_a_time_that_the_clocks_show_twice_stays_as_it_is() -> None:
    assert text(read_literal("2023-10-29T02:30:00", BERLIN, "field")) == "2023-10-29T02:30:00"


@pytest.mark.parametrize(
    ("given", "meant"),
    [("GMT+1", "Etc/GMT-1"), ("utc-05:00", "Etc/GMT+5"), ("+0100", "Etc/GMT-1"), ("-8", "Etc/GMT+8"), ("+05:30", None)],
)
def test_a_distance_from_greenwich_is_hinted_at_by_a_zone_that_has_it(given: str, meant: str | None) -> None:
    with pytest.raises(InvalidRequest) as refused:
        zone(given, "timeWindowTimeZone")

    assert ("did you mean" in str(refused.value)) is (meant is not None)
    if meant:
        assert f"(did you mean {meant}?)" in str(refused.value)
        zone(meant, "timeWindowTimeZone")
