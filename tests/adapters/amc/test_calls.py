import pytest
import urllib3

from functions.amc.api import AmcApi
from functions.amc.http import http_client
from tests.adapters.amc_calls import BODY, ROOT, Tokens, said, through_ads_api
from tests.adapters.builders import a_run, a_tenant
from tests.adapters.scripted_server import ScriptedServer
from wfm.errors import AmcRefused, AmcUnavailable, CredentialsRefused, InvalidRequest


def test_every_call_says_who_calls_and_for_whom(amc: AmcApi, server: ScriptedServer, tokens: Tokens) -> None:
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


def test_a_body_is_json(amc: AmcApi, server: ScriptedServer) -> None:
    server.will_answer(a_run())

    amc.create_execution(a_tenant(), BODY)

    assert server.asked[0].headers["Content-Type"] == "application/json"


def test_the_host_is_that_of_the_tenants_region(server: ScriptedServer, http: urllib3.PoolManager) -> None:
    hosts = {"NA": "http://127.0.0.1:1", "EU": server.url}

    through_ads_api(http, Tokens(), hosts).get_execution(a_tenant(region="EU"), "x1")

    assert len(server.asked) == 1


def test_what_stands_in_a_path_is_quoted(amc: AmcApi, server: ScriptedServer) -> None:
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


@pytest.mark.parametrize("name", ["", ".", "..", "x\ud800"])
def test_what_cannot_be_quoted_is_not_asked_for(amc: AmcApi, server: ScriptedServer, name: str) -> None:
    for ask in (amc.get_execution, amc.result_urls, amc.get_workflow):
        with pytest.raises(InvalidRequest, match="cannot be part of a path"):
            ask(a_tenant(), name)

    assert server.asked == []


def test_a_token_that_ended_early_is_replaced_once(amc: AmcApi, server: ScriptedServer, tokens: Tokens) -> None:
    server.will_answer({"message": "Unauthorized"}, 401)
    server.will_answer(a_run())

    assert amc.create_execution(a_tenant(auth_id="agency"), BODY) == a_run()

    assert tokens.forgotten == [("agency", "token-1")]
    assert [asked.headers["Authorization"] for asked in server.asked] == ["Bearer token-1", "Bearer token-2"]
    assert server.asked[1].json() == BODY


def test_a_fresh_token_that_is_not_taken_either_is_a_refusal(
    amc: AmcApi, server: ScriptedServer, tokens: Tokens
) -> None:
    for _ in range(3):
        server.will_answer({"message": "Unauthorized"}, 401)

    with pytest.raises(AmcRefused, match="401: Unauthorized"):
        amc.get_execution(a_tenant(), "x1")

    assert len(server.asked) == 2


def test_without_credentials_nothing_is_sent(server: ScriptedServer, http: urllib3.PoolManager) -> None:
    class NoTokens(Tokens):
        def get(self, auth_id: str, region: str) -> tuple[str, str]:
            raise CredentialsRefused(auth_id)

    amc = through_ads_api(http, NoTokens(), {"NA": server.url})

    with pytest.raises(CredentialsRefused):
        amc.create_execution(a_tenant(), BODY)

    assert server.asked == []


def test_one_connection_serves_many_calls(amc: AmcApi, server: ScriptedServer, http: urllib3.PoolManager) -> None:
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
        through_ads_api(client, Tokens(), {"NA": server.url}).get_execution(a_tenant(), "x1")

    client.clear()
    assert len(server.asked) == 1
