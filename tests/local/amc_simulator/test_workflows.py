"""Saved workflows."""

from typing import Any

import pytest

from tests.local.amc_simulator.builders import SQL, World


def definition(workflow_id: str = "new", **changes: Any) -> dict[str, Any]:
    return {"workflowId": workflow_id, "sqlQuery": SQL, **changes}


def test_a_workflow_comes_back_flat_as_it_was_saved(amc: World) -> None:
    saved = amc.call("POST", "/workflows", definition(privacyFilteringBehavior="REMOVE_ROWS"))

    assert (saved.status, saved.json()) == (200, {})
    assert amc.call("GET", "/workflows/new").json() == definition(privacyFilteringBehavior="REMOVE_ROWS")


def test_a_duplicate_is_refused_with_the_text_that_clients_match(amc: World) -> None:
    reply = amc.call("POST", "/workflows", definition("reach"))

    assert (reply.status, reply.json()) == (
        400,
        {"code": "400", "details": "Workflow with ID reach already exists."},
    )


def test_an_update_replaces_the_whole_definition(amc: World) -> None:
    amc.call("POST", "/workflows", definition(filteredReasonColumn="why"))

    assert amc.call("PUT", "/workflows/new", definition()).json() == {}
    assert amc.call("GET", "/workflows/new").json() == definition()


def test_an_update_may_leave_its_id_to_the_path(amc: World) -> None:
    assert amc.call("PUT", "/workflows/reach", {"sqlQuery": SQL}).status == 200
    assert amc.call("PUT", "/workflows/reach", definition("other")).status == 400


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_an_unknown_workflow_is_404(amc: World, method: str) -> None:
    reply = amc.call(method, "/workflows/none", definition("none"))

    assert (reply.status, reply.json()["details"]) == (404, "Workflow with ID none does not exist")


def test_a_deleted_workflow_is_gone(amc: World) -> None:
    assert amc.call("DELETE", "/workflows/reach").json() == {}
    assert amc.call("GET", "/workflows/reach").status == 404


@pytest.mark.parametrize(
    "bad",
    [
        [],
        {"sqlQuery": SQL},
        definition("with space"),
        definition(sqlQuery=" "),
        definition(sqlQuery=7),
        definition(inputParameters=[{"dataType": "STRING"}]),
        definition(inputParameters=[{"name": "p", "dataType": "TEXT"}]),
        definition(inputParameters=[{"name": "p", "dataType": "STRING"}] * 2),
        definition(inputParameters=[{"name": f"p{n}", "dataType": "STRING"} for n in range(101)]),
        definition(outputColumns="reach"),
        definition(outputColumns=[{"name": "reach", "columnType": "NUMBER"}]),
        definition(privacyFilteringBehavior="FOO"),
        definition(inputSchema=7),
    ],
)
def test_a_malformed_definition_is_refused(amc: World, bad: Any) -> None:
    assert amc.call("POST", "/workflows", bad).status == 400


def test_a_body_that_is_no_json_is_refused_in_amcs_shape(amc: World) -> None:
    reply = amc.http.call("POST", "/amc/reporting/amcone/workflows", amc.headers, raw=b"{")

    assert (reply.status, reply.json()["code"]) == (400, "400")


def test_an_array_parameter_comes_back_with_its_nullability(amc: World) -> None:
    array = {"type": "ARRAY", "elementDataType": "STRING"}
    amc.call("POST", "/workflows", definition(inputParameters=[{"name": "ids", "dataType": array}]))

    saved = amc.call("GET", "/workflows/new").json()

    assert saved["inputParameters"][0]["dataType"] == {**array, "elementNullable": False}


def test_lists_come_in_pages(amc: World) -> None:
    for number in range(4):
        amc.call("POST", "/workflows", definition(f"w{number}"))
    ids: list[str] = []
    query = "limit=2"

    while query:
        page = amc.call("GET", f"/workflows?{query}").json()
        ids += [workflow["workflowId"] for workflow in page["workflows"]]
        query = f"limit=2&nextToken={page['nextToken']}" if "nextToken" in page else ""

    assert ids == ["reach", "w0", "w1", "w2", "w3"]


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "limit=many", "nextToken=rubbish"])
def test_a_bad_page_is_refused(amc: World, query: str) -> None:
    assert amc.call("GET", f"/workflows?{query}").status == 400


def test_a_synchronous_compiler_refuses_an_undeclared_parameter_when_saving(amc: World) -> None:
    amc.control("POST", "/configuration", {"validation": "synchronous"})

    reply = amc.call("POST", "/workflows", definition(sqlQuery=f"{SQL} HAVING c = CUSTOM_PARAMETER('Kind')"))

    assert reply.status == 400
    assert reply.json()["details"] == (
        "Was unable to compile workflow new because it was found to be invalid: "
        "Filter operation filter_operation referenced an undeclared parameter Kind."
    )
