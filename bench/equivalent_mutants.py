"""Changes that nobody could notice from outside, each with its reason: file, the line as it is, as it would be."""

from typing import Final

EQUIVALENT: Final[dict[tuple[str, str, str], str]] = {}
