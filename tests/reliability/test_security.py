"""Records and requests lead nowhere else, and what is written down for people holds nothing secret."""

import io
import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from functions.amc.api import AmcApi
from functions.amc.http import http_client
from functions.handlers import poll_execution
from functions.runtime.entry import logger
from tests.adapters.amc_calls import through_ads_api
from tests.adapters.lambdas import Lambdas
from tests.adapters.scripted_server import ScriptedServer
from tests.builders import a_message, a_tenant, a_tenant_row, a_tps_record
from tests.fakes import NOON, World
from tests.reliability.report import FaultReport
from tests.reliability.walk import Walk
from tests.reliability.world import CountedWorld
from tests.tables import create
from wfm.errors import AmcRefused, AmcUnavailable, InvalidRecord, InvalidRequest, PermanentError
from wfm.model.onboarding import read_record
from wfm.model.requests import read_request, scheduled_request_id
from wfm.model.schedules import schedule_name
from wfm.store.schema import ACCESS_TOKENS

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import DynamoDBServiceResource

HOST = "https://abcde12345.execute-api.us-east-1.amazonaws.com/prod"
ELSEWHERE = [
    HOST.replace("https://", "https://key:word@"),
    HOST.replace("https://", "https://evil.example@"),
    HOST.replace(".com/", ".com:8443/"),
    HOST.replace(".com/", ".com.evil.example/"),
    HOST.replace(".com/", ".com#.evil.example/"),
    HOST.replace(".", "\u3002"),
    HOST.replace(".", "\uff0e"),
    HOST.replace("amazonaws", "\u0430mazonaws"),
    *(
        "http://169.254.169.254/latest",
        "https://[::1]/prod",
        "https://0x7f.1/prod",
        "https://2130706433/prod",
        "file:///x",
    ),
]
ODD = [
    "a/b",
    "..",
    "../../x",
    "a b",
    "é",
    "\u202e",
    "\x00",
    "a\nb",
    "a\r\nHost: x",
    "%2e%2e",
    "a?b=c",
    "a#b",
    "",
    "." * 3,
]


@pytest.mark.parametrize("url", ELSEWHERE)
def test_no_record_sends_a_signed_request_elsewhere(url: str, fault_report: FaultReport) -> None:
    record = {"customerId": "acme", "AMC": {"amcApiEndpoint": url}}

    with pytest.raises(InvalidRecord, match=r"AMC\.amcApiEndpoint: ") as caught:
        read_record(record, lambda _: [])

    assert str(caught.value).isprintable()
    fault_report("a record that names another host")


@pytest.mark.parametrize("host", ["amcAmazonAdsMarketplaceId", "authId", "amcInstanceId", "amcAmazonAdsAdvertiserId"])
def test_no_field_of_a_record_chooses_the_host_of_the_ads_api(host: str, fault_report: FaultReport) -> None:
    tenant = read_record(a_tps_record(**{host: "https://evil.example/"}), lambda _: [])

    assert tenant.region == "NA"
    fault_report("a record that names another host")


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_of_amcs_is_not_followed(
    amc: AmcApi, server: ScriptedServer, status: int, fault_report: FaultReport
) -> None:
    server.will_answer(b"", status, Location=f"{server.url}/elsewhere")

    with pytest.raises(AmcUnavailable, match=f"answered {status}"):
        amc.get_execution(a_tenant(), "run-1")

    assert len(server.asked) == 1
    fault_report("AMC redirects")


@pytest.mark.parametrize("odd", ["", ".", ".."])
def test_dots_stand_in_no_address(amc: AmcApi, server: ScriptedServer, odd: str, fault_report: FaultReport) -> None:
    asks: list[Callable[[], Any]] = [
        lambda: amc.get_execution(a_tenant(), odd),
        lambda: amc.delete_workflow(a_tenant(), odd),
        lambda: amc.list_executions(a_tenant(instance_id=odd), NOON),
    ]

    for ask in asks:
        with pytest.raises(InvalidRequest, match="cannot be part of a path"):
            ask()

    assert server.asked == []
    fault_report("an id with a slash, dots, unicode or control characters")


@pytest.mark.parametrize("odd", [odd for odd in ODD if odd not in ("", "..")])
def test_an_odd_id_stays_one_part_of_a_path(
    amc: AmcApi, server: ScriptedServer, odd: str, fault_report: FaultReport
) -> None:
    tenant = a_tenant(instance_id=odd)

    amc.get_execution(tenant, odd)
    amc.get_workflow(tenant, odd)
    amc.cancel_execution(tenant, odd)
    amc.delete_workflow(tenant, odd)

    for asked in server.asked:
        parts = urlsplit(asked.path).path.split("/")
        assert (parts[:3], len(parts)) == (["", "amc", "reporting"], 6)
        assert not urlsplit(asked.path).query
        assert all(letter.isascii() and letter.isprintable() for letter in asked.path)
    fault_report("an id with a slash, dots, unicode or control characters")


@pytest.mark.parametrize("odd", [odd for odd in ODD if odd])
@pytest.mark.parametrize("field", ["customerId", "requestId"])
def test_an_odd_id_names_no_queue_and_no_execution(field: str, odd: str, fault_report: FaultReport) -> None:
    with pytest.raises(InvalidRequest, match=field) as caught:
        read_request(a_message(**{field: odd}), "r1")

    assert str(caught.value).isprintable()
    fault_report("an id with a slash, dots, unicode or control characters")


