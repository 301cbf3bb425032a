"""Elements of HTML and SVG as text that is well-formed XML, whatever names and reasons hold."""

import re
from collections.abc import Iterable
from typing import Final
from xml.sax.saxutils import escape, quoteattr

# What XML 1.0 lets nobody write, escaped or not (its section 2.2).
_FORBIDDEN: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
Value = str | float


class Markup(str):
    """Text that is markup already; every other text is escaped before it is written."""

    __slots__ = ()


def text(words: str) -> Markup:
    """Words as they are, with nothing in them that a browser could take for markup."""
    return Markup(escape(_FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", words)))


def element(name: str, /, *children: str, **attributes: Value) -> Markup:
    """An element. In names of attributes `_` stands for `-`; a leading one is for Python's own words."""
    shown = "".join(f" {key.lstrip('_').replace('_', '-')}={_quoted(value)}" for key, value in attributes.items())
    if not children:
        return Markup(f"<{name}{shown}/>")
    return Markup(f"<{name}{shown}>{together(children)}</{name}>")


def together(parts: Iterable[str]) -> Markup:
    """Parts one after the other."""
    return Markup("".join(part if isinstance(part, Markup) else text(part) for part in parts))


def _quoted(value: Value) -> str:
    if isinstance(value, str):
        return quoteattr(_FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", value))
    return f'"{round(value, 2):g}"' if abs(value) < 100_000 else f'"{value:.0f}"'


def table(headings: Iterable[str], rows: Iterable[Iterable[str]], caption: str) -> Markup:
    """A table whose first column names the row."""
    head = element("tr", *(element("th", heading, scope="col") for heading in headings))
    body = []
    for first, *rest in rows:
        body.append(element("tr", element("th", first, scope="row"), *(element("td", cell) for cell in rest)))
    parts = (element("caption", caption), element("thead", head), element("tbody", *body, ""))
    return element("div", element("table", *parts), _class="wide")


def picture(width: float, height: float, title: str, description: str, parts: Iterable[str]) -> Markup:
    """An SVG picture that fits the width that it is given, with words for those who cannot see it."""
    told = (element("title", title), element("desc", description))
    return element(
        "svg", *told, *parts, xmlns="http://www.w3.org/2000/svg", viewBox=f"0 0 {width:g} {height:g}", role="img",
        aria_label=f"{title}. {description}",
    )  # fmt: skip
