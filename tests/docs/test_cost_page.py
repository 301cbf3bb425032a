"""docs/cost.md is what the command and the table of counts say now."""

import json
import re

import pytest

from bench import cost_page
from bench.charts import Series
from tests.docs.printed import Printed, commands, page
from wfm.cost.counts import run_counts
from wfm.cost.prices import listed
from wfm.cost.uses import EVENT_LOG_BYTES, LAMBDA_SECONDS, LOG_RETENTION_DAYS, PLATFORM_LOG_BYTES

PAGE = page("cost")
MEASURES = page("measures")


@pytest.mark.parametrize("printed", commands(PAGE), ids=str)
def test_a_command_prints_what_the_page_says(
    printed: Printed, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    printed.check(capsys, monkeypatch)


@pytest.mark.parametrize("table", cost_page.tables(), ids=["months", "idle tenant", "runs", "prices"])
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


def test_the_assumptions_are_the_code_s() -> None:
    assert f"{LAMBDA_SECONDS} s of each Lambda call" in PAGE
    assert f"{PLATFORM_LOG_BYTES} bytes of START, END and REPORT for a call, {EVENT_LOG_BYTES} for an event" in PAGE
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
