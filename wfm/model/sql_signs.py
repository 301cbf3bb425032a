"""What AMC refuses for certain and shows in a query without a parser: so records and messages are held to it as well.

`text` is the query with blanks for its comments and inside its quotes (`sql_text.bare`); nothing has moved. Sources:
Amazon's guide, "AMC SQL limitations", and what no SQL takes.
"""

import re
from collections.abc import Iterator
from typing import Final

from wfm.model.field_names import slips_between
from wfm.model.sql_keywords import misspelt

Sign = tuple[int, str]  # the position, and what is wrong

LACKS: Final = "AMC's SQL has none"
_FIRST: Final = re.compile(r"[\s(]*(\w+)")
_TEMPLATE: Final = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\$\{.*?\}|<<?[A-Za-z_]\w*>>?|\[\[.*?\]\]", re.DOTALL)
_TEMPLATES: Final = (
    (_TEMPLATE, "a template that nobody filled"),
    (re.compile(r"(?<![:\w]):[A-Za-z_]\w*"), "a placeholder that nobody fills"),
    (re.compile(r"(?<![%\w])%(?:\([A-Za-z_]\w*\))?s\b"), "a placeholder that nobody fills"),
    (re.compile(r"\?|(?<![\w$])\$\d+\b|(?<!\w)@{1,2}[A-Za-z_]\w*|#\{.*?\}"), "a placeholder that nobody fills"),
)  # fmt: skip
_PARAMETER: Final = "CUSTOM_PARAMETER('name')"
_TRAILING: Final = re.compile(r",\s*\b(FROM|WHERE|GROUP\s+BY|HAVING|UNION)\b|,\s*\)", re.IGNORECASE)
_UNFINISHED: Final = re.compile(
    r"(?:\b(SELECT|FROM|WHERE|BY|HAVING|ON|AND|OR|NOT|JOIN|UNION|ALL|AS|IN|CASE|WHEN|THEN|ELSE)|([,=<>+(*/-]))\s*$",
    re.IGNORECASE,
)
_LIMIT: Final = r"\bLIMIT\s+(?:\d|ALL\b|\()|\bFETCH\s+(?:FIRST|NEXT)\b|\bOFFSET\s+\d"
# What AMC's SQL has not, and what takes its place.
_LACKING: Final = (
    (_LIMIT, "LIMIT: {}; a filter, or a rank and a condition on it, cuts a result"),
    (r"\bSELECT\s+(?:DISTINCT\s+)?TOP\s+\d", "TOP: {}; a rank and a condition on it cuts a result"),
    (r"\|\|", "||: {}; CONCAT(a, b) joins texts"),
    (r"\bRIGHT\s+(?:OUTER\s+)?JOIN\b", "RIGHT JOIN: {}; a LEFT JOIN with the tables exchanged is the same"),
    (r"\bGETDATE\s*\(", "GETDATE(): {}; BUILT_IN_PARAMETER('TIME_WINDOW_END') is the window's end"),
)  # fmt: skip
_LACKED: Final = tuple((re.compile(pattern, re.IGNORECASE), what.format(LACKS)) for pattern, what in _LACKING)
_SORTED: Final = f"ORDER BY at the end: {LACKS}; what reads the result can sort it"


def broken(text: str, *, shown: bool = True) -> Iterator[Sign]:
    """What is no query, in any SQL. Its words are `shown`, or kept out of rows and logs."""
    first = _FIRST.match(text)
    if first is not None and first[1].upper() not in ("SELECT", "WITH", "VALUES"):
        close = next((word for word in ("SELECT", "WITH") if slips_between(first[1].upper(), word) <= 2), "")
        hint = f"; did you mean {close}?" if close else ""
        word = f"{first[1]!r:.40}" if shown else "a word"
        yield first.start(1), f"begins with {word}, which is no query{hint}"
    yield from _parentheses(text)
    for at, wrong, keyword in misspelt(text):
        yield at, f"{f'{wrong!r}' if shown else 'a word'} is no keyword; did you mean {keyword}?"
    for pattern, what in _TEMPLATES:
        for found in pattern.finditer(text):
            word = f"{found[0]!r:.60} is" if shown else "there is"
            yield found.start(), f"{word} {what}; allowed: {_PARAMETER}"
    for found in _TRAILING.finditer(text):
        yield found.start(), f"a comma before {(found[1] or ')').upper()}"
    if end := _UNFINISHED.search(text.rstrip().removesuffix(";")):
        yield end.start(), f"ends after {(end[1] or end[2]).upper()}"


def lacking(text: str) -> Iterator[Sign]:
    """What AMC's SQL has not, though others have."""
    for pattern, what in _LACKED:
        for found in pattern.finditer(text):
            yield found.start(), what
    for found in re.finditer(r"\bORDER\s+BY\b", text, re.IGNORECASE):
        if text.count("(", 0, found.start()) == text.count(")", 0, found.start()):
            yield found.start(), _SORTED


def _parentheses(text: str) -> Iterator[Sign]:
    open_at: list[int] = []
    for found in re.finditer(r"[()]", text):
        if found[0] == "(":
            open_at.append(found.start())
        elif open_at:
            open_at.pop()
        else:
            yield found.start(), "a ')' that nothing opens"
            return
    for position in open_at[:1]:
        yield position, "a '(' that nothing closes"
