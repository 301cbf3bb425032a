import pytest

from functions.handlers import get_result_urls
from tests.builders import a_tenant_row
from tests.fakes import World
from tests.unit.rollout_machine import call
from wfm.errors import AmcRefused, InvalidRequest, UnknownCustomer

ASKED = {"customerId": "acme", "workflowExecutionId": "e1"}


def a_world(**changes: object) -> World:
    world = World(a_tenant_row(**changes))
    world.amc.results["e1"] = ["https://amc/1", "https://amc/2"]
    return world


def test_links_are_asked_for_anew_each_time() -> None:
    world = a_world()
    before = call(get_result_urls.handler, world, ASKED)
    world.amc.results["e1"] = ["https://amc/new"]

    assert before == {"urls": ["https://amc/1", "https://amc/2"]}
    assert call(get_result_urls.handler, world, ASKED) == {"urls": ["https://amc/new"]}


@pytest.mark.parametrize("status", ["PAUSED", "OFFBOARDING"])
def test_results_stay_to_be_had_while_nothing_new_is_started(status: str) -> None:
    assert call(get_result_urls.handler, a_world(status=status), ASKED)["urls"]


def test_a_run_without_a_result_is_reported_in_amcs_words() -> None:
    with pytest.raises(AmcRefused, match="unavailable for download"):
        call(get_result_urls.handler, a_world(), ASKED | {"workflowExecutionId": "e2"})


@pytest.mark.parametrize(
    ("event", "error"),
    [
        ({"customerId": "acme"}, InvalidRequest),
        ({"workflowExecutionId": "e1"}, InvalidRequest),
        ({"customerId": "other", "workflowExecutionId": "e1"}, UnknownCustomer),
    ],
)
def test_what_cannot_be_asked_is_refused_by_name(event: dict[str, str], error: type[Exception]) -> None:
    with pytest.raises(error):
        call(get_result_urls.handler, a_world(), event)
