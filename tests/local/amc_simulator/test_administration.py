"""Instances and their advertisers, made and changed."""

from typing import Any

from tests.local.amc_simulator.builders import INSTANCE, World
from tests.local.amc_simulator.in_process import Reply


def call(amc: World, method: str, path: str = "", body: Any = None) -> Reply:
    return amc.http.call(method, f"/amc/instances{path}", amc.headers, body)


def test_an_instance_is_made_changed_and_deleted(amc: World) -> None:
    made = call(amc, "POST", body={"instanceName": "Two", "advertiserTypes": ["SPONSORED_ADS"]}).json()["instance"]
    path = f"/{made['instanceId']}"

    changed = call(amc, "PUT", path, {"instanceName": "Three"}).json()["instance"]
    deleted = call(amc, "DELETE", path)

    assert (made["instanceName"], made["s3BucketName"], made["entities"]) == ("Two", "", ["ENTITYONE"])
    assert (changed["instanceName"], changed["advertiserTypes"]) == ("Three", ["SPONSORED_ADS"])
    assert (deleted.status, deleted.body, call(amc, "GET", path).status) == (204, b"", 403)


def test_an_instance_gets_another_account_and_bucket_for_its_results(amc: World) -> None:
    body = {"awsAccountId": "111122223333", "bucketName": "bucket-two"}

    answer = call(amc, "POST", f"/{INSTANCE}/updateCustomerAwsAccount", body)

    shown = call(amc, "GET", f"/{INSTANCE}").json()["instance"]
    assert answer.json()["cfnBucketUrl"].startswith("https://")
    assert (shown["awsAccountId"], shown["s3BucketName"]) == ("111122223333", "bucket-two")


def test_advertisers_are_added_and_taken_away(amc: World) -> None:
    updates = f"/{INSTANCE}/advertisers/updates"
    call(amc, "POST", updates, {"addAdvertisers": [{"id": "1"}, {"id": "2", "type": "SAS"}]})

    call(amc, "POST", updates, {"deleteAdvertisers": [{"id": "1"}]})

    shown = call(amc, "GET", f"/{INSTANCE}/advertisers").json()
    assert (shown["totalCount"], shown["advertisers"][0]["id"], shown["advertisers"][0]["type"]) == (1, "2", "SAS")
    assert call(amc, "GET", updates).json() == {"updates": [], "nextToken": None}


def test_what_belongs_to_somebody_else_is_forbidden(amc: World) -> None:
    for method, path in (("PUT", ""), ("DELETE", ""), ("GET", "/advertisers"), ("POST", "/updateCustomerAwsAccount")):
        assert call(amc, method, f"/nowhere{path}", {}).status == 403


def test_a_field_of_another_type_is_refused(amc: World) -> None:
    assert call(amc, "PUT", f"/{INSTANCE}", {"advertiserTypes": ["TV"]}).status == 400
