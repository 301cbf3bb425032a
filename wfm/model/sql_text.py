"""Reading SQL as far as a record needs it: what is comment or text in it, which parameters it uses, how it ends.

AMC takes comments of both forms and texts in single quotes, a quote in them doubled; names may be in double quotes.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from wfm.errors import Problem
from wfm.model import sql_signs

FIELD: Final = "sqlQuery"
_PARTS: Final = re.compile(
    r"""(?P<comment>--[^\n]*|/\*.*?\*/)|(?P<quoted>'(?:[^']|'')*'|"(?:[^"]|"")*")|(?P<open>/\*|'|")""", re.DOTALL
)
_PARAMETER: Final = re.compile(r"\bCUSTOM_PARAMETER\s*\(\s*'(_*)'\s*\)", re.IGNORECASE)
_OPEN: Final = {"/*": "a comment that never ends", "'": "a text that never ends", '"': "a name that never ends"}
_CLOSE: Final = {"/*": "*/ after it", "'": "a ' after it, and '' for a quote in it", '"': 'a " after it'}


def bare(sql: str) -> str:
    """The SQL with blanks for its comments and `_` for what is inside quotes: nothing moves, lines stay lines."""
    return _PARTS.sub(_blank, sql)


def _blank(part: re.Match[str]) -> str:
    if part.group("quoted"):
        return part[0][0] + re.sub(r"[^\n]", "_", part[0][1:-1]) + part[0][-1]
    return re.sub(r"[^\n]", " ", part[0])


def tidy(text: str) -> str:
    """SQL without what editors, systems and samples put there: the mark at the start, CR, blank ends, a final ';'.

    Lines before the first word stay, so that AMC's "From line 3" is line 3 of the file. So do comments after the ';'.
    """
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").rstrip()
    while (code := bare(text).rstrip()).endswith(";"):
        text = (text[: len(code) - 1] + text[len(code) :]).rstrip()
    return text


def parameters(sql: str) -> dict[str, int]:
    """The names in CUSTOM_PARAMETER('name'), case as written, each with the line of its first use."""
    found: dict[str, int] = {}
    for call in _PARAMETER.finditer(bare(sql)):
        found.setdefault(sql[call.start(1) : call.end(1)], line_at(sql, call.start(1)))
    return found


def problems(sql: str) -> list[tuple[int, Problem]]:
    """The problems of the SQL as a whole, each after its line; AMC's compiler has the last word on all else."""
    for part in _PARTS.finditer(sql):
        if part.group("open"):
            return [_problem(sql, part.start(), f"has {_OPEN[part[0]]}", _CLOSE[part[0]])]
    text = bare(tidy(sql))
    if not text.strip():
        return [_problem(sql, 0, "is empty, comments apart", "one SELECT, or WITH ... SELECT")]
    return [
        _problem(sql, found.start(), "has a ';' amid it", "one query, and no ';' but a last one")
        for found in re.finditer(";", text)
    ]


def given_problems(sql: object) -> Iterator[Problem]:
    """The same of a record's or a message's `sqlQuery`, and what AMC refuses for certain, with the line in the text.

    One that is missing, no text, or blank is for others to refuse.
    """
    if not isinstance(sql, str) or not sql.strip():
        return
    found = problems(sql)
    text = bare(sql)
    signs = [] if found else [*sql_signs.broken(text, shown=False), *sql_signs.lacking(text)]
    found += [(line_at(sql, at), Problem(FIELD, problem)) for at, problem in sorted(signs)]
    for line, problem in found:
        yield replace(problem, text=f"line {line}: {problem.text}" if signs else f"line {line} {problem.text}")


def _problem(sql: str, position: int, text: str, allowed: str) -> tuple[int, Problem]:
    return line_at(sql, position), Problem(FIELD, text, allowed)


def line_at(sql: str, position: int) -> int:
    """The line of a position, the first being 1."""
    return sql.count("\n", 0, position) + 1
