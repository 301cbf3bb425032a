"""The offline check of SQL: what AMC refuses for certain is an error, what only looks wrong a warning."""

from pathlib import Path

import pytest

from wfm.client.workflow_files.sql_check import SqlFinding, check_sql
from wfm.model.data_sources import MAX_COLUMNS, DataSources

TABLES = DataSources(
    {
        "dsp_impressions": frozenset({"campaign", "user_id", "campaign_id_string"}),
        "dsp_clicks": frozenset({"a"}),
        "conversions": frozenset({"b"}),
        "hidden": frozenset(),
        "wide": frozenset(f"c{number}" for number in range(MAX_COLUMNS)),
    },
    frozenset({"conversions"}),
)
PREFIX = "SELECT campaign, COUNT(DISTINCT user_id) AS n\nFROM dsp_impressions\n"


def told(sql: str) -> list[tuple[int, str]]:
    return [(one.line, one.text) for one in check_sql(sql)]


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT campaign, COUNT(DISTINCT user_id) AS n FROM dsp_impressions GROUP BY campaign",
        "WITH a AS (SELECT user_id, MIN(x) AS y FROM t GROUP BY 1) SELECT COUNT(1) AS n FROM a",
        "SELECT COUNT(1) AS n FROM t WHERE ARRAY_CONTAINS(CUSTOM_PARAMETER('ids'), id) AND b = ':x -- no comment'",
        "SELECT COUNT(1) AS n FROM TABLE(EXTEND_TIME_WINDOW('dsp_impressions', 'P14D', 'P1D')) GROUP BY a",
        "SELECT a, SUM(b) OVER (PARTITION BY c ORDER BY d) AS s, COLLECT(DISTINCT e) AS f FROM t GROUP BY a, b, c, d",
        "SELECT CAST(a AS DATE) AS d, COUNT(1) AS n FROM t FULL OUTER JOIN u ON t.x < u.y GROUP BY CAST(a AS DATE)",
        "SELECT COUNT(1) AS n FROM t WHERE ts >= BUILT_IN_PARAMETER('TIME_WINDOW_START') AND a < b AND c > d",
        "(SELECT a, COUNT(1) AS n FROM t GROUP BY a) UNION ALL (SELECT b, SUM(m) FROM u GROUP BY b)",
        "SELECT 1",
    ],
)
def test_good_sql_has_no_findings(sql: str) -> None:
    assert check_sql(sql) == []


@pytest.mark.parametrize(
    ("sql", "character", "to_type"),
    [
        (f"{PREFIX}WHERE campaign = \u2018x\u2019", "\u2018 (U+2018, left single quotation mark)", "'"),
        (
            f"{PREFIX}WHERE campaign = \u201cx\u201d",
            "\u201d (U+201D, right double",
            "' around a text, or \" around a name",
        ),
        (f"{PREFIX}WHERE\u00a0campaign = 'x'", "(U+00A0, no-break space)", "a blank"),
        (f"{PREFIX}WHERE\u200b campaign = 'x'", "(U+200B, zero width space)", "nothing in its place"),
        (f"{PREFIX}WHERE a = b \u2013 1", "\u2013 (U+2013, en dash)", "-"),
    ],
)
def test_characters_of_a_word_processor_are_a_warning_with_what_to_type(sql: str, character: str, to_type: str) -> None:
    found = [one for one in check_sql(sql) if one.text.startswith(character)]

    assert [(one.line, one.is_error) for one in found] == [(3, False)]
    assert found[0].text.endswith(f" is none of SQL's; type {to_type}")


def test_the_same_characters_in_texts_names_and_comments_are_as_they_are_meant() -> None:
    sql = "SELECT COUNT(1) AS \"n\u00a0\u2013\" -- don\u2019t\nFROM t WHERE a = '\u201cx\u201d\u00a0' /* \u2014 */"

    assert check_sql(sql) == []


def test_the_starter_library_has_none_either() -> None:
    queries = sorted(Path("library").glob("*.sql"))

    assert len(queries) > 5
    assert [check_sql(query.read_text(encoding="utf-8")) for query in queries] == [[]] * len(queries)


