import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wfm.model.sql_text import bare, parameters, problems, tidy


@pytest.mark.parametrize(
    ("sql", "found"),
    [
        ("CUSTOM_PARAMETER('cap')", {"cap": 1}),
        ("a\n, custom_parameter ( 'Cap' )\n, CUSTOM_PARAMETER('Cap')", {"Cap": 2}),
        ("-- CUSTOM_PARAMETER('no')\nCUSTOM_PARAMETER('yes')", {"yes": 2}),
        ("/* CUSTOM_PARAMETER('no')\n*/ 1", {}),
        ("'CUSTOM_PARAMETER(''no'')'", {}),
        ("'-- no comment' , CUSTOM_PARAMETER('yes')", {"yes": 1}),
        ("'/*' CUSTOM_PARAMETER('yes') '*/'", {"yes": 1}),
        ("\"it's\" CUSTOM_PARAMETER('yes')", {"yes": 1}),
        ("BUILT_IN_PARAMETER('TIME_WINDOW_START')", {}),
    ],
)
def test_parameters_are_found_where_they_are_not_comment_or_text(sql: str, found: dict[str, int]) -> None:
    assert parameters(sql) == found


@pytest.mark.parametrize(
    ("sql", "reported"),
    [
        ("SELECT ';' -- ;", []),
        ("SELECT 1\n;", []),
        ("SELECT 1; SELECT 2;", [(1, "sqlQuery: has a ';' amid it; allowed: one query, and no ';' but a last one")]),
        ("", [(1, "sqlQuery: is empty, comments apart; allowed: one SELECT, or WITH ... SELECT")]),
        ("/* x */ -- y", [(1, "sqlQuery: is empty, comments apart; allowed: one SELECT, or WITH ... SELECT")]),
        ("SELECT\n/* x", [(2, "sqlQuery: has a comment that never ends; allowed: */ after it")]),
        (
            "SELECT 'it's'",
            [(1, "sqlQuery: has a text that never ends; allowed: a ' after it, and '' for a quote in it")],
        ),
        ("SELECT 1 -- it's fine", []),
        ("SELECT /* it's -- fine */ 1", []),
    ],
)
def test_what_is_wrong_as_a_whole_is_reported_with_its_line(sql: str, reported: list[tuple[int, str]]) -> None:
    assert [(line, str(problem)) for line, problem in problems(sql)] == reported


@settings(deadline=None)
@given(st.text(alphabet="ab'\"-/*\n ;"))
def test_nothing_moves_when_comments_and_texts_are_blanked(sql: str) -> None:
    assert len(bare(sql)) == len(sql)
    assert bare(sql).count("\n") == sql.count("\n")


def test_what_editors_and_systems_add_is_taken_off_and_the_lines_stay() -> None:
    assert tidy("\ufeff\r\nSELECT 1 -- a\r\n, 2\r\n\r\n") == "\nSELECT 1 -- a\n, 2"
