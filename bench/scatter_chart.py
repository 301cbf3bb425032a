"""Measured points of several kinds on one pair of axes that begin at 0, as an SVG document."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

WIDTH, HEIGHT, MARGIN = 560, 340, 56
INK, RULE = "#24292f", "#d0d7de"
COLOURS: Final = ("#0969da", "#cf222e", "#1a7f37", "#8250df", "#bf8700")
STEPS: Final = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000, 200_000)


@dataclass(frozen=True)
class Series:
    """Points (x, y) of one kind with a label each; `joined` by a line or not."""

    name: str
    points: Sequence[tuple[float, float]]
    labels: Sequence[str]
    joined: bool = False


def scatter_chart(series: Sequence[Series], across: str, up: str) -> str:
    """The document; the legend names the series in their colours."""
    right = max(x for each in series for x, _ in each.points) * 1.08
    top = max(y for each in series for _, y in each.points) * 1.08
    floor = HEIGHT - MARGIN
    parts = [
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
        f'<path d="M{MARGIN} {MARGIN / 2:.0f}V{floor}H{WIDTH - MARGIN / 2:.0f}" fill="none" stroke="{RULE}"/>',
        *[_text(_x(mark, right), floor + 18, f"{mark:g}") for mark in _marks(right)],
        *[_text(MARGIN - 22, _y(mark, top) + 4, f"{mark:g}") for mark in _marks(top)],
        _text(WIDTH / 2, HEIGHT - 12, across),
        _text(MARGIN + 50, MARGIN / 2 - 10, up),
    ]
    for number, each in enumerate(series):
        parts += _drawn(each, COLOURS[number], right, top)
        parts.append(_text(WIDTH / 2, MARGIN + 18 * number, each.name, COLOURS[number]))
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif"'
    return head + ' font-size="12" text-anchor="middle">\n' + "\n".join(parts) + "\n</svg>\n"


def _drawn(series: Series, colour: str, right: float, top: float) -> list[str]:
    places = [(_x(x, right), _y(y, top)) for x, y in series.points]
    corners = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    line = [f'<polyline points="{corners}" fill="none" stroke="{colour}" stroke-width="2"/>'] if series.joined else []
    dots = [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{colour}"/>' for x, y in places]
    labels = [_text(x + 16, y - 7, label, colour) for (x, y), label in zip(places, series.labels, strict=True) if label]
    return line + dots + labels


def _marks(end: float) -> list[int]:
    """Four to nine round numbers up to `end`."""
    step = next(step for step in STEPS if end / step < 9)
    return list(range(0, int(end) + 1, step))


def _x(value: float, right: float) -> float:
    return MARGIN + value / right * (WIDTH - 1.5 * MARGIN)


def _y(value: float, top: float) -> float:
    return HEIGHT - MARGIN - value / top * (HEIGHT - 1.5 * MARGIN)


def _text(x: float, y: float, words: str, colour: str = INK) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" fill="{colour}">{words}</text>'
