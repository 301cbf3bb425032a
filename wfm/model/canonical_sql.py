"""SQL without what says nothing in it, and AMC may leave out: comments, blanks, line breaks and a final `;`."""

import re
from typing import Final

_PARTS: Final = re.compile(
    r"""(?P<nothing>--[^\n]*|/\*.*?\*/|\s+)|(?P<part>'(?:[^']|'')*'|"(?:[^"]|"")*"|\w+|.)""", re.DOTALL
)


def canonical_sql(sql: str) -> str:
    """The same for queries that differ in layout only. Not for AMC: it is made to be compared."""
    parts = [found["part"] for found in _PARTS.finditer(sql) if found["part"]]
    while parts and parts[-1] == ";":
        parts.pop()
    return "\n".join(parts)
