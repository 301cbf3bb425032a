"""Tenants from TPS records."""

from typing import Any

import pytest

from tests.builders import a_tenant_row, a_tps_record
from wfm.errors import InvalidRecord
from wfm.model.tenants import from_row, slots_of, to_row
from wfm.model.tps_records import read_tps_record


def test_a_record_becomes_a_tenant_with_the_default_limit() -> None:
    tenant = read_tps_record(a_tps_record())

    assert (tenant.customer_id, tenant.limit, tenant.auth_id, tenant.region) == ("acme", 10, "default", "NA")


@pytest.mark.parametrize(
    ("marketplace", "region"), [("A1F83G8C2ARO7P", "EU"), ("A1VC38T7YXB528", "FE"), ("A2EUQ1WTGCTBG2", "NA")]
)
def test_the_region_follows_the_marketplace(marketplace: str, region: str) -> None:
    assert read_tps_record(a_tps_record(amcAmazonAdsMarketplaceId=marketplace)).region == region


def test_the_limit_may_stand_where_the_first_predecessor_put_it() -> None:
    nested = {"maximumConcurrentWorkflowExecutions": 5, "amcS3BucketName": "amc-results"}

    tenant = read_tps_record(a_tps_record(AMC=nested))

    assert (tenant.limit, tenant.bucket_name) == (5, "amc-results")


@pytest.mark.parametrize("limit", [0, -1, 201, "ten", True, ""])
def test_a_limit_that_is_none_is_refused(limit: object) -> None:
    with pytest.raises(InvalidRecord, match=r"^maximumConcurrentWorkflowExecutions: .*allowed: 1 to 200$"):
        read_tps_record(a_tps_record(maximumConcurrentWorkflowExecutions=limit))


@pytest.mark.parametrize("name", ["amcInstanceId", "amcAmazonAdsAdvertiserId", "amcAmazonAdsMarketplaceId"])
@pytest.mark.parametrize("value", [None, "", "  ", 7])
def test_a_missing_field_is_named(name: str, value: object) -> None:
    with pytest.raises(InvalidRecord, match=f"^{name}: "):
        read_tps_record(a_tps_record(**{name: value}))


def test_a_tenant_survives_its_row() -> None:
    tenant = read_tps_record(a_tps_record(BucketName="amc-results", authId="agency", customerPrefix="a"))

    assert from_row(to_row(tenant)) == tenant


@pytest.mark.parametrize(
    ("fields", "slots"),
    [({}, 2), ({"status": "PAUSED"}, 0), ({"degradedSince": "2026-11-23T12:00:00.000Z"}, 0), ({"status": "FAILED"}, 2)],
)
def test_a_tenant_has_no_slots_while_its_requests_shall_wait(fields: dict[str, str], slots: int) -> None:
    assert slots_of(a_tenant_row(**fields)) == slots


def test_a_tenant_that_is_not_there_any_more_has_the_usual_slots() -> None:
    assert slots_of(None) == slots_of({"customerId": "acme"}) == 10


NESTED = {
    "customerId": "demo",
    "customerName": "Demo",
    "customerPrefix": "demo",
    "endemicType": "ENDEMIC",
    "AMC": {
        "amcApiEndpoint": "https://abcdefghij.execute-api.us-east-1.amazonaws.com/prod",
        "amcInstanceRegion": "us-east-1",
        "maximumConcurrentWorkflowExecutions": 5,
        "WFM": {
            "amcWorkflowExecutionSQSQueueName": "wfm-demoteam-dev-workflowExecution-demo.fifo",
            "amcWorkflowExecutionDLQSQSQueueName": "wfm-demoteam-dev-workflowExecution-demo-DLQ.fifo",
            "enableWorkflowLibraryNewContent": True,
            "enableWorkflowLibraryUpdates": False,
            "syncWorkflowStatuses": {"WorkflowStatusRecordRetentionDays": 30},
        },
    },
}


def test_a_record_of_the_first_predecessor_is_read_as_it_is() -> None:
    tenant = read_tps_record(NESTED)

    assert (tenant.instance_id, tenant.api_region, tenant.limit, tenant.retention_days) == ("", "us-east-1", 5, 30)
    assert tenant.api_endpoint == "https://abcdefghij.execute-api.us-east-1.amazonaws.com/prod"
    assert tenant.toggles == ("enableWorkflowLibraryNewContent",)
    assert (tenant.customer_prefix, tenant.endemic_type) == ("demo", "ENDEMIC")
    assert from_row(to_row(tenant)) == tenant


