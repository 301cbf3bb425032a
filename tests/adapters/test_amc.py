import socket
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import urllib3

from functions.adapters.amc import AdsApi
from functions.adapters.credentials import AccessTokens
from functions.adapters.http import http_client
from functions.domain.errors import AmcRefused, AmcThrottled, AmcUnavailable, CredentialsRefused
from tests.adapters.builders import NOW, a_run, a_tenant
from tests.adapters.scripted_server import Asked, ScriptedServer

BODY = {
    "workflowId": "reach",
    "timeWindowType": "EXPLICIT",
    "timeWindowStart": "2026-11-16T00:00:00",
    "timeWindowEnd": "2026-11-23T00:00:00",
    "parameterValues": {"share": 0.5},
}
DEFINITION = {"workflowId": "reach", "sqlQuery": "SELECT 1"}
ROOT = "/amc/reporting/amcr1aaaa1a"


class Tokens(AccessTokens):
    """Hands out token-1, and the next after each that is forgotten."""

    def __init__(self) -> None:
        self.forgotten: list[str] = []
        self.asked: list[tuple[str, str]] = []

    def get(self, auth_id: str, region: str) -> tuple[str, str]:
        self.asked.append((auth_id, region))
        return "client-1", f"token-{len(self.forgotten) + 1}"

    def forget(self, auth_id: str) -> None:
        self.forgotten.append(auth_id)


@pytest.fixture
def tokens() -> Tokens:
    return Tokens()


@pytest.fixture
def amc(server: ScriptedServer, http: urllib3.PoolManager, tokens: Tokens) -> AdsApi:
    return AdsApi(http, tokens, {"NA": server.url})


def said(server: ScriptedServer) -> list[tuple[str, str]]:
    return [(asked.method, asked.path) for asked in server.asked]


def query(asked: Asked) -> dict[str, list[str]]:
    return parse_qs(urlsplit(asked.path).query)


def test_a_run_is_made_by_one_post(amc: AdsApi, server: ScriptedServer) -> None:
    server.will_answer(a_run())

    assert amc.create_execution(a_tenant(), BODY) == a_run()

    (asked,) = server.asked
    assert (asked.method, asked.path) == ("POST", f"{ROOT}/workflowExecutions")
    assert asked.json() == BODY


def test_every_call_says_who_calls_and_for_whom(amc: AdsApi, server: ScriptedServer, tokens: Tokens) -> None:
    server.will_answer(a_run())

    amc.get_execution(a_tenant(auth_id="agency", marketplace_id="A1PA6795UKMFR9"), "x1")

    headers = server.asked[0].headers
    assert headers["Authorization"] == "Bearer token-1"
    assert headers["Amazon-Advertising-API-ClientId"] == "client-1"
    assert headers["Amazon-Advertising-API-AdvertiserId"] == "ENTITY1AA1AA11AAA1"
    assert headers["Amazon-Advertising-API-MarketplaceId"] == "A1PA6795UKMFR9"
    assert headers["Accept"] == "application/json"
    assert "Content-Type" not in headers
    assert tokens.asked == [("agency", "NA")]


def test_a_body_is_json(amc: AdsApi, server: ScriptedServer) -> None:
    server.will_answer(a_run())

    amc.create_execution(a_tenant(), BODY)

    assert server.asked[0].headers["Content-Type"] == "application/json"


def test_the_host_is_that_of_the_tenants_region(server: ScriptedServer, http: urllib3.PoolManager) -> None:
    hosts = {"NA": "http://127.0.0.1:1", "EU": server.url}

    AdsApi(http, Tokens(), hosts).get_execution(a_tenant(region="EU"), "x1")

    assert len(server.asked) == 1


