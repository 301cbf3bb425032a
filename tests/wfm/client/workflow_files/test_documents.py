"""Records become files and files become records, and nothing is lost on the way."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.wfm.library_world import SQL
from wfm.client.workflow_files import yaml_text
from wfm.client.workflow_files.documents import to_record
from wfm.client.workflow_files.folder import texts
from wfm.model.library_workflows import read_library_record


@pytest.mark.parametrize(
    "record",
    [
        {
            "workflowMetaData": {"endemicType": "ENDEMIC", "automaticDeployWorkflow": True},
            "workflowType": "ENDEMIC",
            "defaultSchedule": {
                "Name": "nightly",
                "Description": "Every night.",
                "automaticDeploySchedule": True,
                "ScheduleExpression": "custom(D * 8)",
                "State": "ENABLED",
                "Input": {"payload": {"timeWindowStart": "today(-2)", "timeWindowEnd": "today(-1)"}},
            },
        },
        {
            "customerPrefix": "demo",
            "defaultPayload": {"timeWindowName": "last 7 days", "parameterValues": {"a": "1"}},
            "metadata": {"workflowName": "Reach", "description": "Who."},
            "schedule": {
                "Name": "reach",
                "State": "DISABLED",
                "ScheduleExpression": "cron(0 8 ? * MON *)",
                "Input": {"payload": {"timeWindowStart": "TODAY(-1)", "timeWindowEnd": "TODAY()"}},
            },
        },
        {"workflowMetaData": {"automaticDeployWorkflow": False}},
    ],
)
def test_a_record_of_either_predecessor_comes_back_from_its_files_as_the_same(record: dict[str, Any]) -> None:
    workflow = read_library_record({"workflowId": "reach", "version": 3, "sqlQuery": SQL, **record})

    sql, settings_ = texts(workflow)

    odd: list[Any] = []
    again = to_record(yaml_text.read(settings_).value, "reach", sql.rstrip("\n"), odd)
    assert odd == []
    assert texts(read_library_record({**again, "version": 3})) == (sql, settings_)


texts_of_people = st.text("ab: #\n'", max_size=5)
names = st.lists(st.sampled_from(["a", "b-1", "NO", "08"]), min_size=1, max_size=2, unique=True)
windows = st.sampled_from([{"timeWindowName": "last 7 days"}, {"timeWindowType": "MOST_RECENT_DAY"}, {}])
records = st.fixed_dictionaries(
    {},
    optional={
        "metadata": st.dictionaries(
            st.sampled_from(["description", "owner"]), st.text("ab: #\n'", max_size=5), min_size=1
        ),
        "defaultPayload": windows,
        "endemicType": names,
        "tags": names,
        "customerIds": names,
        "automaticDeployWorkflow": st.booleans(),
        "privacyFilteringBehavior": st.sampled_from(["REMOVE_ROWS", "REMOVE_VALUES"]),
        "inputParameters": st.just([{"name": "cap", "dataType": {"type": "ARRAY", "elementDataType": "STRING"}}]),
        "schedule": st.fixed_dictionaries(
            {"ScheduleExpression": st.sampled_from(["daily 08:00", "rate(6 hours)"])},
            optional={
                "State": st.sampled_from(["ENABLED", "DISABLED"]),
                "Name": st.sampled_from(["reach", "other"]),
                "catchUp": st.just("all"),
                "Input": windows.map(lambda payload: {"payload": payload}),
            },
        ),
    },
)


@settings(max_examples=80, deadline=None)
@given(records)
def test_a_round_trip_through_files_changes_nothing(record: dict[str, Any]) -> None:
    workflow = read_library_record({"workflowId": "reach", "version": 1, "sqlQuery": SQL, **record})
    sql, settings_ = texts(workflow)

    again = to_record(yaml_text.read(settings_).value or {}, "reach", sql.rstrip("\n"), [])

    assert texts(read_library_record({**again, "version": 1})) == (sql, settings_)
