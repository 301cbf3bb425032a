"""Pieces of SVG: plain shapes with plain attributes, so that every viewer and GitHub's own draw them alike."""

from xml.sax.saxutils import escape

from wfm.graph.grid import Box

FONT = "Helvetica, Arial, 'DejaVu Sans', sans-serif"
INK, FAINT, RULE, FAULT = "#1f2933", "#5f6b7a", "#64748b", "#b4232c"
COLOURS = {
    "Task": "#d9660b",
    "Choice": "#7a3ff2",
    "Wait": "#0b7285",
    "Map": "#0b7285",
    "Parallel": "#0b7285",
    "Pass": "#64748b",
    "Succeed": "#2b8a3e",
    "Fail": FAULT,
    "Sender": "#475569",
    "Queue": "#b0196b",
    "Table": "#3b5bdb",
    "Machine": "#b0196b",
    "Amazon": "#475569",
    "Bucket": "#2b8a3e",
    "Event": "#b0196b",
}

# Drawn in a square of 20 by 20 around 0,0, with a white pen.
GLYPHS = {
    "Task": "M-6 -7h3l8 14h3M-2 -2l-5 9",
    "Choice": "M0 -7l7 7l-7 7l-7 -7z",
    "Wait": "M-7 0a7 7 0 1 0 14 0a7 7 0 1 0 -14 0M0 -4v4l3 2",
    "Map": "M-7 -7h9v9h-9zM-2 7h9v-9",
    "Parallel": "M-4 -7v14M4 -7v14",
    "Pass": "M-7 0h13M2 -4l4 4l-4 4",
    "Succeed": "M-6 0l4 5l8 -10",
    "Fail": "M-5 -5l10 10M5 -5l-10 10",
    "Sender": "M-7 -6l5 6l-5 6M1 6h6",
    "Queue": "M-8 -5h4v10h-4zM-2 -5h4v10h-4zM4 -5h4v10h-4z",
    "Table": "M-7 -6c0 -3 14 -3 14 0v12c0 3 -14 3 -14 0zM-7 -5c0 3 14 3 14 0M-7 1c0 3 14 3 14 0",
    "Machine": "M-3 -8h6v5h-6zM-8 3h6v5h-6zM2 3h6v5h-6zM0 -3v3M-5 3v-3h10v3",
    "Amazon": "M-5 5c-4 0 -4 -6 0 -6c0 -6 8 -6 9 -2c5 0 5 8 0 8z",
    "Bucket": "M-7 -6h14l-2 13h-10z",
    "Event": "M-7 0h5M-2 0l7 -6M-2 0l7 6M-2 0h8",
}


def text(
    x: float, y: float, words: str, *, size: float = 11, fill: str = FAINT, bold: bool = False, at: str = "start"
) -> str:
    weight = ' font-weight="bold"' if bold else ""
    anchor = f' text-anchor="{at}"' if at != "start" else ""
    return f'<text x="{x:g}" y="{y:g}" font-size="{size:g}" fill="{fill}"{weight}{anchor}>{escape(words)}</text>'


def rectangle(box: Box, *, fill: str = "#fff", stroke: str = "none", radius: float = 0, width: float = 1.5) -> str:
    left, top = box.x - box.width / 2, box.y - box.height / 2
    return (
        f'<rect x="{left:g}" y="{top:g}" width="{box.width:g}" height="{box.height:g}" rx="{radius:g}"'
        f' fill="{fill}" stroke="{stroke}" stroke-width="{width:g}"/>'
    )


def glyph(kind: str, x: float, y: float, colour: str) -> str:
    tile = rectangle(Box(x, y, 24, 24), fill=colour, radius=5)
    pen = 'fill="none" stroke="#fff" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"'
    return f'{tile}<path transform="translate({x:g} {y:g})" d="{GLYPHS[kind]}" {pen}/>'


def group(x: float, y: float, parts: list[str]) -> list[str]:
    """The parts, moved."""
    return [f'<g transform="translate({x:g} {y:g})">', *parts, "</g>"]


def heading(name: str, comment: str) -> list[str]:
    return [text(24, 34, name, size=17, fill=INK, bold=True), text(24, 54, comment, size=12)]


def document(width: float, height: float, title: str, parts: list[str]) -> str:
    """A white card with a thin border, legible on a dark page too."""
    size = f'width="{width:g}" height="{height:g}" viewBox="0 0 {width:g} {height:g}"'
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" font-family="{FONT}">',
        f"<title>{escape(title)}</title>",
        HEADS,
        rectangle(Box(width / 2, height / 2, width - 1, height - 1), stroke="#d5dbe3", radius=8, width=1),
        *parts,
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def _head(name: str, colour: str) -> str:
    return (
        f'<marker id="{name}" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7"'
        f' markerUnits="userSpaceOnUse" orient="auto"><path d="M0 0.5L10 5L0 9.5z" fill="{colour}"/></marker>'
    )


HEADS = f"<defs>{_head('next', RULE)}{_head('error', FAULT)}</defs>"  # of arrows
