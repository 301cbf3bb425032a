from decimal import Decimal
from typing import Any

from local.story.refresh import is_linked, sales_growth
from wfm.client.records import Execution, Request
from wfm.client.runs.run import Run
from wfm.model.result_totals import ColumnChange, ResultChange

WEEK = {"timeWindowStart": "2026-11-23T00:00:00", "timeWindowEnd": "2026-11-30T00:00:00"}
NEXT = {"timeWindowStart": "2026-11-30T00:00:00", "timeWindowEnd": "2026-12-07T00:00:00"}


def a_run(name: str, window: dict[str, str] = WEEK, **links: str) -> Run:
    both: dict[str, Any] = {"customerId": "alder-audio", "workflowExecutionId": f"amc-{name}", **links}
    request = {"requestId": name, "execution": {"timeWindowType": "EXPLICIT", **window}}
    return Run(Request.from_row(both | request), Execution.from_row(both))


def test_two_runs_of_a_window_are_linked_when_each_names_the_other() -> None:
    first, settled = a_run("first", supersededBy="amc-later"), a_run("later", supersedes="amc-first")

    assert is_linked(first, settled)
    assert not is_linked(a_run("first"), settled)
    assert not is_linked(first, a_run("later"))
    assert not is_linked(first, a_run("later", NEXT, supersedes="amc-first"))


def change(name: str, before: str, after: str) -> ResultChange:
    rows = ColumnChange("rows", Decimal(6), Decimal(6))
    return ResultChange(
        rows, [ColumnChange("buyers", Decimal(1), Decimal(9)), ColumnChange(name, *map(Decimal, (before, after)))]
    )


def test_the_growth_of_sales_is_that_of_their_column() -> None:
    assert sales_growth(change("sales", "100", "112.5")) == Decimal("12.50")
    assert sales_growth(change("revenue", "100", "112.5")) == 0
