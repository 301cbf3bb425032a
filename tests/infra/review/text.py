"""Values as text, and the width of a line."""

import textwrap
from collections.abc import Callable, Iterator, Mapping
from typing import Any

WIDTH = 120


def as_text(value: Any) -> str:
    """A value on one line: JSON without the quotes, keys sorted."""
    match value:
        case Mapping():
            return "{" + ", ".join(f"{key}: {as_text(part)}" for key, part in sorted(value.items())) + "}"
        case list():
            return "[" + ", ".join(map(as_text, value)) + "]"
        case None | bool():
            return str(value).lower()
    return str(value)


def leaves(value: Any, whole: Callable[[Any], bool] | None = None, path: str = "") -> Iterator[tuple[str, Any]]:
    """`("Target.RetryPolicy.MaximumRetryAttempts", 185)`; a list of plain values is one, as is what stays `whole`."""
    if whole and whole(value):
        yield path, value
    elif isinstance(value, Mapping) and (value or not path):
        for key, part in sorted(value.items()):
            yield from leaves(part, whole, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list) and any(isinstance(part, Mapping) for part in value):
        for index, part in enumerate(value):
            yield from leaves(part, whole, f"{path}[{index}]")
    else:
        yield path, value


def indented(text: str, by: int) -> list[str]:
    """The lines of a text, none too long where it has spaces, and those after the first deeper by four."""
    first, *others = text.split("\n")
    return [*_wrapped(first, by), *(line for other in others for line in _wrapped(other, by + 4))]


def _wrapped(line: str, by: int) -> list[str]:
    margin = " " * by
    return textwrap.wrap(
        line,
        WIDTH,
        initial_indent=margin,
        subsequent_indent=margin + "    ",
        break_long_words=False,
        break_on_hyphens=False,
    )
