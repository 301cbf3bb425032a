"""Records and requests lead nowhere else, and what is written down for people holds nothing secret."""

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from functions.adapters.amc import AmcApi
from functions.adapters.http import http_client
from functions.domain.errors import AmcRefused, AmcUnavailable, InvalidRecord, InvalidRequest
from functions.domain.execution_lifecycle.requests import read_request, scheduled_request_id
from functions.domain.schedules.schedule import schedule_name
from functions.domain.tenant_onboarding.onboarding import read_record
from tests.adapters.amc import Tokens, through_ads_api
from tests.adapters.scripted_server import ScriptedServer
from tests.builders import a_message, a_tenant, a_tps_record
from tests.fakes import NOON
from tests.reliability.report import FaultReport
from tests.reliability.walk import Walk
from tests.reliability.world import CountedWorld

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
        with pytest.raises(InvalidRequest, match="cannot stand in an address"):
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


SECRETS = {"sql": "SELECT hush FROM secrets", "value": "hush-parameter"}


@pytest.mark.parametrize("fault", [None, AmcUnavailable("it answered 503"), AmcRefused(400, "no such column")])
def test_a_walk_writes_no_sql_and_no_parameter_into_logs_events_or_states(
    dynamodb: "DynamoDBServiceResource", capfd: Any, fault: Exception | None, fault_report: FaultReport
) -> None:
    world = CountedWorld(dynamodb, "quiet")
    world.true_amc.faults = [("before", fault)] if fault else []
    world.calls.kill_at = {(15, "before")}
    walk = Walk(world)
    payload = {**a_message()["payload"], "parameterValues": {"brand": SECRETS["value"]}}
    del payload["workflowId"]
    walk.send("r1", payload={**payload, "workflow": {"workflowId": "adhoc", "sqlQuery": SECRETS["sql"]}})
    walk.send("r2", payload={**payload, "workflowId": "reach", "timeWindowStart": "TODY(-1)"})
    walk.run()

    logs = "".join(capfd.readouterr())
    told = json.dumps([world.events.details, world.sns.messages, world.states.started, world.states.answers])
    assert world.request("r1")["endedAt"]
    assert "hush" not in logs
    assert "hush" not in told
    fault_report("logs, events and states searched for SQL and parameter values")


def test_neither_token_nor_secret_is_logged(server: ScriptedServer, capfd: Any, fault_report: FaultReport) -> None:
    amc = through_ads_api(http_client(), Tokens(), {"NA": server.url})
    server.will_answer({"details": "expired"}, 401)
    server.will_answer({"details": "token-2 is not allowed"}, 403)

    with pytest.raises(AmcRefused):
        amc.get_execution(a_tenant(), "run-1")

    assert "token-1" not in "".join(capfd.readouterr())
    fault_report("logs searched for tokens")
