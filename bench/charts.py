"""Measured points on axes that begin at 0, drawn by matplotlib as an SVG file that is the same each time."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import matplotlib as mpl
from matplotlib.figure import Figure


@dataclass(frozen=True)
class Series:
    """Points (x, y) of one kind with a label each; `joined` by a line or not. The name is for the legend."""

    points: Sequence[tuple[float, float]]
    labels: Sequence[str]
    name: str = ""
    joined: bool = True

    @property
    def free_side(self) -> int:
        """Where a label above a point does not meet the line: -1 to the left of it where that rises, else 1."""
        return -1 if self.joined and max(self.points)[1] > min(self.points)[1] else 1


def draw(file: Path, series: Sequence[Series], across: str, up: str) -> None:
    """The chart, with the names of its axes; and with a legend if there are several series."""
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": file.name, "font.size": 11}):
        figure = Figure(figsize=(7, 4), layout="constrained")
        axes = figure.add_subplot(xlabel=across, ylabel=up)
        axes.spines[["top", "right"]].set_visible(False)
        for each in series:
            (drawn,) = axes.plot(*zip(*each.points, strict=True), "o-" if each.joined else "o", label=each.name)
            for label, point in zip(each.labels, each.points, strict=True):
                axes.annotate(
                    label,
                    point,
                    (4 * each.free_side, 5),
                    textcoords="offset points",
                    ha="left" if each.free_side > 0 else "right",
                    color=drawn.get_color(),
                )
        axes.set(xlim=(0, axes.get_xlim()[1] * 1.05), ylim=(0, axes.get_ylim()[1] * 1.05))
        if len(series) > 1:
            axes.legend(frameon=False)
        figure.savefig(file, metadata={"Date": None})
