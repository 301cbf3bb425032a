"""What looks wrong in a query before a parser reads it, and the keyword that a word nearly is."""

import re
from collections.abc import Iterator
from typing import Final

from wfm.client.workflow_files.sql_characters import foreign
from wfm.model.field_names import slips_between
from wfm.model.sql_text import bare

Found = tuple[int, str]  # the position, and what is wrong

_IN_TEXT: Final = re.compile(r"\{\{.*?\}\}|\$\{.*?\}")
_KEYWORDS: Final = (
    "SELECT", "DISTINCT", "FROM", "WHERE", "GROUP", "HAVING", "UNION", "INNER", "OUTER", "LEFT", "FULL", "JOIN", "WITH",
    "WHEN", "THEN", "ELSE", "CASE", "BETWEEN", "PARTITION", "OVER", "INTERVAL",
)  # fmt: skip
_SHORTEST: Final = 4  # letters of a word that is taken for a misspelt keyword


def doubts(sql: str, text: str) -> Iterator[Found]:
    """`text` is the query with blanks for its comments and inside its quotes; nothing has moved."""
    for found in _IN_TEXT.finditer(sql):
        if text[found.start()] == "_":  # inside of quotes
            yield found.start(), f"{found[0]!r:.60} stands in a text, and nobody fills it"
    yield from foreign(text)


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