@pytest.mark.parametrize(
    ("sql", "line", "text"),
    [
        ("SELEC a FROM t", 1, "begins with 'SELEC', which is no query; did you mean SELECT?"),
        ("INSERT INTO t VALUES (1)", 1, "begins with 'INSERT', which is no query"),
        (f"{PREFIX}GRUOP BY campaign", 3, "'GRUOP' is no keyword; did you mean GROUP?"),
        ("SELECT COUNT(1) AS n\nFORM t", 2, "'FORM' is no keyword; did you mean FROM?"),
        (f"{PREFIX}GROUP BY campaign\nLIMIT 10", 4, "LIMIT: AMC's SQL has none"),
        (f"{PREFIX}GROUP BY campaign\nORDER BY n", 4, "ORDER BY at the end: AMC's SQL has none"),
        ("SELECT COUNT(1) AS n FROM t RIGHT JOIN u ON t.a = u.a", 1, "RIGHT JOIN: AMC's SQL has none"),
        ("SELECT a || b AS c, COUNT(1) AS n FROM t GROUP BY 1", 1, "||: AMC's SQL has none"),
        ("SELECT GETDATE() AS d, COUNT(1) AS n FROM t", 1, "GETDATE(): AMC's SQL has none"),
        (
            f"{PREFIX}WHERE a = {{{{x}}}}",
            3,
            "'{{x}}' is a template that nobody filled; allowed: CUSTOM_PARAMETER('name')",
        ),
        (f"{PREFIX}WHERE a = :x", 3, "':x' is a placeholder that nobody fills"),
        (f"{PREFIX}WHERE a = ${{x}}", 3, "'${x}' is a template that nobody filled"),
        ("SELECT <column1>, COUNT(1) FROM t", 1, "'<column1>' is a template that nobody filled"),
        ("SELECT COUNT(1 AS n\nFROM t", 1, "a '(' that nothing closes"),
        (f"{PREFIX}GROUP BY", 3, "ends after BY"),
        (f"{PREFIX}WHERE a =", 3, "ends after ="),
        (f"{PREFIX}WHERE a = ?", 3, "'?' is a placeholder that nobody fills"),
        (f"{PREFIX}WHERE a = $1", 3, "'$1' is a placeholder that nobody fills"),
        (f"{PREFIX}WHERE a = @x", 3, "'@x' is a placeholder that nobody fills"),
        (f"{PREFIX}WHERE a = #{{x}}", 3, "'#{x}' is a placeholder that nobody fills"),
        ("SELECT TOP 10 a, COUNT(1) AS n FROM t GROUP BY a", 1, "TOP: AMC's SQL has none"),
        ("SELECT COUNT(1)) AS n\nFROM t", 1, "a ')' that nothing opens"),
        ("SELECT a,\nFROM t GROUP BY a", 1, "a comma before FROM"),
        ("SELECT RANK() OVER (PARTITION BY a) AS r, COUNT(1) AS n FROM t GROUP BY a", 1, "RANK needs an ORDER BY"),
        ("SELECT ROW_NUMBER() AS r, COUNT(1) AS n FROM t", 1, "ROW_NUMBER without OVER (...)"),
        ("SELECT COUNT(1) AS n FROM t WHERE SUM(a) > 1", 1, "an aggregate in WHERE"),
        ("SELECT COUNT(1) AS n FROM t WHERE ROW_NUMBER() OVER (ORDER BY a) = 1", 1, "a window function in WHERE"),
        ('SELECT COUNT(1) AS n FROM t WHERE a = CUSTOM_PARAMETER("x")', 1, "CUSTOM_PARAMETER takes one name in single"),
    ],
)
def test_what_amc_refuses_for_certain_is_an_error(sql: str, line: int, text: str) -> None:
    found = check_sql(sql)

    assert any(one.is_error and one.line == line and one.text.startswith(text) for one in found), found


