"""Who may call, and what everybody else is told."""

import pytest

from local.amc_simulator.instances import Instance
from local.amc_simulator.oauth import Credential
from tests.local.amc_simulator.builders import World
from tests.local.amc_simulator.in_process import ConnectionCutError

FORBIDDEN = {"code": "403", "details": "Unauthorized request."}


@pytest.mark.parametrize(
    "header",
    ["Amazon-Advertising-API-ClientId", "Amazon-Advertising-API-AdvertiserId", "Amazon-Advertising-API-MarketplaceId"],
)
def test_a_wrong_header_is_forbidden_without_saying_which(amc: World, header: str) -> None:
    reply = amc.call("GET", "/workflows", headers={header: "WRONG"})

    assert (reply.status, reply.json()) == (403, FORBIDDEN)


def test_an_instance_of_somebody_else_is_forbidden_too(amc: World) -> None:
    amc.simulator.instances["other"] = Instance(instance_id="other", entity_id="ENTITYTWO")

    reply = amc.http.call("GET", "/amc/reporting/other/workflows", amc.headers)

    assert (reply.status, reply.json()) == (403, FORBIDDEN)


def test_a_credential_may_cover_only_some_accounts(amc: World) -> None:
    amc.simulator.tokens.add(Credential(entity_ids=("ENTITYTWO",)))

    assert amc.call("GET", "/workflows").status == 403
    assert amc.http.call("GET", "/amc/accounts", amc.headers).json()["amcAccounts"] == []


def test_an_access_token_dies_after_an_hour(amc: World) -> None:
    amc.wall.passes(3599)
    alive = amc.call("GET", "/workflows").status

    amc.wall.passes(1)

    assert (alive, amc.call("GET", "/workflows").status) == (200, 401)
    assert amc.call("GET", "/workflows", headers=amc.headers_with(amc.token())).status == 200


@pytest.mark.parametrize("value", ["", "Bearer nonsense", "Basic abc"])
def test_a_missing_or_foreign_token_is_401(amc: World, value: str) -> None:
    assert amc.call("GET", "/workflows", headers={"Authorization": value}).status == 401


def test_terms_not_accepted_close_the_reports_but_not_the_list_of_instances(amc: World) -> None:
    amc.control("POST", "/configuration", {"termsAccepted": False})

    reply = amc.call("GET", "/workflows")
    listing = amc.http.call("GET", "/amc/instances", amc.headers)

    assert (reply.status, reply.json()["details"]) == (403, "Terms and conditions must be accepted to continue")
    assert [i["instanceId"] for i in listing.json()["instances"]] == ["amcone"]


def test_accounts_need_no_entity_and_have_an_error_shape_of_their_own(amc: World) -> None:
    named = {k: v for k, v in amc.headers.items() if k in ("Authorization", "Amazon-Advertising-API-ClientId")}

    accounts = amc.http.call("GET", "/amc/accounts", named).json()["amcAccounts"]
    refused = amc.http.call("GET", "/amc/accounts", {})

    assert [account["accountId"] for account in accounts] == ["ENTITYONE"]
    assert refused.status == 401
    assert set(refused.json()) == {"message", "requestId"}


def test_an_instance_can_be_looked_up(amc: World) -> None:
    found = amc.http.call("GET", "/amc/instances/amcone", amc.headers).json()["instance"]

    assert (found["s3BucketName"], found["creationStatus"]) == ("bucket-one", "COMPLETED")
    assert amc.http.call("GET", "/amc/instances/nowhere", amc.headers).status == 403


@pytest.mark.parametrize(("header", "status"), [("Accept", 406), ("Content-Type", 415)])
def test_only_json_goes_in_and_out(amc: World, header: str, status: int) -> None:
    reply = amc.call("POST", "/workflows", {}, headers={header: "text/xml"})

    assert reply.status == status


def test_the_retired_api_says_that_it_is_gone(amc: World) -> None:
    assert amc.http.call("POST", "/prod/workflowExecutions", body={}).status == 410


def test_the_retired_api_may_be_gone_without_saying_so(amc: World) -> None:
    """AMC's guide has 410; what is left of a gateway answers 404 or not at all."""
    amc.control("POST", "/faults", [{"path": "^/prod/", "status": 404, "body": "gateway", "times": 1}])
    amc.control("POST", "/faults", [{"path": "^/prod/", "drop": True}])

    assert amc.http.call("POST", "/prod/workflowExecutions", body={}).status == 404
    with pytest.raises(ConnectionCutError):
        amc.http.call("POST", "/prod/workflowExecutions", body={})
    assert amc.call("GET", "/workflows").status == 200


def test_an_unknown_path_is_answered_by_the_gateway(amc: World) -> None:
    reply = amc.http.call("GET", "/amc/reporting/amcone/nothing", amc.headers)

    assert (reply.status, reply.json()) == (404, {"message": "Not Found"})
