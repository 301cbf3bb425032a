import re
from typing import Any

import pytest

from tests.builders import a_message
from wfm.errors import InvalidRecord, InvalidRequest
from wfm.model.labels import MAX_LABELS, as_pairs, label_problems, read_labels, read_line, read_pairs
from wfm.model.request_checks import check_request


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("team=emea", "labels: a text is no object; allowed: an object from label to text"),
        (["team"], "labels: a list is no object"),
        ({f"l{number}": "x" for number in range(MAX_LABELS + 1)}, "labels: 11 are too many; allowed: at most 10"),
        ({"": "emea"}, "labels: '' is no usable name; allowed: 1 to 64 letters"),
        ({"x" * 65: "emea"}, "is no usable name"),
        ({"my team": "emea"}, "labels: 'my team' is no usable name"),
        ({"team\n": "emea"}, "labels: 'team\\n' is no usable name"),
        ({"AWS:team": "emea"}, "labels: 'AWS:team' is no usable name"),
        ({"wfm:run": "1"}, "not beginning with wfm: or aws:"),
        ({"cost": 12}, "labels.cost: a number is no text; allowed: a text of at most 128 printable characters;"),
        ({"cost": None}, "labels.cost: null is no text"),
        ({"team": "x" * 129}, "labels.team: 'xxx"),
        ({"team": "a\tb"}, "labels.team: 'a\\tb' is not usable"),
    ],
    ids=[
        "text", "list", "too many", "empty key", "long key", "blank", "line end", "of AWS", "of WFM", "number", "null",
        "long value", "control character",
    ],
)  # fmt: skip
def test_what_is_no_label_is_refused_with_what_is_allowed(given: Any, told: str) -> None:
    with pytest.raises(InvalidRecord) as refused:
        read_labels(given)

    assert told in str(refused.value)
    with pytest.raises((InvalidRecord, InvalidRequest), match="labels"):
        check_request(a_message(labels=given))


def test_all_that_is_wrong_is_told_at_once() -> None:
    assert [problem.field for problem in label_problems({"a": 1, "b": "good", "c d": "x"})] == ["labels.a", "labels"]


def test_ten_of_full_length_are_labels() -> None:
    full = {f"{number}{'x' * 63}": "v" * 128 for number in range(MAX_LABELS)}

    assert read_labels(full | {}) == full
    assert read_labels({"team": ""}) == {"team": ""}
    assert read_labels(None) == {}
    assert check_request(a_message(labels=full)) == []


def test_they_are_told_in_order_of_their_keys() -> None:
    assert as_pairs({"team": "emea", "cost/center": "1=2"}) == ["cost/center=1=2", "team=emea"]


@pytest.mark.parametrize(
    ("line", "labels"),
    [
        ("", {}),
        ("team=emea", {"team": "emea"}),
        ("team=emea, kind=daily", {"team": "emea", "kind": "daily"}),
        ("note=a, b,kind=", {"note": "a, b", "kind": ""}),
        ("note=1=2,team=us", {"note": "1=2", "team": "us"}),
    ],
    ids=["none", "one", "two", "a comma in a value, and an empty one", "a sign in a value"],
)
def test_a_line_holds_several(line: str, labels: dict[str, str]) -> None:
    assert read_line(line) == labels


@pytest.mark.parametrize(
    ("pairs", "told"),
    [
        (["emea"], "labels: 'emea' cannot be read; allowed: KEY=VALUE, such as team=emea"),
        ([""], "labels: '' cannot be read"),
        (["team=a", "team=b"], "labels: team is given twice; allowed: once"),
        (["=x"], "labels: '' is no usable name"),
        ([f"l{number}=x" for number in range(11)], "labels: 11 are too many; allowed: at most 10"),
    ],
    ids=["no sign", "empty", "twice", "no key", "too many"],
)
def test_a_pair_that_is_none_is_refused(pairs: list[str], told: str) -> None:
    with pytest.raises(InvalidRecord, match=re.escape(told)):
        read_pairs(pairs)


def test_a_slip_in_the_name_and_a_wrong_place_are_refused() -> None:
    with pytest.raises(InvalidRequest, match="did you mean labels"):
        check_request(a_message(label={"team": "emea"}))
    message = a_message()

    with pytest.raises(InvalidRequest, match="labels, beside payload"):
        check_request({**message, "payload": {**message["payload"], "labels": {"team": "emea"}}}, strict=True)
