"""Which of AMC's runs may have come from a POST whose answer was lost."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.amc_simulator.echo import echo_sql, echo_values
from tests.builders import a_request_row, a_run
from tests.fakes import NOON
from wfm.calendar.timestamps import iso
from wfm.model.run_matching import candidates, defaults_of, matches

EXPLICIT = a_request_row()["execution"]
SHOWN = {"timeWindowStartOriginal": "2026-11-16T00:00:00", "timeWindowEndOriginal": "2026-11-23T00:00:00"}


@pytest.mark.parametrize(
    ("run", "body", "expected"),
    [
        (SHOWN, EXPLICIT, True),
        ({**SHOWN, "timeWindowEndOriginal": "2026-11-23T00:00:00Z"}, EXPLICIT, True),
        ({**SHOWN, "timeWindowEndOriginal": "2026-11-22T00:00:00"}, EXPLICIT, False),
        ({**SHOWN, "timeWindowStartOriginal": "2026-11-15T00:00:00"}, EXPLICIT, False),
        ({**SHOWN, "workflowId": "other"}, EXPLICIT, False),
        ({**SHOWN, "parameterValues": {"n": "3"}}, {**EXPLICIT, "parameterValues": {"n": 3}}, True),
        ({**SHOWN, "parameterValues": {}}, {**EXPLICIT, "parameterValues": {"n": 3}}, False),
        ({**SHOWN, "timeWindowTimeZoneOriginal": "UTC"}, EXPLICIT, True),
        ({**SHOWN, "timeWindowTimeZoneOriginal": "Asia/Tokyo"}, EXPLICIT, False),
        ({}, {"workflowId": "reach", "timeWindowType": "MOST_RECENT_DAY"}, True),
        ({}, {"workflowId": "reach", "timeWindowType": "MOST_RECENT_DAY", "timeWindowTimeZone": "Asia/Tokyo"}, True),
        (SHOWN, {"workflowId": "reach", "timeWindowType": "MOST_RECENT_DAY"}, False),
        ({**SHOWN, "parameterValues": ["n"]}, EXPLICIT, False),
        ({"sqlQuery": "S"}, {"workflow": {"sqlQuery": "S", "workflowId": "geo"}}, False),
        ({}, EXPLICIT, False),
        ({"workflowId": "transient_1", "sqlQuery": "S"}, {"workflow": {"sqlQuery": "S"}}, True),
        ({"workflowId": "transient_1", "sqlQuery": "T"}, {"workflow": {"sqlQuery": "S"}}, False),
    ],
)
def test_a_run_matches_by_workflow_window_and_parameters(
    run: dict[str, Any], body: dict[str, Any], expected: bool
) -> None:
    assert matches(a_run(**run), body, dict) is expected


DRY = {"workflowExecutionTimeoutSeconds": 86_399}


@pytest.mark.parametrize(
    ("run", "body", "expected"),
    [
        ({**SHOWN, **DRY}, EXPLICIT, False),
        ({**SHOWN, **DRY}, {**EXPLICIT, **DRY, "dryRun": True}, True),
        ({**SHOWN, "workflowExecutionTimeoutSeconds": "86399"}, {**EXPLICIT, **DRY, "dryRun": True}, True),
        (SHOWN, {**EXPLICIT, **DRY, "dryRun": True}, False),
        ({**SHOWN, "disableAggregationControls": True}, EXPLICIT, False),
        ({**SHOWN, "disableAggregationControls": False, "ignoreDataGaps": False}, EXPLICIT, True),
        (SHOWN, {**EXPLICIT, "requireSyntheticData": True}, True),
        ({**SHOWN, "requireSyntheticData": False}, {**EXPLICIT, "requireSyntheticData": True}, False),
        ({**SHOWN, "advertisers": [{"id": "1"}]}, {**EXPLICIT, "advertisers": [{"id": "1", "type": "SAS"}]}, True),
        ({**SHOWN, "advertisers": [{"id": "1"}]}, EXPLICIT, False),
        ({**SHOWN, "advertisers": [{"id": "1"}]}, {**EXPLICIT, "advertisers": [{"id": "2", "type": "SAS"}]}, False),
        (SHOWN, {**EXPLICIT, "advertisers": [{"id": "2", "type": "SAS"}]}, True),
    ],
)
def test_a_run_that_is_seen_to_be_dry_or_of_other_data_is_another_requests(
    run: dict[str, Any], body: dict[str, Any], expected: bool
) -> None:
    assert matches(a_run(**run), body, dict) is expected


def test_a_run_without_a_readable_time_may_be_the_one_that_is_looked_for() -> None:
    run = a_run(**SHOWN, createTime="soon")

    nameless = a_run(**SHOWN, createTime="soon", workflowExecutionId=7)

    assert candidates([nameless, run], EXPLICIT, NOON, NOON, dict) == [run]


@pytest.mark.parametrize(("seconds", "found"), [(-1, 0), (0, 1), (120, 1), (121, 0)])
def test_a_run_that_amc_made_before_or_long_after_an_attempt_is_not_its_own(seconds: int, found: int) -> None:
    run = a_run(**SHOWN, createTime=iso(NOON + timedelta(seconds=seconds)))

    assert len(candidates([run], EXPLICIT, NOON, NOON + timedelta(seconds=120), dict)) == found


SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
JSON = st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=6)
TEXTS = st.text() | st.integers()
NAMES = st.sampled_from(["a", "b", "c"])
DEFAULTS = st.dictionaries(st.sampled_from(["a", "d", "e"]), JSON)


def a_workflow(defaults: dict[str, Any]) -> dict[str, Any]:
    return {"inputParameters": [{"name": name, "defaultValue": value} for name, value in defaults.items()]}


@given(values=st.dictionaries(NAMES, JSON), defaults=DEFAULTS)
def test_a_run_matches_the_request_that_it_came_from_whatever_its_values_are(
    values: dict[str, Any], defaults: dict[str, Any]
) -> None:
    workflow = a_workflow(defaults)
    for shown in (values, echo_values(values, workflow)):
        run, body = a_run(**SHOWN, parameterValues=shown), {**EXPLICIT, "parameterValues": values}

        assert matches(run, body, lambda: defaults_of(workflow))


@given(
    values=st.dictionaries(NAMES, st.text() | st.integers()), other=st.dictionaries(NAMES, st.text() | st.integers())
)
def test_a_run_does_not_match_a_request_with_other_values(values: dict[str, Any], other: dict[str, Any]) -> None:
    ours, theirs = echo_values(values, {}), echo_values(other, {})
    run, body = a_run(**SHOWN, parameterValues=theirs), {**EXPLICIT, "parameterValues": ours}

    assert matches(run, body, dict) is (ours == theirs)


def test_the_layout_of_an_ad_hoc_query_does_not_count() -> None:
    sql = "SELECT a, -- b\n COUNT(*)\nFROM t;"

    assert matches(a_run(sqlQuery=echo_sql(sql)), {"workflow": {"sqlQuery": sql, "workflowId": "reach"}}, dict)
    assert not matches(a_run(sqlQuery=None), {"workflow": {"sqlQuery": sql, "workflowId": "reach"}}, dict)
