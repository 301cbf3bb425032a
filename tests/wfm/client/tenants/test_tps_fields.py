import json
from typing import Any

import pytest

from wfm.client.tenants.tps_fields import described, library_fields, merged, read_assignments, schema, without
from wfm.errors import UsageError

NESTED = {"customerId": "acme", "AMC": {"amcApiEndpoint": "https://x", "WFM": {"enableWorkflowLibrary": True}}}


def test_given_fields_are_merged_into_objects_and_nothing_else_in_them_is_lost() -> None:
    given = {"customerName": "Acme", "AMC": {"WFM": {"snsTopicArn": "arn"}}}

    assert merged(NESTED, given) == {
        "customerId": "acme",
        "customerName": "Acme",
        "AMC": {"amcApiEndpoint": "https://x", "WFM": {"enableWorkflowLibrary": True, "snsTopicArn": "arn"}},
    }
    assert "snsTopicArn" not in json.dumps(NESTED)


def test_fields_are_taken_out_by_their_dotted_names() -> None:
    assert without(NESTED, ["AMC.WFM.enableWorkflowLibrary", "nothing", "customerId.deeper"]) == {
        "customerId": "acme",
        "AMC": {"amcApiEndpoint": "https://x", "WFM": {}},
    }


def test_the_schema_describes_nested_fields_too() -> None:
    assert "AMC.WFM.enableWorkflowLibraryUpdates" in described(schema())


@pytest.mark.parametrize(
    ("pair", "given"),
    [
        ("limit=5", {"maximumConcurrentWorkflowExecutions": 5}),
        ("limit=ten", {"maximumConcurrentWorkflowExecutions": "ten"}),
        ("name=007", {"customerName": "007"}),
        ("name=a=b", {"customerName": "a=b"}),
        ("AMC.WFM.enableWorkflowLibrary=false", {"AMC": {"WFM": {"enableWorkflowLibrary": False}}}),
        ("AMC.maximumConcurrentWorkflowExecutions=3", {"AMC": {"maximumConcurrentWorkflowExecutions": 3}}),
        ("AMC:={}", {"AMC": {}}),
        ("share:=0.5", {"share": 0.5}),
        ("share=2", {"share": 2}),
    ],
)
def test_values_have_the_type_that_the_field_has(pair: str, given: dict[str, Any]) -> None:
    assert read_assignments([pair], {"share": 1}) == (given, [])


def test_several_fields_of_one_object_are_set_together_and_an_empty_one_goes() -> None:
    given, gone = read_assignments(["AMC.WFM.a:=1", "AMC.WFM.b:=2", "auth-id="], {"AMC": {"WFM": {"a": 0, "b": 0}}})

    assert given == {"AMC": {"WFM": {"a": 1, "b": 2}}}
    assert gone == ["authId"]


@pytest.mark.parametrize(
    ("pair", "sentence"),
    [
        ("limit", "'limit' cannot be read; allowed: FIELD=VALUE"),
        ("=5", "'=5' cannot be read"),
        ("limt=5", "limt: no field of a TPS record; did you mean limit?"),
        ("AMC.amcApiEndpont=x", "did you mean AMC.amcApiEndpoint"),
        ("customerId=other", "customerId: a tenant keeps its id"),
        ("AMC:={", "what follows := is no JSON"),
    ],
)
def test_what_cannot_be_set_is_refused_with_what_can(pair: str, sentence: str) -> None:
    with pytest.raises(UsageError, match=sentence.replace("?", r"\?")):
        read_assignments([pair], {})


@pytest.mark.parametrize(
    ("record", "library", "fields"),
    [
        ({}, True, {"enableWorkflowLibrary": True}),
        ({}, None, {}),
        (
            {"enableWorkflowLibraryRemoval": True, "enableWorkflowLibraryUpdates": False},
            False,
            {"enableWorkflowLibrary": False, "enableWorkflowLibraryRemoval": False},
        ),
        (
            {"AMC": {"WFM": {"enableWorkflowLibrary": True}}},
            False,
            {"AMC": {"WFM": {"enableWorkflowLibrary": False}}},
        ),
    ],
)
def test_the_library_is_switched_where_the_record_has_its_toggles(
    record: dict[str, Any], library: bool | None, fields: dict[str, Any]
) -> None:
    assert library_fields(record, library, None) == fields


def test_tags_are_kept_once_each_and_in_order() -> None:
    assert library_fields({}, None, ["toys", "eu", "toys"]) == {"tags": ["eu", "toys"]}
