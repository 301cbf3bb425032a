"""Values of a tenant, and what refers to them."""

import re
from decimal import Decimal
from typing import Any

import pytest

from tests.builders import a_request, a_tenant, a_tps_record
from wfm.errors import InvalidRecord, InvalidRequest
from wfm.model.parameters import check_payload_parameters
from wfm.model.parameters import problems as parameter_problems
from wfm.model.requests import with_values
from wfm.model.tenant_values import MAX_CHARS, TenantValues
from wfm.model.tenants import from_row, to_row, values_in
from wfm.model.tps_records import read_tps_record

ASINS = {"name": "asins", "dataType": {"type": "ARRAY", "elementDataType": "STRING"}}
CAP = {"name": "cap", "dataType": "INTEGER", "defaultValue": "10"}
WORKFLOW = {"workflowId": "reach", "inputParameters": [ASINS, CAP]}
ACME = TenantValues("acme", {"hero_asins": ["B01", "B02"], "cap": 3, "brand": "Acme"})


@pytest.mark.parametrize(
    ("reference", "found"),
    [
        ({"value_of": "hero_asins"}, ["B01", "B02"]),
        ({"value_of": "hero_asins", "default": ["B09"]}, ["B01", "B02"]),
        ({"value_of": "other", "default": ["B09"]}, ["B09"]),
        ({"value_of": "other", "default": ["B09"], "required": False}, ["B09"]),
        ({"value_of": "hero_asins", "required": True}, ["B01", "B02"]),
    ],
)
def test_a_reference_is_replaced_by_the_tenants_value_or_its_default(reference: Any, found: Any) -> None:
    assert ACME.resolved({"asins": reference, "cap": 5}, "parameterValues") == {"asins": found, "cap": 5}


def test_an_optional_value_that_a_tenant_lacks_leaves_the_parameter_to_amcs_default() -> None:
    assert ACME.resolved({"cap": {"value_of": "other", "required": False}}, "parameterValues") == {}


@pytest.mark.parametrize("more", [{}, {"required": True}, {"required": True, "default": ["B09"]}])
def test_a_value_that_a_tenant_must_have_and_lacks_is_refused_with_what_is_like_it(more: Any) -> None:
    reference = {"value_of": "hero_asin", **more}

    with pytest.raises(InvalidRequest, match=r"acme has no value 'hero_asin' \(did you mean hero_asins\?\)") as refused:
        ACME.resolved({"asins": reference}, "parameterValues")

    assert refused.value.field == "parameterValues.asins"
    assert "wfm tenants set acme values.hero_asin:=JSON" in str(refused.value)
    assert list(ACME.lacking({"asins": reference})) == [("asins", "hero_asin")]


@pytest.mark.parametrize(
    ("reference", "told"),
    [
        ({"value_of": ""}, "parameterValues.asins.value_of: a text with nothing in it is no name"),
        ({"value_of": 5}, "parameterValues.asins.value_of: a number is no name"),
        ({"value_of": "a", "defualt": []}, r"asins.defualt: is no field of a reference \(did you mean default\?\)"),
        ({"value_of": "a", "required": "yes"}, "asins.required: a text is neither; allowed: true or false"),
        ({"value_of": "hero asins"}, "asins.value_of: 'hero asins' can be the name of no value; allowed: 1 to 64"),
        ({"value_of": "hero.asins", "default": ["B1"]}, "asins.value_of: 'hero.asins' can be the name of no value"),
        ({"value_of": "a", "required": False}, "asins.required: is false, and the parameter has no default"),
        ({"value_of": "a", "default": None}, "asins.default: null is no value"),
        ({"value_of": "a", "default": "B09"}, "asins.default: a text is no list, and the parameter is an ARRAY"),
    ],
)
def test_a_reference_of_another_form_is_refused_by_its_field(reference: Any, told: str) -> None:
    with pytest.raises(InvalidRequest, match=told):
        check_payload_parameters({"parameterValues": {"asins": reference}}, WORKFLOW)
    if not re.search("is no list|has no default", told):  # which the parameter knows alone
        with pytest.raises(InvalidRequest, match=told):
            ACME.resolved({"asins": reference}, "parameterValues")


def test_a_reference_counts_as_a_value_until_the_tenant_is_known() -> None:
    given = {"asins": {"value_of": "brand"}}

    assert list(parameter_problems(given, WORKFLOW)) == []
    check_payload_parameters({"parameterValues": given}, WORKFLOW)
    with pytest.raises(
        InvalidRequest, match=r"parameterValues.asins: a text is no list, and the parameter is an ARRAY"
    ):
        check_payload_parameters({"parameterValues": given}, WORKFLOW, ACME)


def test_what_a_workflow_gives_by_default_may_refer_too() -> None:
    workflow = {**WORKFLOW, "defaultPayload": {"parameterValues": {"asins": {"value_of": "nothing"}}}}

    with pytest.raises(InvalidRequest, match="acme has no value 'nothing'"):
        check_payload_parameters({}, workflow, ACME)


def test_a_request_without_references_stays_as_it_is() -> None:
    request = a_request(payload={"workflowId": "reach", "parameterValues": {"cap": 5}})

    assert with_values(request, ACME) is request


def test_a_digest_tells_whether_two_runs_had_the_same_value() -> None:
    given = {"asins": {"value_of": "hero_asins"}, "cap": {"value_of": "gone", "default": 1}}
    same = TenantValues("other", {"hero_asins": ["B01", "B02"]})
    changed = TenantValues("acme", {"hero_asins": ["B01"]})

    assert ACME.used(given).keys() == {"hero_asins"}
    assert ACME.used(given) == same.used(given) != changed.used(given)


def test_the_values_of_a_record_come_with_the_tenant_through_its_row() -> None:
    record = a_tps_record(values={"share": Decimal("0.5"), "cap": Decimal(3), "asins": ["B01"], "on": True})

    tenant = read_tps_record(record)

    assert tenant.values == {"asins": ["B01"], "cap": 3, "on": True, "share": 0.5}
    assert from_row(to_row(tenant)) == tenant
    assert values_in(to_row(tenant)) == tenant.own_values
    assert to_row(a_tenant())["tenantValues"] is None
    assert values_in(None).values == {}


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ([], "values: a list with nothing in it is no object"),
        ({"hero asins": 1}, "values.hero asins: is no usable name; allowed: 1 to 64 letters"),
        ({"a": {"b": 1}}, "values.a: an object is no value; allowed: a text, a number, true or false, or a list"),
        ({"a": [["b"]]}, "values.a: a list is no value"),
        ({"a": ["x" * MAX_CHARS]}, f"values: have .* characters; allowed: at most {MAX_CHARS}"),
    ],
)
def test_values_that_no_parameter_can_be_are_refused_with_the_record(values: Any, told: str) -> None:
    with pytest.raises(InvalidRecord, match=told):
        read_tps_record(a_tps_record(values=values))
