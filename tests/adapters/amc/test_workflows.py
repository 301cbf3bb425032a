from typing import Any

import pytest

from functions.amc.api import AmcApi
from tests.adapters.amc_calls import DEFINITION, ROOT, said
from tests.adapters.builders import a_tenant
from tests.adapters.scripted_server import ScriptedServer
from wfm.errors import AmcRefused, AmcUnavailable

READ_AND_PUT = [("GET", f"{ROOT}/workflows/reach"), ("PUT", f"{ROOT}/workflows/reach")]
GONE = [(404, {}), (400, {"details": "Workflow with ID reach does not exist"})]


def test_a_workflow_is_made_by_a_post(amc: AmcApi, server: ScriptedServer) -> None:
    amc.put_workflow(a_tenant(), DEFINITION)

    assert said(server) == [("POST", f"{ROOT}/workflows")]
    assert server.asked[0].json() == DEFINITION


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (400, {"details": "Workflow with ID reach already exists."}),
        (400, {"message": "An entity of this name is present"}),
        (409, {"statusReason": "Conflict"}),
        (422, {"code": "422"}),
        (409, b"<html>"),
    ],
)
def test_a_workflow_that_exists_is_replaced_in_whatever_words_amc_says_so(
    amc: AmcApi, server: ScriptedServer, status: int, body: Any
) -> None:
    server.will_answer(body, status)
    server.will_answer(DEFINITION)

    amc.put_workflow(a_tenant(), DEFINITION)

    assert said(server) == [("POST", f"{ROOT}/workflows"), *READ_AND_PUT]
    assert server.asked[-1].json() == DEFINITION


@pytest.mark.parametrize(("status", "body"), GONE)
def test_a_workflow_that_exists_is_changed_and_made_if_it_is_gone_by_then(
    amc: AmcApi, server: ScriptedServer, status: int, body: Any
) -> None:
    amc.put_workflow(a_tenant(), DEFINITION, exists=True)
    server.will_answer(body, status)
    server.will_answer({}, 404)
    amc.put_workflow(a_tenant(), DEFINITION, exists=True)

    read, put = READ_AND_PUT
    assert said(server) == [put, put, read, ("POST", f"{ROOT}/workflows")]
    assert [asked.json() for asked in server.asked if asked.body] == [DEFINITION] * 3


def test_a_workflow_that_others_make_and_delete_meanwhile_is_put_at_last_or_tried_again_later(
    amc: AmcApi, server: ScriptedServer
) -> None:
    for _ in range(2):
        server.will_answer({"details": "Workflow with ID reach is there."}, 400)
        server.will_answer(DEFINITION)
        server.will_answer({}, 404)
        server.will_answer({}, 404)

    with pytest.raises(AmcUnavailable, match="by turns that workflow reach exists"):
        amc.put_workflow(a_tenant(), DEFINITION)

    assert [method for method, _ in said(server)] == ["POST", "GET", "PUT", "GET", "POST", "GET", "PUT", "GET"]


def test_a_list_has_the_definitions_of_all_pages(amc: AmcApi, server: ScriptedServer) -> None:
    server.will_answer({"workflows": [DEFINITION], "nextToken": "two"})
    server.will_answer({"workflows": [{"workflowId": "geo"}], "nextToken": None})

    assert amc.list_workflows(a_tenant()) == [DEFINITION, {"workflowId": "geo"}]
    assert said(server) == [
        ("GET", f"{ROOT}/workflows?limit=100"),
        ("GET", f"{ROOT}/workflows?limit=100&nextToken=two"),
    ]


def test_a_workflow_that_amc_refuses_is_not_put(amc: AmcApi, server: ScriptedServer) -> None:
    server.will_answer({"details": "Was unable to compile workflow reach"}, 400)
    server.will_answer({"details": "Workflow with ID reach does not exist"}, 400)

    with pytest.raises(AmcRefused, match="unable to compile"):
        amc.put_workflow(a_tenant(), DEFINITION)

    assert [method for method, _ in said(server)] == ["POST", "GET"]


@pytest.mark.parametrize(
    ("status", "body"),
    [(409, {}), (400, {"details": "Workflow with ID reach already exists."}), (422, {"message": "Duplicate id"})],
)
def test_a_workflow_that_is_said_to_exist_and_is_not_shown_is_tried_again_later(
    amc: AmcApi, server: ScriptedServer, status: int, body: Any
) -> None:
    server.will_answer(body, status)
    server.will_answer({}, 404)

    with pytest.raises(AmcUnavailable, match="says that workflow reach exists, and does not show it"):
        amc.put_workflow(a_tenant(), DEFINITION)


