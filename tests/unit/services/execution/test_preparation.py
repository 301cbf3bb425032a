"""From a request to the body that AMC gets."""

import json
from typing import Any

import pytest

from functions.services.execution.preparation import active_tenant, load_request, prepare_execution
from tests.builders import a_message, a_request_row, a_tenant_row
from tests.fakes import NOON, World
from wfm.calendar.timestamps import iso
from wfm.errors import (
    AmcRefused,
    AmcThrottled,
    AmcUnavailable,
    InvalidRequest,
    NotReadyYet,
    UnknownCustomer,
    UnknownWorkflow,
)
from wfm.model.durations import Durations
from wfm.model.request_ids import id_from, identify, rejected_row
from wfm.model.requests import MAX_BODY_BYTES
from wfm.model.workflows import definition_hash


def unchecked(document: Any) -> Any:
    return document


def a_world(**tenant: Any) -> World:
    world = World(a_tenant_row(**tenant))
    world.workflows.rows["acme", "reach"] = {"customerId": "acme", "workflowId": "reach", "syncStatus": "SYNCED"}
    return world


def prepared(world: World, **row: Any) -> Any:
    return prepare_execution(a_request_row(**row), unchecked, world).body


def expected(world: World, **row: Any) -> Durations | None:
    return prepare_execution(a_request_row(**row), unchecked, world).expected


def put(world: World, customer_id: str, **fields: Any) -> None:
    row = {"customerId": customer_id, "workflowId": "reach", "syncStatus": "SYNCED", **fields}
    world.workflows.rows[customer_id, "reach"] = row


def teach(world: World, customer_id: str, known: Durations, workflow_id: str = "reach") -> None:
    world.durations.save(customer_id, workflow_id, known.to_field())


def test_what_is_learnt_of_a_workflow_is_expected_of_its_run() -> None:
    world = a_world()
    put(world, "acme", libraryVersion=1)
    put(world, "umbrella")
    teach(world, "acme", Durations(4, 8.0, 0.1))
    teach(world, "umbrella", Durations(9, 4.0, 0.1))

    assert expected(world) == Durations(4, 8.0, 0.1)


def test_what_version_0_1_had_learnt_stands_on_the_workflows_row_until_more_is_learnt() -> None:
    world = a_world()
    put(world, "acme", durations=Durations(4, 8.0, 0.1).to_field())
    assert expected(world) == Durations(4, 8.0, 0.1)

    teach(world, "acme", Durations(5, 8.1, 0.1))

    assert expected(world) == Durations(5, 8.1, 0.1)


def test_a_library_workflow_that_is_new_here_is_expected_to_take_as_long_as_elsewhere() -> None:
    world = a_world()
    put(world, "acme", libraryVersion=1)
    put(world, "umbrella")
    teach(world, "umbrella", Durations(9, 8.0, 0.1))
    put(world, "globex")
    world.durations.fields["globex", "reach"] = "long"

    assert expected(world) == Durations(0, 8.0, 0.35)


def test_a_workflow_of_the_tenants_own_has_the_name_in_common_at_most() -> None:
    world = a_world()
    put(world, "umbrella")
    teach(world, "umbrella", Durations(9, 8.0, 0.1))

    assert expected(world) is None


def test_of_a_new_workflow_and_of_an_ad_hoc_query_as_much_is_expected_as_of_the_tenants_others() -> None:
    world = a_world()
    teach(world, "acme", Durations(9, 6.0, 0.1), "other")

    assert expected(world) == Durations(0, 6.0, 0.35)
    assert expected(world, request=ad_hoc()) == Durations(0, 6.0, 0.35)


def ad_hoc() -> dict[str, Any]:
    """A message with a query of its own."""
    request = a_request_row()["request"]
    payload = {name: value for name, value in request["payload"].items() if name != "workflowId"}
    return {**request, "payload": {**payload, "workflow": {"sqlQuery": "SELECT 1 FROM t"}}}


def test_the_window_is_resolved_relative_to_when_it_was_asked() -> None:
    body = prepared(a_world())

    assert body == a_request_row()["execution"]


def test_an_unknown_customer_is_refused() -> None:
    with pytest.raises(UnknownCustomer, match="customerId: 'acme' is not a tenant"):
        prepared(World())


