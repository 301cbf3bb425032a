"""Tenants from TPS records."""

import pytest

from functions.domain.errors import InvalidRequest
from functions.domain.tenants import from_row, read_tps_record, to_row
from tests.builders import a_tps_record


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
    with pytest.raises(InvalidRequest, match=r"^maximumConcurrentWorkflowExecutions: .*allowed: 1 to 200$"):
        read_tps_record(a_tps_record(maximumConcurrentWorkflowExecutions=limit))


@pytest.mark.parametrize("name", ["amcInstanceId", "amcAmazonAdsAdvertiserId", "amcAmazonAdsMarketplaceId"])
@pytest.mark.parametrize("value", [None, "", "  ", 7])
def test_a_missing_field_is_named(name: str, value: object) -> None:
    with pytest.raises(InvalidRequest, match=f"^{name}: "):
        read_tps_record(a_tps_record(**{name: value}))


def test_a_tenant_survives_its_row() -> None:
    tenant = read_tps_record(a_tps_record(BucketName="amc-results", authId="agency"))

    assert from_row(to_row(tenant)) == tenant
