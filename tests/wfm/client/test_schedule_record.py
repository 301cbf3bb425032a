"""`schemas/schedule_record.json`, as it is published, and what WFM reads are of one mind."""

from datetime import UTC, datetime
from typing import Any

import pytest

from wfm.errors import InvalidRecord
from wfm.model.json_schema import FOLDER, problems
from wfm.model.schedules import DESIRED_FIELDS, read_schedule

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def a_row(**fields: Any) -> dict[str, Any]:
    return {
        "customerId": "acme",
        "Name": "daily",
        "ScheduleExpression": "daily 08:00",
        "Input": {"payload": {"workflowId": "reach"}},
        **fields,
    }


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"State": "DISABLED", "catchUp": "all", "priority": "backfill", "paused": True, "runBy": ""},
        {"StartDate": "2026-12-01", "EndDate": "2027-01-01", "ScheduleExpressionTimezone": "Europe/Berlin"},
        {"Description": None, "State": None, "catchUp": None, "runBy": None, "paused": None, "StartDate": None},
        {"resubmit": {"attempts": 5, "for": ["FAILED", "RunDeadlineExceeded", "States.Timeout"]}},
        {"resubmit": {"attempts": 1}},
        {"resubmit": None},
        {"resubmit": {"attempts": 1, "pause": "45m"}},
        {"except": ["2026-12-25"], "spread": "2h"},
        {"except": None, "spread": None, "overlap": None, "pauseAfter": None, "dueBy": None},
        {"overlap": "replace", "pauseAfter": 3, "dueBy": "09:00"},
        {"EventBusName": "default", "automaticDeploySchedule": False, "scheduleStatus": "ENABLED"},
        {"Input": {"customerId": "acme", "payload": {"workflow": {"sqlQuery": "SELECT 1"}}}},
    ],
)
def test_what_wfm_reads_keeps_the_schema(fields: dict[str, Any]) -> None:
    assert read_schedule(a_row(**fields), NOW).name == "daily"
    assert problems("schedule_record", a_row(**fields)) == []


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("customerId", "a b"),
        ("Name", ""),
        ("Name", "x" * 101),
        ("ScheduleExpression", " "),
        ("ScheduleExpressionTimezone", 5),
        ("State", "enabled"),
        ("Description", "x" * 513),
        ("StartDate", 20261201),
        ("catchUp", "some"),
        ("priority", "urgent"),
        ("paused", "yes"),
        ("runBy", "campaign"),
        ("resubmit", 3),
        ("resubmit.attempts", 6),
        ("resubmit.attempts", "two"),
        ("resubmit.for", []),
        ("resubmit.pause", "soon"),
        ("resubmit.pause", 45),
        ("resubmit.for", "FAILED"),
        ("except", "2026-12-25"),
        ("spread", "half an hour"),
        ("overlap", "both"),
        ("pauseAfter", 0),
        ("pauseAfter", "3"),
        ("dueBy", "9am"),
        ("Input", "text"),
        ("Input.customerId", ["acme"]),
        ("Input.payload", []),
        ("Input.payload.workflowId", "a b"),
        ("Input.payload.parameterValues", []),
    ],
)
def test_what_the_schema_refuses_wfm_refuses_for_the_same_field(field: str, value: Any) -> None:
    row = a_row(resubmit={"attempts": 1})
    *way, last = field.split(".")
    place = row
    for name in way:
        place = place[name]
    place[last] = value

    assert [problem.field for problem in problems("schedule_record", row)] == [field]
    with pytest.raises(InvalidRecord) as refused:
        read_schedule(row, NOW)
    assert any(problem.field.startswith(field.partition(".")[0]) for problem in refused.value.problems)


@pytest.mark.parametrize("field", ["customerId", "Name", "ScheduleExpression", "Input"])
def test_what_the_schema_misses_wfm_misses(field: str) -> None:
    row = {name: value for name, value in a_row().items() if name != field}

    assert str(problems("schedule_record", row)[0]).startswith(f"{field}: is missing")
    with pytest.raises(InvalidRecord, match=rf"{field}[.\w]*: is missing"):
        read_schedule(row, NOW)


def test_the_schema_describes_every_field_that_people_may_set() -> None:
    text = (FOLDER / "schedule_record.json").read_text(encoding="utf-8")

    assert [name for name in DESIRED_FIELDS if f'"{name}": {{' not in text] == []
