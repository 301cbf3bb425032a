"""Values as AMC shows them."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.amc_simulator.echo import as_text
from wfm.model.amc_values import is_same_value

SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
JSON = st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=8)


@given(JSON)
def test_a_value_is_the_same_as_it_is_and_as_a_text(value: Any) -> None:
    assert is_same_value(value, value)
    assert is_same_value(value, as_text(value))
    assert is_same_value(value, json.dumps(value)) or isinstance(value, str)


@given(st.lists(st.integers() | st.booleans(), min_size=1), st.lists(st.integers(), min_size=1))
def test_lists_may_come_in_the_form_of_other_languages(items: list[Any], other: list[Any]) -> None:
    texts = [as_text(item) for item in items]

    assert is_same_value(items, f"[{', '.join(texts)}]")
    assert is_same_value(items, ",".join(texts))
    assert is_same_value(other, [*other, 1]) is False


@given(st.text(), st.text())
def test_texts_are_the_same_letter_by_letter(one: str, other: str) -> None:
    assert is_same_value(one, other) is (one == other)


@pytest.mark.parametrize(
    ("given_value", "shown"),
    [
        (True, "false"), (1, "2"), (1, True), ("1", "1.0"), (["a"], "b"), (["a"], ["b"]), ({"a": 1}, {"b": 1}),
        (0.5, "half"), ({"a": 1}, "?"), ([], "x"), (None, ""),
    ],
)  # fmt: skip
def test_other_values_are_others(given_value: Any, shown: Any) -> None:
    assert not is_same_value(given_value, shown)


@pytest.mark.parametrize(("given_value", "shown"), [(0.5, "0.50"), (5, 5.0), (True, "TRUE"), (1e3, "1000")])
def test_one_number_or_truth_in_two_forms_is_the_same(given_value: Any, shown: Any) -> None:
    assert is_same_value(given_value, shown)
