"""The pictures of docs/growth.md, from the stored figures: SVG files that are the same each time."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

import matplotlib as mpl
from matplotlib.figure import Figure

from bench.growth.limits_met import LIMITS
from bench.growth.scenarios import ACCOUNT_SIZES, SIZES, as_it_is, one_account, reserved, spread
from bench.growth.tables import Stored

if TYPE_CHECKING:
    from matplotlib.axes import Axes

FOLDER: Final = Path(__file__).parents[2] / "docs" / "images" / "growth"
NARROW, TALL = (7, 4), (8, 5.5)


@contextmanager
def _axes(name: str, across: str, up: str, size: tuple[float, float] = NARROW) -> "Iterator[Axes]":
    FOLDER.mkdir(parents=True, exist_ok=True)
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": name, "font.size": 10}):
        figure = Figure(figsize=size, layout="constrained")
        axes = figure.add_subplot(xlabel=across, ylabel=up)
        axes.spines[["top", "right"]].set_visible(False)
        yield axes
        figure.savefig(FOLDER / f"{name}.svg", metadata={"Date": None})


def waits(of: Stored) -> None:
    """How long requests of each hour wait for a slot."""
    found = of[as_it_is(SIZES[-1]).name]["waits_by_hour"]
    with _axes("waits", "hour of the request, UTC", "minutes until a slot") as axes:
        for name, label in (("late", "95th percentile"), ("median", "median")):
            axes.plot(range(24), found[name], "o-", label=label)
        axes.set(ylim=(0, None), xticks=range(0, 24, 2))
        axes.legend(frameon=False)


def calls(of: Stored) -> None:
    """AMC calls a second over the day."""
    with _axes("calls", "hour, UTC", "AMC calls a second, mean of the hour") as axes:
        for size in reversed(SIZES):
            by_hour = of[as_it_is(size).name]["calls_by_hour"]
            both = [sum(pair) for pair in zip(by_hour["posts"], by_hour["polls"], strict=True)]
            axes.plot(range(24), both, "o-", label=f"{size:,} tenants")
        axes.set(ylim=(0, None), xticks=range(0, 24, 2))
        axes.legend(frameon=False)


def first_minutes(of: Stored) -> None:
    """Lambdas after midnight, as it is and with two changes."""
    days = {
        "as it is": as_it_is(1_000),
        "100 Lambdas for StartExecution": reserved(1_000),
        "and minutes that WFM spreads": spread(1_000),
    }
    with _axes("first-minutes", "minutes after midnight", "Lambdas at a time, mean of the minute") as axes:
        for label, scenario in days.items():
            axes.plot(range(15), of[scenario.name]["first_hour"]["lambdas"][:15], "o-", label=label)
        axes.set(ylim=(0, None))
        axes.legend(frameon=False)


def accounts(of: Stored) -> None:
    """Waits by the tenants of an account."""
    days = [of[one_account(size).name]["waits"]["all"] for size in ACCOUNT_SIZES]
    with _axes("accounts", "tenants of one AMC account", "hours until a slot") as axes:
        axes.plot(ACCOUNT_SIZES, [day["late"] / 3600 for day in days], "o-", label="95th percentile")
        axes.plot(ACCOUNT_SIZES, [day["median"] / 3600 for day in days], "o-", label="median")
        axes.set(ylim=(0, None))
        axes.legend(frameon=False)


def gives_way(of: Stored) -> None:
    """The share of each limit by the number of tenants."""
    days = [of[as_it_is(size).name] for size in SIZES]
    with _axes("gives-way", "tenants", "share of the limit", TALL) as axes:
        for number, limit in enumerate(LIMITS):
            shares = [max(limit.share(day), 1e-3) for day in days]
            axes.plot(SIZES, shares, "o-" if number < 10 else "o--", label=limit.name)
        axes.axhline(1, color="black", linewidth=1)
        axes.set(xscale="log", yscale="log", xticks=SIZES, xticklabels=[f"{size:,}" for size in SIZES])
        axes.minorticks_off()
        axes.legend(frameon=False, fontsize=8, loc="upper center", bbox_to_anchor=(0.5, -0.15), ncols=2)


PICTURES: Final = (waits, calls, first_minutes, accounts, gives_way)
