"""Desired workflows."""

from typing import Any

import pytest

from wfm.model.execution_names import event_execution_name
from wfm.model.workflows import (
    additions,
    conflicts,
    definition,
    definition_hash,
    differences,
    does_not_exist,
    needs_sync,
)

ROW = {"customerId": "acme", "workflowId": "reach", "sqlQuery": "SELECT 1", "syncStatus": "SYNCED", "version": 3}


def test_only_amcs_own_fields_go_to_amc() -> None:
    assert definition(ROW) == {"workflowId": "reach", "sqlQuery": "SELECT 1"}


def test_our_own_writes_of_the_sync_status_start_no_sync() -> None:
    written = {**ROW, "syncStatus": "FAILED", "syncReason": "no"}

    assert not needs_sync(ROW, written)
    assert definition_hash(ROW) == definition_hash(written)


def test_new_changed_and_removed_workflows_start_one() -> None:
    assert needs_sync(None, ROW)
    assert needs_sync(ROW, {**ROW, "sqlQuery": "SELECT 2"})
    assert needs_sync(ROW, None)


def test_a_row_that_was_put_anew_is_synced_anew() -> None:
    put = {name: value for name, value in ROW.items() if name != "syncStatus"}

    assert needs_sync(ROW, put)
    assert not needs_sync(put, {**put, "syncStatus": "SYNCED"})


def a_parameter(**fields: Any) -> dict[str, Any]:
    return {"name": "top", "dataType": "INTEGER", "defaultValue": 5, **fields}


ARRAY = {"type": "ARRAY", "elementDataType": "STRING"}
AMCS_WAYS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "another key order": (
        {"inputParameters": [{"name": "p", "dataType": "STRING"}]},
        {"inputParameters": [{"dataType": "STRING", "name": "p"}]},
    ),
    "a number as text": ({"inputParameters": [a_parameter()]}, {"inputParameters": [a_parameter(defaultValue="5")]}),
    "a number with more digits": (
        {"inputParameters": [a_parameter(defaultValue=0.5)]},
        {"inputParameters": [a_parameter(defaultValue="0.50")]},
    ),
    "a boolean as text": (
        {"inputParameters": [a_parameter(defaultValue=True)]},
        {"inputParameters": [a_parameter(defaultValue="true")]},
    ),
    "the nullability of an array": (
        {"inputParameters": [a_parameter(dataType=ARRAY)]},
        {"inputParameters": [a_parameter(dataType=ARRAY | {"elementNullable": False})]},
    ),
    "empty fields": ({}, {"inputParameters": [], "outputFormat": None, "filteredReasonColumn": ""}),
    "an empty list that it leaves out": ({"inputParameters": []}, {}),
    "parameters in another order": (
        {"inputParameters": [a_parameter(), a_parameter(name="kind")]},
        {"inputParameters": [a_parameter(name="kind"), a_parameter()]},
    ),
    "fields that are no part of a definition": ({}, {"createdAt": "2026-11-23", "version": 2}),
}


@pytest.mark.parametrize("way", AMCS_WAYS)
def test_amcs_own_way_of_showing_a_workflow_is_no_difference(way: str) -> None:
    given, shown = AMCS_WAYS[way]

    assert differences(ROW | given, {"workflowId": "reach", "sqlQuery": "SELECT 1"} | shown) == []


@pytest.mark.parametrize(
    ("given", "shown", "expected"),
    [
        ({}, {"sqlQuery": "SELECT 2"}, ["sqlQuery"]),
        ({}, {"sqlQuery": None}, ["sqlQuery"]),
        ({"inputParameters": [a_parameter()]}, {}, ["inputParameters"]),
        ({"inputParameters": [a_parameter()]}, {"inputParameters": [a_parameter(defaultValue=6)]}, ["inputParameters"]),
        ({"inputParameters": [a_parameter()]}, {"inputParameters": [a_parameter()] * 2}, ["inputParameters"]),
        ({"inputParameters": []}, {"inputParameters": [a_parameter()]}, ["inputParameters"]),
        (
            {"outputColumns": [{"name": "a"}, {"name": "b"}]},
            {"outputColumns": [{"name": "b"}, {"name": "a"}]},
            ["outputColumns"],
        ),
        ({"filteredReasonColumn": "1"}, {"filteredReasonColumn": "1.0"}, ["filteredReasonColumn"]),
        ({"filteredReasonColumn": 1}, {"filteredReasonColumn": "one"}, ["filteredReasonColumn"]),
        (
            {"sqlQuery": "SELECT 3", "privacyFilteringBehavior": "REMOVE_ROWS"},
            {"privacyFilteringBehavior": "REMOVE_VALUES"},
            ["sqlQuery", "privacyFilteringBehavior"],
        ),
    ],
)
def test_every_value_that_was_given_counts(given: dict[str, Any], shown: dict[str, Any], expected: list[str]) -> None:
    in_amc = {"workflowId": "reach", "sqlQuery": "SELECT 1"} | shown

    assert differences(ROW | given, in_amc) == expected
    assert conflicts(ROW | given, in_amc) == [name for name in definition(ROW | given) if name in expected]


@pytest.mark.parametrize(
    ("given", "shown", "field"),
    [
        ({}, {"filteredReasonColumn": "why"}, "filteredReasonColumn"),
        (
            {"inputParameters": [{"name": "p", "dataType": "STRING"}]},
            {"inputParameters": [{"name": "p", "dataType": "STRING", "defaultValue": "old"}]},
            "inputParameters",
        ),
    ],
)
def test_what_amc_shows_beyond_what_was_given_counts_until_it_is_known_to_be_amcs_own_doing(
    given: dict[str, Any], shown: dict[str, Any], field: str
) -> None:
    in_amc = {"workflowId": "reach", "sqlQuery": "SELECT 1"} | shown

    assert differences(ROW | given, in_amc) == [field]
    assert (conflicts(ROW | given, in_amc), additions(ROW | given, in_amc)) == ([], [field])
    assert differences(ROW | given, in_amc, known=[field]) == []


@pytest.mark.parametrize(
    "text", ["Workflow with ID reach does not exist", "Workflow reach was not found.", "No such workflow: reach"]
)
def test_that_something_is_not_there_is_said_in_several_ways(text: str) -> None:
    assert does_not_exist(text)


@pytest.mark.parametrize("text", ["Workflow with ID reach already exists.", "it was found to be invalid", ""])
def test_another_text_says_something_else(text: str) -> None:
    assert not does_not_exist(text)


def test_an_event_always_gives_the_same_usable_name() -> None:
    name = event_execution_name("event-1", "acme", "weird/workflow id" * 9)

    assert name == event_execution_name("event-1", "acme", "weird/workflow id" * 9)
    assert name != event_execution_name("event-2", "acme", "weird/workflow id" * 9)
    assert len(name) == 80
    assert "/" not in name
    assert " " not in name
