"""`wfm cost`."""

from typing import Annotated

import typer

from wfm.cli.given_files import read_object
from wfm.cli.options import AsJson
from wfm.cli.output import print_json, print_table
from wfm.cost.bill import Bill, Design, bill
from wfm.cost.prices import listed
from wfm.cost.workload import Workload
from wfm.errors import UsageError

app = typer.Typer(add_completion=False)


@app.command()
def cost(
    *,
    tenants: Annotated[int, typer.Option(metavar="N", help="How many tenants.")],
    runs_per_day: Annotated[float, typer.Option(metavar="M", help="Runs of each a day; 0 for idle tenants.")],
    minutes: Annotated[float, typer.Option(metavar="T", help="How long AMC takes for a run.")] = 60,
    watched: Annotated[
        bool, typer.Option("--watched/--unwatched", help="Whether results wake the tracker, as by default.")
    ] = True,
    deliveries: Annotated[
        bool, typer.Option("--deliveries", help="With the parameter deliveries: on, and each result delivered.")
    ] = False,
    of: Annotated[Design, typer.Option("--of", help="WFM, or one of the designs before it.")] = Design.WFM,
    region_prices: Annotated[
        str | None, typer.Option(metavar="FILE", help="Prices in place of those listed for us-east-1, as JSON.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Itemise what AWS charges in a month, by counted operations and list prices. Nothing of AWS is asked."""
    if deliveries and of != Design.WFM:
        raise UsageError(f"--deliveries: {of} delivers no results; allowed: with --of {Design.WFM}")
    workload, prices = Workload(tenants, runs_per_day, minutes, watched, deliveries), listed()
    if region_prices:
        prices = prices.with_file(read_object(region_prices, "--region-prices", "a", "price table"))
    found = bill(of, workload, prices)
    if as_json:
        print_json(_document(found))
        return
    rows = [
        [line.part, line.use.what, line.use.price, _number(line.use.number), _dollars(line.dollars), line.use.basis]
        for line in found.lines
        if line.use.number
    ]
    print_table(["CAUSED BY", "WHAT", "PRICE", "NUMBER", "DOLLARS", "BASIS"], rows, status_column=4)
    print()
    of_a_run = f"; of a run: ${found.run:.6f}" if found.workload.runs else ""
    print(f"a month: ${found.dollars:,.2f}; of an idle tenant: ${found.idle_tenant:.4f}{of_a_run}")
    print(f"prices: {prices.region}, {prices.date}{_replaced(found)}; no free tier, tax or data transfer")


def _number(number: float) -> str:
    return f"{number:,.0f}" if number >= 100 else f"{number:,.3g}"


def _dollars(dollars: float) -> str:
    return f"{dollars:,.2f}" if dollars >= 0.01 else f"{dollars:.4f}"


def _replaced(found: Bill) -> str:
    count = len(found.prices.replaced)
    return f" ({count} of {len(found.prices.prices)} from the file, the others us-east-1's)" if count else ""


def _document(found: Bill) -> dict[str, object]:
    workload, prices = found.workload, found.prices
    return {
        "of": found.design.value,
        "tenants": workload.tenants,
        "runsPerDay": workload.runs_a_day,
        "minutes": workload.minutes,
        "watched": workload.watched,
        "deliveries": workload.delivered,
        "prices": {"region": prices.region, "date": prices.date, "replaced": [*prices.replaced]},
        "dollars": round(found.dollars, 6),
        "idleTenantDollars": round(found.idle_tenant, 6),
        "runDollars": round(found.run, 9),
        "lines": [line.as_json() for line in found.lines],
    }