def test_a_tenant_that_failed_is_refused_with_its_reason() -> None:
    with pytest.raises(UnknownCustomer, match="FAILED and not ACTIVE: limit"):
        prepared(a_world(status="FAILED", reason="limit"))


def test_a_tenant_that_is_being_onboarded_is_waited_for() -> None:
    with pytest.raises(NotReadyYet):
        prepared(a_world(status="PROVISIONING"))


def test_an_unknown_workflow_is_refused_with_the_closest_one() -> None:
    request = a_message(payload={"workflowId": "reech"})

    with pytest.raises(UnknownWorkflow, match=r"no 'reech' \(did you mean 'reach'\?\); allowed: reach"):
        prepared(a_world(), request=request)


def test_a_workflow_made_in_amc_by_hand_may_run() -> None:
    world = a_world()
    world.amc.workflows["by-hand"] = {"workflowId": "by-hand"}

    assert prepared(world, request=a_message(payload={"workflowId": "by-hand"})) == {"workflowId": "by-hand"}


@pytest.mark.parametrize(
    ("status", "error"), [("PENDING", NotReadyYet), (None, NotReadyYet), ("FAILED", UnknownWorkflow)]
)
def test_a_workflow_that_is_not_in_amc_does_not_run(status: str | None, error: type[Exception]) -> None:
    world = a_world()
    world.workflows.rows["acme", "reach"] |= {"syncStatus": status, "syncReason": "bad SQL"}

    with pytest.raises(error):
        prepared(world)


@pytest.mark.parametrize("in_amc", [True, False])
def test_an_edit_that_amc_refused_lets_runs_continue_with_the_definition_before_it_if_amc_still_has_it(
    in_amc: bool,
) -> None:
    world = a_world()
    failed = {"syncStatus": "FAILED", "syncReason": "bad SQL", "definitionHash": "of the one before"}
    world.workflows.rows["acme", "reach"] |= failed
    if in_amc:
        world.amc.workflows["reach"] = {"workflowId": "reach"}
        assert prepared(world)["workflowId"] == "reach"
    else:
        with pytest.raises(
            UnknownWorkflow, match="'reach' is not in AMC: `wfm workflows list --customer acme` says why"
        ):
            prepared(world)


def test_ad_hoc_sql_needs_no_workflow() -> None:
    request = a_message(payload={"workflow": {"sqlQuery": "SELECT COUNT(*) FROM t"}})

    assert prepared(a_world(), request=request) == {"workflow": {"sqlQuery": "SELECT COUNT(*) FROM t"}}


def test_a_request_from_the_queue_is_loaded_by_its_ids() -> None:
    world = a_world()
    world.requests.add(a_request_row())

    row = load_request({"customerId": "acme", "requestId": "r1"}, "acme.r1", NOON, unchecked, world.requests)

    assert row == a_request_row()


def test_a_request_by_start_execution_is_written_and_named_after_its_execution() -> None:
    world = a_world()
    whole = {"customerId": "acme", "payload": {"workflowId": "reach"}}

    row = load_request(whole, "my-run", NOON, unchecked, world.requests)

    assert world.requests.find("acme", "my-run") == row
    assert row["source"] == "StartExecution"


def test_an_input_may_have_as_many_characters_as_its_row_can_keep_and_not_one_more() -> None:
    whole = {"customerId": "acme", "payload": {"workflowId": "reach"}, "source": ""}
    left = MAX_BODY_BYTES - len(json.dumps(whole))

    row = load_request(whole | {"source": "x" * left}, "my-run", NOON, unchecked, World().requests)
    assert row["requestId"] == "my-run"
    with pytest.raises(InvalidRequest, match="the input: has 200001 characters; allowed: at most 200000"):
        load_request(whole | {"source": "x" * (left + 1)}, "my-run", NOON, unchecked, World().requests)


def test_an_input_that_dynamodb_cannot_keep_is_refused() -> None:
    with pytest.raises(InvalidRequest, match=r"payload\.n: a number cannot be kept"):
        load_request({"customerId": "acme", "payload": {"n": 1e200}}, "my-run", NOON, unchecked, World().requests)


def test_an_event_without_an_input_that_was_too_large_names_its_request_all_the_same() -> None:
    assert identify(None, "acme.r1") == identify({}, "acme.r1") == ("acme", "r1")
    assert identify({"customerId": "umbrella", "requestId": "r2"}, "acme.r1") == ("umbrella", "r2")


