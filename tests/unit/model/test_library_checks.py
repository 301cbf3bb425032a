"""What a library record must keep before any tenant gets it."""

from datetime import timedelta
from typing import Any

import pytest

from tests.builders import a_library_record
from tests.fakes import NOON
from wfm.errors import InvalidRecord
from wfm.model.json_schema import problems
from wfm.model.library_checks import check_library_record

TYPO = {"timeWindowStart": "TODAYY(-7)", "timeWindowEnd": "TODAY(0)"}


def problems_of(record: dict[str, Any], **later: float) -> list[str]:
    with pytest.raises(InvalidRecord) as found:
        check_library_record(record, lambda document: problems("library_record", document), NOON + timedelta(**later))
    return [*map(str, found.value.problems)]


def test_a_good_record_is_read() -> None:
    workflow = check_library_record(a_library_record(), lambda document: problems("library_record", document), NOON)

    assert workflow.workflow_id == "reach"


def test_each_wrong_field_is_named_once_in_the_words_of_the_schema() -> None:
    found = problems_of(a_library_record(workflowId="no blanks", tags=[], privacyFilteringBehavior="NONE"))

    assert found == [
        "privacyFilteringBehavior: 'NONE' is not right; allowed: REMOVE_ROWS or REMOVE_VALUES",
        "tags: a list with nothing in it is not right; allowed: a list of 1 to 50 tags; left out, it is for all",
        "workflowId: 'no blanks' is not right; allowed: 1 to 256 letters, digits, '.', '-' and '_'",
    ]


def test_a_record_without_sql_is_refused() -> None:
    assert problems_of(a_library_record(sqlQuery=None)) == ["sqlQuery: is missing; allowed: AMC SQL"]
    assert problems_of(a_library_record(sqlQuery=" \n")) == [
        "sqlQuery: a text with nothing in it is not right; allowed: AMC SQL"
    ]


def test_a_typo_in_the_default_payload_is_found_before_anything_runs() -> None:
    (problem,) = problems_of(a_library_record(schedule=None, defaultPayload=TYPO))

    assert problem.startswith("defaultPayload.timeWindowStart: ")
    assert "TODAY" in problem


def test_a_default_payload_of_parameters_alone_needs_no_window() -> None:
    record = a_library_record(schedule=None, defaultPayload={"parameterValues": {"day": "TODAY(-1)", "n": 3}})

    check_library_record(record, lambda document: problems("library_record", document), NOON)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"schedule": {"ScheduleExpression": "every now and then"}}, "schedule.ScheduleExpression"),
        ({"schedule": {"ScheduleExpression": "custom(D * 25)"}}, "schedule.ScheduleExpression"),
        ({"schedule": None, "defaultSchedule": {"ScheduleExpression": "custom(D * 25)"}}, "defaultSchedule.Sched"),
        ({"schedule": {"ScheduleExpression": "daily 08:00", "State": "MAYBE"}}, "schedule.State"),
        ({"schedule": {"ScheduleExpression": "daily 08:00", "labels": {"cost": 12}}}, "schedule.labels.cost: a num"),
        ({"schedule": {}}, "schedule.ScheduleExpression: is missing"),
        ({"schedule": {"ScheduleExpression": "daily 08:00", "Input": {"payload": TYPO}}}, "schedule.timeWindowStart"),
    ],
)
def test_a_schedule_that_cannot_work_is_refused_in_its_place(fields: dict[str, Any], field: str) -> None:
    (problem,) = problems_of(a_library_record(**fields))

    assert problem.startswith(field)


def test_a_schedule_whose_times_are_over_is_refused() -> None:
    record = a_library_record(schedule={"ScheduleExpression": "at(2026-11-24T08:00:00)"})

    check_library_record(record, lambda document: problems("library_record", document), NOON)

    assert problems_of(record, days=2)[0].startswith("schedule.")
