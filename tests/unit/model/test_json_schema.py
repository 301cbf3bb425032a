from typing import Any

import pytest

from wfm.errors import InvalidRequest
from wfm.model.json_schema import problems, validate

ASKED: dict[str, Any] = {"customerId": "acme", "payload": {"workflowId": "reach"}}
TENANT: dict[str, Any] = {
    "customerId": "acme",
    "customerName": "Acme",
    "amcInstanceId": "amcr1aaaa1a",
    "amcAmazonAdsAdvertiserId": "ENTITY1AA1AA11AAA1",
    "amcAmazonAdsMarketplaceId": "ATVPDKIKX0DER",
}
WINDOW = {
    "timeWindowType": "EXPLICIT",
    "timeWindowStart": "TODAY(-7)",
    "timeWindowEnd": "NOW()",
    "timeWindowTimeZone": "America/New_York",
}


def asked(**payload: Any) -> dict[str, Any]:
    return {"customerId": "acme", "payload": {"workflowId": "reach", **payload}}


@pytest.mark.parametrize(
    "document",
    [
        ASKED,
        asked(**WINDOW, parameterValues={"brand": "a", "days": 7, "share": 0.5, "ids": ["x"]}),
        asked(MessageGroupId="amcworkflows", workflow_executed_date="TODAY(0)", ignoreDataGaps=True),
        asked(workflowExecutionTimeoutSeconds="86400"),
        {
            "customerId": "acme",
            "requestType": "createExecution",
            "createExecutionRequest": {"workflowId": "reach", **WINDOW, "requireSyntheticData": "True"},
        },
        {"customerId": "acme", "payload": {"workflow": {"workflowId": "adhoc", "sqlQuery": "SELECT 1"}}},
        ASKED | {"requestId": "r" * 39, "priority": "backfill", "source": "schedule:daily"},
        ASKED | {"scheduledTime": "2026-11-23T14:00:00Z"},
        ASKED | {"scheduledTime": "2026-11-23T14:00+01:00"},
    ],
)
def test_every_shape_of_a_request_that_users_know_passes(document: dict[str, Any]) -> None:
    assert validate("execution_request", document) is document


@pytest.mark.parametrize(
    "document",
    [
        TENANT,
        TENANT | {"BucketName": "acme-results", "maximumConcurrentWorkflowExecutions": 3, "bucketRegion": "us-east-1"},
        TENANT | {"authId": None, "outputSNSTopicArn": "arn:aws:sns:us-east-1:123456789012:topic"},
        TENANT
        | {
            "customerPrefix": "acme",
            "endemicType": "ENDEMIC",
            "AMC": {
                "amcApiEndpoint": "https://abc.execute-api.us-east-1.amazonaws.com/prod",
                "maximumConcurrentWorkflowExecutions": 10,
                "WFM": {"enableWorkflowLibraryNewContent": True},
            },
        },
    ],
)
def test_every_shape_of_a_customer_record_that_users_know_passes(document: dict[str, Any]) -> None:
    assert validate("tps_record", document) is document


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ({"payload": {}}, "customerId: is missing; allowed: 1 to 40 letters, digits, '-' and '_'"),
        (
            ASKED | {"customerId": "a b"},
            "customerId: 'a b' is not right; allowed: 1 to 40 letters, digits, '-' and '_'",
        ),
        (ASKED | {"customerId": 7}, "customerId: 7 is not right; allowed: 1 to 40 letters, digits, '-' and '_'"),
        (
            ASKED | {"priority": "urgent"},
            "priority: 'urgent' is not right; allowed: interactive, scheduled or backfill",
        ),
        (
            asked(timeWindowType="YESTERDAY"),
            "payload.timeWindowType: 'YESTERDAY' is not right; allowed: EXPLICIT, MOST",
        ),
        (asked(timeWindowStart=7), "payload.timeWindowStart: 7 is not right; allowed: yyyy-MM-ddTHH:mm:ss or a date"),
        (asked(workflowId="no blanks"), "payload.workflowId: 'no blanks' is not right; allowed: letters, digits"),
        (asked(parameterValues=["a"]), "payload.parameterValues: a list is not right; allowed: an object from param"),
        (
            {"customerId": "acme", "payload": {"workflow": {}}},
            "payload.workflow.sqlQuery: is missing; allowed: AMC SQL",
        ),
        ({"customerId": "acme", "payload": "reach"}, "payload: a text is not right; allowed: an object with workflow"),
        (["acme"], "the document: a list is not right; allowed: an object with customerId"),
        (None, "the document: null is not right; allowed: an object with customerId"),
    ],
)
def test_a_request_that_cannot_be_read_names_the_field_and_what_is_allowed(document: Any, message: str) -> None:
    with pytest.raises(InvalidRequest) as error:
        validate("execution_request", document)

    assert str(error.value).startswith(message)


