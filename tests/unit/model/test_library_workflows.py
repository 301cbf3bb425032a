"""Library records in the shapes of both predecessors and in ours, and whom they are for."""

from typing import Any

import pytest

from tests.builders import a_library_record, a_tenant
from wfm.errors import InvalidRecord
from wfm.model.library_workflows import (
    content_changed,
    content_hash,
    in_force,
    matches,
    read_library_record,
)
from wfm.model.rows import object_in


def the_first_predecessors(**fields: Any) -> dict[str, Any]:
    return {
        "workflowId": "path_to_conversion",
        "version": 3,
        "sqlQuery": "SELECT 1",
        "workflowType": "ENDEMIC",
        "workflowMetaData": {"endemicType": "ENDEMIC", "customerPrefix": "", "automaticDeployWorkflow": True},
        "defaultSchedule": {
            "Name": "paths",
            "Description": "every noon",
            "automaticDeploySchedule": True,
            "ScheduleExpression": "custom(D * 12)",
            "State": "ENABLED",
            "Input": {"payload": {"timeWindowStart": "today(-3)", "timeWindowEnd": "today(-2)"}},
        },
        **fields,
    }


def test_a_record_of_the_first_predecessor_is_read_as_it_is() -> None:
    workflow = read_library_record(the_first_predecessors())

    assert (workflow.workflow_id, workflow.version, workflow.deploys) == ("path_to_conversion", 3, True)
    assert workflow.definition == {"workflowId": "path_to_conversion", "sqlQuery": "SELECT 1"}
    assert workflow.targeting.endemic_types == {"ENDEMIC"}
    assert workflow.targeting.customer_prefixes == frozenset()
    payload = {"workflowId": "path_to_conversion", "timeWindowStart": "today(-3)", "timeWindowEnd": "today(-2)"}
    assert workflow.schedule == {
        "Name": "paths",
        "Description": "every noon",
        "ScheduleExpression": "custom(D * 12)",
        "State": "ENABLED",
        "Input": {"payload": payload},
    }


def test_a_record_of_the_later_predecessor_needs_no_version() -> None:
    workflow = read_library_record(
        {
            "workflowId": "reach",
            "sqlQuery": "SELECT 1",
            "customerPrefix": "demo",
            "defaultPayload": {"timeWindowStart": "today(-2)", "timeWindowEnd": "today(-1)", "ignoreDataGaps": True},
            "metadata": {"workflowName": "Reach"},
            "distinctUserCountColumn": "users",
            "schedule": {"ScheduleExpression": "custom(H * *)", "Input": {"payload": {"parameterValues": {"a": 1}}}},
        }
    )

    assert workflow.version == 1
    assert workflow.definition["distinctUserCountColumn"] == "users"
    assert workflow.metadata == {"workflowName": "Reach"}
    assert workflow.targeting.customer_prefixes == {"demo"}
    assert workflow.schedule is not None
    assert workflow.schedule["Name"] == "reach"
    assert object_in(workflow.schedule["Input"])["payload"] == {
        "timeWindowStart": "today(-2)",
        "timeWindowEnd": "today(-1)",
        "ignoreDataGaps": True,
        "parameterValues": {"a": 1},
        "workflowId": "reach",
    }


def test_a_schedule_with_a_window_of_its_own_takes_nothing_of_the_workflows() -> None:
    own = {"ScheduleExpression": "daily 08:00", "Input": {"payload": {"timeWindowType": "MOST_RECENT_DAY"}}}

    workflow = read_library_record(a_library_record(schedule=own))

    assert workflow.schedule is not None
    assert workflow.schedule["Input"] == {"payload": {"timeWindowType": "MOST_RECENT_DAY", "workflowId": "reach"}}


def test_only_amcs_fields_are_the_definition() -> None:
    workflow = read_library_record(a_library_record(tags=["retail"], rolloutStatus="DONE", owner="Ann"))

    assert workflow.definition.keys() == {"workflowId", "sqlQuery"}