def test_what_stands_in_a_path_is_quoted(amc: AdsApi, server: ScriptedServer) -> None:
    tenant = a_tenant(instance_id="a/../b")

    amc.get_execution(tenant, "x/1?a=b")
    amc.get_workflow(a_tenant(), "../workflowExecutions")
    amc.delete_workflow(a_tenant(), "a b#c")
    amc.cancel_execution(a_tenant(), "x 1")

    assert [path for _, path in said(server)] == [
        "/amc/reporting/a%2F..%2Fb/workflowExecutions/x%2F1%3Fa%3Db",
        f"{ROOT}/workflows/..%2FworkflowExecutions",
        f"{ROOT}/workflows/a%20b%23c",
        f"{ROOT}/workflowExecutions/x%201",
    ]


@pytest.mark.parametrize("run", [{}, {"workflowExecutionId": ""}, ["x1"], None])
def test_a_post_that_names_no_run_may_have_made_one(amc: AdsApi, server: ScriptedServer, run: Any) -> None:
    server.will_answer(run)

    with pytest.raises(AmcUnavailable, match="no workflowExecutionId") as error:
        amc.create_execution(a_tenant(), BODY)

    assert error.value.sent


def test_runs_are_listed_with_the_cancelled_since_a_time_without_an_offset(amc: AdsApi, server: ScriptedServer) -> None:
    server.will_answer({"executions": [a_run("x1"), a_run("x2")], "nextToken": None})

    assert amc.list_executions(a_tenant(), NOW) == [a_run("x1"), a_run("x2")]

    (asked,) = server.asked
    assert (asked.method, urlsplit(asked.path).path) == ("GET", f"{ROOT}/workflowExecutions")
    assert query(asked) == {
        "minCreationTime": ["2026-11-23T14:20:49"],
        "includeCancelled": ["true"],
        "limit": ["100"],
    }


def test_sql_is_listed_only_when_it_is_asked_for(amc: AdsApi, server: ScriptedServer) -> None:
    amc.list_executions(a_tenant(), NOW, with_sql=True)

    assert query(server.asked[0])["includeWorkflow"] == ["true"]


def test_all_pages_are_read(amc: AdsApi, server: ScriptedServer) -> None:
    server.will_answer({"executions": [a_run("x1")], "nextToken": "a+b/c="})
    server.will_answer({"executions": [a_run("x2")], "nextToken": "d"})
    server.will_answer({"executions": [a_run("x3")]})

    runs = amc.list_executions(a_tenant(), NOW)

    assert [run["workflowExecutionId"] for run in runs] == ["x1", "x2", "x3"]
    assert [query(asked).get("nextToken") for asked in server.asked] == [None, ["a+b/c="], ["d"]]
    assert {query(asked)["minCreationTime"][0] for asked in server.asked} == {"2026-11-23T14:20:49"}


def test_a_page_that_names_itself_is_the_last(amc: AdsApi, server: ScriptedServer) -> None:
    server.will_answer({"executions": [a_run("x1")], "nextToken": "a"})
    server.will_answer({"executions": [a_run("x2")], "nextToken": "a"})

    assert len(amc.list_executions(a_tenant(), NOW)) == 2
    assert len(server.asked) == 2


