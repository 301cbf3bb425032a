"""The tables and pictures of docs/cost.md, from the table of counts and the list prices: nothing is measured here."""

import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from bench.charts import Series, draw
from local.synthesis import REPOSITORY
from wfm.cost.bill import Bill, Design, Line, bill
from wfm.cost.delivered import OF_RUNS
from wfm.cost.ours import EMPTY_RECEIVES
from wfm.cost.prices import listed
from wfm.cost.uses import RECEIVES_A_MINUTE
from wfm.cost.workload import Workload

PAGE: Final = REPOSITORY / "docs" / "cost.md"
EXAMPLE: Final = "wfm cost --tenants 40 --runs-per-day 10 --minutes 60"
PICTURES: Final = REPOSITORY / "docs" / "images" / "measures"
TENANTS: Final = (1, 40, 1_000)
RUNS_A_DAY: Final = 10
MINUTES: Final = (1, 15, 60, 240, 1_440)
FEWEST_RECEIVES_A_MINUTE: Final = 2 * 3  # two polls of the queue at a time, the fewest that AWS tells of
NAMES: Final = {Design.WFM: "WFM", Design.V3: "v3", Design.V1: "v1"}


def write() -> None:
    """Put the tables of now into the page, and draw its pictures. Sentences with figures are for people: tests tell."""
    page = PAGE.read_text("utf-8")
    for table in tables():
        heading = re.escape(table.splitlines()[0])
        page, found = re.subn(rf"^{heading}\n(\|.*\n)+", f"{table}\n", page, flags=re.MULTILINE)
        if found != 1:
            raise RuntimeError(f"{PAGE.name} has {found} tables that begin with {table.splitlines()[0]}")
    command = re.escape(f"$ {EXAMPLE}\n")
    shown = subprocess.run([sys.executable, "-m", *EXAMPLE.split()], capture_output=True, text=True, check=True)  # noqa: S603
    PAGE.write_text(re.sub(rf"(?<=^{command})[^`]*", lambda _: shown.stdout, page, flags=re.MULTILINE), "utf-8")
    draw_pictures(PICTURES)


def of(design: Design, tenants: int, runs_a_day: float, minutes: float = 60, *, watched: bool = True) -> Bill:
    """The bill at list prices."""
    return bill(design, Workload(tenants, runs_a_day, minutes, watched), listed())


def tables() -> list[str]:
    """All of the page's, in its order."""
    return [months(), idle_tenant(), runs(), deliveries(), prices()]


def months() -> str:
    """Dollars a month by tenants, with runs and idle; WFM's in its parts."""
    rows = []
    for runs_a_day in (RUNS_A_DAY, 0):
        for tenants in TENANTS:
            ours = of(Design.WFM, tenants, runs_a_day)
            parts = [ours.part(part) for part in ("the deployment", "tenants, idle", "runs")]
            others = [of(design, tenants, runs_a_day).dollars for design in (Design.V3, Design.V1)]
            fewest = ours.dollars - _asked(ours) * (1 - FEWEST_RECEIVES_A_MINUTE / RECEIVES_A_MINUTE)
            figures = [f"{dollars:,.2f}" for dollars in (ours.dollars, *parts, fewest, *others)]
            rows.append([f"{tenants:,}", str(runs_a_day), *figures])
    parts_of_ours = ("its deployment", "its tenants", "its runs")
    columns = ("tenants", "runs of each a day", "WFM", *parts_of_ours, "WFM, two polls of a queue", "v3", "v1")
    return _table(columns, rows)


def idle_tenant() -> str:
    """Dollars a month of one idle tenant among forty, watched or not, by how often Lambda asks its empty queue."""
    rows = []
    for name, watched in (("watched", True), ("not watched", False)):
        found = of(Design.WFM, 40, 0, watched=watched)
        asked = _asked(found) / 40
        rest, fewest = found.idle_tenant - asked, asked * FEWEST_RECEIVES_A_MINUTE / RECEIVES_A_MINUTE
        rows.append([name, *(f"{dollars:.4f}" for dollars in (rest, rest + asked, rest + fewest))])
    return _table(("results", "without empty receives", "with five polls of its queue at a time", "with two"), rows)