def test_a_flat_record_says_itself_how_long_runs_are_remembered() -> None:
    assert read_tps_record(a_tps_record(retentionDays=30)).retention_days == 30
    assert read_tps_record(a_tps_record()).retention_days == 90


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"retentionDays": 0}, "retentionDays: 0 is no such number; allowed: 1 to 3650"),
        (
            {"retentionDays": 5, "AMC": NESTED["AMC"]},
            "retentionDays: says something else than AMC.WFM.syncWorkflowStatuses.WorkflowStatusRecordRetentionDays",
        ),
    ],
)
def test_days_that_cannot_be_and_days_that_are_said_twice_are_refused(fields: dict[str, Any], told: str) -> None:
    with pytest.raises(InvalidRecord) as refused:
        read_tps_record(a_tps_record(**fields))

    assert told in str(refused.value)


def test_all_that_is_wrong_is_told_in_one_message() -> None:
    nested = {"WFM": {"amcWorkflowExecutionSQSQueueName": "wfm-rival.fifo"}}

    with pytest.raises(InvalidRecord) as refused:
        read_tps_record({"customerId": "a/b", "maximumConcurrentWorkflowExecutions": 0, "AMC": nested})

    fields = [problem.field for problem in refused.value.problems]
    assert fields == [
        "customerId",
        "amcAmazonAdsMarketplaceId",
        "amcInstanceId",
        "amcAmazonAdsAdvertiserId",
        "maximumConcurrentWorkflowExecutions",
        "AMC.WFM.amcWorkflowExecutionSQSQueueName",
    ]


@pytest.mark.parametrize(
    "url",
    ["http://169.254.169.254/x", "https://evil.example/prod", "https://a.execute-api.us-east-1.amazonaws.com.evil/p"],
)
def test_an_endpoint_outside_the_allow_list_is_refused(url: str) -> None:
    with pytest.raises(InvalidRecord, match=r"AMC\.amcApiEndpoint"):
        read_tps_record({"customerId": "demo", "AMC": {"amcApiEndpoint": url}})


def test_a_customer_whose_queue_would_be_anothers_dead_letter_queue_is_refused() -> None:
    with pytest.raises(InvalidRecord, match="customerId: 'acme-DLQ' would name a dead letter queue"):
        read_tps_record(a_tps_record(customerId="acme-DLQ"))


ALL_FIVE = (
    "enableWorkflowLibraryNewContent",
    "enableWorkflowLibraryUpdates",
    "enableWorkflowLibraryRemoval",
    "enableWorkflowLibraryScheduleCreation",
    "enableWorkflowLibraryScheduleRemoval",
)


@pytest.mark.parametrize(
    ("fields", "on"),
    [
        ({}, ()),
        ({"enableWorkflowLibrary": True}, ALL_FIVE),
        ({"AMC": {"WFM": {"enableWorkflowLibrary": True}}}, ALL_FIVE),
        ({"enableWorkflowLibraryRemoval": True}, ("enableWorkflowLibraryRemoval",)),
        ({"repairWorkflowDrift": True, "enableWorkflowLibrary": False}, ("repairWorkflowDrift",)),
        ({"fairBetweenWorkflows": True}, ("fairBetweenWorkflows",)),
        ({"AMC": {"WFM": {"fairBetweenWorkflows": True}}}, ("fairBetweenWorkflows",)),
        ({"AMC": {"WFM": {"enableWorkflowLibrary": False}}, "enableWorkflowLibrary": True}, ()),
    ],
)
def test_toggles_stand_at_the_top_or_where_the_first_predecessor_put_them(
    fields: dict[str, object], on: tuple[str, ...]
) -> None:
    assert read_tps_record(a_tps_record(**fields)).toggles == on


def test_tags_are_a_set() -> None:
    tenant = read_tps_record(a_tps_record(tags=["retail", "gold", "retail"]))

    assert tenant.tags == ("gold", "retail")
    assert from_row(to_row(tenant)) == tenant
