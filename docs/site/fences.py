"""What stands between the code blocks of a page."""

import re
from collections.abc import Callable
from typing import Final

_BLOCK: Final = re.compile(r"(^```.*?^```$)", re.MULTILINE | re.DOTALL)


def outside_fences(text: str, change: Callable[[str], str]) -> str:
    """The text, changed where it is no code block."""
    parts = _BLOCK.split(text)
    return "".join(part if index % 2 else change(part) for index, part in enumerate(parts))