def runs() -> str:
    """Dollars for a thousand runs, by their length."""
    rows = []
    for minutes in MINUTES:
        ours = [of(Design.WFM, 40, RUNS_A_DAY, minutes, watched=watched).run for watched in (True, False)]
        figures = [1_000 * dollars for dollars in (*ours, of(Design.V3, 40, RUNS_A_DAY, minutes).run)]
        rows.append([f"{minutes:,}", *(f"{dollars:.2f}" for dollars in figures)])
    return _table(("minutes in AMC", "WFM, watched", "WFM, not watched", "v3"), rows)


def deliveries() -> str:
    """What the delivery of a thousand results costs, by what it is for."""
    found = with_deliveries()
    rows = [
        [line.use.what, f"`{line.use.price}`", f"{_of_one(line, found):.3g}", f"{_of_thousand(line, found):.4f}",
         line.use.basis]
        for line in found.lines
        if line.part == OF_RUNS and line.dollars >= found.part(OF_RUNS) / 100
    ]  # fmt: skip
    return _table(("for", "price", "of one result", "dollars for a thousand", "basis"), rows)


def with_deliveries() -> Bill:
    """Forty tenants with ten runs of an hour a day each, whose results are delivered."""
    return bill(Design.WFM, Workload(40, RUNS_A_DAY, 60, True, delivered=True), listed())


def _of_one(line: Line, found: Bill) -> float:
    return line.use.number / found.workload.runs


def _of_thousand(line: Line, found: Bill) -> float:
    return 1_000 * line.dollars / found.workload.runs


def prices() -> str:
    """Every list price."""
    rows = [
        [f"`{name}`", f"{price.dollars:.10f}".rstrip("0").rstrip("."), f"{price.per:,.0f}", price.unit,
         f"[page]({price.source})", price.looked_up]
        for name, price in listed().prices.items()
    ]  # fmt: skip
    return _table(("name", "dollars", "for", "unit", "source", "looked up"), rows)


def by_tenants() -> list[Series]:
    """Dollars a month over tenants, a line for each design; the names have the last figure."""
    found = []
    for design, name in NAMES.items():
        points = [(float(tenants), of(design, tenants, RUNS_A_DAY).dollars) for tenants in TENANTS]
        found.append(Series(points, [""] * len(points), f"{name}: {points[-1][1]:,.0f} dollars for 1,000 tenants"))
    return found


def by_minutes() -> list[Series]:
    """Dollars for a thousand runs over their length, up to four hours."""
    lengths = [minutes for minutes in MINUTES if minutes <= 240]
    found = []
    for name, design, watched in (
        ("WFM, watched", Design.WFM, True),
        ("WFM, not watched", Design.WFM, False),
        ("v3", Design.V3, True),
    ):
        points = [(float(each), 1_000 * of(design, 40, RUNS_A_DAY, each, watched=watched).run) for each in lengths]
        found.append(Series(points, [""] * len(points), f"{name}: {points[-1][1]:.2f} dollars for four hours"))
    return found


def draw_pictures(folder: Path) -> None:
    """Both of the page."""
    draw(folder / "cost-tenants.svg", by_tenants(), "tenants, ten runs of an hour a day each", "dollars a month")
    draw(folder / "cost-minutes.svg", by_minutes(), "minutes of a run in AMC", "dollars for a thousand runs")


def _asked(found: Bill) -> float:
    """Dollars for the empty receives of the tenants' queues."""
    return sum(line.dollars for line in found.lines if line.use.what == EMPTY_RECEIVES)


def _table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [f"| {' | '.join(columns)} |", "|---" * len(columns) + "|"]
    return "\n".join([*lines, *(f"| {' | '.join(row)} |" for row in rows)])
