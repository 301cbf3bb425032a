"""Values of tenants: set by the command, checked at a push, run, schedule and backfill, and kept while in use."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.wfm import library_world as world_of_files
from tests.wfm.commands import Run
from tests.wfm.onboarding import FakeOnboarding, record
from wfm.errors import InvalidRecord, InvalidRequest

SETTINGS = """description: Who bought.
inputParameters:
  - name: asins
    dataType: {type: ARRAY, elementDataType: STRING}
defaultPayload:
  timeWindowName: last 7 days
  parameterValues:
    asins: {value_of: hero_asins}
schedule:
  every: daily 08:00
"""
QUERY = """SELECT campaign, COUNT(DISTINCT user_id) AS people FROM dsp_impressions
WHERE ARRAY_CONTAINS(CUSTOM_PARAMETER('asins'), campaign) GROUP BY campaign"""
PARAMETERS = [{"name": "asins", "dataType": {"type": "ARRAY", "elementDataType": "STRING"}}]
REFERENCE = {"asins": {"value_of": "hero_asins"}}


@pytest.fixture
def library(tmp_path: Path) -> Path:
    return world_of_files.write(tmp_path / "lib", "bought", SETTINGS, QUERY)


@pytest.fixture
def world(deployed: Any) -> Any:
    """Two tenants that have the workflow; one of them has the value that it refers to."""
    deployed.put_tenant("acme", tenantValues={"hero_asins": ["B01"]})
    deployed.put_tenant("birch")
    for customer_id in ("acme", "birch"):
        row = {"customerId": customer_id, "workflowId": "bought", "syncStatus": "SYNCED", "inputParameters": PARAMETERS}
        deployed.table("Workflows").put_item(Item=row | {"defaultPayload": {"parameterValues": REFERENCE}})
    return deployed


def push(command: Run, library: Path) -> Any:
    return command("library", "push", str(library), "--yes", "--no-data-sources")


def test_a_push_names_who_lacks_a_value_by_file_and_line_and_writes_nothing(
    deployed: Any, command: Run, library: Path
) -> None:
    world_of_files.put_tenant(deployed, "acme", tenantValues={"hero_asins": ["B01"]})
    for number in range(7):
        world_of_files.put_tenant(deployed, f"lacks-{number}")

    ended = push(command, library)

    assert ended.code == 2
    assert ended.err == (
        f"error: {library / 'bought.yaml'}:8: defaultPayload.parameterValues.asins: lacks-0, lacks-1, lacks-2, lacks-3,"
        " lacks-4 and 2 more lack the value 'hero_asins'; allowed: `wfm tenants set CUSTOMER"
        " values.hero_asins:=JSON`, or a default\n"
    )
    assert world_of_files.stored(deployed) == {}


def test_a_value_of_another_type_is_named_with_its_tenants(deployed: Any, command: Run, library: Path) -> None:
    world_of_files.put_tenant(deployed, "acme", tenantValues={"hero_asins": "B01"})
    world_of_files.put_tenant(deployed, "birch", tenantValues={"hero_asins": ["B01"]})

    ended = push(command, library)

    assert ended.code == 2
    assert (
        "bought.yaml:8: defaultPayload.parameterValues.asins: of acme: values.hero_asins: a text is no list"
        in ended.err
    )


@pytest.mark.parametrize("reference", ["{value_of: hero_asins, default: [B09]}", "{value_of: hero_asins}"])
def test_a_push_goes_where_everybody_has_a_value_or_a_default_counts(
    deployed: Any, command: Run, library: Path, reference: str
) -> None:
    world_of_files.write(library, "bought", SETTINGS.replace("{value_of: hero_asins}", reference), QUERY)
    has_value = "default" not in reference
    world_of_files.put_tenant(deployed, "acme", **({"tenantValues": {"hero_asins": ["B01"]}} if has_value else {}))

    ended = push(command, library)

    assert (ended.code, "pushed: 1 workflow" in ended.out) == (0, True), ended.err


@pytest.mark.parametrize(
    ("reference", "told"),
    [
        ("{value_of: hero_asins, defualt: [B09]}", "asins.defualt: is no field of a reference (did you mean default?)"),
        ("{value_of: hero_asins, default: B09}", "asins.default: a text is no list, and the parameter is an ARRAY"),
        ("{value_of: 5}", "asins.value_of: a number is no name"),
    ],
)
def test_a_reference_that_cannot_be_read_is_named_by_file_and_line(
    command: Run, library: Path, reference: str, told: str
) -> None:
    world_of_files.write(library, "bought", SETTINGS.replace("{value_of: hero_asins}", reference), QUERY)

    ended = command("library", "check", str(library))

    assert ended.code == 2
    assert f"bought.yaml:8: defaultPayload.parameterValues.{told}" in ended.err


def test_a_run_shows_the_tenants_value_and_is_refused_where_it_is_lacking(world: Any, command: Run) -> None:
    shown = command("run", "bought", "--customer", "acme", "--dry-run", "--json")
    refused = command("run", "bought", "--customer", "birch")

    assert json.loads(shown.out)["body"]["parameterValues"] == {"asins": ["B01"]}
    assert refused.code == 2
    assert refused.err.startswith(
        "error: --parameter asins: birch has no value 'hero_asins'; allowed: `wfm tenants set"
    )


def test_a_schedule_is_refused_where_a_value_is_lacking_and_shows_it_elsewhere(world: Any, command: Run) -> None:
    add = ("--workflow", "bought", "--every", "daily 08:00", "--window", "yesterday")
    refused = command("schedules", "add", "birch", "daily", *add)
    added = command("schedules", "add", "acme", "daily", *add)

    found = world.wfm.schedules.get("acme", "daily")

    assert (refused.code, added.code) == (2, 0), added.err
    assert "birch has no value 'hero_asins'" in refused.err
    assert world.wfm.schedules.next_request(found)["parameterValues"] == {"asins": ["B01"]}


def test_a_backfill_is_refused_with_the_tenant_that_lacks_a_value(world: Any) -> None:
    plan = {"customerIds": ["acme"], "workflowId": "bought", "start": "2024-01-01", "end": "2024-01-15", "days": 7}
    preview = world.wfm.backfills.preview

    assert len(preview("q1", plan)) == 2
    with pytest.raises(InvalidRequest, match="birch has no value 'hero_asins'"):
        preview("q1", {**plan, "customerIds": ["acme", "birch"]})
    assert (
        len(preview("q1", {**plan, "customerIds": ["birch"], "payload": {"parameterValues": {"asins": ["B1"]}}})) == 2
    )


def test_values_are_set_one_by_one_and_one_in_use_is_neither_taken_out_nor_made_another_type(
    deployed: Any, command: Run, machine: FakeOnboarding
) -> None:
    deployed.wfm.tenants.put(record(values={"hero_asins": ["B01"], "brand": "Acme"}))
    row = {"customerId": "acme", "workflowId": "bought", "inputParameters": PARAMETERS}
    deployed.table("Workflows").put_item(Item=row | {"defaultPayload": {"parameterValues": REFERENCE}})

    added = command("tenants", "set", "acme", 'values.hero_asins:=["B02","B03"]', "values.cap:=5", "values.brand=")
    gone = command("tenants", "set", "acme", "values.hero_asins=")
    other = command("tenants", "set", "acme", "values.hero_asins=B02")
    unusable = command("tenants", "set", "acme", 'values.cap:={"a":1}')

    assert added.code == 0, added.err
    assert deployed.wfm.tenants.record("acme")["values"] == {"hero_asins": ["B02", "B03"], "cap": 5}
    assert (gone.code, other.code, unusable.code) == (2, 2, 2)
    assert "values.hero_asins: is used by the workflow bought for its parameter asins" in gone.err
    assert (
        "values.hero_asins: a text is no list, and the parameter is an ARRAY asins of the workflow bought" in other.err
    )
    assert "values.cap: an object is no value" in unusable.err


@pytest.mark.parametrize(
    ("reference", "told"),
    [
        ("{value_of: hero_asin, default: [B09]}", "no tenant has the value 'hero_asin'; did you mean hero_asins?"),
        ("{value_of: hero_asins, default: [B09]}", ""),
    ],
)
def test_a_push_warns_of_a_default_that_counts_for_everybody(
    deployed: Any, command: Run, library: Path, reference: str, told: str
) -> None:
    world_of_files.put_tenant(deployed, "acme", tenantValues={"hero_asins": ["B01"]})
    world_of_files.put_tenant(deployed, "birch")
    world_of_files.write(library, "bought", SETTINGS.replace("{value_of: hero_asins}", reference), QUERY)

    ended = push(command, library)

    where = f"warning: {library / 'bought.yaml'}:8: defaultPayload.parameterValues.asins: "
    assert (ended.code, ended.err) == (0, f"{where}{told}\n" if told else "")


@pytest.mark.parametrize(
    ("customer_id", "defaults", "told"),
    [
        ("birch", REFERENCE, "defaultPayload.parameterValues.asins: birch has no value 'hero_asins'; allowed: `wfm te"),
        ("acme", {"asins": {"value_of": "brand"}}, "defaultPayload.parameterValues.asins: a text is no list"),
        ("acme", REFERENCE, ""),
        ("birch", {"asins": {"value_of": "hero_asins", "default": ["B09"]}}, ""),
    ],
)
def test_a_workflow_of_a_tenants_own_is_refused_where_its_default_value_is_lacking(
    deployed: Any, customer_id: str, defaults: dict[str, Any], told: str
) -> None:
    deployed.put_tenant("acme", tenantValues={"hero_asins": ["B01"], "brand": "x"})
    deployed.put_tenant("birch")
    definition = {"workflowId": "own", "sqlQuery": QUERY, "inputParameters": PARAMETERS}
    put = deployed.wfm.workflows.put

    if told:
        with pytest.raises((InvalidRequest, InvalidRecord)) as refused:
            put(customer_id, {**definition, "defaultPayload": {"parameterValues": defaults}})
        assert str(refused.value).startswith(told)
    else:
        assert put(customer_id, {**definition, "defaultPayload": {"parameterValues": defaults}})
    assert len(deployed.table("Workflows").scan()["Items"]) == (0 if told else 1)