@pytest.mark.parametrize(
    ("fields", "tenant", "expected"),
    [
        ({}, {}, True),
        ({"endemicType": "ENDEMIC"}, {"endemic_type": "ENDEMIC"}, True),
        ({"endemicType": "ENDEMIC"}, {"endemic_type": None}, False),
        ({"endemicType": ""}, {"endemic_type": "ENDEMIC"}, True),
        ({"endemicType": "endemic"}, {"endemic_type": "ENDEMIC"}, True),
        ({"endemicType": "NON-ENDEMIC"}, {"endemic_type": "non endemic"}, True),
        ({"endemicType": "endemic"}, {"endemic_type": "NON-ENDEMIC"}, False),
        ({"endemicType": "-"}, {"endemic_type": None}, False),
        ({"endemicType": ["ENDEMIC", "NON-ENDEMIC"]}, {"endemic_type": "NON-ENDEMIC"}, True),
        ({"customerPrefix": "demo"}, {"customer_prefix": "other"}, False),
        ({"customerIds": ["acme", "globex"]}, {}, True),
        ({"customerIds": ["globex"]}, {}, False),
        ({"tags": ["retail", "test"]}, {"tags": ("test", "eu")}, True),
        ({"tags": ["retail"]}, {"tags": ()}, False),
        ({"tags": ["retail"], "endemicType": "ENDEMIC"}, {"tags": ("retail",)}, False),
        ({"tags": ["retail"], "endemicType": "ENDEMIC"}, {"tags": ("retail",), "endemic_type": "ENDEMIC"}, True),
    ],
)
def test_every_targeting_field_that_is_set_must_hold_by_any_of_its_values(
    fields: dict[str, Any], tenant: dict[str, Any], expected: bool
) -> None:
    workflow = read_library_record(a_library_record(**fields))

    assert matches(workflow, a_tenant(**tenant)) is expected


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, True),
        ({"automaticDeployWorkflow": False}, False),
        ({"workflowMetaData": {}}, False),
        ({"workflowMetaData": {}, "automaticDeployWorkflow": True}, False),
        ({"workflowMetaData": {"automaticDeployWorkflow": True}}, True),
    ],
)
def test_the_first_predecessors_flag_must_be_true_where_its_place_is(fields: dict[str, Any], expected: bool) -> None:
    assert read_library_record(a_library_record(**fields)).deploys is expected


def test_a_schedule_that_is_not_for_tenants_is_none() -> None:
    schedule = {"ScheduleExpression": "daily 08:00", "automaticDeploySchedule": False}

    assert read_library_record(a_library_record(schedule=schedule)).schedule is None
    assert read_library_record(a_library_record(schedule=None)).schedule is None


def test_all_that_is_wrong_is_said_at_once() -> None:
    record = a_library_record(
        workflowId="no blanks",
        version="1",
        sqlQuery="  ",
        customerIds=[],
        tags=["a", 1],
        automaticDeployWorkflow="yes",
        defaultPayload=[],
        schedule={"Input": "daily"},
    )

    with pytest.raises(InvalidRecord) as problem:
        read_library_record(record)

    assert [each.field for each in problem.value.problems] == [
        "workflowId", "sqlQuery", "version", "defaultPayload", "customerIds", "tags", "automaticDeployWorkflow",
        "schedule.Input",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"endemicType": "ENDEMIC", "workflowMetaData": {"endemicType": "OTHER"}}, "endemicType"),
        ({"defaultSchedule": {"ScheduleExpression": "daily 08:00"}}, "schedule"),
    ],
)
def test_a_record_of_two_shapes_that_says_two_things_is_refused(fields: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidRecord, match=f"{field}: .*allowed: one of the two"):
        read_library_record(a_library_record(**fields))


def test_the_highest_version_is_in_force() -> None:
    records = [a_library_record(version=number) for number in (9, 10, 2)]

    assert (in_force(records) or {})["version"] == 10
    assert in_force([]) is None


def test_what_wfm_writes_onto_a_record_is_no_change_of_it() -> None:
    record = a_library_record()
    rolled_out = record | {"rolloutStatus": "DONE", "rolloutDone": 3, "rolloutBatches": ["acme"]}

    assert content_hash(record) == content_hash(rolled_out)
    assert not content_changed(record, rolled_out)
    assert content_changed(record, record | {"tags": ["retail"]})
    assert content_changed(None, record)
    assert content_changed(record, None)
