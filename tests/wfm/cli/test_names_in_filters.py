"""A filter that names what there is not is refused, with what there is: an empty list would hide the slip."""

from pathlib import Path
from typing import Any

import pytest

from tests.wfm.backfilling import Backfilling
from tests.wfm.commands import Run

WORKFLOW = "--workflow: none of these tenants has a workflow 'raech'; did you mean reach?"
OF_ONE = "--workflow: acme has no workflow 'raech'; did you mean reach?"
BACKFILL = "--backfill: no backfill 'jan' in the last 90 days; did you mean january?"
SCHEDULE = "--source: none of these tenants has a schedule 'dayly'; did you mean daily?"
EVERYBODY = ("--customer", "all")
LISTS = {
    "runs": ("executions", "list"),
    "runs as they go": ("executions", "watch"),
    "failures": ("executions", "failed"),
    "results": ("results", "list"),
    "deliveries": ("deliveries", "list"),
}
CHANGES = {
    "cancel": ("executions", "cancel"),
    "resubmit": ("executions", "resubmit"),
    "get": ("results", "get", "--output", "all.csv"),
    "send": ("deliveries", "send"),
}


@pytest.fixture
def two(deployed: Any) -> Any:
    """Tenants that have reach and daily, and a backfill january of one of them; nothing has run."""
    machine = Backfilling(deployed)
    machine.put_tenants("acme", "birch")
    machine.start("january", "acme")
    deployed.table("Schedules").put_item(Item={"customerId": "birch", "Name": "daily"})
    return deployed


def of(commands: dict[str, tuple[str, ...]]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("words", commands.values(), ids=commands.keys())


@of(LISTS | {key: CHANGES[key] for key in ("cancel", "resubmit", "get", "send")})
def test_a_workflow_that_none_of_the_tenants_has_is_refused(two: Any, command: Run, words: tuple[str, ...]) -> None:
    of_all = command(*words, *EVERYBODY, "--workflow", "raech")
    of_one = command(*words, "--customer", "acme", "--workflow", "raech")

    assert (of_all.code, of_all.err.splitlines()[-1]) == (2, f"error: {WORKFLOW}")
    assert OF_ONE in of_one.err
    assert of_one.code == 2


@of({key: LISTS[key] for key in ("runs", "failures", "deliveries")} | CHANGES)
@pytest.mark.parametrize("customers", [EVERYBODY, ()], ids=["of all", "of its own tenants"])
def test_a_backfill_that_there_is_not_is_refused(
    two: Any, command: Run, words: tuple[str, ...], customers: tuple[str, ...]
) -> None:
    ended = command(*words, *customers, "--backfill", "jan")

    assert (ended.code, ended.err.splitlines()[-1]) == (2, f"error: {BACKFILL}")


def test_a_list_of_deliveries_takes_the_tenants_of_its_backfill(two: Any, command: Run) -> None:
    ended = command("deliveries", "list", "--backfill", "january", "--json")

    assert (ended.code, ended.out) == (0, "[]\n")


@of({key: LISTS[key] for key in ("runs", "runs as they go")} | {"a page": ("report",)})
@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        pytest.param("schedule:dayly", SCHEDULE, id="a schedule"),
        pytest.param("backfill:jan", BACKFILL.replace("--backfill", "--source"), id="a backfill"),
    ],
)
def test_a_source_that_names_what_there_is_not_is_refused(
    two: Any, command: Run, words: tuple[str, ...], source: str, sentence: str
) -> None:
    ended = command(*words, "--source", source)

    assert (ended.code, ended.err) == (2, f"error: {sentence}\n")


@pytest.mark.parametrize("words", [("report",), ("executions", "timeline")], ids=["figures", "a timeline"])
def test_no_page_is_written_of_a_workflow_that_nobody_has(
    two: Any, command: Run, tmp_path: Path, words: tuple[str, ...]
) -> None:
    page = tmp_path / "page.html"

    ended = command(*words, "--workflow", "raech", "--output", str(page))

    assert (ended.code, ended.err, page.exists()) == (2, f"error: {WORKFLOW}\n", False)


@pytest.mark.parametrize("words", [("backfill", "list"), ("backfill", "cancel", "--yes")], ids=["listed", "cancelled"])
def test_backfills_of_a_workflow_that_nobody_has_are_refused(two: Any, command: Run, words: tuple[str, ...]) -> None:
    ended = command(*words, "--workflow", "raech")

    assert (ended.code, ended.err) == (2, f"error: {WORKFLOW}\n")


@of({key: LISTS[key] for key in ("runs", "failures", "results", "deliveries")})
def test_what_there_is_and_has_nothing_yet_is_an_empty_list(two: Any, command: Run, words: tuple[str, ...]) -> None:
    ended = command(*words, *EVERYBODY, "--workflow", "reach", "--json")

    assert (ended.code, ended.out) == (0, "[]\n")


def test_runs_of_a_workflow_that_somebody_made_in_amc_by_hand_are_found(two: Any, command: Run) -> None:
    two.put_execution("e1", "SUCCEEDED", workflowId="by-hand")

    assert "e1" in command("executions", "list", "--customer", "acme", "--workflow", "by-hand").out
