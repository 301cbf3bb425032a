"""Chapter: the picture for the agency's meeting, drawn from the table."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import duckdb
import matplotlib as mpl
from matplotlib.figure import Figure

from local.story.cast import CLIENTS
from local.story.table import DATABASE
from local.story.world import World

PICTURE: Final = "clients.png"
QUESTION: Final = "SELECT customerId, sum(reach), sum(sales) FROM week GROUP BY customerId ORDER BY sum(sales)"


@dataclass(frozen=True, slots=True)
class Bar:
    """A client's numbers of the week."""

    customer_id: str
    reach: float
    sales: float


def tell(world: World) -> None:
    """One picture of all clients."""
    tell = world.narrator
    tell.chapter("A picture of it")
    with duckdb.connect(DATABASE, read_only=True) as database:
        bars = [Bar(*row) for row in database.execute(QUESTION).fetchall()]
    draw(world.folder / PICTURE, bars)
    tell.say(f"{PICTURE} shows reach and sales of each client's week.")
    tell.claim("the picture has a bar for every client", holds=len(bars) == len(CLIENTS), found=len(bars))


def draw(file: Path, bars: Sequence[Bar]) -> None:
    """Reach and sales side by side, a line for each client."""
    with mpl.rc_context({"font.size": 10}):
        figure = Figure(figsize=(9, 4.5), layout="constrained")
        left, right = figure.subplots(1, 2, sharey=True)
        names = [bar.customer_id for bar in bars]
        for axes, title, values, colour in (
            (left, "people reached", [bar.reach for bar in bars], "#4477aa"),
            (right, "sales of the hero products", [bar.sales for bar in bars], "#228833"),
        ):
            axes.barh(names, values, color=colour)
            axes.set_title(title, loc="left")
            axes.spines[["top", "right"]].set_visible(False)
            axes.xaxis.set_major_formatter("{x:,.0f}")
            axes.locator_params(axis="x", nbins=5)
        figure.savefig(file, dpi=100, metadata={"Software": None})
