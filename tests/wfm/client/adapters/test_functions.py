"""Asking WFM's Lambdas: what may pass is tried again, all else is told in its words."""

import pytest

from tests.wfm.amc_functions import AmcFunctions
from wfm.client.adapters.amc_contents import AmcContents
from wfm.client.adapters.functions import TRIES
from wfm.errors import AmcRefused, AmcThrottled, AmcUnavailable, ClientError, UnreachableError


@pytest.fixture
def functions() -> AmcFunctions:
    made = AmcFunctions()
    made.amc("acme").workflows["reach"] = {"workflowId": "reach", "sqlQuery": "SELECT 1"}
    return made


def contents(functions: AmcFunctions) -> AmcContents:
    return AmcContents(functions.client())


def test_what_passes_is_tried_again_ever_more_slowly(functions: AmcFunctions) -> None:
    functions.faults["ListAmcWorkflows"] = [AmcThrottled("429"), AmcUnavailable("504")]

    assert list(contents(functions).workflows("acme")) == ["reach"]
    first, second = functions.slept
    assert second == 2 * first


def test_what_does_not_pass_is_given_up_after_some_tries_without_a_last_pause(functions: AmcFunctions) -> None:
    functions.faults["ListAmcWorkflows"] = [AmcThrottled("slow down") for _ in range(2 * TRIES)]

    with pytest.raises(ClientError, match="slow down"):
        contents(functions).workflows("acme")
    assert (len(functions.calls), len(functions.slept)) == (TRIES, TRIES - 1)


def test_a_refusal_is_told_in_amcs_words_and_not_tried_again(functions: AmcFunctions) -> None:
    functions.faults["GetAmcWorkflow"] = [AmcRefused(403, "Terms not accepted")]

    with pytest.raises(ClientError, match="Terms not accepted"):
        contents(functions).workflow("acme", "reach")
    assert functions.slept == []


def test_a_workflow_that_is_not_there_is_none(functions: AmcFunctions) -> None:
    assert contents(functions).workflow("acme", "other") is None


def test_an_answer_of_another_shape_is_another_version(functions: AmcFunctions) -> None:
    functions._answer = lambda *_: {}  # type: ignore[method-assign]

    for ask in (contents(functions).workflows, contents(functions).data_sources):
        with pytest.raises(ClientError, match="another version"):
            ask("acme")
    functions.missing = True
    with pytest.raises(UnreachableError, match="no function wfm-ListDataSources"):
        contents(functions).data_sources("acme")