def test_pages_without_end_are_an_error(amc: AdsApi, server: ScriptedServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("functions.adapters.amc._MOST_PAGES", 4)
    for number in range(6):
        server.will_answer({"executions": [a_run()], "nextToken": f"token-{number % 2}"})

    with pytest.raises(AmcUnavailable, match="4 pages"):
        amc.list_executions(a_tenant(), NOW)

    assert len(server.asked) == 4


@pytest.mark.parametrize("page", [{}, {"executions": []}, {"executions": None}, {"executions": [], "nextToken": ""}])
def test_an_instance_without_runs_has_none(amc: AdsApi, server: ScriptedServer, page: Any) -> None:
    server.will_answer(page)

    assert amc.list_executions(a_tenant(), NOW) == []


def test_a_token_that_ended_early_is_replaced_once(amc: AdsApi, server: ScriptedServer, tokens: Tokens) -> None:
    server.will_answer({"message": "Unauthorized"}, 401)
    server.will_answer(a_run())

    assert amc.create_execution(a_tenant(auth_id="agency"), BODY) == a_run()

    assert tokens.forgotten == ["agency"]
    assert [asked.headers["Authorization"] for asked in server.asked] == ["Bearer token-1", "Bearer token-2"]
    assert server.asked[1].json() == BODY


def test_a_fresh_token_that_is_not_taken_either_is_a_refusal(
    amc: AdsApi, server: ScriptedServer, tokens: Tokens
) -> None:
    for _ in range(3):
        server.will_answer({"message": "Unauthorized"}, 401)

    with pytest.raises(AmcRefused, match="401: Unauthorized"):
        amc.get_execution(a_tenant(), "x1")

    assert len(server.asked) == 2


def test_without_credentials_nothing_is_sent(server: ScriptedServer, http: urllib3.PoolManager) -> None:
    amc = AdsApi(http, AccessTokens(http, dict, {"NA": server.url}), {"NA": server.url})

    with pytest.raises(CredentialsRefused):
        amc.create_execution(a_tenant(), BODY)

    assert server.asked == []


@pytest.mark.parametrize(
    ("header", "seconds"),
    [({}, None), ({"Retry_After": "7"}, 7), ({"Retry_After": "1.5"}, 1.5), ({"Retry_After": "soon"}, None)],
)
def test_throttling_carries_amcs_wish_if_it_can_be_read(
    amc: AdsApi, server: ScriptedServer, header: dict[str, str], seconds: float | None
) -> None:
    server.will_answer({"message": "Too Many Requests"}, 429, **header)

    with pytest.raises(AmcThrottled) as error:
        amc.create_execution(a_tenant(), BODY)

    assert error.value.retry_after == seconds
    assert len(server.asked) == 1


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_failure_of_amc_leaves_open_whether_a_post_was_accepted(
    amc: AdsApi, server: ScriptedServer, status: int
) -> None:
    server.will_answer({"message": "Endpoint request timed out"}, status)

    with pytest.raises(AmcUnavailable, match=str(status)) as error:
        amc.create_execution(a_tenant(), BODY)

    assert error.value.sent
    assert len(server.asked) == 1


@pytest.mark.parametrize("body", [b"<html>", b'{"workflowExecutionId": "x', b"\xff\xfe\x00"])
def test_an_answer_that_cannot_be_read_leaves_it_open_too(amc: AdsApi, server: ScriptedServer, body: bytes) -> None:
    server.will_answer(body)

    with pytest.raises(AmcUnavailable, match="no JSON") as error:
        amc.create_execution(a_tenant(), BODY)

    assert error.value.sent


def test_a_lost_answer_leaves_it_open_and_nothing_is_sent_again(amc: AdsApi, server: ScriptedServer) -> None:
    server.will_hang_up()

    with pytest.raises(AmcUnavailable, match="no answer to POST") as error:
        amc.create_execution(a_tenant(), BODY)

    assert error.value.sent
    assert len(server.asked) == 1


def test_an_answer_that_breaks_off_leaves_it_open(amc: AdsApi, server: ScriptedServer) -> None:
    server.will_answer(b'{"workflow', Content_Length="999", Connection="close")

    with pytest.raises(AmcUnavailable) as error:
        amc.create_execution(a_tenant(), BODY)

    assert error.value.sent


def test_an_answer_that_does_not_come_in_time_leaves_it_open(server: ScriptedServer) -> None:
    server.will_stay_silent()
    impatient = urllib3.PoolManager(retries=False, timeout=urllib3.Timeout(connect=2, read=0.05))

    with pytest.raises(AmcUnavailable, match="ReadTimeoutError") as error:
        AdsApi(impatient, Tokens(), {"NA": server.url}).create_execution(a_tenant(), BODY)

    impatient.clear()
    assert error.value.sent


def test_a_connection_that_is_refused_has_sent_nothing(http: urllib3.PoolManager) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]

    with pytest.raises(AmcUnavailable, match="no connection") as error:
        AdsApi(http, Tokens(), {"NA": f"http://127.0.0.1:{port}"}).create_execution(a_tenant(), BODY)

    assert not error.value.sent


