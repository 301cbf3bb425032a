"""Elements of SVG as text that is well-formed XML, whatever names and reasons hold."""

import re
from collections.abc import Iterable
from typing import Final

from markupsafe import Markup, escape

# What XML 1.0 lets nobody write, escaped or not (its section 2.2).
_FORBIDDEN: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def text(value: object) -> Markup:
    """A value as words in which a browser finds no markup; markup as it is."""
    return value if isinstance(value, Markup) else escape(_FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", str(value)))


def element(name: str, /, *children: str, **attributes: str | float) -> Markup:
    """An element. In names of attributes `_` stands for `-`; a leading one is for Python's own words."""
    shown = "".join(f' {key.lstrip("_").replace("_", "-")}="{_value(value)}"' for key, value in attributes.items())
    inner = "".join(map(text, children))
    return Markup(f"<{name}{shown}>{inner}</{name}>" if children else f"<{name}{shown}/>")  # noqa: S704 (all is escaped)


def _value(value: str | float) -> str:
    if isinstance(value, str):
        return text(value)
    return f"{round(value, 2):g}" if abs(value) < 100_000 else f"{value:.0f}"


def picture(width: float, height: float, title: str, description: str, parts: Iterable[str]) -> Markup:
    """An SVG picture that fits the width that it is given, with words for those who cannot see it."""
    words = (element("title", title), element("desc", description))
    return element(
        "svg", *words, *parts, xmlns="http://www.w3.org/2000/svg", viewBox=f"0 0 {width:g} {height:g}", role="img",
        aria_label=f"{title}. {description}",
    )  # fmt: skip
