"""What `delivery` of a workflow says, and what is refused of it."""

from typing import Any

import pytest

from wfm.errors import InvalidRecord
from wfm.model.delivery_rules import delivery_problems, read_delivery
from wfm.model.library_workflows import read_library_record
from wfm.model.record_fields import slips_in_library_record, slips_in_workflow
from wfm.model.result_deliveries import DeliveryRules, SchemaChange
from wfm.model.rollout_plan import workflow_row

SCHEMA_CHANGES = "allowed: refuse, version"


def a_record(**fields: Any) -> dict[str, Any]:
    return {"workflowId": "reach", "version": 1, "sqlQuery": "SELECT COUNT(*) AS n FROM t", **fields}


@pytest.mark.parametrize(
    ("given", "rules"),
    [
        pytest.param(True, DeliveryRules(SchemaChange.REFUSE), id="true"),
        pytest.param({}, DeliveryRules(SchemaChange.REFUSE), id="an empty object"),
        pytest.param({"schemaChange": "version"}, DeliveryRules(SchemaChange.VERSION), id="a version"),
        pytest.param(False, None, id="false"),
        pytest.param(None, None, id="nothing"),
    ],
)
def test_it_says_whether_and_how(given: object, rules: DeliveryRules | None) -> None:
    assert read_delivery(given) == rules


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        pytest.param("yes", "delivery: 'yes' is a text; allowed: true, false, or an object", id="a text"),
        pytest.param(1, "delivery: 1 is a number; allowed: true, false, or an object", id="a number"),
        pytest.param(
            {"shemaChange": "version"}, "shemaChange: is no field of it (did you mean schemaChange?)", id="slip"
        ),
        pytest.param({"schemaChange": "Version"}, f"(did you mean version?); {SCHEMA_CHANGES}", id="a capital"),
        pytest.param({"schemaChange": True}, f"schemaChange: True is unknown; {SCHEMA_CHANGES}", id="no text"),
    ],
)
def test_what_is_wrong_is_named_with_what_is_allowed(given: object, problem: str) -> None:
    with pytest.raises(InvalidRecord) as found:
        read_delivery(given)

    assert problem in str(found.value)
    assert problem in str(slips_in_workflow(a_record(delivery=given))[0])


def test_columns_that_could_not_be_delivered_are_refused_where_they_are_declared() -> None:
    columns = [{"name": "tenant", "dataType": "STRING"}]

    assert [each.field for each in delivery_problems({"delivery": True, "outputColumns": columns})] == ["outputColumns"]
    assert not list(delivery_problems({"delivery": False, "outputColumns": columns}))
    assert not list(delivery_problems({"outputColumns": columns}))


def test_a_library_workflow_hands_it_on_to_the_tenants() -> None:
    record = a_record(delivery={"schemaChange": "version"})

    row = workflow_row(read_library_record(record), "acme")

    assert slips_in_library_record(record) == []
    assert row["delivery"] == {"schemaChange": "version"}
    assert "delivery" not in workflow_row(read_library_record(a_record()), "acme")


@pytest.mark.parametrize("word", ["deliver", "deliveries", "parquet"])
def test_another_word_for_it_is_told_what_is_meant(word: str) -> None:
    (slip,) = slips_in_library_record(a_record(**{word: True}))

    assert str(slip) == f"{word}: no field of a library record; did you mean delivery?"