@pytest.mark.parametrize("request_id", [None, "", 7])
def test_a_request_without_an_id_is_named_after_its_execution(request_id: Any) -> None:
    assert identify({"customerId": "acme", "requestId": request_id}, "my-run") == ("acme", "my-run")


def test_the_ids_of_many_workflows_are_not_all_named() -> None:
    world = a_world()
    for number in range(20):
        key = ("acme", f"w{number:02}")
        world.workflows.rows[key] = {"customerId": "acme", "workflowId": key[1], "syncStatus": "SYNCED"}

    with pytest.raises(UnknownWorkflow, match=r"has no 'nothing-like'; allowed: reach, w00, .*, w08$"):
        prepared(world, request=a_message(payload={"workflowId": "nothing-like"}))


def test_a_tenant_without_a_workflow_says_so() -> None:
    with pytest.raises(UnknownWorkflow, match="acme has no 'reach'; allowed: none yet"):
        prepared(World(a_tenant_row()))


@pytest.mark.parametrize("error", [AmcThrottled("429"), AmcUnavailable("503"), AmcRefused(403, "no")])
def test_where_amc_cannot_be_asked_its_answer_to_the_post_will_tell(
    error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any) -> None:
        raise error

    world = World(a_tenant_row())
    monkeypatch.setattr(world.amc, "get_workflow", fail)

    assert prepared(world)["workflowId"] == "reach"


def test_an_edit_that_amc_refused_of_a_workflow_that_it_never_had_does_not_run() -> None:
    world = a_world()
    world.workflows.rows["acme", "reach"] |= {"syncStatus": "FAILED"}
    world.amc.workflows["reach"] = {"workflowId": "reach"}

    with pytest.raises(UnknownWorkflow, match="'reach' is in AMC, but not as its row has it"):
        prepared(world)


def test_a_paused_tenants_requests_are_prepared() -> None:
    assert prepared(a_world(status="PAUSED"))["workflowId"] == "reach"


def test_who_asks_for_more_than_active_tenants_gets_those_too() -> None:
    tenants = World(a_tenant_row(status="FAILED", reason="limit")).tenants

    assert active_tenant("acme", tenants, also=("FAILED",)).customer_id == "acme"


@pytest.mark.parametrize(("name", "kept"), [("x" * 39, True), ("x" * 40, False), ("x", True), ("", False)])
def test_an_id_has_one_to_thirty_nine_letters(name: str, kept: bool) -> None:
    assert (id_from(name) == name) is kept


def test_what_could_not_be_read_is_kept_as_a_request_of_now() -> None:
    assert rejected_row("acme", "r1", {"message": "{"}, NOON) == {
        "customerId": "acme",
        "requestId": "r1",
        "workflowId": "",
        "status": "QUEUED",
        "source": "unknown",
        "request": {"message": "{"},
        "requestedAt": iso(NOON),
        "queuedAt": iso(NOON),
        "attempts": 0,
    }


def test_a_list_that_names_the_fields_is_no_request() -> None:
    def refuse(document: Any) -> Any:
        raise InvalidRequest("the document", "is a list", "an object")

    with pytest.raises(InvalidRequest, match="the document: is a list"):
        load_request(["customerId", "requestId"], "my-run", NOON, refuse, World().requests)


def test_ids_that_nobody_knows_are_refused() -> None:
    with pytest.raises(InvalidRequest, match="requestId: 'r9' is not known"):
        load_request({"customerId": "acme", "requestId": "r9"}, "acme.r9", NOON, unchecked, World().requests)


@pytest.mark.parametrize("rubbish", [None, 3, "text", [], {}, {"customerId": 7}, {"customerId": "../x"}])
def test_rubbish_is_identified_by_its_execution(rubbish: Any) -> None:
    assert identify(rubbish, "some-name") == ("unknown", "some-name")


def test_half_a_character_is_no_id() -> None:
    assert identify({"customerId": "acme", "requestId": "\ud800"}, "some-name") == ("acme", "some-name")


