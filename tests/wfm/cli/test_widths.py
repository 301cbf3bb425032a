"""Tables at the widths that people have: statuses and counts are there, ids are short, and short ids are taken."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from tests.wfm.commands import Run
from wfm.cli import run_views, status, tenant_views
from wfm.cli.output import live_table
from wfm.cli.widths import GAP, fit
from wfm.model.short_ids import CUT, beginning_of, matching, shorten

WIDTHS = (80, 100, 120)
CUSTOMER = "northern-agency-of-europe-customer-001"
UUIDS = ["7d25c8f1-eaa6-47b3-955f-90d89f673257", "8f1a0c22-1111-4222-8333-444455556666"]
FIRINGS = ["weekly_rea-20261123T0800-0a1b2c3d4e5f60", "weekly_rea-20261130T0800-a1b2c3d4e5f601"]
COUNTS = {"QUEUED": "17", "WAITING": "3", "RUNNING": "10 of 10", "FAILED TODAY": "2"}
OF_STATUS = [CUSTOMER, "PROVISIONING", *COUNTS.values(), "3 h 07 min", "2026-11-23 14:20:49", "2026-11-24 08:00:00",
             "AMC account 123 has 200 runs, and AMC allows 200"]  # fmt: skip
OF_RUN = [CUSTOMER, FIRINGS[0], "SUBMITTING", "weekly-reach-and-frequency", "2026-11-16 to 2026-11-23 Europe/Berlin",
          "schedule:weekly-reach", "2026-11-23 14:20:49", "", "Was unable to compile the workflow"]  # fmt: skip


def drawn(headings: list[str], row: list[str], status_column: int, width: int) -> list[str]:
    console = Console(width=width, force_terminal=True, no_color=True, highlight=False)
    with console.capture() as captured:
        console.print(live_table(headings, [row], status_column, width, "14:20:49 UTC"))
    return re.sub(r"\x1b\[[0-9;]*m", "", captured.get()).splitlines()


@pytest.mark.parametrize("width", WIDTHS)
def test_the_live_status_has_every_status_and_count(width: int) -> None:
    lines = drawn(status.HEADINGS, OF_STATUS, status.STATUS, width)

    assert max(map(len, lines)) <= width
    for heading, cell in [("STATUS", "PROVISIONING"), *COUNTS.items()]:
        assert any(heading in line for line in lines), heading
        assert any(re.search(rf"(^|  ){cell}(  |\s*$)", line) for line in lines), cell


@pytest.mark.parametrize("width", WIDTHS)
def test_the_live_runs_have_their_statuses_and_ids_to_find_them_by(width: int) -> None:
    lines = drawn(run_views.headings(alone=False), OF_RUN, 2, width)
    shown = next(line for line in lines if "SUBMITTING" in line)

    assert max(map(len, lines)) <= width
    assert matching(shown.split()[1], FIRINGS) == [FIRINGS[0]]


@pytest.mark.parametrize("width", WIDTHS)
def test_tenants_have_their_limits_and_counts(width: int) -> None:
    row = [
        CUSTOMER,
        "Northern Agency of Europe, Customer 1",
        "PROVISIONING",
        "10",
        "10",
        "37",
        "2026-11-23 14:20:49",
        "",
    ]

    fitted = fit(tenant_views.HEADINGS, [row], 2, width)

    assert {tenant_views.HEADINGS[one] for one in fitted.columns} >= {"ID", "STATUS", "LIMIT", "RUNNING", "WAITING"}
    assert sum(fitted.widths(tenant_views.HEADINGS)) + GAP * (len(fitted.columns) - 1) <= width


LETTERS = st.characters(categories=["L"])
NAMES, TEXTS = st.text(LETTERS, min_size=1, max_size=45), st.text(LETTERS, max_size=30)
CELLS = st.tuples(NAMES, NAMES, st.just("RUNNING"), TEXTS, TEXTS, TEXTS)


@given(st.lists(CELLS, min_size=1, max_size=4), st.integers(60, 200))
def test_whatever_is_shown_fits_and_the_status_is_there(rows: list[tuple[str, ...]], width: int) -> None:
    headings = ["CUSTOMER", "ID", "STATUS", "WORKFLOW", "SOURCE", "REASON"]

    fitted = fit(headings, rows, 2, width)

    assert {0, 1, 2} <= {*fitted.columns}
    assert sum(fitted.widths(headings)) + GAP * (len(fitted.columns) - 1) <= width


@given(st.lists(st.text("abc-1", min_size=1, max_size=40), min_size=1, max_size=8, unique=True))
def test_a_short_id_means_the_one_that_it_is_short_for(ids: list[str]) -> None:
    for one, short in zip(ids, shorten(ids), strict=True):
        assert short == one or (beginning_of(short) and matching(short, ids) == [one])


def test_ids_are_short_as_people_write_them() -> None:
    assert shorten([*UUIDS, *FIRINGS, "r1"]) == [
        "7d25c8f1", "8f1a0c22", f"weekly{CUT}4e5f60", f"weekly{CUT}e5f601", "r1",
    ]  # fmt: skip


@pytest.mark.parametrize("short", ["7d25c8f1", f"weekly{CUT}4e5f60", "weekly...4e5f60"])
def test_a_short_id_is_taken_and_what_it_means_is_said(deployed: Any, command: Run, short: str) -> None:
    deployed.put_tenant()
    for name in (*UUIDS, *FIRINGS):
        deployed.put_request(name, "FAILED")
    (meant,) = matching(short, [*UUIDS, *FIRINGS])

    ended = command("executions", "show", f"acme/{short}")

    assert (ended.code, ended.err) == (0, f"note: {short} is {meant}\n")
    assert meant in ended.out


def test_an_ambiguous_short_id_is_refused_with_those_that_it_may_be(deployed: Any, command: Run) -> None:
    deployed.put_tenant()
    for name in FIRINGS:
        deployed.put_request(name, "RUNNING")

    ended = command("executions", "show", "acme/weekly_rea")

    assert ended.code == 2
    assert ended.err == (f"error: ID: 'weekly_rea' may be {', '.join(FIRINGS)}; allowed: so much that one is meant\n")


def test_where_nobody_is_asked_an_id_that_is_to_come_is_not_taken_for_another(
    deployed: Any, command: Run, lifecycle: Any
) -> None:
    deployed.put_tenant()
    deployed.put_request("monday-reach-2", "RUNNING")
    lifecycle.running = {"monday-reach-2"}

    ended = command("executions", "cancel", "acme/monday-reach", "--yes")

    assert (ended.code, lifecycle.stopped) == (2, [])


def test_a_run_is_shown_with_window_parameters_successor_and_page(deployed: Any, command: Run) -> None:
    deployed.put_tenant()
    ends = {"timeWindowStart": "2026-11-16T00:00:00", "timeWindowEnd": "2026-11-23T00:00:00"}
    body = {
        "workflowId": "reach",
        **ends,
        "timeWindowTimeZone": "Europe/Berlin",
        "parameterValues": {"cap": ["1", "2"]},
    }
    arn = "arn:aws:states:eu-west-1:123456789012:execution:lifecycle:acme.r1"
    asked = {"customerId": "acme", "requestId": "r1", "payload": body}
    ended_at = {"endedAt": "2026-11-23T15:00:00.000Z"}
    deployed.put_request("r1", "FAILED", execution=body, request=asked, executionArn=arn, **ended_at)
    deployed.put_request("r1-r2", "RUNNING", request={**asked, "requestId": "r1-r2", "resubmits": "r1"})

    facts = dict(
        re.split(r"\s{2,}", line, maxsplit=1) for line in command("executions", "show", "acme/r1").out.splitlines()
    )

    assert facts["window"] == "2026-11-16T00:00:00 to 2026-11-23T00:00:00 Europe/Berlin"
    assert facts["parameters"] == 'cap=["1", "2"]'
    assert facts["successor"] == "r1-r2 is RUNNING"
    assert facts["page"] == (
        f"https://eu-west-1.console.aws.amazon.com/states/home?region=eu-west-1#/v2/executions/details/{arn}"
    )


@pytest.fixture
def monthly(deployed: Any) -> None:
    """A schedule of the customer, in New York."""
    deployed.put_tenant()
    payload = {"workflowId": "reach", "timeWindowName": "previous month", "timeWindowTimeZone": "America/New_York",
               "dateFunctionsTimeZone": "window"}  # fmt: skip
    row = {"customerId": "acme", "Name": "monthly", "ScheduleExpression": "monthly 1 08:00",
           "ScheduleExpressionTimezone": "America/New_York", "Input": {"payload": payload}}  # fmt: skip
    deployed.put_workflow()
    deployed.table("Schedules").put_item(Item=row)


def test_the_next_firings_of_a_schedule_have_their_windows(monthly: None, command: Run) -> None:
    ended = command("schedules", "next", "acme/monthly", "--count", "4")

    heading, *lines = ended.out.splitlines()
    assert heading.split() == ["America/New_York", "UTC", "WINDOW"]
    assert (
        len([line for line in lines if re.search(r" 08:00  .*-01T00:00:00 to .*-01T00:00:00 America/New_York$", line)])
        == 4
    )


def test_a_schedule_has_its_own_window(monthly: None, command: Run) -> None:
    ended = command("schedules", "next", "monthly", "--customer", "acme", "--window", "yesterday")

    assert ended.code == 2
    assert "EXPR: a schedule has its own zone and window" in ended.err


def test_the_next_run_is_by_the_clock_of_the_schedule(monthly: None, command: Run) -> None:
    _, line = command("schedules", "list").out.splitlines()

    assert " 08:00:00" in line
    assert datetime.now(UTC).strftime("%Y") <= re.search(r"\d{4}", line)[0]  # type: ignore[index]