@pytest.mark.parametrize(
    "problem",
    [urllib3.exceptions.ConnectTimeoutError, urllib3.exceptions.ReadTimeoutError],
)
def test_only_a_time_out_before_the_connection_has_sent_nothing(
    problem: Any, monkeypatch: pytest.MonkeyPatch, http: urllib3.PoolManager
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise problem(None, "url", "timed out")

    monkeypatch.setattr(http, "request", fail)

    with pytest.raises(AmcUnavailable) as error:
        AdsApi(http, Tokens(), {"NA": "http://127.0.0.1"}).create_execution(a_tenant(), BODY)

    assert error.value.sent is (problem is urllib3.exceptions.ReadTimeoutError)


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ({"code": "400", "details": "it was found to be invalid"}, "it was found to be invalid"),
        ({"message": "Forbidden", "requestId": "1"}, "Forbidden"),
        ({"statusReason": "Unsupported operation"}, "Unsupported operation"),
        ({"code": "400"}, "no reason given"),
        (["a"], "no reason given"),
        (b"<html>", "no reason given"),
        (b"", "no reason given"),
    ],
)
def test_a_refusal_carries_amcs_own_words(amc: AdsApi, server: ScriptedServer, body: Any, text: str) -> None:
    server.will_answer(body, 400)

    with pytest.raises(AmcRefused) as error:
        amc.create_execution(a_tenant(), BODY)

    assert (error.value.status, error.value.text) == (400, text)


@pytest.mark.parametrize("status", [400, 403, 404, 406, 415, 422])
def test_all_of_the_four_hundreds_are_refusals(amc: AdsApi, server: ScriptedServer, status: int) -> None:
    server.will_answer({"details": "no"}, status)

    with pytest.raises(AmcRefused, match=str(status)):
        amc.get_execution(a_tenant(), "x1")


def test_a_redirect_leads_nowhere(amc: AdsApi, server: ScriptedServer) -> None:
    """Hosts come from the allow-list only: a token must not follow a redirect."""
    server.will_answer(b"moved", 307, Location=f"{server.url}/elsewhere")

    with pytest.raises(AmcUnavailable):
        amc.create_execution(a_tenant(), BODY)

    assert len(server.asked) == 1


def test_a_run_is_read_by_its_id(amc: AdsApi, server: ScriptedServer) -> None:
    server.will_answer(a_run(status="RUNNING"))

    assert amc.get_execution(a_tenant(), "x1") == a_run(status="RUNNING")
    assert said(server) == [("GET", f"{ROOT}/workflowExecutions/x1")]


def test_a_run_is_cancelled_by_a_put(amc: AdsApi, server: ScriptedServer) -> None:
    amc.cancel_execution(a_tenant(), "x1")

    assert said(server) == [("PUT", f"{ROOT}/workflowExecutions/x1")]
    assert server.asked[0].json() == {"status": "CANCELLED"}


@pytest.mark.parametrize("status", [400, 404])
def test_a_run_that_is_over_or_gone_need_not_be_cancelled(amc: AdsApi, server: ScriptedServer, status: int) -> None:
    server.will_answer({"details": "Workflow execution with ID x1 does not exist."}, status)

    amc.cancel_execution(a_tenant(), "x1")

    assert len(server.asked) == 1


@pytest.mark.parametrize(("status", "error"), [(403, AmcRefused), (429, AmcThrottled), (503, AmcUnavailable)])
def test_a_cancellation_that_did_not_work_says_so(
    amc: AdsApi, server: ScriptedServer, status: int, error: type[Exception]
) -> None:
    server.will_answer({}, status)

    with pytest.raises(error):
        amc.cancel_execution(a_tenant(), "x1")


