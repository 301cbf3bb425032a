import socket
from typing import Any

import pytest
import urllib3

from functions.amc.api import AmcApi
from tests.adapters.amc_calls import BODY, Tokens, through_ads_api
from tests.adapters.builders import a_tenant
from tests.adapters.scripted_server import ScriptedServer
from wfm.errors import AmcRefused, AmcThrottled, AmcUnavailable, WfmError, without_request_ids


@pytest.mark.parametrize("header", [{}, {"Retry_After": "60"}, {"Retry_After": "soon"}])
def test_throttling_is_left_to_the_state_machine(amc: AmcApi, server: ScriptedServer, header: dict[str, str]) -> None:
    server.will_answer({"message": "Too Many Requests"}, 429, **header)

    with pytest.raises(AmcThrottled):
        amc.create_execution(a_tenant(), BODY)

    assert len(server.asked) == 1


@pytest.mark.parametrize(
    "text",
    [
        "You have reached your execution limit of 5 workflowExecutions that are in PENDING or RUNNING status.",
        "The limit of 100 workflow executions per day has been reached.",
    ],
)
def test_a_limit_of_runs_is_waited_for_as_throttling_is(amc: AmcApi, server: ScriptedServer, text: str) -> None:
    server.will_answer({"details": text}, 422)

    with pytest.raises(AmcThrottled, match="limit of"):
        amc.create_execution(a_tenant(), BODY)


def test_a_limit_of_sql_is_a_refusal(amc: AmcApi, server: ScriptedServer) -> None:
    server.will_answer({"details": "LIMIT of 10 is not supported"}, 422)

    with pytest.raises(AmcRefused):
        amc.create_execution(a_tenant(), BODY)


def test_a_short_retry_after_is_waited_for_once(
    http: urllib3.PoolManager, tokens: Tokens, server: ScriptedServer
) -> None:
    pauses: list[float] = []
    amc = through_ads_api(http, tokens, {"NA": server.url}, pauses.append)
    for _ in range(2):
        server.will_answer({"message": "Too Many Requests"}, 429, Retry_After="2")

    with pytest.raises(AmcThrottled, match="Retry-After: 2"):
        amc.create_execution(a_tenant(), BODY)

    assert pauses == [2.0]
    assert len(server.asked) == 2


def test_a_redirect_is_no_answer(amc: AmcApi, server: ScriptedServer) -> None:
    server.will_answer({}, 302, Location="http://127.0.0.1:1/")

    with pytest.raises(AmcUnavailable, match="302"):
        amc.get_workflow(a_tenant(), "reach")


@pytest.mark.parametrize("status", [408, 421, 425, 500, 502, 503, 504])
def test_a_failure_of_amc_leaves_open_whether_a_post_was_accepted(
    amc: AmcApi, server: ScriptedServer, status: int
) -> None:
    server.will_answer({"message": "Endpoint request timed out"}, status)

    with pytest.raises(AmcUnavailable, match=str(status)) as error:
        amc.create_execution(a_tenant(), BODY)

    assert error.value.sent
    assert len(server.asked) == 1


@pytest.mark.parametrize("body", [b"<html>", b'{"workflowExecutionId": "x', b"\xff\xfe\x00"])
def test_an_answer_that_cannot_be_read_leaves_it_open_too(amc: AmcApi, server: ScriptedServer, body: bytes) -> None:
    server.will_answer(body)

    with pytest.raises(AmcUnavailable, match="no JSON") as error:
        amc.create_execution(a_tenant(), BODY)

    assert error.value.sent


def test_a_lost_answer_leaves_it_open_and_nothing_is_sent_again(amc: AmcApi, server: ScriptedServer) -> None:
    server.will_hang_up()

    with pytest.raises(AmcUnavailable, match="no answer to POST") as error:
        amc.create_execution(a_tenant(), BODY)

    assert error.value.sent
    assert len(server.asked) == 1


def test_an_answer_that_breaks_off_leaves_it_open(amc: AmcApi, server: ScriptedServer) -> None:
    server.will_answer(b'{"workflow', Content_Length="999", Connection="close")

    with pytest.raises(AmcUnavailable) as error:
        amc.create_execution(a_tenant(), BODY)

    assert error.value.sent


