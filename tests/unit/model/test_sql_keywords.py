"""Keywords that are misspelt, found without a parser; sqlglot's parser is the judge of what is a query."""

from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlglot import ParseError, parse_one

from wfm.model.sql_keywords import misspelt
from wfm.model.sql_text import given_problems

WORDS = ["form", "frm", "wher", "where1", "groupe", "groups", "havin", "joins", "join1", "unions", "orders", "a", "t"]
QUERIES = [
    "SELECT {0} FROM {1}",
    "SELECT {0} {1} FROM {2}",
    "SELECT {0} AS {1}, COUNT(*) {2} FROM {0} {1} GROUP BY {2}",
    "SELECT {0} * {1} {2} FROM {0}",
    "SELECT {0}.* FROM {1} {0} WHERE {2} = 1",
    "SELECT {0} FROM {1} AS {2} LEFT JOIN {0} ON {1} = {2}",
    "SELECT {0} FROM (SELECT {1} FROM {2}) {0} WHERE {1} > 0",
    "WITH {0} AS (SELECT {1} FROM {2}) SELECT {1} FROM {0} UNION ALL SELECT {1} {2} FROM {0}",
    "SELECT SUM({0}) OVER (PARTITION BY {1} ORDER BY {2}) {0} FROM {1}",
    "SELECT CASE WHEN {0} IS NULL THEN {1} ELSE {2} END {0} FROM {1} {2} HAVING COUNT({0}) > 1",
    "SELECT EXTRACT(DAY FROM {0}) {1} FROM {2} CROSS JOIN {0}",
]
SLIPS = {"FROM": ["FORM", "FRM", "FROMM"], "WHERE": ["WEHRE", "WHER"], "GROUP": ["GRUOP", "GROP"], "JOIN": ["JION"]}
SLIPS |= {"UNION": ["UNOIN"], "PARTITION": ["PARTITON"], "ORDER": ["ODER"], "HAVING": ["HAVNIG"]}


@given(st.sampled_from(QUERIES), st.tuples(*[st.sampled_from(WORDS)] * 3))
@settings(max_examples=300, deadline=None)
def test_names_that_are_nearly_keywords_are_names(query: str, names: tuple[str, str, str]) -> None:
    sql = query.format(*names)
    parse_one(sql)

    assert list(misspelt(sql)) == []


@given(
    st.sampled_from(QUERIES), st.sampled_from([(of, one) for of, slips in SLIPS.items() for one in slips]), st.data()
)
@settings(max_examples=300, deadline=None)
def test_what_is_told_of_is_no_query(query: str, slip: tuple[str, str], data: st.DataObject) -> None:
    """Whatever keyword is misspelt where: if WFM refuses it, no parser reads it."""
    names = data.draw(st.tuples(*[st.sampled_from(["campaign", "impressions", "i"])] * 3))
    places = query.format(*names).split(" ")
    at = data.draw(st.sampled_from([index for index, word in enumerate(places) if word == slip[0]] or [0]))
    sql = " ".join([*places[:at], slip[1], *places[at + 1 :]]) if places[at] == slip[0] else query.format(*names)

    for _, word, keyword in misspelt(sql):
        assert (keyword, word) == slip
        with pytest.raises(ParseError):
            parse_one(sql)


@pytest.mark.parametrize(
    ("sql", "keyword"),
    [
        ("SELECT a, COUNT(*) AS n FROM t\nGRUOP BY a", "GROUP"),
        ("SELECT *\nFORM t", "FROM"),
        ("SELECT t.*\nFRM t", "FROM"),
        ("SELECT COUNT(1)\nFROMM t", "FROM"),
        ("SELECT a FROM impressions i\nWEHRE a = 1", "WHERE"),
        ("SELECT a FROM t GROUP BY a\nHAVNIG COUNT(b) > 1", "HAVING"),
        ("SELECT a FROM t\nLEFT JION u ON t.a = u.a", "JOIN"),
        ("SELECT a FROM t\nUNOIN ALL SELECT a FROM u", "UNION"),
        ("SELECT ROW_NUMBER() OVER (\nPARTITON BY a ORDER BY b) AS r FROM t", "PARTITION"),
    ],
)
def test_a_record_with_such_a_word_is_refused_without_a_word_of_its_sql(sql: str, keyword: str) -> None:
    assert [str(one) for one in given_problems(sql)] == [
        f"sqlQuery: line 2: a word is no keyword; did you mean {keyword}?"
    ]


def test_it_takes_time_in_proportion_to_the_query() -> None:
    def seconds(times: int) -> float:
        text = "alias wehre1 x ) (" * times + " " * times
        started = process_time()
        assert list(misspelt(text)) == []
        return process_time() - started

    assert seconds(16_000) < 40 * max(seconds(2_000), 0.001)
