"""Misspelt keywords that show without a parser: where SQL can have none but a keyword, and one is nearly written.

`GRUOP BY` is one, since BY has only few words before it; so is the second of three names in a row, as in `a FORM b` and
`x WEHRE y`: two of them are a name and its alias, and a third cannot follow.
"""

import re
from collections.abc import Iterator
from typing import Final

from wfm.model.field_names import slips_between

_BEFORE_BY: Final = ("GROUP", "ORDER", "PARTITION")
_BETWEEN_NAMES: Final = ("FROM", "WHERE", "HAVING", "JOIN")
_BEFORE_QUERY: Final = ("UNION", "EXCEPT", "INTERSECT")
_WORDS: Final = frozenset(
    {
        *_BEFORE_BY, *_BETWEEN_NAMES, *_BEFORE_QUERY, "ALL", "AND", "ANTI", "ANY", "AS", "ASC", "AT", "BETWEEN", "BY",
        "CASE", "CROSS", "DESC", "DISTINCT", "ELSE", "END", "ESCAPE", "EXISTS", "FETCH", "FILTER", "FOR", "FULL",
        "IGNORE", "IN", "INNER", "INTERVAL", "IS", "LATERAL", "LEFT", "LIKE", "LIMIT", "MATCH_RECOGNIZE", "MINUS",
        "NATURAL", "NOT", "NULL", "NULLS", "OFFSET", "ON", "OR", "OUTER", "OVER", "PIVOT", "QUALIFY", "RESPECT",
        "RIGHT", "SELECT", "SEMI", "SIMILAR", "SOME", "TABLESAMPLE", "THEN", "UNNEST", "UNPIVOT", "USING", "VALUES",
        "WHEN", "WINDOW", "WITH", "WITHIN",
    }
)  # fmt: skip
_FIRST: Final = r"(?:\b(?P<first>\w+)\s+|\)\s*|\bSELECT\s+(?:DISTINCT\s+)?\*\s*|\.\*\s*)"
_PLACES: Final = (
    (re.compile(r"\b(?P<word>[A-Za-z]{4,11})\s+BY\b", re.IGNORECASE), _BEFORE_BY),
    (re.compile(r"\b(?P<word>[A-Za-z]{4,11})\s+(?:ALL\s+)?SELECT\b", re.IGNORECASE), _BEFORE_QUERY),
    (re.compile(r"\b(?:LEFT|INNER|FULL|CROSS|OUTER)\s+(?P<word>[A-Za-z]{3,6})\s+\w", re.IGNORECASE), ("JOIN",)),
    (re.compile(rf"(?={_FIRST}(?P<word>[A-Za-z]{{3,8}})\s+(?P<last>\w+))", re.IGNORECASE), _BETWEEN_NAMES),
)  # fmt: skip


def misspelt(text: str) -> Iterator[tuple[int, str, str]]:
    """The position of each such word, the word, and the keyword that was meant; `text` has no comments and texts."""
    for pattern, keywords in _PLACES:
        for found in pattern.finditer(text):
            word = found.group("word")
            if all(map(_is_name, found.groups())):
                near = [one for one in keywords if slips_between(word.upper(), one) == 1]
                yield from ((found.start("word"), word, one) for one in near[:1])


def _is_name(word: str | None) -> bool:
    return word is None or (word.upper() not in _WORDS and not word.isdecimal())
