from typing import Any

import boto3
import pytest

from tests.wfm.onboarding import record
from wfm.client.adapters.tps_records import TpsRecords, check
from wfm.errors import InvalidRecord, UsageError

NESTED = {
    **record(),
    "AMC": {"amcApiEndpoint": "https://abcdefgh12.execute-api.us-east-1.amazonaws.com/prod"},
}


@pytest.mark.parametrize("good", [record(), record(maximumConcurrentWorkflowExecutions="7"), NESTED])
def test_records_of_both_shapes_are_accepted(good: dict[str, Any]) -> None:
    check(good)


def test_a_record_that_names_the_retired_api_alone_is_refused_with_what_to_give_instead() -> None:
    with pytest.raises(
        InvalidRecord, match=r"AMC\.amcApiEndpoint: Amazon retired .*; allowed: amcInstanceId, "
    ) as refused:
        check({"customerId": "acme", "AMC": NESTED["AMC"]})

    assert len(refused.value.problems) == 1


@pytest.mark.parametrize(
    ("changes", "sentences"),
    [
        ({"maximumConcurrentWorkflowExecutions": 0}, ["maximumConcurrentWorkflowExecutions: 0 is", "1 to 200"]),
        ({"maximumConcurrentWorkflowExecutions": "ten"}, ["maximumConcurrentWorkflowExecutions: 'ten' is", "1 to 200"]),
        (
            {"amcInstanceId": "amc one\n", "BucketName": "No"},
            ["amcInstanceId: 'amc one", "BucketName: 'No' is"],
        ),
        ({"amcInstanceId": "amcone\n"}, ["amcInstanceId: 'amcone"]),
        ({"AMC": {"WFM": []}}, ["AMC.WFM: a list with nothing in it is not right; allowed: an object"]),
        ({"amcAmazonAdsMarketplaceId": 7}, ["amcAmazonAdsMarketplaceId: 7 is not right"]),
    ],
)
def test_everything_that_is_wrong_is_named_with_what_is_allowed(changes: dict[str, Any], sentences: list[str]) -> None:
    with pytest.raises(InvalidRecord) as refused:
        check(record(**changes))

    assert [sentence for sentence in sentences if sentence not in str(refused.value)] == []


def test_what_is_no_object_is_no_record() -> None:
    with pytest.raises(InvalidRecord, match=r"the record: \[\] is no object"):
        check([])


@pytest.fixture
def by_name(deployed: Any) -> TpsRecords:
    """The first predecessor's table, with customerName as its sort key."""
    dynamodb = boto3.resource("dynamodb")
    dynamodb.create_table(
        TableName="ByName",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("customerId", "customerName")],
        KeySchema=[
            {"AttributeName": "customerId", "KeyType": "HASH"},
            {"AttributeName": "customerName", "KeyType": "RANGE"},
        ],
    )
    return TpsRecords(dynamodb.Table("ByName"))


def test_a_table_with_a_sort_key_is_written_and_cleared_by_its_whole_key(by_name: TpsRecords) -> None:
    by_name.replace(None, record())
    by_name.replace(by_name.find("acme"), record(BucketName="acme-results"))

    (found,) = by_name.all_of("acme")
    assert found["BucketName"] == "acme-results"
    by_name.remove(found)
    assert by_name.find("acme") is None


def test_a_part_of_the_key_can_neither_change_nor_be_missing(by_name: TpsRecords) -> None:
    nameless = {name: value for name, value in record().items() if name != "customerName"}

    with pytest.raises(InvalidRecord, match="customerName: is in this table's key; allowed: remove"):
        by_name.check(record(), record(customerName="Acme Games"))
    with pytest.raises(InvalidRecord, match="customerName: is missing"):
        by_name.check(None, nameless)


def test_two_records_of_one_customer_are_refused_by_their_names(by_name: TpsRecords) -> None:
    by_name.replace(None, record())
    by_name.replace(None, record(customerName="Acme Games"))

    with pytest.raises(InvalidRecord, match=r"acme has 2 records \(Acme Games, Acme Toys\); allowed: one"):
        by_name.find("acme")


@pytest.mark.parametrize("there", [True, False])
def test_a_record_that_came_or_went_after_it_was_read_is_not_written(deployed: Any, there: bool) -> None:
    records = deployed.wfm.aws.tables.records
    if there:
        records.replace(None, record())

    with pytest.raises(UsageError, match="acme: somebody else changed its record just now"):
        records.replace(None if there else record(), record(customerName="Other"))

    assert (records.find("acme") or {}).get("customerName") == ("Acme Toys" if there else None)
