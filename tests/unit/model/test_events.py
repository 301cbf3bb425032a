"""What WFM tells the world keeps its published schemas, and says no more than they do."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.builders import a_message, a_request_row, a_run
from tests.fakes import NOON
from wfm.model.availability import LONGEST_REASON
from wfm.model.events import (
    ATTRIBUTES,
    ResultNews,
    ScheduleNews,
    ScheduleNewsStatus,
    attributes,
    changed_detail,
    delivered_detail,
    event_id,
    publishing_detail,
    request_detail,
    result_detail,
    run_detail,
    schedule_detail,
    schedule_of,
    subject,
    tenant_detail,
)
from wfm.model.json_schema import problems
from wfm.model.outcomes import Outcome
from wfm.model.rows import Document
from wfm.model.runs import run_row
from wfm.model.statuses import AMC_ACTIVE, AMC_ENDED, RequestStatus, ResultStatus

SCHEMAS = Path(__file__).parents[3] / "schemas"
OURS = {
    "source": "wfm",
    "requestId": "r1",
    "requestedBy": "schedule:daily",
    "backfillId": "q1",
    "labels": {"team": "emea", "cost": "12"},
    "attempts": 2,
    "dryRun": True,
    "refreshOf": "r0",
    "refreshAge": "14d",
    "supersedes": "run-0",
    "queueWait": 1.5,
    "slotWait": 0.0,
    "announced": ["PENDING"],
}
AMCS = {
    "executionTime": 40,
    "outputS3URI": "s3://bucket/key.csv",
    "statusReason": "done",
    "timeWindowStart": "2026-11-16T00:00:00Z",
    "timeWindowEnd": "2026-11-23T00:00:00Z",
    "parameterValues": {"brand": "secret"},
    "outputColumns": [],
    "outputChannels": [{"channel": {"type": "PUBLISH"}, "status": "FAILED", "statusReason": "no policy"}],
}


def a_row(**fields: Any) -> dict[str, Any]:
    return {**run_row("acme", a_run(**{"status": "SUCCEEDED", **AMCS, **fields}), NOON), **OURS}


def known(schema: str) -> set[str]:
    return set(json.loads((SCHEMAS / f"{schema}.json").read_text(encoding="utf-8"))["properties"])


@pytest.mark.parametrize("status", sorted(AMC_ENDED | AMC_ACTIVE | {"SOMETHING_NEW"}))
def test_a_runs_event_keeps_its_schema_whatever_the_status(status: str) -> None:
    for detail in (run_detail(a_row(status=status), "RUNNING"), run_detail(run_row("acme", a_run(), NOON), None)):
        assert problems("execution_event", detail | {"source": "external"}) == []
        assert set(detail) <= known("execution_event")


def test_a_runs_event_tells_who_asked_and_what_it_waited_for() -> None:
    detail = run_detail(a_row(), "RUNNING")

    assert set(detail) == known("execution_event") - {"errorName"}
    assert (detail["schedule"], detail["requestedBy"], detail["backfillId"]) == ("daily", "schedule:daily", "q1")
    assert detail["waits"] == {"queueWait": 1.5, "slotWait": 0.0, "amcQueueTime": 20.0, "runTime": 40.0}


def test_a_failed_delivery_keeps_its_own_schema_and_is_told_under_its_own_id() -> None:
    row = a_row(outputChannels=[{"channel": {"type": "PUBLISH"}, "status": "FAILED", "statusReason": "x" * 5_000}])

    detail = publishing_detail(row)

    assert problems("delivery_event", detail) == []
    assert set(detail) == known("delivery_event")
    assert detail["eventId"] != run_detail(row, "RUNNING")["eventId"]
    assert subject(detail) == "reach SUCCEEDED, result not delivered"
    assert attributes(detail)["resultDelivery"] == "FAILED"


def test_the_event_of_a_result_keeps_its_own_schema_and_is_filtered_by_how_it_came_out() -> None:
    about = {
        **dict.fromkeys(("reason", "database", "table"), "text"),
        **dict.fromkeys(("rows", "bytes", "suppressedRows"), 1),
        "location": "s3://bucket/key",
        "partition": {"tenant": "acme"},
        "window": {"start": "2026-11-16T00:00:00"},
        "isEmpty": False,
        "columns": ["reach bigint"],
    }

    detail = delivered_detail(a_row(), "DELIVERED", about)

    assert problems("delivered_event", detail) == []
    assert set(detail) == known("delivered_event")
    assert (subject(detail), attributes(detail)["deliveryStatus"]) == ("result of reach DELIVERED", "DELIVERED")
    assert "resultDelivery" not in attributes(detail), "what AMC says of its own bucket is another message"


def test_the_event_of_a_changed_result_keeps_its_own_schema_and_is_filtered_by_that() -> None:
    rows = {"rowsBefore": 1, "rowsAfter": 2, "rowsPercent": "100.00"}
    columns = [{"name": "n", "before": "1", "after": "2", "percent": "100.00"}]
    lineage = {"supersedes": "run-0", "refreshOf": "r0", "refreshAge": "3d"}
    others = {"moreColumns": 1, "sameDefinition": False, "largestPercent": 100.0, "percentOf": {"n": 100.0}}

    detail = changed_detail(a_row(**lineage), {"at": "now", **rows, "columns": columns, **others})

    assert problems("changed_event", detail) == []
    assert set(detail) == known("changed_event")
    assert (subject(detail), attributes(detail)["changeStatus"]) == ("result of reach CHANGED", "CHANGED")
    assert attributes(detail)["largestPercent"] == 100.0
    assert detail["eventId"] not in [run_detail(a_row(), None)["eventId"], publishing_detail(a_row())["eventId"]]


def test_an_event_of_a_request_without_a_run_keeps_the_same_schema() -> None:
    row = a_request_row(source="schedule:daily", backfillId="q1", queuedAt="2026-11-23T11:59:00.000Z")

    detail = request_detail(row, Outcome(RequestStatus.REJECTED, "no such workflow", "UnknownWorkflow"), NOON)

    assert problems("execution_event", detail) == []
    assert set(detail) <= known("execution_event")
    assert (detail["errorName"], detail["waits"]) == ("UnknownWorkflow", {"queueWait": 60.0})


def test_a_request_of_which_only_the_ids_are_known_keeps_it_too() -> None:
    detail = request_detail({"customerId": "acme", "requestId": "r1"}, Outcome(RequestStatus.FAILED), NOON)

    assert problems("execution_event", detail) == []


def test_a_tenants_event_keeps_its_schema() -> None:
    for status in ("DEGRADED", "ACTIVE"):
        detail = tenant_detail("acme", status, "AMC refused with 403", NOON)

        assert problems("tenant_event", detail) == []
        assert set(detail) == known("tenant_event")


def test_a_schedules_event_keeps_its_schema_and_has_the_same_id_for_the_same_news() -> None:
    def detail(key: str) -> Document:
        about = dict.fromkeys(("failures", "requestId", "workflowId", "scheduledTime", "dueAt"), "text")
        return schedule_detail(
            ScheduleNews("acme", "daily", ScheduleNewsStatus.PAUSED, "3 failed", key, about, {"team": "emea"})
        )

    assert problems("schedule_event", detail("one")) == []
    assert set(detail("one")) == known("schedule_event")
    assert attributes(detail("one")) == {
        "customerId": "acme",
        "workflowId": "text",
        "source": "wfm",
        "schedule": "daily",
        "scheduleStatus": "PAUSED",
        "labels": ["team=emea"],
    }
    assert detail("one")["eventId"] == detail("one")["eventId"] != detail("two")["eventId"]


@pytest.mark.parametrize("status", ResultStatus)
def test_a_results_event_keeps_its_schema_and_has_the_same_id_for_the_same_news(status: ResultStatus) -> None:
    def detail(key: str) -> Document:
        about = dict.fromkeys(("freshness", "newestWindowEnd", "staleSince"), "text")
        return result_detail(ResultNews("acme", "reach", status, "too old", key, about))

    assert problems("result_event", detail("one")) == []
    assert set(detail("one")) == known("result_event")
    named = {"customerId": "acme", "workflowId": "reach", "source": "wfm", "resultStatus": status}
    assert attributes(detail("one")) == named
    assert detail("one")["eventId"] == detail("one")["eventId"] != detail("two")["eventId"]


def test_a_tenants_news_has_the_same_id_however_late_it_is_told() -> None:
    ids = [tenant_detail("acme", status, "403", at)["eventId"] for status, at in (("DEGRADED", NOON), ("ACTIVE", NOON))]

    assert ids[0] == tenant_detail("acme", "DEGRADED", "403", NOON)["eventId"]
    assert len({*ids, tenant_detail("acme", "DEGRADED", "403", NOON + timedelta(days=1))["eventId"]}) == 3


@pytest.mark.parametrize("status", ["PENDING", "FAILED"])
def test_the_same_news_has_the_same_id_however_often_and_late_it_is_told(status: str) -> None:
    first, again = run_detail(a_row(status=status), "RUNNING"), run_detail(a_row(status=status, executionTime=41), None)

    assert first["eventId"] == again["eventId"]


def test_different_news_have_different_ids() -> None:
    rows = [a_row(), a_row(status="FAILED"), a_row(workflowExecutionId="run-2"), a_row() | {"customerId": "rival"}]
    ids = [run_detail(row, None)["eventId"] for row in rows]
    ids.append(
        request_detail({"customerId": "acme", "requestId": "run-1"}, Outcome(RequestStatus.SUCCEEDED), NOON)["eventId"]
    )

    assert len(set(ids)) == 5
    assert event_id("a", "bc") != event_id("ab", "c")


def test_subscribers_filter_by_what_is_set_and_by_ten_names_at_most() -> None:
    detail = run_detail(a_row(), None)

    assert attributes(detail) == {
        "customerId": "acme",
        "workflowId": "reach",
        "executionStatus": "SUCCEEDED",
        "source": "wfm",
        "schedule": "daily",
        "backfillId": "q1",
        "resultDelivery": "FAILED",
        "labels": ["cost=12", "team=emea"],
    }
    assert attributes(run_detail(run_row("acme", a_run(), NOON), None)).keys() == {
        "customerId",
        "workflowId",
        "executionStatus",
    }
    for event in (path.stem for path in SCHEMAS.glob("*_event.json")):
        assert len(known(event) & {*ATTRIBUTES, "labels"}) <= 10


def test_a_reason_is_told_as_far_as_people_read() -> None:
    detail = run_detail(a_row(statusReason="x" * 300_000), None)

    assert len(str(detail["statusReason"])) == LONGEST_REASON


def test_no_sql_no_values_and_no_tokens_are_told() -> None:
    request = a_request_row(request=a_message(payload={"workflow": {"sqlQuery": "secret"}}), outcomeToken="secret")

    told = [run_detail(a_row(sqlQuery="secret"), None), request_detail(request, Outcome(RequestStatus.FAILED), NOON)]

    assert "secret" not in json.dumps(told)


@pytest.mark.parametrize(
    ("detail", "line"),
    [
        (run_detail(a_row(), None), "reach SUCCEEDED"),
        (
            request_detail({"customerId": "acme", "requestId": "r1"}, Outcome(RequestStatus.REJECTED), NOON),
            "request REJECTED",
        ),
        (tenant_detail("acme", "DEGRADED", "no", NOON), "acme is DEGRADED"),
    ],
)
def test_a_subject_says_what_it_is_about(detail: dict[str, Any], line: str) -> None:
    assert subject(detail) == line


@pytest.mark.parametrize(
    ("source", "name"),
    [("schedule:daily sales", "daily sales"), ("backfill:q1", None), ("schedule:", None), (None, None)],
)
def test_a_schedule_is_known_by_who_asked(source: str | None, name: str | None) -> None:
    assert (schedule_of(source) or None) == name