def test_a_name_that_is_no_id_gives_a_stable_id() -> None:
    assert id_from("a.b") == id_from("a.b") != id_from("a.c")
    assert len(id_from("x" * 80)) == 32


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({}, {"timeWindowType": "PREVIOUS_MONTH", "parameterValues": {"brand": "alder", "days": 7}}),
        ({"timeWindowType": "ALL"}, {"timeWindowType": "ALL", "parameterValues": {"brand": "alder", "days": 7}}),
        (
            {"parameterValues": {"days": 14}},
            {"timeWindowType": "PREVIOUS_MONTH", "parameterValues": {"brand": "alder", "days": 14}},
        ),
    ],
)
def test_what_a_request_leaves_open_comes_from_its_workflow(asked: dict[str, Any], told: dict[str, Any]) -> None:
    world = a_world()
    defaults = {"timeWindowType": "PREVIOUS_MONTH", "parameterValues": {"brand": "alder", "days": 7}}
    world.workflows.rows["acme", "reach"]["defaultPayload"] = defaults

    body = prepared(world, request=a_message(payload={"workflowId": "reach", **asked}))

    assert body == {"workflowId": "reach", **told}


def test_a_window_comes_whole_from_the_request_or_from_its_workflow() -> None:
    world = a_world()
    world.workflows.rows["acme", "reach"]["defaultPayload"] = {"timeWindowName": "yesterday", "settlementLag": "14d"}
    window = {"timeWindowStart": "TODAY(-7)", "timeWindowEnd": "TODAY(0)"}

    body = prepared(world, request=a_message(payload={"workflowId": "reach", **window}))

    assert (body["timeWindowStart"], body["timeWindowEnd"]) == ("2026-11-16T00:00:00", "2026-11-23T00:00:00")


def test_a_tenants_values_stand_in_the_body_and_their_digests_beside_it() -> None:
    world = a_world(tenantValues={"hero_asins": ["B01", "TODAY(-1)"]})
    asins = {"name": "asins", "dataType": {"type": "ARRAY", "elementDataType": "STRING"}}
    put(
        world,
        "acme",
        inputParameters=[asins],
        defaultPayload={"parameterValues": {"asins": {"value_of": "hero_asins"}}},
    )

    found = prepare_execution(a_request_row(), unchecked, world)

    assert found.body["parameterValues"] == {"asins": ["B01", "2026-11-22T00:00:00"]}
    assert list(found.values) == ["hero_asins"]


def test_the_definition_that_amc_has_is_named() -> None:
    world, other = a_world(), {"sqlQuery": "SELECT 2"}
    version = {}
    rows: dict[str, dict[str, Any]] = {
        "own": {"sqlQuery": "SELECT 1", "definitionHash": hash_of("SELECT 1")},
        "of the library": {"sqlQuery": "SELECT 1", "definitionHash": hash_of("SELECT 1"), "libraryVersion": 3},
        "refused by AMC": {**other, "definitionHash": hash_of("SELECT 1"), "libraryVersion": 4, "syncStatus": "FAILED"},
        "of an older WFM": {"sqlQuery": "SELECT 1", "libraryVersion": 3},
    }
    for name, row in rows.items():
        put(world, "acme", **row)
        world.amc.workflows["reach"] = {"workflowId": "reach"}
        version[name] = dict(prepare_execution(a_request_row(), unchecked, world).version)
    ad_hoc = a_request_row(request=a_message(payload={"workflow": other, "timeWindowType": "MOST_RECENT_DAY"}))

    assert version == {
        "own": {"definitionHash": hash_of("SELECT 1")[:16]},
        "of the library": {"definitionHash": hash_of("SELECT 1")[:16], "libraryVersion": 3},
        "refused by AMC": {"definitionHash": hash_of("SELECT 1")[:16]},
        "of an older WFM": {},
    }
    named = prepare_execution(ad_hoc, unchecked, world).version
    assert named == {"definitionHash": definition_hash(other)[:16]}


def hash_of(sql: str) -> str:
    return definition_hash({"workflowId": "reach", "sqlQuery": sql})


def test_a_request_for_a_value_that_the_tenant_lacks_is_refused() -> None:
    world = a_world()
    put(world, "acme", defaultPayload={"parameterValues": {"asins": {"value_of": "hero_asins"}}})

    with pytest.raises(InvalidRequest, match=r"parameterValues.asins: acme has no value 'hero_asins'"):
        prepared(world)