def test_a_workflow_is_made_by_a_post(amc: AdsApi, server: ScriptedServer) -> None:
    amc.put_workflow(a_tenant(), DEFINITION)

    assert said(server) == [("POST", f"{ROOT}/workflows")]
    assert server.asked[0].json() == DEFINITION


@pytest.mark.parametrize("field", ["message", "details", "statusReason"])
def test_a_workflow_that_exists_is_replaced(amc: AdsApi, server: ScriptedServer, field: str) -> None:
    server.will_answer({field: "Workflow with ID reach already exists."}, 400)

    amc.put_workflow(a_tenant(), DEFINITION)

    assert said(server) == [("POST", f"{ROOT}/workflows"), ("PUT", f"{ROOT}/workflows/reach")]
    assert server.asked[1].json() == DEFINITION


def test_a_workflow_that_amc_refuses_is_not_put(amc: AdsApi, server: ScriptedServer) -> None:
    server.will_answer({"details": "Was unable to compile workflow reach"}, 400)

    with pytest.raises(AmcRefused, match="unable to compile"):
        amc.put_workflow(a_tenant(), DEFINITION)

    assert len(server.asked) == 1


def test_a_workflow_is_read_by_its_id(amc: AdsApi, server: ScriptedServer) -> None:
    server.will_answer(DEFINITION)

    assert amc.get_workflow(a_tenant(), "reach") == DEFINITION
    assert said(server) == [("GET", f"{ROOT}/workflows/reach")]


GONE = [(404, {}), (400, {"details": "Workflow with ID reach does not exist"})]


@pytest.mark.parametrize(("status", "body"), GONE)
def test_a_workflow_that_is_not_there_is_none(amc: AdsApi, server: ScriptedServer, status: int, body: Any) -> None:
    server.will_answer(body, status)

    assert amc.get_workflow(a_tenant(), "reach") is None


@pytest.mark.parametrize(("status", "body"), [(200, {}), *GONE])
def test_a_workflow_is_deleted_if_it_is_there(amc: AdsApi, server: ScriptedServer, status: int, body: Any) -> None:
    server.will_answer(body, status)

    amc.delete_workflow(a_tenant(), "reach")

    assert said(server) == [("DELETE", f"{ROOT}/workflows/reach")]


def test_a_workflow_that_may_not_be_read_or_deleted_is_a_refusal(amc: AdsApi, server: ScriptedServer) -> None:
    server.will_answer({"details": "Unauthorized request."}, 403)
    server.will_answer({"details": "it is referenced by a schedule"}, 400)

    with pytest.raises(AmcRefused, match="Unauthorized"):
        amc.get_workflow(a_tenant(), "reach")
    with pytest.raises(AmcRefused, match="schedule"):
        amc.delete_workflow(a_tenant(), "reach")


def test_one_connection_serves_many_calls(amc: AdsApi, server: ScriptedServer, http: urllib3.PoolManager) -> None:
    for _ in range(3):
        amc.get_execution(a_tenant(), "x1")

    pool = http.connection_from_url(server.url)
    assert isinstance(pool, urllib3.HTTPConnectionPool)
    assert (pool.num_requests, pool.num_connections) == (3, 1)


def test_the_lambdas_client_waits_for_as_long_as_amcs_gateway_may_take() -> None:
    timeout = http_client().connection_pool_kw["timeout"]

    assert timeout.connect_timeout == 5
    assert 29 < timeout.read_timeout < 60


def test_the_lambdas_client_repeats_nothing_on_the_wire(server: ScriptedServer) -> None:
    client = http_client()
    server.will_hang_up()

    with pytest.raises(AmcUnavailable):
        AdsApi(client, Tokens(), {"NA": server.url}).create_execution(a_tenant(), BODY)

    client.clear()
    assert len(server.asked) == 1
