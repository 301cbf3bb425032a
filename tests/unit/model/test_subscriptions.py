"""Who is told of a tenant, and what a record may say about that."""

from typing import Any

import pytest

from tests.builders import a_tps_record
from wfm.errors import InvalidRecord
from wfm.model.subscriptions import Subscription, own_topic, subscription, topic_problems
from wfm.model.tenants import from_row, to_row
from wfm.model.tps_records import read_tps_record

HERE = "arn:aws:sns:us-east-1:123456789012:"
COMMON = f"{HERE}wfm-demoteam-amcdataset-ExecutionEvents"
OWN = f"{HERE}wfm-demoteam-amcdataset-tenant-acme"
PREDECESSORS = f"{HERE}wfm-demoteam-SNSTopic-dev"


def test_without_a_word_pending_and_running_make_no_message() -> None:
    told = subscription(to_row(read_tps_record(a_tps_record())), COMMON)

    assert told == Subscription(frozenset({"PENDING", "RUNNING"}), (COMMON,))


def test_a_tenant_that_is_not_known_is_told_of_as_usual() -> None:
    assert subscription(None, COMMON).topics == (COMMON,)


@pytest.mark.parametrize("ignored", [[], ["SUCCEEDED", "PENDING"]])
@pytest.mark.parametrize("nested", [True, False])
def test_a_record_says_what_makes_no_message_and_which_topic_gets_the_rest(ignored: list[str], nested: bool) -> None:
    fields: dict[str, Any] = {"ignoreStatusList": ignored, "snsTopicArn": OWN, "digest": "daily"}

    tenant = read_tps_record(a_tps_record(**({"AMC": {"WFM": fields}} if nested else fields)))

    told = subscription(to_row(tenant), COMMON)
    assert told == Subscription(frozenset(ignored), (COMMON, OWN))
    assert tenant.digest == "daily"
    assert from_row(to_row(tenant)) == tenant


def test_the_first_predecessors_common_topic_is_replaced_by_wfms_own() -> None:
    record = a_tps_record(AMC={"WFM": {"snsTopicArn": PREDECESSORS}})

    assert topic_problems(record, COMMON) == []
    assert read_tps_record(record).topic_arn is None


@pytest.mark.parametrize(
    "topic",
    [
        OWN.replace("acme", "rival"),
        OWN.replace("123456789012", "999999999999"),
        OWN.replace("us-east-1", "eu-west-1"),
        OWN.replace("demoteam", "otherteam"),
        f"{OWN}.fifo",
        "arn:aws:sqs:us-east-1:123456789012:wfm-demoteam-amcdataset-tenant-acme",
        "https://evil.example/SNSTopic-tenant-acme",
        f"{HERE}evil:SNSTopic",
        COMMON,
        7,
    ],
)
@pytest.mark.parametrize("nested", [True, False])
def test_any_other_topic_is_refused_and_the_right_one_named(topic: Any, nested: bool) -> None:
    fields = {"snsTopicArn": topic}

    (problem,) = map(str, topic_problems(a_tps_record(**({"AMC": {"WFM": fields}} if nested else fields)), COMMON))

    assert problem.startswith("AMC.WFM.snsTopicArn: " if nested else "snsTopicArn: ")
    assert f"is no topic of this tenant; allowed: {OWN}, " in problem


def test_what_is_no_topic_of_the_tenant_anywhere_is_known_without_the_deployment() -> None:
    with pytest.raises(InvalidRecord, match=r"snsTopicArn: .*no topic of this tenant"):
        read_tps_record(a_tps_record(snsTopicArn=OWN.replace("acme", "rival")))


def test_the_own_topic_stands_where_the_common_one_does() -> None:
    assert own_topic(COMMON, "acme") == OWN


@pytest.mark.parametrize("amc", ["text", ["WFM"], {"WFM": "text"}])
def test_a_record_whose_objects_are_none_is_read_all_the_same(amc: Any) -> None:
    assert topic_problems(a_tps_record(AMC=amc), COMMON) == []
    assert read_tps_record(a_tps_record(AMC=amc)).customer_id == "acme"
