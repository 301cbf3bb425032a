from typing import TYPE_CHECKING, Any

import pytest
from urllib3 import HTTPResponse

from functions.adapters.amc import AmcApi
from functions.adapters.http import Response
from functions.adapters.paced_transport import PacedTransport
from functions.adapters.paces import Paces
from functions.domain.errors import AmcThrottled
from tests.adapters.tables import create
from tests.builders import a_tenant
from tests.fakes import FakeMetrics

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import DynamoDBServiceResource


class Scripted:
    """AMC's answers, one after the other; 200 when there are no more."""

    cancellation: tuple[str, None] = ("DELETE", None)

    def __init__(self, *answers: Response) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []

    def reporting(self, tenant: Any) -> str:
        return "/reporting"

    def send(self, tenant: Any, method: str, path: str, body: Any) -> Response:
        self.asked.append(f"{method} {path}")
        return self.answers.pop(0) if self.answers else HTTPResponse(b"{}", status=200)


def throttled(**headers: str) -> Response:
    return HTTPResponse(b"{}", {name.replace("_", "-"): value for name, value in headers.items()}, 429)


@pytest.fixture
def paces(dynamodb: "DynamoDBServiceResource") -> Paces:
    return Paces(create(dynamodb, "AccessTokens"), lambda: 1000.0, lambda _: None)


def test_a_429_is_counted_and_slows_everybody_down(paces: Paces) -> None:
    wire, metrics = Scripted(throttled(Retry_After="60")), FakeMetrics()
    amc = AmcApi(PacedTransport(wire, paces, metrics), Scripted())

    with pytest.raises(AmcThrottled, match="Retry-After: 60"):
        amc.get_workflow(a_tenant(), "reach")
    with pytest.raises(AmcThrottled, match="the next call may go in 60 s"):
        amc.get_workflow(a_tenant(customer_id="rival"), "reach")

    assert wire.asked == ["GET /reporting/workflows/reach"]
    assert metrics.measured == [("AmcThrottled", 1)]


def test_tenants_of_another_credential_go_on(paces: Paces) -> None:
    wire = Scripted(throttled(Retry_After="60"))
    amc = AmcApi(PacedTransport(wire, paces, FakeMetrics()), Scripted())
    with pytest.raises(AmcThrottled):
        amc.get_workflow(a_tenant(), "reach")

    amc.get_workflow(a_tenant(auth_id="agency"), "reach")

    assert len(wire.asked) == 2


def test_an_instances_own_api_has_a_pace_of_its_own(paces: Paces) -> None:
    wire = Scripted(throttled(Retry_After="60"))
    amc = AmcApi(Scripted(), PacedTransport(wire, paces, FakeMetrics()))
    own: dict[str, Any] = {"instance_id": "", "api_endpoint": "https://a.execute-api.us-east-1.amazonaws.com/prod"}
    with pytest.raises(AmcThrottled):
        amc.get_workflow(a_tenant(**own), "reach")

    amc.get_workflow(a_tenant(**own | {"api_endpoint": "https://b.execute-api.us-east-1.amazonaws.com/prod"}), "reach")

    assert len(wire.asked) == 2
