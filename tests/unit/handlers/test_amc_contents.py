"""ListAmcWorkflows, GetAmcWorkflow and ListDataSources: what is in a tenant's instance, for people."""

from typing import Any

import pytest

from functions.handlers import get_amc_workflow, list_amc_workflows, list_data_sources
from tests.builders import a_tenant_row
from tests.fakes import World
from tests.unit.rollout_machine import call
from wfm.errors import AmcThrottled, InvalidRequest, NotReadyYet, UnknownCustomer

ACME = {"customerId": "acme"}
HANDLERS = [list_amc_workflows.handler, get_amc_workflow.handler, list_data_sources.handler]
REACH = {"workflowId": "reach", "sqlQuery": "SELECT 1"}


def a_world(**changes: object) -> World:
    world = World(a_tenant_row(**changes))
    world.amc.workflows["reach"] = dict(REACH)
    return world


def digest(world: World) -> str:
    (listed,) = call(list_amc_workflows.handler, world, ACME)["workflows"]
    assert listed["workflowId"] == "reach"
    return str(listed["digest"])


def test_a_listed_workflow_has_another_digest_once_it_is_another_one() -> None:
    world = a_world()
    before = digest(world)
    world.amc.workflows["reach"]["sqlQuery"] = "SELECT  1 -- a comment"
    same = digest(world)
    world.amc.workflows["reach"]["sqlQuery"] = "SELECT 2"

    assert same == before
    assert digest(world) != before


def test_a_workflow_is_given_as_amc_shows_it_and_none_for_one_that_is_not_there() -> None:
    world = a_world()

    assert call(get_amc_workflow.handler, world, ACME | {"workflowId": "reach"}) == {"workflow": REACH}
    assert call(get_amc_workflow.handler, world, ACME | {"workflowId": "other"}) == {"workflow": None}


def test_data_sources_come_with_their_columns_and_without_what_only_people_read() -> None:
    world = a_world()
    column = {"name": "campaign", "columnType": "DIMENSION", "description": "long"}
    world.amc.data_sources = [
        {"dataSourceId": "dsp_views", "columns": [column], "tags": [], "outputChannels": [{}]},
        {"dataSourceId": "conversions", "columns": None, "tags": [{"type": "DEPRECATED", "title": "Going"}]},
        {"columns": [column]},
    ]

    assert call(list_data_sources.handler, world, ACME) == {
        "dataSources": [
            {"dataSourceId": "dsp_views", "columns": ["campaign"], "deprecated": False},
            {"dataSourceId": "conversions", "columns": [], "deprecated": True},
        ]
    }


@pytest.mark.parametrize("handler", HANDLERS)
@pytest.mark.parametrize("status", ["PAUSED", "OFFBOARDING"])
def test_what_is_there_can_be_read_while_nothing_new_is_started(handler: Any, status: str) -> None:
    assert call(handler, a_world(status=status), ACME | {"workflowId": "reach"})


@pytest.mark.parametrize("handler", HANDLERS)
@pytest.mark.parametrize(
    ("event", "status", "error"),
    [
        ({}, "ACTIVE", InvalidRequest),
        ({"customerId": "other"}, "ACTIVE", UnknownCustomer),
        (ACME, "OFFBOARDED", UnknownCustomer),
        (ACME, "PROVISIONING", NotReadyYet),
    ],
)
def test_what_is_no_tenant_in_service_is_refused(
    handler: Any, event: dict[str, str], status: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        call(handler, a_world(status=status), event | {"workflowId": "reach"})


@pytest.mark.parametrize("workflow_id", [None, "", "a/b", 1])
def test_an_id_that_amc_cannot_have_is_never_asked_for(workflow_id: object) -> None:
    with pytest.raises(InvalidRequest, match="workflowId"):
        call(get_amc_workflow.handler, a_world(), ACME | {"workflowId": workflow_id})


@pytest.mark.parametrize("handler", [list_amc_workflows.handler, list_data_sources.handler])
def test_a_throttle_amid_the_list_is_passed_on(handler: Any) -> None:
    world = a_world()
    world.amc.list_fault = AmcThrottled("AMC throttled")

    with pytest.raises(AmcThrottled):
        call(handler, world, ACME)
