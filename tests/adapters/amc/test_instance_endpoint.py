"""The instance-level API: its hosts no longer answer, so tests check what would be sent."""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
import urllib3

from functions.amc.api import AmcApi
from functions.amc.instance_endpoint import InstanceEndpointTransport
from functions.amc.tenant_sessions import EXPIRY_MARGIN_SECONDS, TenantSessions
from tests.adapters.amc_calls import BODY, DEFINITION, NoTransport
from tests.adapters.builders import NOW, a_run, a_tenant
from wfm.errors import AmcRefused, AmcUnavailable, InvalidRequest

URL = "https://abcde12345.execute-api.eu-west-1.amazonaws.com/prod"
ROLE = "arn:aws:iam::123456789012:role/wfm/wfm-t-d-TenantAmcAccess"


class Wire(urllib3.PoolManager):
    """Keeps what is sent, and answers what it is told to."""

    def __init__(self, body: bytes = b"{}", status: int = 200) -> None:
        super().__init__()
        self.sent: list[tuple[str, str, bytes | None, Mapping[str, str], bool]] = []
        self._answer = (body, status)

    def request(self, method: str, url: str, body: Any = None, **given: Any) -> urllib3.BaseHTTPResponse:  # type: ignore[override]
        self.sent.append((method, url, body, given["headers"], given["redirect"]))
        content, status = self._answer
        return urllib3.HTTPResponse(content, status=status)


class Sts:
    """Hands out sessions of an hour."""

    def __init__(self) -> None:
        self.now = NOW
        self.asked: list[Mapping[str, Any]] = []

    def time(self) -> float:
        return self.now.timestamp()

    def assume_role(self, **request: Any) -> Mapping[str, Any]:
        self.asked.append(request)
        number = len(self.asked)
        keys = {
            "AccessKeyId": f"ASIA{number}",
            "SecretAccessKey": f"secret-{number}",
            "SessionToken": f"token-{number}",
        }
        return {"Credentials": keys | {"Expiration": self.now + timedelta(hours=1)}}


@pytest.fixture
def sts() -> Sts:
    return Sts()


@pytest.fixture
def wire() -> Wire:
    return Wire()


def through_endpoint(wire: Wire, sts: Sts) -> AmcApi:
    sessions = TenantSessions(lambda: sts, ROLE, sts.time)
    return AmcApi(NoTransport(), InstanceEndpointTransport(wire, sessions))


def its_tenant(**changes: Any) -> Any:
    ids = {"instance_id": "", "advertiser_id": "", "marketplace_id": ""}
    return a_tenant(**ids | {"api_endpoint": URL, "api_region": "eu-west-1"} | changes)


def test_the_call_goes_to_the_instances_own_host_and_stage(wire: Wire, sts: Sts) -> None:
    amc = through_endpoint(wire, sts)

    amc.get_execution(its_tenant(), "x/1")
    amc.put_workflow(its_tenant(), DEFINITION)
    amc.list_executions(its_tenant(), NOW)

    listed = "workflowExecutions?minCreationTime=2026-11-23T14%3A20%3A49&includeCancelled=true&limit=100"
    assert [(method, url) for method, url, *_ in wire.sent] == [
        ("GET", f"{URL}/workflowExecutions/x%2F1"),
        ("POST", f"{URL}/workflows"),
        ("GET", f"{URL}/{listed}"),
    ]
    assert {redirect for *_, redirect in wire.sent} == {False}


def test_no_token_and_no_id_of_the_ads_api_goes_there(wire: Wire, sts: Sts) -> None:
    through_endpoint(wire, sts).get_execution(its_tenant(), "x1")

    (_, _, _, headers, _) = wire.sent[0]
    assert set(headers) == {"Accept", "X-Amz-Date", "X-Amz-Security-Token", "Authorization"}
    assert headers["X-Amz-Security-Token"] == "token-1"


def test_the_request_is_signed_as_aws_wants_it(sts: Sts) -> None:
    wire = Wire(b'{"workflowExecutionId": "x1"}')

    through_endpoint(wire, sts).create_execution(its_tenant(), BODY)

    (method, url, body, headers, _) = wire.sent[0]
    assert headers["Authorization"] == signature(method, url, body or b"", headers)


def test_a_query_is_signed_as_it_is_sent(wire: Wire, sts: Sts) -> None:
    through_endpoint(wire, sts).list_executions(its_tenant(), NOW, with_sql=True)

    (method, url, body, headers, _) = wire.sent[0]
    assert headers["Authorization"] == signature(method, url, body or b"", headers)


def test_the_session_is_tied_to_the_tenant_and_its_api(wire: Wire, sts: Sts) -> None:
    through_endpoint(wire, sts).get_execution(its_tenant(), "x1")

    (asked,) = sts.asked
    assert (asked["RoleArn"], asked["RoleSessionName"]) == (ROLE, "wfm-acme")
    assert {tag["Key"]: tag["Value"] for tag in asked["Tags"]} == {
        "customerId": "acme",
        "apiId": "abcde12345",
        "apiRegion": "eu-west-1",
    }


def test_a_session_serves_until_shortly_before_it_expires(wire: Wire, sts: Sts) -> None:
    amc = through_endpoint(wire, sts)

    amc.get_execution(its_tenant(), "x1")
    sts.now += timedelta(seconds=3600 - EXPIRY_MARGIN_SECONDS)
    amc.get_execution(its_tenant(), "x1")
    sts.now += timedelta(seconds=1)
    amc.get_execution(its_tenant(), "x1")

    assert [headers["X-Amz-Security-Token"] for *_, headers, _ in wire.sent] == ["token-1", "token-1", "token-2"]


