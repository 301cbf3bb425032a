"""Chapter: the picture for the agency's meeting, drawn from the tables."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import duckdb
import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from local.story.cast import CLIENTS
from local.story.table import DATABASE
from local.story.world import World

PICTURE: Final = "clients.png"
QUESTION: Final = "SELECT tenant, reach, at_first, settled FROM settling ORDER BY settled"
BLUE, GREY, GREEN = "#4477aa", "#888888", "#228833"


@dataclass(frozen=True, slots=True)
class Bar:
    """A client's numbers of the week."""

    customer_id: str
    reach: float
    at_first: float
    settled: float


def tell(world: World) -> None:
    """One picture of all clients."""
    tell = world.narrator
    tell.chapter("A picture of it")
    with duckdb.connect(DATABASE, read_only=True) as database:
        bars = [Bar(*row) for row in database.execute(QUESTION).fetchall()]
    draw(world.folder / PICTURE, bars)
    tell.say(f"{PICTURE} shows each client's week: whom it reached, its sales, and how they have grown in two weeks.")
    tell.claim("the picture has a line for every client", holds=len(bars) == len(CLIENTS), found=len(bars))


def draw(file: Path, bars: Sequence[Bar]) -> None:
    """Reach and sales side by side, a line for each client."""
    with mpl.rc_context({"font.size": 10}):
        figure = Figure(figsize=(9, 4.5), layout="constrained")
        left, right = figure.subplots(1, 2, sharey=True)
        names = [bar.customer_id for bar in bars]
        left.barh(names, [bar.reach for bar in bars], color=BLUE)
        _axes(left, "people reached")
        first, settled = [bar.at_first for bar in bars], [bar.settled for bar in bars]
        right.hlines(names, first, settled, color=GREEN, linewidth=2)
        right.plot(first, names, "o", color=GREY, label="as first read")
        right.plot(settled, names, "o", color=GREEN, label="14 days later")
        right.legend(frameon=False, loc="lower right")
        right.set_xlim(left=0)
        _axes(right, "sales of the hero products")
        figure.savefig(file, dpi=100, metadata={"Software": None})


def _axes(axes: Axes, title: str) -> None:
    axes.set_title(title, loc="left")
    axes.spines[["top", "right"]].set_visible(False)
    axes.xaxis.set_major_formatter("{x:,.0f}")
    axes.locator_params(axis="x", nbins=5)