@pytest.mark.parametrize("odd", ODD)
def test_an_odd_name_of_a_schedule_is_hashed_into_a_legal_one(odd: str, fault_report: FaultReport) -> None:
    name, request = schedule_name("acme", odd), scheduled_request_id(odd, "2026-11-23T08:00:00Z")

    assert name.startswith("acme.")
    assert len(name) <= 64
    assert all(letter.isascii() and (letter.isalnum() or letter in "_.-") for letter in name)
    assert all(letter.isascii() and (letter.isalnum() or letter in "_-") for letter in request)
    fault_report("an id with a slash, dots, unicode or control characters")


HUSH = "SELECT hush FROM secrets"


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    """What the handlers log."""
    written = io.StringIO()
    monkeypatch.setattr(logger.registered_handler, "stream", written)
    return written


def told_by(world: CountedWorld) -> str:
    """Events, messages, dead letters' reasons, and what Step Functions keeps."""
    reasons = [reason for _, _, reason in world.queues.dead]
    return json.dumps([world.events.details, world.sns.messages, reasons, world.states.started, world.states.answers])


@pytest.mark.parametrize("fault", [None, AmcUnavailable("it answered 503"), AmcRefused(400, "no such column")])
def test_a_walk_writes_no_sql_and_no_parameter_into_logs_events_or_states(
    dynamodb: "DynamoDBServiceResource", log: io.StringIO, fault: Exception | None, fault_report: FaultReport
) -> None:
    world = CountedWorld(dynamodb, "quiet")
    world.true_amc.faults = [("before", fault)] if fault else []
    world.calls.kill_at = {(15, "before")}
    walk = Walk(world)
    payload = {**a_message()["payload"], "parameterValues": {"brand": "hush-parameter"}}
    del payload["workflowId"]
    walk.send("r1", payload={**payload, "workflow": {"workflowId": "adhoc", "sqlQuery": HUSH}})
    walk.send("r2", payload={**payload, "workflowId": "reach", "timeWindowStart": "TODY(-1)"})
    walk.run()

    assert world.request("r1")["endedAt"]
    assert fault is None or type(fault).__name__ in log.getvalue()
    assert "hush" not in log.getvalue()
    assert "hush" not in told_by(world)
    fault_report("logs, events and states searched for SQL and parameter values")


@pytest.mark.parametrize(
    ("slip", "field"),
    [
        ({"workflow": HUSH}, "payload.workflow"),
        ({"workflow": {"sqlQuery": [HUSH]}}, "payload.workflow.sqlQuery"),
        ({"workflow": {"sqlQuery": f"{HUSH}\ud800"}}, "payload.workflow.sqlQuery"),
        ({"workflowId": HUSH}, "payload.workflowId"),
        ({"workflowId": "reach", "parameterValues": "hush"}, "payload.parameterValues"),
        (HUSH, "payload"),
    ],
)
def test_sql_in_the_wrong_field_is_refused_by_the_fields_name_alone(
    dynamodb: "DynamoDBServiceResource", log: io.StringIO, slip: Any, field: str, fault_report: FaultReport
) -> None:
    world = CountedWorld(dynamodb, "quiet")
    walk = Walk(world)
    walk.send("r1", payload=slip)
    walk.run()

    ((_, body, letter),) = world.queues.dead
    assert "hush" in body, "the message itself stays as it was sent"
    assert letter["reason"].startswith(f"{field}: ")
    assert world.request(letter["requestId"])["reason"] == letter["reason"]
    assert json.loads(world.events.details[0])["statusReason"] == letter["reason"]
    assert "hush" not in told_by(world) + log.getvalue()
    fault_report("logs, events and states searched for SQL and parameter values")


def test_what_amc_says_of_sql_stands_on_the_row_and_in_no_log(
    dynamodb: "DynamoDBServiceResource", log: io.StringIO, fault_report: FaultReport
) -> None:
    world = CountedWorld(dynamodb, "quiet")
    world.true_amc.faults = [("before", AmcRefused(400, f"Was unable to compile {HUSH}"))]
    walk = Walk(world)
    walk.send("r1")
    walk.run()

    assert world.request("r1")["reason"] == f"AMC refused with 400: Was unable to compile {HUSH}"
    assert "AMC refused with 400" in log.getvalue()
    assert "hush" not in log.getvalue()
    fault_report("logs, events and states searched for SQL and parameter values")


@pytest.mark.parametrize(
    ("answers", "logged"),
    [
        ([({"error": "invalid_grant", "error_description": "refresh-1"}, 400)], "the grant was revoked"),
        ([({"error": "invalid_client"}, 401)], "client_id or client_secret is wrong"),
        ([({"access_token": "token-1"}, 200), ({"details": "token-1, hush-1"}, 400)], "AMC refused with 400"),
        (
            [
                ({"access_token": "token-1"}, 200),
                ({"details": "expired"}, 401),
                ({"access_token": "token-2"}, 200),
                ({"details": "token-2 is not allowed"}, 403),
            ],
            "AMC refused with 403",
        ),
    ],
)
def test_neither_token_nor_secret_is_logged(
    dynamodb: "DynamoDBServiceResource",
    server: ScriptedServer,
    log: io.StringIO,
    *,
    answers: list[tuple[dict[str, str], int]],
    logged: str,
    fault_report: FaultReport,
) -> None:
    http = http_client()
    lambdas = Lambdas(server, http, create(dynamodb, ACCESS_TOKENS))
    for body, status in answers:
        server.will_answer(body, status)
    world: Any = World(a_tenant_row())
    world.amc = through_ads_api(http, lambdas.another(), {"NA": server.url})

    with pytest.raises((PermanentError, AmcUnavailable)):
        poll_execution.handler({"customerId": "acme", "workflowExecutionId": "run-1"}, ports=lambda: world)

    assert len(server.asked) == len(answers)
    assert logged in log.getvalue()
    for hidden in ("token-1", "token-2", "hush-1", "refresh-1"):
        assert hidden not in log.getvalue()
    fault_report("logs searched for tokens")
