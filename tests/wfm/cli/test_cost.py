"""`wfm cost`."""

import json
from pathlib import Path

import pytest

from tests.wfm.commands import Run
from wfm.cost.counts import STACK

FORTY = ("cost", "--tenants", "40", "--runs-per-day", "10")


def test_json_has_every_line_and_the_sums(command: Run) -> None:
    ended = command(*FORTY, "--json")

    document = json.loads(ended.out)
    assert (ended.code, ended.err) == (0, "")
    assert document["dollars"] == pytest.approx(sum(line["dollars"] for line in document["lines"]), abs=0.001)
    assert {line["basis"] for line in document["lines"]} == {"measured", "counted", "assumed"}
    assert (document["of"], document["minutes"], document["watched"]) == ("wfm", 60, True)
    assert document["prices"] == {"region": "us-east-1", "date": "2026-11-29", "replaced": []}


def test_prices_of_a_file_take_the_place_of_the_listed_ones(command: Run, tmp_path: Path) -> None:
    file = tmp_path / "prices.json"
    file.write_text('{"region": "eu-west-1", "date": "2027-01-31", "prices": {"alarms": {"dollars": 2, "per": 1}}}')

    ended = command(*FORTY, "--region-prices", str(file))

    (alarms,) = [line for line in ended.out.splitlines() if line.startswith("the deployment  alarms")]
    assert f"{2 * STACK.alarms}.00" in alarms
    assert "prices: eu-west-1, 2027-01-31 (1 of 30 from the file, the others us-east-1's)" in ended.out


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("[]", "--region-prices: '{file}' holds []"),
        ("{", "--region-prices: '{file}' cannot be read"),
        (
            '{"region": "x", "date": "y", "prices": {"alarm": {"dollars": 1, "per": 1}}}',
            "prices.alarm: no price has that",
        ),
    ],
)
def test_a_file_that_holds_no_prices_is_refused(command: Run, tmp_path: Path, content: str, sentence: str) -> None:
    file = tmp_path / "prices.json"
    file.write_text(content)

    ended = command(*FORTY, "--region-prices", str(file))

    assert (ended.code, ended.out) == (2, "")
    assert sentence.format(file=file) in ended.err


def test_not_watched_costs_more_and_v3_is_itemised_too(command: Run) -> None:
    watched, unwatched, third = (
        json.loads(command(*FORTY, *options, "--json").out) for options in ((), ("--unwatched",), ("--of", "v3"))
    )

    assert unwatched["runDollars"] > watched["runDollars"]
    assert unwatched["idleTenantDollars"] > watched["idleTenantDollars"]
    assert (third["of"], third["idleTenantDollars"]) == ("v3", 0)


def test_deliveries_add_lines_of_their_own_and_change_no_other(command: Run) -> None:
    without, with_them = (json.loads(command(*FORTY, *options, "--json").out) for options in ((), ("--deliveries",)))

    added = [line for line in with_them["lines"] if line["part"].startswith("deliveries")]
    assert [line for line in with_them["lines"] if line not in added] == without["lines"]
    assert (without["deliveries"], with_them["deliveries"]) == (False, True)
    assert {"s3-write-requests", "glue-requests", "lambda-arm-gb-seconds"} <= {line["price"] for line in added}
    assert with_them["runDollars"] > without["runDollars"]


def test_designs_before_wfm_deliver_nothing(command: Run) -> None:
    ended = command(*FORTY, "--of", "v3", "--deliveries")

    assert (ended.code, ended.err) == (2, "error: --deliveries: v3 delivers no results; allowed: with --of wfm\n")


def test_where_nothing_runs_deliveries_cost_their_queue_and_alarms(command: Run) -> None:
    ended = command("cost", "--tenants", "40", "--runs-per-day", "0", "--deliveries", "--json")

    parts = {line["part"] for line in json.loads(ended.out)["lines"]}
    assert parts == {"the deployment", "tenants, idle", "deliveries, idle"}
