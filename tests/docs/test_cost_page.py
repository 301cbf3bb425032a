"""docs/cost.md is what the command and the table of counts say now."""

import json
import re

import pytest

from bench import cost_page
from bench.charts import Series
from tests.docs.printed import Printed, commands, page
from wfm.cost.bill import Design, bill
from wfm.cost.counts import run_counts
from wfm.cost.delivered import IDLE, OF_RUNS
from wfm.cost.ours import EMPTY_RECEIVES
from wfm.cost.prices import listed
from wfm.cost.uses import (
    DELIVERY_SECONDS,
    LAMBDA_SECONDS,
    LOG_RETENTION_DAYS,
    RECEIVES_A_MINUTE,
)
from wfm.cost.workload import Workload

PAGE = page("cost")
MEASURES = page("measures")


@pytest.mark.parametrize("printed", commands(PAGE), ids=str)
def test_a_command_prints_what_the_page_says(
    printed: Printed, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    printed.check(capsys, monkeypatch)


@pytest.mark.parametrize("table", cost_page.tables(), ids=["months", "idle tenant", "runs", "deliveries", "prices"])
def test_the_page_has_the_tables_as_they_are_now(table: str) -> None:
    assert table in PAGE


@pytest.mark.parametrize(
    ("name", "series"),
    [("cost-tenants.svg", cost_page.by_tenants()), ("cost-minutes.svg", cost_page.by_minutes())],
    ids=["tenants", "minutes"],
)
def test_the_pictures_have_the_figures_of_now(name: str, series: list[Series]) -> None:
    drawn = (cost_page.PICTURES / name).read_text("utf-8")

    assert f"images/measures/{name}" in PAGE
    assert [
        label for each in series for label in (each.name, *each.labels) if f">{label}<" not in drawn and label
    ] == []


def test_the_cents_of_an_idle_tenant_are_those_of_the_table() -> None:
    cells = [float(cell) for cell in re.findall(r"\d\.\d{4}", cost_page.idle_tenant().splitlines()[2])]
    rest, most, fewest = (round(100 * dollars) for dollars in cells)

    assert rest == 1
    assert f"costs {fewest} to {most} cents a month, and one cent of that is WFM's own doing" in PAGE


def test_what_deliveries_cost_is_that_of_now_on_both_pages() -> None:
    found = cost_page.with_deliveries()
    of_runs, more = (f"{1_000 * found.part(part) / found.workload.runs:.2f}" for part in ("runs", OF_RUNS))
    idle = f"{found.part(IDLE):.2f}"

    assert f"In all {more} dollars for a thousand results, beside {of_runs} for their runs, and {idle} a month" in PAGE
    deliveries = " ".join(page("deliveries").split())
    assert f"some {more} dollars for a thousand" in deliveries
    assert f"Idle: {idle} dollars a month" in deliveries
    assert f"{DELIVERY_SECONDS} s of DeliverResult" in PAGE


def test_the_assumptions_are_the_code_s() -> None:
    assert f"{LAMBDA_SECONDS} s of each Lambda call" in PAGE
    assert f"kept {LOG_RETENTION_DAYS} days" in PAGE
    assert f"in {listed().region}, as of {listed().date}" in PAGE


def test_the_line_beyond_four_hours_comes_near_what_was_measured_of_a_day() -> None:
    calls = 1 + run_counts(1_440, False).polls
    (measured,) = re.findall(r"^\| 1 run of 24 hours, learnt, not watched \| (\d+)\.0 ", MEASURES, re.MULTILINE)

    assert f"takes {calls:.0f} calls of AMC" in PAGE
    assert f"has {measured}." in PAGE


def test_the_file_of_prices_on_the_page_is_taken() -> None:
    (document,) = re.findall(r"^```json\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)

    assert listed().with_file(json.loads(document)).replaced == ("sqs-fifo-requests",)


DECISION = cost_page.PAGE.parent / "decisions" / "0030-a-queue-for-each-tenant-stays-though-it-is-polled.md"
ROWS = re.findall(
    r"^\| (a queue|16 queues|one queue).* \| ([\d.]+) \| ([\d.]+) \| ([\d.]+) \| ([\d.]+) \| .*$",
    DECISION.read_text("utf-8"),
    re.MULTILINE,
)


@pytest.mark.parametrize(("queues", "row"), [((40, 1_000), 0), ((16, 16), 1), ((1, 1), 2)])
def test_the_decision_on_queues_has_the_dollars_of_now(queues: tuple[int, int], row: int) -> None:
    five = [bill_of_receives(number) for number in queues]
    fewest = cost_page.FEWEST_RECEIVES_A_MINUTE / RECEIVES_A_MINUTE

    cells = [f"{dollars * share:.2f}" for dollars in five for share in (1, fewest)]
    assert list(ROWS[row][1:]) == cells


def bill_of_receives(queues: int) -> float:
    """The empty receives of so many queues in a month, in dollars."""
    idle = bill(Design.WFM, Workload(queues, 0, 60, True), listed())
    return sum(line.dollars for line in idle.lines if line.use.what == EMPTY_RECEIVES)


def test_what_else_the_decision_weighs_has_the_dollars_of_now() -> None:
    found = bill(Design.WFM, Workload(40, 10, 60, True), listed())
    stopped = sum(line.dollars for line in found.lines if line.use.what == "empty receives of four queues")
    text = DECISION.read_text("utf-8")

    assert f"whose month costs {found.dollars:.0f} dollars" in text
    assert f"polled for {stopped:.2f}" in text
    assert f"saves {stopped * (1 - cost_page.FEWEST_RECEIVES_A_MINUTE / RECEIVES_A_MINUTE):.2f} at most" in text


CHEAPER = re.findall(
    r"^\| (logs|KMS), ([\d,]+) tenants(, not watched|, watched)? \| [\d.]+ \| ([\d.]+) \|$", PAGE, re.MULTILINE
)


@pytest.mark.parametrize(("kind", "tenants", "watched", "now"), CHEAPER)
def test_what_was_made_cheaper_has_the_dollars_of_now(kind: str, tenants: str, watched: str, now: str) -> None:
    found = cost_page.of(Design.WFM, int(tenants.replace(",", "")), 10, watched=watched != ", not watched")

    dollars = sum(line.dollars for line in found.lines if line.use.price.startswith(f"{kind.lower()}-"))
    assert f"{dollars:.2f}" == now


def test_the_bytes_of_a_run_s_lines_are_those_of_now() -> None:
    assert len(CHEAPER) == 6
    assert f"3,957 bytes to {run_counts(60, True).log_bytes:,.0f}" in PAGE
    assert f"bounded: {run_counts(60, True).key_uses:.0f} pairs" in PAGE
