"""Text of others: what has no shape, or turns the order of letters around, is shown as a code."""

import re
from typing import Final

# Marks that order text, and what has no shape: with them a name could look like another, or hide what follows it.
_INVISIBLE: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")


def visible(text: str) -> str:
    """The text, with `[U+202E]` in place of such a character."""
    return _INVISIBLE.sub(lambda found: f"[U+{ord(found[0]):04X}]", text)
