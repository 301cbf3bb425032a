"""One line through measured points, as an SVG document; the axes begin at 0."""

from collections.abc import Sequence

WIDTH, HEIGHT, MARGIN = 480, 280, 56
INK, RULE, LINE = "#24292f", "#d0d7de", "#0969da"


def line_chart(points: Sequence[tuple[float, float]], across: str, up: str, mark: str = "{:.1f} s") -> str:
    """`points` are (x, y) from left to right; each is marked with its value, written as `mark` says."""
    right, top = max(x for x, _ in points), max(y for _, y in points)
    placed = [
        (MARGIN + x / right * (WIDTH - 2 * MARGIN), HEIGHT - MARGIN - y / top * (HEIGHT - 2 * MARGIN))
        for x, y in points
    ]
    floor = HEIGHT - MARGIN
    corners = " ".join(f"{x:.1f},{y:.1f}" for x, y in [(float(MARGIN), float(floor)), *placed])
    parts = [
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
        f'<path d="M{MARGIN} {MARGIN / 2:.0f}V{floor}H{WIDTH - MARGIN / 2:.0f}" fill="none" stroke="{RULE}"/>',
        f'<polyline points="{corners}" fill="none" stroke="{LINE}" stroke-width="2"/>',
        *[_mark(place, point[0], mark.format(point[1]), floor) for place, point in zip(placed, points, strict=True)],
        _text(WIDTH / 2, HEIGHT - 12, across),
        _text(MARGIN + 70, MARGIN / 2 - 10, up),
    ]
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif"'
    return head + ' font-size="12" text-anchor="middle">\n' + "\n".join(parts) + "\n</svg>\n"


def _mark(place: tuple[float, float], across: float, value: str, floor: float) -> str:
    x, y = place
    dot = f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{LINE}"/>'
    return dot + _text(x, y - 8, value) + _text(x, floor + 18, f"{across:g}")


def _text(x: float, y: float, words: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" fill="{INK}">{words}</text>'
