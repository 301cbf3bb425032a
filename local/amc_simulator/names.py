"""Names in a query that are nearly those of AMC's tables and columns, or of SQL: misspelt, so AMC would not know them.

Tables and columns have to be among the instance's data sources besides (`compiler`).
[texts: of Apache Calcite, by whose messages AMC's compiler is known]
"""

import re
from collections.abc import Iterable
from difflib import get_close_matches
from typing import Final

from local.amc_simulator.tables import TABLES

_ALIKE: Final = 0.8
_WORDS: Final = re.compile(r"[A-Za-z_]\w*")
_ALIAS: Final = re.compile(r"\bAS\s+([A-Za-z_]\w*)|\b(?:WITH|,)\s*([A-Za-z_]\w*)\s+AS\s*\(", re.IGNORECASE)
_TABLE: Final = re.compile(
    r"\b(?:FROM|JOIN)\s+([A-Za-z_]\w*)(?:\s+(?:AS\s+)?([A-Za-z_]\w*\b)(?!\s+BY\b))?", re.IGNORECASE
)
_KEYWORDS: Final = ("SELECT", "DISTINCT", "GROUP", "HAVING", "WHERE", "JOIN", "UNION", "BETWEEN", "PARTITION")
_COLUMNS: Final = {column for table in TABLES for column in table.columns}
_NAMES: Final = {table.name for table in TABLES}


def misspelt(bare: str) -> str | None:
    """What AMC says of the first such name in a query without comments and texts; None where there is none."""
    read = [name for name, _ in _TABLE.findall(bare)]
    aliases = {name for pair in _ALIAS.findall(bare) for name in pair if name}
    given = aliases | {name for pair in _TABLE.findall(bare) for name in pair}
    for name in read:
        if name not in aliases and (near := _near(name, _NAMES)):
            return f"Object '{name}' not found; did you mean '{near}'?"
    if not any(name in _NAMES for name in read):
        return None
    for name in _WORDS.findall(bare):
        if name in given or name in _NAMES:
            continue
        if near := _near(name, _KEYWORDS):
            return f'Encountered "{name}": did you mean {near}?'
        if near := _near(name, _COLUMNS):
            return f"Column '{name}' not found in any table; did you mean '{near}'?"
    return None


def _near(name: str, known: Iterable[str]) -> str | None:
    """What the name is nearly, as long as it but for a letter; None where it is one of them, or like none.

    A name that only goes on where another ends is a name of its own: `event_dt`, `event_dt_utc`.
    """
    names = set(known)
    alike = [
        other
        for other in names
        if abs(len(other) - len(name)) <= 1 and not other.startswith(name) and not name.startswith(other)
    ]
    return None if name in names else next(iter(get_close_matches(name, alike, 1, _ALIKE)), None)
