"""Which SQL made a run, by its rows, the library and the workflow as it is now."""

from typing import Any

import pytest

from tests.wfm.commands import Run
from wfm.errors import UsageError
from wfm.model.workflows import definition_hash, short_hash

WAITED = {"waitingAt": "2026-11-23T14:21:00.000Z", "runningAt": "2026-11-23T15:00:00.000Z"}


def hash_of(sql: str) -> str:
    return short_hash(definition_hash({"workflowId": "reach", "sqlQuery": sql}))


@pytest.fixture
def acme(deployed: Any) -> Any:
    """A tenant whose workflow is as version 3 of the library has it; version 1 was removed."""
    deployed.put_tenant()
    for version in (2, 3):
        record = {"workflowId": "reach", "version": version, "sqlQuery": f"SELECT {version}", "tags": ["emea"]}
        deployed.table("WorkflowLibrary").put_item(Item=record)
    row = {"customerId": "acme", "workflowId": "reach", "sqlQuery": "SELECT 3", "libraryVersion": 3}
    deployed.table("Workflows").put_item(Item={**row, "syncedAt": "2026-11-23T14:40:00.000Z"})
    return deployed


def test_an_older_version_of_the_library_is_found_though_the_workflow_was_changed(acme: Any) -> None:
    acme.put_request("r1", definitionHash=hash_of("SELECT 2"), libraryVersion=2)

    found = acme.wfm.runs.definition(acme.wfm.runs.get("acme", "r1"))

    assert (found.sql, found.kept_in, found.note) == ("SELECT 2", "version 2 of the library", "")
    assert found.definition == {"workflowId": "reach", "sqlQuery": "SELECT 2"}


def test_the_run_tells_it_when_its_request_has_aged_out(acme: Any) -> None:
    acme.put_execution("e1", source="wfm", requestId="gone", definitionHash=hash_of("SELECT 3"), libraryVersion=3)

    assert acme.wfm.runs.definition(acme.wfm.runs.get("acme", "e1")).sql == "SELECT 3"


def test_a_workflow_of_the_tenants_own_is_found_as_long_as_it_is_unchanged(acme: Any) -> None:
    acme.table("Workflows").put_item(Item={"customerId": "acme", "workflowId": "own", "sqlQuery": "SELECT 5"})
    own = short_hash(definition_hash({"workflowId": "own", "sqlQuery": "SELECT 5"}))
    acme.put_request("r1", workflowId="own", definitionHash=own)
    acme.put_request("r2", workflowId="own", definitionHash=hash_of("SELECT 4"))

    found = acme.wfm.runs.definition(acme.wfm.runs.get("acme", "r1"))

    assert (found.sql, found.kept_in) == ("SELECT 5", "the workflow own as it is now")
    with pytest.raises(UsageError, match=f"r2 was made by the definition {hash_of('SELECT 4')} of own, which is kept"):
        acme.wfm.runs.definition(acme.wfm.runs.get("acme", "r2"))


def test_a_query_of_a_requests_own_stands_in_its_row(acme: Any) -> None:
    acme.put_request("r1", workflowId="", execution={"workflow": {"sqlQuery": "SELECT 7"}})

    assert acme.wfm.runs.definition(acme.wfm.runs.get("acme", "r1")).sql == "SELECT 7"


def test_what_is_not_known_is_not_guessed(acme: Any) -> None:
    acme.put_execution("elsewhere")

    with pytest.raises(UsageError, match="which SQL made elsewhere is not known: it was started elsewhere"):
        acme.wfm.runs.definition(acme.wfm.runs.get("acme", "elsewhere"))


def test_the_command_prints_the_sql_and_says_where_it_is_kept(acme: Any, command: Run) -> None:
    acme.put_request("r1", definitionHash=hash_of("SELECT 3"), libraryVersion=3, valuesUsed={"asins": "0f"}, **WAITED)

    ended, shown = command("executions", "show", "acme/r1", "--sql"), command("executions", "show", "acme/r1")
    both = command("executions", "show", "acme/r1", "--sql", "--json")

    assert (ended.code, ended.out) == (0, "SELECT 3\n")
    assert "note: from version 3 of the library" in ended.err
    assert "AMC got reach anew at 2026-11-23T14:40:00.000Z, while the request waited" in ended.err
    lines = [line.split() for line in shown.out.splitlines()]
    assert ["library", "version", "3"] in lines
    assert ["definition", hash_of("SELECT 3")] in lines
    assert ["values", "used", "asins=0f"] in lines
    assert (both.code, both.err) == (2, "error: --sql: stands beside --json; allowed: one of the two\n")