@pytest.mark.parametrize(
    ("sql", "text"),
    [
        ("SELECT a FROM t", "nothing is aggregated, and AMC wants at least one aggregate"),
        ("SELECT OWN_FUNCTION(a) AS b FROM t", "unless one of these functions is one"),
        ("SELECT COUNT(1) AS n FROM t WHERE a = '{{x}}'", "'{{x}}' stands in a text, and nobody fills it"),
        ("SELECT user_id, COUNT(1) AS n FROM t GROUP BY user_id", "user_id in the result; AMC gives out no user"),
        ("SELECT COUNT(DISTINCT a) OVER (PARTITION BY b) AS n FROM t", "DISTINCT in a window function"),
        ("SELECT COUNT(1) AS n FROM t WHERE day > TODAY(-7)", "TODAY(): WFM fills in no dates inside SQL"),
        ("SELECT COUNT(1) AS n FROM t WHERE a = NULL", "a comparison with NULL, which is never true"),
        ("SELECT COUTN(1) AS n FROM t", "COUTN(): did you mean COUNT()?"),
        ("SELECT COUNT(1) AS n FROM t MATCH a b c", "cannot be read"),
    ],
)
def test_what_only_looks_wrong_is_a_warning(sql: str, text: str) -> None:
    found = check_sql(sql)

    assert any(text in one.text for one in found), found
    assert not any(one.is_error for one in found), found


@pytest.mark.parametrize(
    ("sql", "text"),
    [
        (
            "SELECT COUNT(1) AS n FROM dsp_impresions",
            "the instance has no table 'dsp_impresions'; did you mean dsp_impressions?",
        ),
        (
            "SELECT campain, COUNT(1) AS n FROM dsp_impressions GROUP BY campain",
            "the table dsp_impressions has no column 'campain'; did you mean campaign?",
        ),
        (
            "SELECT i.campain, COUNT(1) AS n FROM dsp_impressions i JOIN dsp_clicks c ON i.campaign = c.a GROUP BY 1",
            "the table dsp_impressions has no column 'campain'; did you mean campaign?",
        ),
        (
            "SELECT COUNT(1) AS n FROM TABLE(EXTEND_TIME_WINDOW('dsp_click', 'P14D', 'P1D')) c",
            "the instance has no table 'dsp_click'; did you mean dsp_clicks?",
        ),
    ],
)
def test_tables_and_columns_are_held_against_the_instances(sql: str, text: str) -> None:
    assert SqlFinding(1, text) in check_sql(sql, TABLES)


def test_a_table_that_will_go_is_a_warning() -> None:
    found = check_sql("SELECT COUNT(b) AS n FROM Conversions", TABLES)

    assert found == [SqlFinding(1, "the table Conversions is deprecated: AMC will remove it", is_error=False)]


@pytest.mark.parametrize(
    "sql",
    [
        "WITH x AS (SELECT campaign AS c, COUNT(1) AS n FROM DSP_Impressions GROUP BY 1) SELECT SUM(x.n) AS m FROM x",
        "SELECT COUNT(1) AS n FROM (SELECT b FROM dsp_clicks JOIN dsp_impressions ON a = campaign) s WHERE s.b = 1",
        "SELECT campaign AS name, COUNT(1) AS n FROM dsp_impressions GROUP BY name",
        "SELECT COUNT(i.user_id) AS n FROM dsp_impressions i",
        "SELECT COUNT(x) AS n FROM hidden",
        "SELECT COUNT(x) AS n FROM wide",
        "SELECT COUNT(1) AS n FROM TABLE(EXTEND_TIME_WINDOW(dsp_clicks, 'P14D', 'P1D')) c",
    ],
)
def test_only_what_is_certain_is_told_of_columns(sql: str) -> None:
    assert check_sql(sql, TABLES) == []


def test_comments_and_texts_are_nobodys_sql() -> None:
    assert told("-- LIMIT {{x}}\nSELECT COUNT(1) AS n /* ORDER BY :x */ FROM t WHERE a = 'RIGHT JOIN ('") == []
