"""JSON that DynamoDB can keep."""

import json
from typing import Any

import pytest

from wfm.errors import InvalidRequest
from wfm.model.dynamodb_limits import MAX_DEPTH, MAX_DOCUMENT_CHARS, check_storable, truncated

UNSTORABLE = [float("inf"), 10**39 + 1, pytest.param(10**5000, id="huge"), 1e-200, 1e300, "\ud800"]


@pytest.mark.parametrize("value", UNSTORABLE)
def test_what_dynamodb_cannot_keep_is_refused_by_name(value: Any) -> None:
    with pytest.raises(InvalidRequest, match=r"^payload\.list\[1\]: .* cannot be kept; allowed: "):
        check_storable({"payload": {"list": [1, value]}})


@pytest.mark.parametrize(
    "value", [0, -1, 0.1, 1e-100, 1e125, 10**37, 123456789.123, True, None, "text", "\u00e9\U0001f600"]
)
def test_everything_else_may_pass(value: Any) -> None:
    check_storable([value, {"key": value}])


def test_a_key_may_be_wrong_too() -> None:
    with pytest.raises(InvalidRequest):
        check_storable({"\ud800": 1})


@pytest.mark.parametrize("value", [float("inf"), 10**39 + 1, 1e-200, "\ud800"])
def test_what_cannot_be_kept_is_kept_as_text(value: Any) -> None:
    kept = truncated({"value": value})

    assert kept == json.dumps({"value": value})
    check_storable(kept)


def test_what_is_too_long_is_cut() -> None:
    assert len(str(truncated(["x" * 2 * MAX_DOCUMENT_CHARS]))) == MAX_DOCUMENT_CHARS


def test_what_is_nested_too_deeply_for_a_row_is_refused_and_kept_as_text() -> None:
    fits: Any = json.loads("[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1))
    check_storable(fits)

    with pytest.raises(InvalidRequest, match=f"is nested too deeply to be kept; allowed: at most {MAX_DEPTH} levels"):
        check_storable([fits])

    assert truncated([fits]) == json.dumps([fits])
