from typing import Any

import pytest

from functions.adapters.amc import AmcApi
from functions.domain.errors import AmcRefused
from tests.adapters.amc import DEFINITION, ROOT, said
from tests.adapters.builders import a_tenant
from tests.adapters.scripted_server import ScriptedServer

GONE = [(404, {}), (400, {"details": "Workflow with ID reach does not exist"})]


def test_a_workflow_is_made_by_a_post(amc: AmcApi, server: ScriptedServer) -> None:
    amc.put_workflow(a_tenant(), DEFINITION)

    assert said(server) == [("POST", f"{ROOT}/workflows")]
    assert server.asked[0].json() == DEFINITION


@pytest.mark.parametrize("field", ["message", "details", "statusReason"])
def test_a_workflow_that_exists_is_replaced(amc: AmcApi, server: ScriptedServer, field: str) -> None:
    server.will_answer({field: "Workflow with ID reach already exists."}, 400)

    amc.put_workflow(a_tenant(), DEFINITION)

    assert said(server) == [("POST", f"{ROOT}/workflows"), ("PUT", f"{ROOT}/workflows/reach")]
    assert server.asked[1].json() == DEFINITION


def test_a_workflow_that_amc_refuses_is_not_put(amc: AmcApi, server: ScriptedServer) -> None:
    server.will_answer({"details": "Was unable to compile workflow reach"}, 400)

    with pytest.raises(AmcRefused, match="unable to compile"):
        amc.put_workflow(a_tenant(), DEFINITION)

    assert len(server.asked) == 1


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

    amc.delete_workflow(a_tenant(), "reach")

    assert said(server) == [("DELETE", f"{ROOT}/workflows/reach")]


def test_a_workflow_that_may_not_be_read_or_deleted_is_a_refusal(amc: AmcApi, server: ScriptedServer) -> None:
    server.will_answer({"details": "Unauthorized request."}, 403)
    server.will_answer({"details": "it is referenced by a schedule"}, 400)

    with pytest.raises(AmcRefused, match="Unauthorized"):
        amc.get_workflow(a_tenant(), "reach")
    with pytest.raises(AmcRefused, match="schedule"):
        amc.delete_workflow(a_tenant(), "reach")
