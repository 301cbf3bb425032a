from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from math import inf, nan
from typing import Any

import numpy as np
import pandas as pd
import pytest

from wfm.client.plain_values import plain_document, plain_value, window_time
from wfm.errors import InvalidRequest
from wfm.model.statuses import RunStatus

EAST = timezone(timedelta(hours=2))
NOON = datetime(2026, 11, 23, 12, tzinfo=EAST)


@pytest.mark.parametrize(
    ("given", "plain"),
    [
        (np.int64(5), 5),
        (np.float32(0.5), 0.5),
        (np.bool_(True), True),
        (np.str_("a"), "a"),
        (np.array(7), 7),
        (np.array(["a", "b"]), ["a", "b"]),
        (np.array([[1, 2], [3, 4]]), [[1, 2], [3, 4]]),
        (np.datetime64("2026-11-23T10:00:00", "ns"), "2026-11-23T10:00:00"),
        (pd.Series([1, 2], dtype="Int64"), [1, 2]),
        (pd.Index(["a"]), ["a"]),
        (pd.Timestamp("2026-11-23 12:00", tz=EAST), "2026-11-23T10:00:00Z"),
        (pd.Series([pd.Timestamp("2026-11-23 12:00")]), ["2026-11-23T12:00:00"]),
        (NOON, "2026-11-23T10:00:00Z"),
        (datetime(2026, 11, 23, 12), "2026-11-23T12:00:00"),  # noqa: DTZ001  # as somebody may write it
        (date(2026, 11, 23), "2026-11-23"),
        (Decimal("2.50"), 2.5),
        (("a", {"b": np.int8(1)}), ["a", {"b": 1}]),
        ({"b", "a"}, ["a", "b"]),
        (RunStatus.FAILED, "FAILED"),
        (None, None),
    ],
)
def test_values_of_python_numpy_and_pandas_become_those_of_json(given: object, plain: object) -> None:
    found = plain_value(given, "x")

    assert found == plain
    assert type(found) is type(plain)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (nan, "x: nan is no value; allowed: a number; leave the field out for none"),
        (np.float64("nan"), "x: nan is no value"),
        (-inf, "x: -inf is no value"),
        (Decimal("NaN"), "x: NaN is no value"),
        (pd.NaT, "x: NaT is no value; allowed: a time; leave the field out for none"),
        (pd.NA, "x: a value of type NAType is not right"),
        (np.datetime64("NaT"), "x: NaT is not right; allowed: a time in whole seconds"),
        (np.timedelta64(1, "h"), "x: 1 hours is not right; allowed: a time in whole seconds"),
        (np.datetime64("2026-11-23T10:00:00.5"), "x: 2026-11-23T10:00:00.500 is not right"),
        ([1, {"y": nan}], r"x\[1\].y: nan is no value"),
        (pd.Series([1.0, None]), r"x\[1\]: nan is no value"),
        (NOON.replace(microsecond=1), "x: .* has parts of a second; allowed: whole seconds"),
        (pd.Timestamp("2026-11-23") + pd.Timedelta(nanoseconds=1), "x: .* has parts of a second"),
        (object(), "x: a value of type object is not right; allowed: a text, a number, true or false"),
        (b"abc", "x: a value of type bytes is not right"),
        ({1: "a"}, "x: the name 1 is no text; allowed: names that are texts"),
        (pd.DataFrame({"a": [1]}), "x: a value of type DataFrame is not right"),
    ],
)
def test_what_json_has_no_word_for_is_refused_by_its_place(given: object, message: str) -> None:
    with pytest.raises(InvalidRequest, match=message):
        plain_value(given, "x")


def test_an_object_names_the_field_that_cannot_be() -> None:
    with pytest.raises(InvalidRequest) as refused:
        plain_document({"good": 1, "payload": {"cap": nan}})

    assert refused.value.field == "payload.cap"


@pytest.mark.parametrize(
    ("given", "zone", "told"),
    [
        (NOON, None, "2026-11-23T10:00:00"),
        (NOON, "America/New_York", "2026-11-23T05:00:00"),
        (NOON.replace(tzinfo=None), "America/New_York", "2026-11-23T12:00:00"),
        (pd.Timestamp("2026-11-23", tz=UTC), None, "2026-11-23T00:00:00"),
        (np.datetime64("2026-11-23T00:00:00"), None, "2026-11-23T00:00:00"),
        (date(2026, 11, 23), "Europe/Berlin", "2026-11-23T00:00:00"),
        ("TODAY(-1)", None, "TODAY(-1)"),
        (None, None, None),
    ],
)
def test_the_end_of_a_window_may_be_a_time(given: object, zone: str | None, told: str | None) -> None:
    assert window_time(given, zone, "timeWindowStart") == told


@pytest.mark.parametrize("given", [pd.NaT, 5, nan, NOON.replace(microsecond=1)])
def test_what_is_no_time_is_no_end_of_a_window(given: object) -> None:
    with pytest.raises(InvalidRequest, match=r"^timeWindowEnd: "):
        window_time(given, None, "timeWindowEnd")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"parameters": {"cap": nan}}, "parameterValues.cap: nan is no value"),
        ({"payload": {"advertisers": [pd.NaT]}}, r"payload.advertisers\[0\]: NaT is no value"),
        ({"start": pd.NaT, "end": date(2026, 11, 23)}, "timeWindowStart: NaT is no value"),
    ],
)
def test_a_run_with_such_a_value_is_not_sent(deployed: Any, options: Mapping[str, Any], message: str) -> None:
    queue = deployed.put_tenant()
    deployed.put_workflow()

    with pytest.raises(InvalidRequest, match=message):
        deployed.wfm.requests.submit("reach", "acme", **options)

    assert deployed.messages(queue) == []


def test_a_run_takes_what_a_column_of_pandas_holds(deployed: Any) -> None:
    deployed.put_tenant()
    deployed.put_workflow()
    campaigns = pd.DataFrame({"campaign": ["a", "b"], "cap": [3, 4]})

    prepared = deployed.wfm.requests.prepare(
        "reach",
        "acme",
        start=pd.Timestamp("2026-11-16", tz=UTC),
        end=date(2026, 11, 23),
        parameters={"campaigns": campaigns["campaign"], "cap": campaigns["cap"].max()},
    )

    assert prepared.body["parameterValues"] == {"campaigns": ["a", "b"], "cap": 4}
    assert (prepared.body["timeWindowStart"], prepared.body["timeWindowEnd"]) == (
        "2026-11-16T00:00:00",
        "2026-11-23T00:00:00",
    )