def test_a_workflow_may_come_in_another_object_as_the_openapi_has_it(amc: AmcApi, server: ScriptedServer) -> None:
    server.will_answer({"workflow": DEFINITION})

    assert amc.get_workflow(a_tenant(), "reach") == DEFINITION


def test_a_change_that_amc_refuses_is_not_made_anew(amc: AmcApi, server: ScriptedServer) -> None:
    server.will_answer({"details": "Was unable to compile workflow reach"}, 400)
    server.will_answer(DEFINITION)

    with pytest.raises(AmcRefused, match="unable to compile"):
        amc.put_workflow(a_tenant(), DEFINITION, exists=True)

    assert [method for method, _ in said(server)] == ["PUT", "GET"]


@pytest.mark.parametrize("status", [401, 403])
def test_who_may_not_write_is_asked_nothing_more(amc: AmcApi, server: ScriptedServer, status: int) -> None:
    for _ in range(2):
        server.will_answer({"details": "Unauthorized request."}, status)

    with pytest.raises(AmcRefused, match="Unauthorized"):
        amc.put_workflow(a_tenant(), DEFINITION)

    assert {method for method, _ in said(server)} == {"POST"}


def test_a_workflow_is_read_by_its_id(amc: AmcApi, server: ScriptedServer) -> None:
    server.will_answer(DEFINITION)

    assert amc.get_workflow(a_tenant(), "reach") == DEFINITION
    assert said(server) == [("GET", f"{ROOT}/workflows/reach")]


@pytest.mark.parametrize(("status", "body"), GONE)
def test_a_workflow_that_is_not_there_is_none(amc: AmcApi, server: ScriptedServer, status: int, body: Any) -> None:
    server.will_answer(body, status)

    assert amc.get_workflow(a_tenant(), "reach") is None


@pytest.mark.parametrize(("status", "body"), [(200, {}), *GONE])
def test_a_workflow_is_deleted_if_it_is_there(amc: AmcApi, server: ScriptedServer, status: int, body: Any) -> None:
    server.will_answer(body, status)

    assert amc.delete_workflow(a_tenant(), "reach") == []

    assert said(server) == [("DELETE", f"{ROOT}/workflows/reach")]


def test_amcs_own_schedules_of_a_workflow_go_before_it(amc: AmcApi, server: ScriptedServer) -> None:
    server.will_answer({"details": "it is referenced by a schedule"}, 400)
    server.will_answer({"schedules": [{"scheduleId": "daily/1", "workflowId": "reach"}], "nextToken": "two"})
    more = [{"scheduleId": "other", "workflowId": "geo"}, {"scheduleId": "gone", "workflowId": "reach"}]
    server.will_answer({"schedules": more})
    server.will_answer({})
    server.will_answer({}, 404)

    assert amc.delete_workflow(a_tenant(), "reach") == ["daily/1", "gone"]

    workflow, schedules = f"{ROOT}/workflows/reach", f"{ROOT}/schedules"
    assert said(server) == [
        ("DELETE", workflow),
        ("GET", f"{schedules}?limit=100"),
        ("GET", f"{schedules}?limit=100&nextToken=two"),
        ("DELETE", f"{schedules}/daily%2F1"),
        ("DELETE", f"{schedules}/gone"),
        ("DELETE", workflow),
    ]


def test_a_workflow_that_may_not_be_read_or_deleted_is_a_refusal(amc: AmcApi, server: ScriptedServer) -> None:
    server.will_answer({"details": "Unauthorized request."}, 403)
    server.will_answer({"details": "it is being used"}, 400)
    server.will_answer({"schedules": []})

    with pytest.raises(AmcRefused, match="Unauthorized"):
        amc.get_workflow(a_tenant(), "reach")
    with pytest.raises(AmcRefused, match="it is being used"):
        amc.delete_workflow(a_tenant(), "reach")


def test_data_sources_are_listed_with_all_pages(amc: AmcApi, server: ScriptedServer) -> None:
    server.will_answer({"dataSources": [{"dataSourceId": "dsp_views"}], "nextToken": "2"})
    server.will_answer({"dataSources": [{"dataSourceId": "conversions"}], "nextToken": None})

    found = amc.list_data_sources(a_tenant())

    assert [source["dataSourceId"] for source in found] == ["dsp_views", "conversions"]
    root = f"{ROOT}/dataSources?limit=100"
    assert said(server) == [("GET", root), ("GET", f"{root}&nextToken=2")]
