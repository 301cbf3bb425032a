from datetime import timedelta
from typing import Any

import pytest

from tests.builders import a_run
from wfm.model.amc_run import AmcRun


@pytest.mark.parametrize(
    ("changes", "seconds"),
    [
        ({"status": "SUCCEEDED"}, 60),
        ({"status": "FAILED"}, 60),
        ({"status": "RUNNING"}, None),
        ({"status": "CANCELLED"}, None),
        ({"status": "SUCCEEDED", "createTime": None}, None),
        ({"status": "SUCCEEDED", "lastUpdatedTime": "soon"}, None),
        ({"status": "SUCCEEDED", "lastUpdatedTime": "2026-11-23T11:50:00Z"}, None),
    ],
)
def test_a_run_that_came_to_its_own_end_took_a_time(changes: dict[str, Any], seconds: int | None) -> None:
    assert AmcRun(a_run(**changes)).duration == (timedelta(seconds=seconds) if seconds else None)


@pytest.mark.parametrize("value", [None, [], {}, 0, False, ""])
def test_an_answer_that_holds_anything_tells_nothing(value: Any) -> None:
    """AMC's answers and rows that people edited may hold whatever JSON can say."""
    names = ("workflowExecutionId", "status", "createTime", "lastUpdatedTime", "outputChannels", "statusReason")

    run = AmcRun(dict.fromkeys(names, value))

    assert (run.id, run.amc_status, run.created, run.updated, run.reason, run.window) == (None, "", *[None] * 4)
    assert run.publish_channel == {}
