"""Why a window would come out otherwise than it did: its definition, the tenant's values, or the default payload."""

from typing import Any

import pytest

from wfm.model.backfill_changes import Comparison, last_made
from wfm.model.rows import WorkflowRow
from wfm.model.stored_request import StoredRequest
from wfm.model.tenant_values import TenantValues
from wfm.model.workflows import definition_hash, next_version, short_hash, version_in_amc
from wfm.store.items import from_item

OWN = {"value_of": "own_brands"}
DEFAULTS = {"brands": OWN, "cap": "3", "day": "TODAY(-1)"}
NOW = {"brands": ["A"], "cap": "3", "day": "2026-11-22"}
FIRST, SECOND = "2026-01-01T00:00:00", "2026-01-08T00:00:00"
VERSION = {"definitionHash": "0f", "libraryVersion": 3}


def compared(*own: str, **values: Any) -> Comparison:
    tenant = TenantValues("acme", {"own_brands": ["A"], **values})
    return Comparison(VERSION, DEFAULTS, NOW, frozenset(own), tenant)


def a_body(start: str = FIRST, **values: Any) -> dict[str, Any]:
    window = {"timeWindowType": "EXPLICIT", "timeWindowStart": start, "timeWindowEnd": SECOND}
    return {"workflowId": "reach", **window, "parameterValues": NOW | values}


def a_row(request_id: str = "a", status: str = "SUCCEEDED", **fields: Any) -> dict[str, Any]:
    """A request that AMC ran with the definition of now, unless `fields` say otherwise."""
    row = {"customerId": "acme", "requestId": request_id, "workflowId": "reach", "status": status, **VERSION}
    times = {"requestedAt": f"2026-02-01T00:00:{len(request_id):02}.000Z"}
    return {**row, **times, "execution": a_body(), "request": a_message(), **fields}


def a_message(**values: Any) -> dict[str, Any]:
    return {"customerId": "acme", "payload": {"workflowId": "reach", "parameterValues": values}}


@pytest.mark.parametrize(
    ("row", "reasons"),
    [
        ({}, ()),
        ({"definitionHash": "1e", "libraryVersion": 2}, ("definition (library version 2 -> 3)",)),
        ({"definitionHash": "1e", "libraryVersion": None}, ("definition",)),
        ({"libraryVersion": 2}, ()),
        ({"definitionHash": None}, ("unknown definition",)),
        ({"execution": a_body(brands=["B"])}, ("values own_brands",)),
        ({"execution": a_body(cap="4")}, ("parameter cap",)),
        ({"execution": a_body(day="2026-11-01")}, ()),
        ({"execution": a_body(old=1)}, ("parameter old",)),
        (
            {"definitionHash": "1e", "libraryVersion": 2, "execution": a_body(brands=["B"], cap="4")},
            ("definition (library version 2 -> 3)", "values own_brands", "parameter cap"),
        ),
    ],
    ids=[
        "nothing", "another version", "a workflow of its own", "another version with the same definition",
        "a row of an older WFM", "the tenant's values", "a default", "a date of another day", "a default that went",
        "all of them",
    ],
)  # fmt: skip
def test_it_is_said_why_a_window_would_come_out_otherwise(row: dict[str, Any], reasons: tuple[str, ...]) -> None:
    assert compared().since(StoredRequest(a_row(**row)), a_body(), {}) == reasons


def test_a_value_of_a_tenant_that_is_relative_to_the_day_is_no_change() -> None:
    then = StoredRequest(a_row(execution=a_body(brands="2026-11-01")))

    assert compared(own_brands="TODAY(-2)").since(then, a_body(brands="2026-11-21"), {}) == ()


def made(*rows: dict[str, Any], own: tuple[str, ...] = (), **asked: Any) -> str:
    """The id of the request that was the last for what a request asks for the first window, "" for none."""
    comparison = compared(*own)
    literal = {name: value for name, value in asked.items() if value != OWN}
    found = last_made(rows, "reach", comparison).get(comparison.identity(a_body(**literal), asked))
    return found.id if found else ""


@pytest.mark.parametrize(
    ("rows", "last"),
    [
        ([], ""),
        ([a_row("a")], "a"),
        ([a_row("a"), a_row("ab", "FAILED")], "a"),
        ([a_row("ab"), a_row("a")], "ab"),
        ([a_row("a", "RUNNING"), a_row("ab")], "a"),
        ([a_row("a", "QUEUED", execution={})], ""),
        ([a_row("a", execution=a_body(brands=["B"], cap="4"))], "a"),
        ([a_row("a", execution=a_body(SECOND))], ""),
        ([a_row("a", workflowId="geo")], ""),
        ([a_row("a", execution=a_body() | {"dryRun": True})], ""),
        ([a_row("a", execution=a_body() | {"workflow": {}})], ""),
        ([a_row("a", execution=a_body(cap="4"), request=a_message(cap="4"))], ""),
        ([a_row("a", request=a_message(cap="3"))], "a"),
        ([a_row("a", request={"message": "{"})], "a"),
    ],
    ids=[
        "none", "one", "failed later", "the newest", "one is active", "not prepared", "with other values of others",
        "another window", "another workflow", "a dry run", "SQL of its own", "with a value of its own",
        "that says what is the default", "that cannot be read",
    ],
)  # fmt: skip
def test_the_last_run_for_a_window_is_known_whatever_it_was_given_by_others(
    rows: list[dict[str, Any]], last: str
) -> None:
    assert made(*rows) == last


def test_values_that_the_backfill_gives_tell_its_sets_apart() -> None:
    rows = [a_row("a", execution=a_body(cap="4"), request=a_message(cap="4")), a_row("ab")]

    assert made(*rows, own=("cap",), cap="4") == "a"
    assert made(*rows, own=("cap",), cap="3") == "ab"
    assert made(*rows, own=("cap",), cap="5") == ""
    assert made(a_row("a", request=a_message(brands=OWN)), own=("brands",), brands=OWN) == "a"


def test_what_was_sent_again_is_known_by_what_the_first_of_them_asked() -> None:
    """Its own message has all values as they were then."""
    again = {**a_message(brands=["B"], cap="3"), "resubmits": "a"}
    rows = [a_row("a", "FAILED"), a_row("a-r2", execution=a_body(brands=["B"]), request=again)]

    assert made(*rows) == "a-r2"
    assert made(rows[1]) == ""  # the first has aged out: brands are then its own


def test_a_run_that_is_asked_for_now_gets_the_definition_that_is_on_its_way_to_amc() -> None:
    row = {"workflowId": "reach", "sqlQuery": "SELECT 2", "definitionHash": "old", "libraryVersion": 2}
    desired = {"definitionHash": short_hash(definition_hash(row)), "libraryVersion": 2}
    pending, refused = (from_item({**row, "syncStatus": status}, WorkflowRow) for status in ("PENDING", "FAILED"))

    assert next_version(pending) == desired
    assert next_version(refused) == {"definitionHash": "old"} == version_in_amc(refused)
