from typing import Any
from urllib.parse import urlsplit

import pytest

from functions.amc.api import AmcApi
from tests.adapters.amc_calls import BODY, ROOT, query, said
from tests.adapters.builders import NOW, a_run, a_tenant
from tests.adapters.scripted_server import ScriptedServer
from wfm.errors import AmcRefused, AmcThrottled, AmcUnavailable


def test_a_run_is_made_by_one_post(amc: AmcApi, server: ScriptedServer) -> None:
    server.will_answer(a_run())

    assert amc.create_execution(a_tenant(), BODY) == a_run()

    (asked,) = server.asked
    assert (asked.method, asked.path) == ("POST", f"{ROOT}/workflowExecutions")
    assert asked.json() == BODY


def test_a_run_may_come_in_another_object_as_the_openapi_has_it(amc: AmcApi, server: ScriptedServer) -> None:
    for _ in range(2):
        server.will_answer({"workflowExecution": a_run("x1")})

    assert amc.create_execution(a_tenant(), BODY) == amc.get_execution(a_tenant(), "x1") == a_run("x1")


def test_runs_are_listed_with_the_cancelled_since_a_time_without_an_offset(amc: AmcApi, server: ScriptedServer) -> None:
    server.will_answer({"executions": [a_run("x1"), a_run("x2")], "nextToken": None})

    assert amc.list_executions(a_tenant(), NOW) == [a_run("x1"), a_run("x2")]

    (asked,) = server.asked
    assert (asked.method, urlsplit(asked.path).path) == ("GET", f"{ROOT}/workflowExecutions")
    assert query(asked) == {
        "minCreationTime": ["2026-11-23T14:20:49"],
        "includeCancelled": ["true"],
        "limit": ["100"],
    }


def test_sql_is_listed_only_when_it_is_asked_for(amc: AmcApi, server: ScriptedServer) -> None:
    amc.list_executions(a_tenant(), NOW, with_sql=True)

    assert query(server.asked[0])["includeWorkflow"] == ["true"]


def test_all_pages_are_read(amc: AmcApi, server: ScriptedServer) -> None:
    server.will_answer({"executions": [a_run("x1")], "nextToken": "a+b/c="})
    server.will_answer({"executions": [a_run("x2")], "nextToken": "d"})
    server.will_answer({"executions": [a_run("x3")]})

    runs = amc.list_executions(a_tenant(), NOW)

    assert [run["workflowExecutionId"] for run in runs] == ["x1", "x2", "x3"]
    assert [query(asked).get("nextToken") for asked in server.asked] == [None, ["a+b/c="], ["d"]]
    assert {query(asked)["minCreationTime"][0] for asked in server.asked} == {"2026-11-23T14:20:49"}


def test_a_page_that_names_itself_is_the_last(amc: AmcApi, server: ScriptedServer) -> None:
    server.will_answer({"executions": [a_run("x1")], "nextToken": "a"})
    server.will_answer({"executions": [a_run("x2")], "nextToken": "a"})

    assert len(amc.list_executions(a_tenant(), NOW)) == 2
    assert len(server.asked) == 2


def test_pages_without_end_are_an_error(amc: AmcApi, server: ScriptedServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("functions.amc.api._MAX_PAGES", 4)
    for number in range(6):
        server.will_answer({"executions": [a_run(f"x{number}")], "nextToken": f"token-{number}"})

    with pytest.raises(AmcUnavailable, match="executions did not end after 5 pages"):
        amc.list_executions(a_tenant(), NOW)

    assert len(server.asked) == 4


def test_pages_that_go_round_in_a_circle_end_where_they_began(amc: AmcApi, server: ScriptedServer) -> None:
    for number in (0, 1, 0, 1):
        server.will_answer({"executions": [a_run(f"x{number}")], "nextToken": f"token-{number}"})

    runs = amc.list_executions(a_tenant(), NOW)

    assert {run["workflowExecutionId"] for run in runs} == {"x0", "x1"}
    assert len(server.asked) == 3


@pytest.mark.parametrize("runs", [[], [a_run("x1")]])
def test_a_token_that_never_ends_is_followed_for_ten_pages_that_bring_nothing(
    amc: AmcApi, server: ScriptedServer, runs: list[Any]
) -> None:
    server.will_answer({"executions": [a_run("x1")], "nextToken": "first"})
    for number in range(12):
        server.will_answer({"executions": runs, "nextToken": f"token-{number}"})

    with pytest.raises(AmcUnavailable, match="did not end"):
        amc.list_executions(a_tenant(), NOW)

    assert len(server.asked) == 11


@pytest.mark.parametrize("page", [{}, {"executions": []}, {"executions": None}, {"executions": [], "nextToken": ""}])
def test_an_instance_without_runs_has_none(amc: AmcApi, server: ScriptedServer, page: Any) -> None:
    server.will_answer(page)

    assert amc.list_executions(a_tenant(), NOW) == []


def test_a_run_is_read_by_its_id(amc: AmcApi, server: ScriptedServer) -> None:
    server.will_answer(a_run(status="RUNNING"))

    assert amc.get_execution(a_tenant(), "x1") == a_run(status="RUNNING")
    assert said(server) == [("GET", f"{ROOT}/workflowExecutions/x1")]


def test_a_run_is_cancelled_by_a_put(amc: AmcApi, server: ScriptedServer) -> None:
    amc.cancel_execution(a_tenant(), "x1")

    assert said(server) == [("PUT", f"{ROOT}/workflowExecutions/x1")]
    assert server.asked[0].json() == {"status": "CANCELLED"}


@pytest.mark.parametrize("status", [400, 404])
def test_a_run_that_is_over_or_gone_need_not_be_cancelled(amc: AmcApi, server: ScriptedServer, status: int) -> None:
    server.will_answer({"details": "Workflow execution with ID x1 does not exist."}, status)

    amc.cancel_execution(a_tenant(), "x1")

    assert len(server.asked) == 1


@pytest.mark.parametrize(("status", "error"), [(403, AmcRefused), (429, AmcThrottled), (503, AmcUnavailable)])
def test_a_cancellation_that_did_not_work_says_so(
    amc: AmcApi, server: ScriptedServer, status: int, error: type[Exception]
) -> None:
    server.will_answer({}, status)

    with pytest.raises(error):
        amc.cancel_execution(a_tenant(), "x1")


@pytest.mark.parametrize(
    ("answer", "urls"),
    [
        (
            {"downloadUrls": ["https://a", "https://b"], "metadataDownloadUrls": ["https://m"]},
            ["https://a", "https://b"],
        ),
        ({"downloadUrls": None}, []),
        ({}, []),
    ],
)
def test_links_are_those_to_the_result(
    amc: AmcApi, server: ScriptedServer, answer: dict[str, Any], urls: list[str]
) -> None:
    server.will_answer(answer)

    assert amc.result_urls(a_tenant(), "a/b") == urls

    assert server.asked[0].path == f"{ROOT}/workflowExecutions/a%2Fb/downloadUrls"