def test_an_answer_that_does_not_come_in_time_leaves_it_open(server: ScriptedServer) -> None:
    server.will_stay_silent()
    impatient = urllib3.PoolManager(retries=False, timeout=urllib3.Timeout(connect=2, read=0.05))

    with pytest.raises(AmcUnavailable, match="ReadTimeoutError") as error:
        through_ads_api(impatient, Tokens(), {"NA": server.url}).create_execution(a_tenant(), BODY)

    impatient.clear()
    assert error.value.sent


def test_a_connection_that_is_refused_has_sent_nothing(http: urllib3.PoolManager) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]

    with pytest.raises(AmcUnavailable, match="no connection") as error:
        through_ads_api(http, Tokens(), {"NA": f"http://127.0.0.1:{port}"}).create_execution(a_tenant(), BODY)

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
        through_ads_api(http, Tokens(), {"NA": "http://127.0.0.1"}).create_execution(a_tenant(), BODY)

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
def test_a_refusal_carries_amcs_own_words(amc: AmcApi, server: ScriptedServer, body: Any, text: str) -> None:
    server.will_answer(body, 400)

    with pytest.raises(AmcRefused) as error:
        amc.create_execution(a_tenant(), BODY)

    assert (error.value.status, error.value.text) == (400, text)


@pytest.mark.parametrize("status", [400, 403, 404, 406, 415, 422])
def test_all_of_the_four_hundreds_are_refusals(amc: AmcApi, server: ScriptedServer, status: int) -> None:
    server.will_answer({"details": "no"}, status)

    with pytest.raises(AmcRefused, match=str(status)):
        amc.get_execution(a_tenant(), "x1")


def test_a_redirect_leads_nowhere(amc: AmcApi, server: ScriptedServer) -> None:
    """Hosts come from the allow-list only: a token must not follow a redirect."""
    server.will_answer(b"moved", 307, Location=f"{server.url}/elsewhere")

    with pytest.raises(AmcUnavailable):
        amc.create_execution(a_tenant(), BODY)

    assert len(server.asked) == 1


@pytest.mark.parametrize("run", [{}, {"workflowExecutionId": ""}, ["x1"], None])
def test_a_post_that_names_no_run_may_have_made_one(amc: AmcApi, server: ScriptedServer, run: Any) -> None:
    server.will_answer(run)

    with pytest.raises(AmcUnavailable, match="no workflowExecutionId") as error:
        amc.create_execution(a_tenant(), BODY)

    assert error.value.sent


IDS = {"x_amz_rid": "7060FC3591BB", "x_amz_request_id": "f0cacefd-0fe2"}
TOLD = "(x-amz-rid 7060FC3591BB, x-amz-request-id f0cacefd-0fe2)"


@pytest.mark.parametrize(
    ("status", "body", "sentence"),
    [
        (400, {"details": "bad SQL"}, f"AMC refused with 400 {TOLD}: bad SQL"),
        (422, {"details": "limit of 5 workflowExecutions"}, f"limit of 5 workflowExecutions {TOLD}"),
        (429, b"<html>", f"AMC throttles {TOLD}, Retry-After: None"),
        (504, {}, f"AMC is not available: it answered 504 {TOLD}"),
        (200, b"<html>", f"AMC is not available: it answered 200 with no JSON {TOLD}"),
    ],
)
def test_amcs_ids_of_the_request_are_in_every_failure(
    amc: AmcApi, server: ScriptedServer, status: int, body: Any, sentence: str
) -> None:
    server.will_answer(body, status, **IDS)

    with pytest.raises(WfmError) as error:
        amc.create_execution(a_tenant(), BODY)

    assert str(error.value) == sentence


@pytest.mark.parametrize(
    ("headers", "told"),
    [
        ({"x_amzn_RequestId": "a-1"}, " (x-amzn-RequestId a-1)"),
        ({"x_amzn_RequestId": "a-1", "x_amz_rid": "R"}, " (x-amz-rid R)"),
        ({"x_amz_rid": "(a) b"}, ""),
        ({"x_amz_rid": "r" * 101}, ""),
        ({}, ""),
    ],
)
def test_the_gateways_id_stands_in_where_amc_gave_none_and_nonsense_is_left_out(
    amc: AmcApi, server: ScriptedServer, headers: dict[str, str], told: str
) -> None:
    server.will_answer({"details": "no"}, 400, **headers)

    with pytest.raises(AmcRefused) as error:
        amc.create_execution(a_tenant(), BODY)

    assert str(error.value) == f"AMC refused with 400{told}: no"
    assert without_request_ids(str(error.value)) == "AMC refused with 400: no"
