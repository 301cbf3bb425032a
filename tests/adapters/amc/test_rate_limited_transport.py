from typing import TYPE_CHECKING, Any

import pytest
import urllib3
from urllib3 import HTTPResponse

from functions.amc.ads_api import AdsApiTransport
from functions.amc.api import AmcApi
from functions.amc.http import Response
from functions.amc.rate_limited_transport import RateLimitedTransport
from tests.adapters.amc_calls import Tokens
from tests.adapters.scripted_server import ScriptedServer
from tests.builders import a_tenant
from tests.fakes import FakeMetrics
from tests.tables import put
from wfm.errors import AmcThrottled, AmcUnavailable, TransientError
from wfm.model.rate_limit import FIRST_INTERVAL
from wfm.store.rate_limits import RateLimits
from wfm.store.schema import ACCESS_TOKENS

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import DynamoDBServiceResource


class Scripted:
    """AMC's answers, one after the other; 200 when there are no more."""

    cancellation: tuple[str, None] = ("DELETE", None)

    def __init__(self, *answers: Response) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []

    def reporting_path(self, tenant: Any) -> str:
        return "/reporting"

    def rate_limit_key(self, tenant: Any) -> str:
        return str(tenant.api_endpoint or tenant.auth_id)

    def send(self, tenant: Any, method: str, path: str, body: Any) -> Response:
        self.asked.append(f"{method} {path}")
        return self.answers.pop(0) if self.answers else HTTPResponse(b"{}", status=200)


def throttled(status: int = 429, **headers: str) -> Response:
    return HTTPResponse(b"{}", {name.replace("_", "-"): value for name, value in headers.items()}, status)


@pytest.fixture
def rate_limits(dynamodb: "DynamoDBServiceResource") -> RateLimits:
    return RateLimits(put(dynamodb, ACCESS_TOKENS), lambda: 1000.0, lambda _: None)


def test_a_429_is_counted_and_slows_everybody_down(rate_limits: RateLimits) -> None:
    wire, metrics = Scripted(throttled(Retry_After="60")), FakeMetrics()
    amc = AmcApi(RateLimitedTransport(wire, rate_limits, metrics), Scripted())

    with pytest.raises(AmcThrottled, match="Retry-After: 60"):
        amc.get_workflow(a_tenant(), "reach")
    with pytest.raises(AmcThrottled, match="the next call may go in 60 s"):
        amc.get_workflow(a_tenant(customer_id="rival"), "reach")

    assert wire.asked == ["GET /reporting/workflows/reach"]
    assert metrics.measured == [("AmcThrottled", 1)]


def test_a_429_that_asks_for_no_pause_slows_everybody_down_too(dynamodb: "DynamoDBServiceResource") -> None:
    slept: list[float] = []
    rate_limits = RateLimits(put(dynamodb, ACCESS_TOKENS), lambda: 1000.0, slept.append)
    amc = AmcApi(RateLimitedTransport(Scripted(throttled()), rate_limits, FakeMetrics()), Scripted())
    with pytest.raises(AmcThrottled):
        amc.get_workflow(a_tenant(), "reach")

    amc.get_workflow(a_tenant(customer_id="rival"), "reach")

    assert slept == [pytest.approx(FIRST_INTERVAL)]


def test_how_runs_are_cancelled_is_the_wires_own(rate_limits: RateLimits) -> None:
    assert RateLimitedTransport(Scripted(), rate_limits, FakeMetrics()).cancellation == ("DELETE", None)


def test_a_503_that_asks_for_a_pause_slows_everybody_down_and_is_not_repeated(rate_limits: RateLimits) -> None:
    wire, metrics = Scripted(throttled(503, Retry_After="5"), throttled(503, Retry_After="60")), FakeMetrics()
    amc = AmcApi(RateLimitedTransport(wire, rate_limits, metrics), Scripted())

    for asked in (1, 2):
        with pytest.raises(AmcUnavailable, match="it answered 503"):
            amc.create_execution(a_tenant(), {})
        assert len(wire.asked) == asked
    with pytest.raises(AmcThrottled, match="the next call may go in 60 s"):
        amc.create_execution(a_tenant(), {})

    assert metrics.measured == []


def test_a_503_without_a_pause_slows_nobody_down(rate_limits: RateLimits) -> None:
    amc = AmcApi(RateLimitedTransport(Scripted(throttled(503)), rate_limits, FakeMetrics()), Scripted())

    with pytest.raises(AmcUnavailable):
        amc.get_workflow(a_tenant(), "reach")

    assert amc.get_workflow(a_tenant(), "reach") == {}


@pytest.mark.parametrize("status", [429, 503])
def test_an_endless_pause_is_kept_for_five_minutes(rate_limits: RateLimits, status: int) -> None:
    amc = AmcApi(
        RateLimitedTransport(Scripted(throttled(status, Retry_After="9" * 400)), rate_limits, FakeMetrics()), Scripted()
    )
    with pytest.raises(TransientError):
        amc.get_workflow(a_tenant(), "reach")

    with pytest.raises(AmcThrottled, match="the next call may go in 300 s"):
        amc.get_workflow(a_tenant(), "reach")


class ByClient(Tokens):
    """Two users have granted one client what it may do; the rival is another client."""

    def get(self, auth_id: str, region: str) -> tuple[str, str]:
        return {"rival": "client-2"}.get(auth_id, "client-1"), f"token of {auth_id}"


def test_all_grants_of_one_client_share_a_pace_and_another_client_continues(
    rate_limits: RateLimits, server: ScriptedServer, http: urllib3.PoolManager
) -> None:
    wire = RateLimitedTransport(AdsApiTransport(http, ByClient(), {"NA": server.url}), rate_limits, FakeMetrics())
    amc = AmcApi(wire, Scripted())
    server.will_answer({}, 429, Retry_After="60")
    with pytest.raises(AmcThrottled, match="Retry-After: 60"):
        amc.get_workflow(a_tenant(auth_id="one"), "reach")

    with pytest.raises(AmcThrottled, match="AMC throttles 'client-1': the next call may go in 60 s"):
        amc.get_workflow(a_tenant(auth_id="other"), "reach")
    with pytest.raises(AmcThrottled, match="'client-1'"):
        amc.get_workflow(a_tenant(auth_id="one", api_endpoint="https://retired.example/prod"), "reach")
    amc.get_workflow(a_tenant(auth_id="rival"), "reach")

    assert [asked.headers["Authorization"] for asked in server.asked] == [
        "Bearer token of one",
        "Bearer token of rival",
    ]


def test_an_instances_own_api_has_a_pace_of_its_own(rate_limits: RateLimits) -> None:
    wire = Scripted(throttled(Retry_After="60"))
    amc = AmcApi(Scripted(), RateLimitedTransport(wire, rate_limits, FakeMetrics()))
    own: dict[str, Any] = {"instance_id": "", "api_endpoint": "https://a.execute-api.us-east-1.amazonaws.com/prod"}
    with pytest.raises(AmcThrottled):
        amc.get_workflow(a_tenant(**own), "reach")

    amc.get_workflow(a_tenant(**own | {"api_endpoint": "https://b.execute-api.us-east-1.amazonaws.com/prod"}), "reach")

    assert len(wire.asked) == 2
