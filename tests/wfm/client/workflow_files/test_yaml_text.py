from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wfm.client.workflow_files.yaml_text import read, write

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "Zs"))),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abNo0:-. ", min_size=1), inner, max_size=3),
    max_leaves=8,
)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a: NO", {"a": "NO"}),
        ("a: [on, yes, true, false]", {"a": ["on", "yes", True, False]}),
        ("a: 08:30", {"a": "08:30"}),
        ("a: 2026-01-01", {"a": "2026-01-01"}),
        ("a: [10, -3, 1.5, 010, 0x1f, .nan]", {"a": [10, -3, 1.5, "010", "0x1f", ".nan"]}),
        ("a:", {"a": None}),
        ("{1: a, true: b}", {"1": "a", "true": "b"}),
        ("", None),
    ],
)
def test_scalars_are_what_people_mean(text: str, value: Any) -> None:
    assert read(text).value == value


def test_every_key_that_is_there_twice_is_reported_with_both_lines() -> None:
    document = read("a: 1\nb:\n  - c: 1\n    c: 2\na: 3\n")

    assert document.problems == (
        (4, "b[0].c: is there twice, first in line 3; allowed: once"),
        (5, "a: is there twice, first in line 1; allowed: once"),
    )


@pytest.mark.parametrize(
    ("text", "line", "why"),
    [
        ("a: 1\nb: [", 2, "is no YAML (expected the node content, but found '<stream end>')"),
        ("a: 1\nevery: */5 * * * *", 2, "found '/'); quotes around the text let it stand for itself"),
        ("every: @daily", 1, "cannot start any token); quotes around the text let it stand for itself"),
        ("description: note: x", 1, "are not allowed here); quotes around the text let it stand for itself"),
        ("a: &x 1\nb: *x", 2, "is no YAML (an alias, *name, is not taken: write it out)"),
        ("a: !!timestamp 2026-01-01", 1, "could not determine a constructor"),
        ("a: 1\nb: !!int abc", 2, "is no YAML ('abc' is no int)"),
        ("a:\n  - !!bool maybe", 2, "is no YAML ('maybe' is no bool)"),
        ("a: {b: !!float x}", 1, "is no YAML ('x' is no float)"),
        ("a: " + "1" * 5000, 1, "is no int"),
        ("a: {b: 1}\nc:\n  <<: {b: 2}", 3, "is no YAML (a merge, <<, is not taken: write it out)"),
        ("a: 1\x00", 1, "special characters are not allowed"),
        ("a: 1\n---\nb: 2\n", 2, "but found another document"),
        ("[" * 100_000, 1, "it is nested more than 28 deep"),
    ],
)
def test_what_cannot_be_read_is_reported_with_its_line(text: str, line: int, why: str) -> None:
    ((found, reported),) = read(text).problems

    assert (found, why in reported) == (line, True)


def test_the_line_of_what_is_not_written_down_is_that_of_what_is_around_it() -> None:
    document = read("a: 1\nb:\n  - c: 1\n")

    assert [document.line(path) for path in (("b", 0, "c"), ("b", 0, "d"), ("x",))] == [3, 3, 1]


@settings(deadline=None)
@given(st.dictionaries(st.text("abNo0:-. ", min_size=1), JSON, max_size=3))
def test_what_is_written_is_read_back(value: dict[str, Any]) -> None:
    assert read(write(value)).value == value
