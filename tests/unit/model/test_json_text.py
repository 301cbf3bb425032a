"""What people write for JSON: read as they mean it, or refused in words about the text."""

import pytest

from wfm.model import json_text


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "nothing is in it"),
        ("\ufeff \r\n", "nothing is in it"),
        ("[" * 100_000, "nested too deeply, more than"),
        ('{"a":' * 100_000, "nested too deeply, more than"),
        ('{"a": ' + "9" * 5000 + "}", "a number has 5000 digits, more than 400"),
        ("NaN", "NaN is no JSON number"),
        ("[-Infinity]", "-Infinity is no JSON number"),
        ('{"a": 1, "a": 2}', "'a' is there twice in one object"),
        ('{"a": 1,}', "Expecting property name"),
        ("{'a': 1}", "Expecting property name"),
        ("010", "Extra data"),
        ("// x\n{}", "Expecting value"),
    ],
)
def test_what_is_no_json_is_refused_with_a_reason(text: str, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        json_text.read(text)


def test_a_mark_and_any_line_ends_are_no_part_of_it() -> None:
    assert json_text.read('\ufeff{"a":\r\n[1, 2.5, "x"]}\r\n') == {"a": [1, 2.5, "x"]}