HUSH = "SELECT hush FROM secrets"


@pytest.mark.parametrize(
    ("schema", "document", "field"),
    [
        ("execution_request", asked(workflow=HUSH), "payload.workflow: a text"),
        ("execution_request", asked(workflow=[HUSH]), "payload.workflow: a list"),
        ("execution_request", asked(workflow={"sqlQuery": [HUSH]}), "payload.workflow.sqlQuery: a list"),
        (
            "execution_request",
            asked(workflow={"workflowId": "hush!", "sqlQuery": "x"}),
            "payload.workflow.workflowId: ",
        ),
        ("execution_request", asked(workflowId=HUSH), "payload.workflowId: a text"),
        ("execution_request", asked(timeWindowType=HUSH), "payload.timeWindowType: a text"),
        ("execution_request", asked(timeWindowStart={"sqlQuery": HUSH}), "payload.timeWindowStart: an object"),
        ("execution_request", asked(parameterValues="hush"), "payload.parameterValues: a text"),
        (
            "execution_request",
            asked(parameterValues={str(number): "hush" for number in range(101)}),
            "payload.parameterValues: an object",
        ),
        ("execution_request", {"customerId": "acme", "payload": HUSH}, "payload: a text"),
        ("execution_request", HUSH, "the document: a text"),
        ("library_record", {"workflowId": "w", "sqlQuery": [HUSH]}, "sqlQuery: a list"),
        ("library_record", {"workflowId": "w", "sqlQuery": "x", "defaultPayload": "hush"}, "defaultPayload: a text"),
        ("tps_record", TENANT | {"authId": "hush!" * 50}, "authId: a text"),
    ],
)
def test_neither_sql_nor_parameters_nor_secrets_are_told_in_a_refusal(schema: str, document: Any, field: str) -> None:
    (problem,) = map(str, problems(schema, document))

    assert problem.startswith(field)
    assert " is not right; allowed: " in problem
    assert "hush" not in problem


def test_a_record_without_a_customer_says_so() -> None:
    with pytest.raises(InvalidRequest, match=r"^customerId: is missing; allowed: .") as error:
        validate("tps_record", {name: value for name, value in TENANT.items() if name != "customerId"})

    assert error.value.field == "customerId"


def test_all_that_is_wrong_with_a_record_is_told_at_once() -> None:
    wrong = {"authId": "a b", "BucketName": "No_Bucket", "AMC": {"WFM": {"enableWorkflowLibrary": "yes"}}}

    assert [*map(str, problems("tps_record", TENANT | wrong | {"customerId": 7}))] == [
        "AMC.WFM.enableWorkflowLibrary: 'yes' is not right; allowed: true or false",
        (
            "BucketName: 'No_Bucket' is not right; allowed: the name alone of the bucket in which AMC puts this"
            " instance's results"
        ),
        "authId: 'a b' is not right; allowed: a name of credentials in the AmcCredentials secret",
        "customerId: 7 is not right; allowed: 1 to 40 letters, digits, '-' and '_'",
    ]


def test_nothing_is_wrong_with_a_record_as_users_know_it() -> None:
    assert problems("tps_record", TENANT) == []


def test_a_long_value_does_not_make_a_long_message() -> None:
    with pytest.raises(InvalidRequest) as error:
        validate("execution_request", ASKED | {"priority": "x" * 100_000})

    assert len(str(error.value)) < 400


@pytest.mark.parametrize("document", [asked(workflowId="reach\n"), ASKED | {"customerId": "acme\n"}])
def test_a_final_newline_is_no_part_of_a_name(document: dict[str, Any]) -> None:
    with pytest.raises(InvalidRequest):
        validate("execution_request", document)
