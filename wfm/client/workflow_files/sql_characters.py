"""Characters that word processors and web pages put in the place of SQL's own: many look the same, none is read so."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Final

_TO_TYPE: Final[Mapping[str, str]] = {
    **dict.fromkeys("\u2018\u2019\u201a\u201b\u00b4\u2032\u2039\u203a", "'"),
    **dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb", "' around a text, or \" around a name"),
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-"),
    **dict.fromkeys("\u00a0\u2002\u2003\u2007\u2009\u202f\u3000", "a blank"),
    **dict.fromkeys("\u200b\u200c\u200d\u2060\ufeff", "nothing in its place"),
}
_ANY: Final = re.compile("[" + "".join(map(re.escape, _TO_TYPE)) + "]")


def foreign(text: str) -> Iterator[tuple[int, str]]:
    """The position of each, and what to type. `text` is the query without what its comments and quotes hold."""
    for found in _ANY.finditer(text):
        name = unicodedata.name(found[0]).lower()
        shown = f"{found[0]} " if found[0].isprintable() else ""
        yield found.start(), f"{shown}(U+{ord(found[0]):04X}, {name}) is none of SQL's; type {_TO_TYPE[found[0]]}"