def test_tenants_and_apis_never_share_a_session(wire: Wire, sts: Sts) -> None:
    amc = through_endpoint(wire, sts)

    for tenant in (its_tenant(), its_tenant(customer_id="birch"), its_tenant(api_endpoint=URL.replace("abc", "xyz"))):
        amc.get_execution(tenant, "x1")

    assert [headers["X-Amz-Security-Token"] for *_, headers, _ in wire.sent] == ["token-1", "token-2", "token-3"]


def test_a_run_is_cancelled_as_that_api_had_it(wire: Wire, sts: Sts) -> None:
    through_endpoint(wire, sts).cancel_execution(its_tenant(), "x1")

    assert [(method, url, body) for method, url, body, *_ in wire.sent] == [
        ("DELETE", f"{URL}/workflowExecutions/x1", None)
    ]


def test_an_address_that_slipped_through_is_refused_before_anything_is_signed(wire: Wire, sts: Sts) -> None:
    with pytest.raises(InvalidRequest, match=r"AMC\.amcApiEndpoint"):
        through_endpoint(wire, sts).get_execution(its_tenant(api_endpoint="https://evil.example/prod"), "x1")

    assert (wire.sent, sts.asked) == ([], [])


@pytest.mark.parametrize(
    ("status", "body"),
    [(410, b'{"message": "Gone"}'), (404, b'{"message": "Not Found"}'), (404, b"<html>Not Found</html>"), (404, b"")],
)
def test_that_the_api_is_gone_is_said_with_what_to_do(sts: Sts, status: int, body: bytes) -> None:
    with pytest.raises(AmcRefused, match=rf"{status}.*1 August 2024.*amcInstanceId") as error:
        through_endpoint(Wire(body, status), sts).create_execution(its_tenant(), BODY)

    assert error.value.status == status


def test_a_404_of_amcs_own_is_about_what_was_asked_for(sts: Sts) -> None:
    missing = Wire(b'{"details": "Workflow with ID reach does not exist"}', 404)

    with pytest.raises(AmcRefused, match="404: Workflow with ID reach does not exist"):
        through_endpoint(missing, sts).create_execution(its_tenant(), BODY)


def test_a_host_that_is_gone_says_why_too(sts: Sts, wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise urllib3.exceptions.ConnectTimeoutError(None, "url", "timed out")

    monkeypatch.setattr(wire, "request", fail)

    with pytest.raises(AmcUnavailable, match=r"no connection to .*1 August 2024.*amcInstanceId") as error:
        through_endpoint(wire, sts).create_execution(its_tenant(), BODY)

    assert not error.value.sent


def test_other_answers_mean_what_they_mean_everywhere(sts: Sts) -> None:
    with pytest.raises(AmcRefused, match="403: Forbidden"):
        through_endpoint(Wire(b'{"message": "Forbidden"}', 403), sts).get_execution(its_tenant(), "x1")


def test_a_tenant_with_both_uses_the_ads_api(wire: Wire, sts: Sts) -> None:
    ads_api = Wire(b'{"workflowExecutionId": "x1"}')

    class AdsApi(NoTransport):
        def reporting_path(self, tenant: Any) -> str:
            return "/amc"

        def send(self, tenant: Any, method: str, path: str, body: Any) -> Any:
            return ads_api.request(method, path, headers={}, redirect=False)

    sessions = TenantSessions(lambda: sts, ROLE)
    amc = AmcApi(AdsApi(), InstanceEndpointTransport(wire, sessions))

    assert amc.get_execution(its_tenant(instance_id="amc1"), "x1") == {"workflowExecutionId": "x1"}
    assert wire.sent == []


def test_a_run_looks_the_same_on_both_ways(sts: Sts) -> None:
    run = a_run()
    wire = Wire(str(run).replace("'", '"').encode())

    assert through_endpoint(wire, sts).get_execution(its_tenant(), "x1") == run


def signature(method: str, url: str, body: bytes, headers: Mapping[str, str]) -> str:
    """Signature Version 4 of the first session, worked out anew by AWS's user guide, "Create a signed request"."""
    address = urlsplit(url)
    at = headers["X-Amz-Date"]
    assert abs(datetime.strptime(at, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC) - datetime.now(UTC)) < timedelta(minutes=5)
    signed = {"host": address.netloc} | {name.lower(): value for name, value in headers.items()}
    del signed["authorization"]
    names = sorted(signed)
    request = "\n".join(
        [
            method,
            address.path.replace("%", "%25"),
            "&".join(sorted(address.query.split("&"))) if address.query else "",
            *(f"{name}:{signed[name]}" for name in names),
            "",
            ";".join(names),
            hashlib.sha256(body).hexdigest(),
        ]
    )
    scope = f"{at[:8]}/eu-west-1/execute-api/aws4_request"
    text = "\n".join(["AWS4-HMAC-SHA256", at, scope, hashlib.sha256(request.encode()).hexdigest()])
    key = b"AWS4secret-1"
    for part in scope.split("/"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    made = hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
    return f"AWS4-HMAC-SHA256 Credential=ASIA1/{scope}, SignedHeaders={';'.join(names)}, Signature={made}"
