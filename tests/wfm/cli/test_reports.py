import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from tests.wfm.commands import Run as Command

SINCE = "2026-11-23T00:00:00Z"
UNTIL = "2026-11-24T00:00:00Z"


@pytest.fixture
def two_tenants(deployed: Any) -> Any:
    """A run of each, and one of them failed."""
    for customer in ("acme", "birch"):
        deployed.put_tenant(customer)
        deployed.put_request(f"of-{customer}", "SUCCEEDED", customerId=customer, endedAt="2026-11-23T15:00:00.000Z")
    deployed.put_execution("x", "FAILED", statusReason="no such table", lastUpdatedTime="2026-11-23T14:30:00.000Z")
    return deployed


def page(path: str) -> str:
    text = Path(path).read_text(encoding="utf-8")
    ET.fromstring(text)  # noqa: S314 (of our own making)
    return text


@pytest.mark.parametrize("words", [["report"], ["executions", "timeline"]])
def test_a_page_is_written_about_the_runs_of_a_period(two_tenants: Any, command: Command, words: list[str]) -> None:
    ended = command(*words, "--since", SINCE, "--until", UNTIL, "--output", "page.html")

    assert (ended.code, ended.out) == (0, "page.html: 3 runs\n")
    assert all(name in page("page.html") for name in ("of-acme", "of-birch", "no such table"))


def test_a_page_can_be_about_some_customers(two_tenants: Any, command: Command) -> None:
    command("report", "birch", "--since", SINCE, "--output", "page.html")

    assert "of-birch" in page("page.html")
    assert "of-acme" not in page("page.html")


def test_a_page_of_nothing_is_a_page_too(deployed: Any, command: Command) -> None:
    ended = command("executions", "timeline", "--since", "1h", "--output", "page.html")

    assert ended.out == "page.html: 0 runs\n"
    assert "There are no runs in this period." in page("page.html")


def test_a_page_that_cannot_be_written_is_said_in_one_line(deployed: Any, command: Command) -> None:
    ended = command("report", "--output", "nowhere/page.html")

    assert ended.code == 2
    assert ended.err.startswith("error: --output: 'nowhere/page.html' cannot be written")


def test_a_list_of_several_customers_tells_whose_each_run_is(two_tenants: Any, command: Command) -> None:
    everybody = command("executions", "list", "--since", SINCE)
    filtered = command("executions", "list", "--source", "external", "--status", "failed", "--json")

    assert everybody.out.splitlines()[0].split()[:2] == ["CUSTOMER", "ID"]
    assert sorted(line.split()[0] for line in everybody.out.splitlines()[1:]) == ["acme", "acme", "birch"]
    assert [run["id"] for run in json.loads(filtered.out)] == ["x"]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--since", "tomorrow"], "--since: 'tomorrow' cannot be read"),
        (["--until", "soon"], "--until: 'soon' cannot be read"),
        (["--since", UNTIL, "--until", SINCE], "is not after --since"),
    ],
)
def test_a_period_that_cannot_be_is_refused(deployed: Any, command: Command, words: list[str], sentence: str) -> None:
    ended = command("executions", "list", *words)

    assert ended.code == 2
    assert sentence in ended.err


def test_show_tells_where_the_time_went(deployed: Any, command: Command) -> None:
    times = {"waitingAt": "2026-11-23T14:20:50.000Z", "endedAt": "2026-11-23T14:21:50.000Z"}
    deployed.put_request("r1", "CANCELLED", **times)

    ended = command("executions", "show", "r1", "--customer", "acme")

    assert "in the queue 1.0 s, for a slot 1 min 00 s" in ended.out
