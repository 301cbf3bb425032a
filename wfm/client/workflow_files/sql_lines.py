"""What shows in a query before a parser reads it: another statement, open parentheses, templates that nobody filled."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from wfm.client.workflow_files.sql_characters import foreign
from wfm.model.field_names import slips_between
from wfm.model.sql_text import bare

Tables = Mapping[str, frozenset[str]]  # an instance's tables, each with its columns; names in lower case
Found = tuple[int, str, bool]  # the line, what is wrong, and whether AMC refuses it for certain

_FIRST: Final = re.compile(r"[\s(]*(\w+)")
_TEMPLATE: Final = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\$\{.*?\}|<<?[A-Za-z_]\w*>>?|\[\[.*?\]\]", re.DOTALL)
_TEMPLATES: Final = (
    (_TEMPLATE, "a template that nobody filled"),
    (re.compile(r"(?<![:\w]):[A-Za-z_]\w*"), "a placeholder that nobody fills"),
    (re.compile(r"(?<![%\w])%(?:\([A-Za-z_]\w*\))?s\b"), "a placeholder that nobody fills"),
)  # fmt: skip
_IN_TEXT: Final = re.compile(r"\{\{.*?\}\}|\$\{.*?\}")
_PARAMETER: Final = "CUSTOM_PARAMETER('name')"
_TRAILING: Final = re.compile(r",\s*\b(FROM|WHERE|GROUP\s+BY|HAVING|UNION)\b|,\s*\)", re.IGNORECASE)
_KEYWORDS: Final = (
    "SELECT", "DISTINCT", "FROM", "WHERE", "GROUP", "HAVING", "UNION", "INNER", "OUTER", "LEFT", "FULL", "JOIN", "WITH",
    "WHEN", "THEN", "ELSE", "CASE", "BETWEEN", "PARTITION", "OVER", "INTERVAL",
)  # fmt: skip
_SHORTEST: Final = 4  # letters of a word that is taken for a misspelt keyword


def findings(sql: str, text: str) -> Iterator[Found]:
    """`text` is the query with blanks for its comments and inside its quotes; nothing has moved."""
    first = _FIRST.match(text)
    if first is not None and first[1].upper() not in ("SELECT", "WITH", "VALUES"):
        close = next((word for word in ("SELECT", "WITH") if slips_between(first[1].upper(), word) <= 2), "")
        hint = f"; did you mean {close}?" if close else ""
        yield _line(text, first.start(1)), f"begins with {first[1]!r:.40}, which is no query{hint}", True
    yield from _parentheses(text)
    for pattern, what in _TEMPLATES:
        for found in pattern.finditer(text):
            yield _line(text, found.start()), f"{found[0]!r:.60} is {what}; allowed: {_PARAMETER}", True
    for found in _IN_TEXT.finditer(sql):
        if text[found.start()] == "_":  # inside of quotes
            yield _line(sql, found.start()), f"{found[0]!r:.60} stands in a text, and nobody fills it", False
    for position, problem in foreign(text):
        yield _line(text, position), problem, False
    for found in _TRAILING.finditer(text):
        yield _line(text, found.start()), f"a comma before {(found[1] or ')').upper()}", True


def _parentheses(text: str) -> Iterator[Found]:
    open_at: list[int] = []
    for found in re.finditer(r"[()]", text):
        if found[0] == "(":
            open_at.append(found.start())
        elif open_at:
            open_at.pop()
        else:
            yield _line(text, found.start()), "a ')' that nothing opens", True
            return
    for position in open_at[:1]:
        yield _line(text, position), "a '(' that nothing closes", True


def misspelt_keyword(sql: str, line: int) -> tuple[int, str, str] | None:
    """The line, the word and the keyword that it nearly is, in a line or the one before; None if there is none."""
    lines = bare(sql).splitlines()
    for number in (line, line - 1):
        if not 1 <= number <= len(lines):
            continue
        for word in re.findall(r"[A-Za-z]+", lines[number - 1]):
            for keyword in _KEYWORDS if len(word) >= _SHORTEST else ():
                if word.upper() not in _KEYWORDS and slips_between(word.upper(), keyword) == 1:
                    return number, word, keyword
    return None


def _line(text: str, position: int) -> int:
    return text.count("\n", 0, position) + 1
