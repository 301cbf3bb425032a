from typing import Any

import pytest

from wfm.calendar.timestamps import parse_timestamp_or_none


@pytest.mark.parametrize("value", [None, 5, "", "soon", ["2026"], "9999-12-31T23:59:59-14:00"])
def test_what_is_no_time_is_none(value: Any) -> None:
    assert parse_timestamp_or_none(value) is None
