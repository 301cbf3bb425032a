import pytest

from tests.adapters.builders import CUSTOMER, NOW, after, an_execution_row
from wfm.model.statuses import AMC_ENDED
from wfm.store.executions_table import ExecutionsTable


def test_a_run_that_goes_on_is_marked_once_and_what_amc_says_later_leaves_the_mark(executions: ExecutionsTable) -> None:
    executions.record(an_execution_row(status="RUNNING"))

    executions.mark_overdue(CUSTOMER, "x1", "too long", NOW)
    executions.mark_overdue(CUSTOMER, "x1", "much too long", after(60))
    executions.record(an_execution_row(status="CANCELLED", lastUpdatedTime="2026-11-23T14:30:00Z"))

    row = executions.find(CUSTOMER, "x1") or {}
    assert (row["overdueAt"], row["overdueReason"]) == ("2026-11-23T14:20:49.123Z", "too long")
    assert row["executionStatus"] == "CANCELLED"


@pytest.mark.parametrize("ended", sorted(AMC_ENDED))
def test_a_run_that_has_ended_is_not_marked(executions: ExecutionsTable, ended: str) -> None:
    executions.record(an_execution_row(status=ended))

    executions.mark_overdue(CUSTOMER, "x1", "too long", NOW)

    assert "overdueAt" not in (executions.find(CUSTOMER, "x1") or {})


def test_a_run_that_nobody_knows_is_not_made_by_a_mark(executions: ExecutionsTable) -> None:
    executions.mark_overdue(CUSTOMER, "x1", "too long", NOW)

    assert executions.find(CUSTOMER, "x1") is None
