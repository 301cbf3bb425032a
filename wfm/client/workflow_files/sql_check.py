"""An offline check of AMC SQL: what would cost a run is found before it is sent.

An error is what AMC refuses for certain; everything else that looks wrong is a warning. The parser is sqlglot's own
dialect, which takes all that AMC's does and more: so what it cannot read is seldom right, and not for certain wrong.
Sources of the rules: Amazon's guide, "AMC SQL limitations", and Apache Calcite's, whose texts AMC's compiler shows.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from wfm.client.workflow_files import sql_lines
from wfm.model import sql_signs
from wfm.model.data_sources import DataSources
from wfm.model.sql_text import bare, line_at


@dataclass(frozen=True, order=True)
class SqlFinding:
    """A problem in a line, the first being 1. `is_error` if AMC refuses it for certain."""

    line: int
    text: str
    is_error: bool = True


def check_sql(sql: str, sources: DataSources | None = None) -> list[SqlFinding]:
    """All findings, by line. `sources` are the tables of an AMC instance, where they are known."""
    text = bare(sql)
    if not text.strip():
        return []  # the problem of the file says so
    broken = list(sql_signs.broken(text))
    found = [SqlFinding(line_at(sql, at), problem) for at, problem in [*broken, *sql_signs.lacking(text)]]
    found += [SqlFinding(line_at(sql, at), problem, is_error=False) for at, problem in sql_lines.doubts(sql, text)]
    if not broken:
        found += _parsed(sql, sources)
    return sorted(set(found))


def table_check(sql: str) -> Callable[[DataSources], list[SqlFinding]]:
    """What tells of each instance what is wrong with its tables; the query is read once, for hundreds of instances.

    A query that cannot be read tells nothing: `check_sql` says so.
    """
    from sqlglot import ParseError, TokenError, parse_one

    from wfm.client.workflow_files import sql_rules, sql_tables

    try:
        query = parse_one(sql)
    except (ParseError, TokenError, RecursionError):
        return lambda _: []

    def check(sources: DataSources) -> list[SqlFinding]:
        found = sql_tables.findings(query, sources)
        return sorted({SqlFinding(sql_rules.line_of(node), text, is_error) for node, text, is_error in found})

    return check


def _parsed(sql: str, sources: DataSources | None) -> Iterator[SqlFinding]:
    """sqlglot is loaded with the first query: importing it takes longer than all of this package."""
    from sqlglot import ParseError, TokenError, parse_one

    from wfm.client.workflow_files import sql_rules, sql_tables

    try:
        query = parse_one(sql)
    except (ParseError, TokenError, RecursionError) as exc:
        yield from _unreadable(sql, exc)
        return
    for node, problem, is_error in sql_rules.findings(query):
        yield SqlFinding(sql_rules.line_of(node), problem, is_error)
    for node, problem, is_error in sql_tables.findings(query, sources) if sources is not None else ():
        yield SqlFinding(sql_rules.line_of(node), problem, is_error)


def _unreadable(sql: str, exc: Exception) -> Iterator[SqlFinding]:
    """An error where the word that stops the parser is nearly a keyword; else AMC has the last word."""
    details = getattr(exc, "errors", None) or [{}]
    line = int(details[0].get("line") or 1)
    slip = sql_lines.misspelt_keyword(sql, line)
    if slip is not None:
        at, word, keyword = slip
        yield SqlFinding(at, f"{word!r} is no keyword; did you mean {keyword}?")
        return
    where = str(details[0].get("highlight") or "").strip()
    near = f" near {where!r:.60}" if where else ""
    yield SqlFinding(line, f"cannot be read{near}; AMC may refuse it", is_error=False)
