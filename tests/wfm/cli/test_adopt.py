"""`wfm workflows adopt`: what people made in AMC by hand becomes WFM's, and AMC stays as it is."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.wfm.amc_functions import AmcFunctions
from tests.wfm.commands import Run
from tests.wfm.library_world import SQL, put_tenant, write
from wfm.client.workflow_files.folder import read_folder
from wfm.errors import AmcRefused, AmcThrottled, AmcUnavailable
from wfm.model.amc_echo import echo_of
from wfm.model.workflows import definition_hash

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
PARAMETER = {"name": "brand", "dataType": "STRING", "defaultValue": "Kitchen Smart", "elementNullable": False}
WITH_PARAMETER = SQL.replace("\nGROUP", "\nWHERE campaign = CUSTOM_PARAMETER('brand')\nGROUP")


@pytest.fixture
def acme(deployed: Any, amc: AmcFunctions) -> AmcFunctions:
    """The tenant acme, in whose instance somebody made `reach` by hand."""
    put_tenant(deployed, "acme", tags=["retail"])
    make(amc, "reach")
    return amc


def make(amc: AmcFunctions, workflow_id: str, customer_id: str = "acme", sql: str = SQL, **fields: Any) -> None:
    amc.amc(customer_id).workflows[workflow_id] = {"workflowId": workflow_id, "sqlQuery": sql, **fields}


def synced(deployed: Any, workflow_id: str, **fields: Any) -> None:
    """A row of the tenant acme as the sync left it."""
    row = {"customerId": "acme", "workflowId": workflow_id, "sqlQuery": SQL, **fields}
    of_sync = {"syncStatus": "SYNCED", "syncExecution": "sync-1", "amcEcho": echo_of(row)}
    deployed.table("Workflows").put_item(Item=row | of_sync | {"definitionHash": definition_hash(row)})


def rows(deployed: Any) -> dict[tuple[str, str], Any]:
    return {(row["customerId"], row["workflowId"]): row for row in deployed.table("Workflows").scan()["Items"]}


def found(out: str) -> list[list[str]]:
    return [line.split()[:3] for line in out.splitlines()[1:]]


def test_what_amc_holds_and_wfm_does_not_is_listed_and_nothing_is_changed(
    deployed: Any, acme: AmcFunctions, command: Run
) -> None:
    synced(deployed, "known")
    synced(deployed, "edited")
    make(acme, "known")
    make(acme, "edited", sql=SQL.replace("reach", "people"))
    before = rows(deployed)

    ended = command("workflows", "adopt", "--customer", "acme")

    assert (ended.code, found(ended.out)) == (0, [["acme", "edited", "changed"], ["acme", "reach", "new"]])
    assert "edited    changed in AMC  sqlQuery" in ended.out
    assert "--to-library DIR writes them as files" in ended.err
    assert (rows(deployed), [call for call in acme.amc().calls if call != "LIST WORKFLOWS"]) == (before, [])


def test_an_instance_without_anything_of_its_own_says_so(deployed: Any, amc: AmcFunctions, command: Run) -> None:
    put_tenant(deployed, "acme")
    synced(deployed, "known")
    make(amc, "known")

    ended = command("workflows", "adopt", "--customer", "all")

    assert (ended.code, ended.out) == (0, "AMC holds nothing that WFM does not\n")
    assert amc.calls == [("ListAmcWorkflows", "acme")]  # what is as it was synced is not asked for


def test_files_hold_the_sql_byte_by_byte_and_push_takes_them_as_they_stand(
    deployed: Any, acme: AmcFunctions, command: Run, tmp_path: Path
) -> None:
    sql = f"\n-- Größe 🛒\r\n{WITH_PARAMETER}  ;\t"
    make(acme, "reach", sql=sql, inputParameters=[PARAMETER])

    ended = command("workflows", "adopt", "--customer", "acme", "--to-library", "lib")
    checked = command("library", "check", "lib")
    pushed = command("library", "push", "lib", "--yes")

    assert (ended.code, checked.code, pushed.code) == (0, 0, 0)
    assert Path("lib/reach.sql").read_bytes() == sql.encode() + b"\n"
    assert Path("lib/reach.yaml").read_text() == (
        "inputParameters:\n- name: brand\n  dataType: STRING\n  defaultValue: Kitchen Smart\n"
        "targeting:\n  customerIds:\n  - acme\n"
    )
    assert "reaches 1 tenant: acme" in pushed.out


def test_what_several_tenants_hold_alike_is_one_file_for_them_and_what_differs_is_told(
    deployed: Any, acme: AmcFunctions, command: Run
) -> None:
    for name in ("birch", "cedar", "dill"):
        put_tenant(deployed, name, tags=["retail"])
    make(acme, "reach", "birch", sql=SQL + "\n;\n")
    make(acme, "spend", "cedar")
    make(acme, "spend", "dill", sql=SQL + " -- ours")

    ended = command("workflows", "adopt", "--customer", "tag:retail", "--to-library", "lib")

    (file,) = read_folder(Path("lib"), NOON).workflows
    assert (file.workflow_id, sorted(file.workflow.targeting.customer_ids)) == ("reach", ["acme", "birch"])
    told = [line for line in ended.err.splitlines() if line.startswith("problem")]
    why = "cedar, dill hold it with different content; take it from one of them, and rename the others in AMC"
    assert told == [f"problem: {name} spend: left out: {why}" for name in ("cedar", "dill")]
    assert ended.code == 5


def test_a_file_that_says_something_else_is_overwritten_only_by_force(acme: AmcFunctions, command: Run) -> None:
    write(Path("lib"), "mine", "workflowId: reach\n", sql=SQL + " -- mine")

    refused = command("workflows", "adopt", "--customer", "acme", "--to-library", "lib")
    kept = Path("lib/mine.sql").read_text()
    forced = command("workflows", "adopt", "--customer", "acme", "--to-library", "lib", "--force")
    again = command("workflows", "adopt", "--customer", "acme", "--to-library", "lib")

    assert (refused.code, "lib/mine.sql: says something else than WFM; allowed: --force" in refused.err) == (2, True)
    assert kept == SQL + " -- mine\n"
    assert (forced.code, Path("lib/mine.sql").read_text()) == (0, SQL + "\n")
    assert "unchanged: reach" in again.err
    assert sorted(path.name for path in Path("lib").iterdir()) == ["mine.sql", "mine.yaml"]


def test_ids_that_make_no_names_of_files_get_other_ones(acme: AmcFunctions, command: Run) -> None:
    odd = ["Reach", "CON", "nul.daily", ".hidden", "-f", "x" * 256, "a.sql", "..", "2026-01"]
    for name in odd:
        make(acme, name)

    ended = command("workflows", "adopt", "--customer", "acme", "--to-library", "lib")

    assert (ended.code, ended.err.count("problem")) == (0, 0)
    assert [file.workflow_id for file in read_folder(Path("lib"), NOON).workflows] == sorted([*odd, "reach"])
    names = [path.name for path in Path("lib").iterdir()]
    assert len({name.casefold() for name in names}) == len(names) == 2 * (len(odd) + 1)
    assert all(len(name) < 128 and not name.startswith((".", "-")) for name in names)


def test_what_wfm_cannot_keep_is_left_out_with_the_reason_and_hides_nothing_else(
    deployed: Any, acme: AmcFunctions, command: Run
) -> None:
    make(acme, "has blank")
    make(acme, "größe")
    make(acme, "template", sql=SQL.replace("campaign,", "'{{x}}' AS x, {{brand}},"))
    make(acme, "half", sql=SQL + " -- \ud83d")
    make(acme, "large", sql=SQL + " -- " + "x" * 200_000)
    make(acme, "odd", inputParameters=[{"name": "brand", "dataType": "STRING", "isRequired": True}])
    make(acme, "untyped", sql=WITH_PARAMETER, inputParameters=[{"name": "brand"}])
    acme.amc().workflows["old"] = {"workflowId": "old", "query": {"operations": [{"type": "Select"}]}}

    ended = command("workflows", "adopt", "--customer", "acme", "--to-library", "lib")

    told = {
        line.split(" left out: ")[0].split("acme ")[1]: line for line in ended.err.splitlines() if "problem" in line
    }
    assert set(told) == {
        f"{name}:" for name in ("has blank", "größe", "template", "half", "large", "odd", "untyped", "old")
    }
    for name, reason in (
        ("has blank", "its id has other characters"),
        ("template", "a template that nobody filled"),
        ("half", "half a character"),
        ("large", "200000"),
        ("odd", "inputParameters[0].isRequired"),
        ("untyped", "inputParameters[0].dataType: is missing"),
        ("old", "it has no SQL"),
    ):
        assert reason in told[f"{name}:"]
    assert (ended.code, [path.name for path in sorted(Path("lib").iterdir())]) == (5, ["reach.sql", "reach.yaml"])


def test_a_workflow_of_more_than_a_hundred_kilobytes_is_taken_whole(acme: AmcFunctions, command: Run) -> None:
    sql = SQL + "\n-- " + "ü" * 70_000
    make(acme, "large", sql=sql)

    ended = command("workflows", "adopt", "--customer", "acme", "--workflow", "large", "--to-library", "lib")

    assert ended.code == 0
    assert Path("lib/large.sql").read_bytes() == sql.encode() + b"\n"
    assert command("library", "check", "lib").code == 0


def test_a_list_that_amc_throttles_is_asked_for_again_and_one_tenant_keeps_back_no_other(
    deployed: Any, acme: AmcFunctions, command: Run
) -> None:
    put_tenant(deployed, "birch")
    acme.amc("birch").list_fault = AmcRefused(403, "Terms not accepted")
    acme.faults["ListAmcWorkflows"] = [AmcThrottled("slow down"), AmcUnavailable("504")]

    ended = command("workflows", "adopt", "acme,birch")

    assert found(ended.out) == [["acme", "reach", "new"]]
    assert "problem: birch: AMC refused with 403: Terms not accepted" in ended.err
    assert (ended.code, len(acme.slept)) == (5, 2)


def test_a_throttle_that_does_not_end_is_told_after_some_tries(acme: AmcFunctions, command: Run) -> None:
    acme.faults["ListAmcWorkflows"] = [AmcThrottled("slow down") for _ in range(20)]

    ended = command("workflows", "adopt", "--customer", "acme")

    assert (ended.code, "problem: acme: slow down" in ended.err) == (1, True)
    assert acme.slept == sorted(acme.slept)
    assert len(acme.slept) < 10


def test_a_workflow_that_is_deleted_after_the_list_is_not_there_and_one_that_amc_does_not_show_is_told(
    acme: AmcFunctions, command: Run
) -> None:
    make(acme, "gone")
    make(acme, "shy")
    real = acme.amc().get_workflow

    def get(tenant: Any, workflow_id: str) -> Any:
        if workflow_id == "shy":
            raise AmcRefused(400, "Was unable to show it")
        return None if workflow_id == "gone" else real(tenant, workflow_id)

    acme.amc().get_workflow = get  # type: ignore[method-assign]

    ended = command("workflows", "adopt", "--customer", "acme")

    assert found(ended.out) == [["acme", "reach", "new"], ["acme", "shy", "left"]]
    assert "AMC does not show it: AMC refused with 400: Was unable to show it" in ended.out


def test_the_definition_is_the_one_that_amc_shows_by_the_id_and_not_the_one_of_its_list(
    acme: AmcFunctions, command: Run
) -> None:
    whole = acme.amc().workflows["reach"]

    def list_workflows(tenant: Any) -> list[Any]:
        return [{"workflowId": "reach"}, {"workflowId": "reach", **whole}]

    acme.amc().list_workflows = list_workflows  # type: ignore[method-assign]

    ended = command("workflows", "adopt", "--customer", "acme", "--json")

    assert [one["definition"] for one in json.loads(ended.out)] == [{"workflowId": "reach", "sqlQuery": SQL}]


def test_a_row_is_made_of_what_amc_shows_and_waits_for_its_sync(
    deployed: Any, acme: AmcFunctions, command: Run
) -> None:
    sql = WITH_PARAMETER + " ;\n"
    make(acme, "reach", sql=sql, inputParameters=[PARAMETER])

    ended = command("workflows", "adopt", "--customer", "acme", "--to-tenant", "--yes")

    assert (ended.code, "adopted: 1" in ended.err) == (0, True)
    row = rows(deployed)["acme", "reach"]
    assert (row["sqlQuery"], row["syncStatus"], "libraryVersion" in row) == (sql, "PENDING", False)
    assert row["inputParameters"] == [{"name": "brand", "dataType": "STRING", "defaultValue": "Kitchen Smart"}]


def test_a_row_that_was_changed_in_amc_takes_the_change_and_keeps_what_is_wfms(
    deployed: Any, acme: AmcFunctions, command: Run
) -> None:
    payload = {"timeWindowName": "last 7 days"}
    synced(deployed, "edited", defaultPayload=payload, drift="changed: sqlQuery", outputFormat={"quoteCharacter": "'"})
    make(acme, "edited", sql=SQL.replace("reach", "people"))

    ended = command("workflows", "adopt", "--customer", "acme", "-w", "edited", "--to-tenant", "--yes")

    row = rows(deployed)["acme", "edited"]
    assert (ended.code, row["sqlQuery"], row["defaultPayload"]) == (0, SQL.replace("reach", "people"), payload)
    assert "outputFormat" not in row


def test_nobody_can_be_asked_in_a_pipe_so_nothing_is_taken(deployed: Any, acme: AmcFunctions, command: Run) -> None:
    ended = command("workflows", "adopt", "--customer", "acme", "--to-tenant")

    assert (ended.code, rows(deployed)) == (2, {})
    assert "--yes is missing" in ended.err


def test_a_row_that_somebody_changes_meanwhile_is_left_alone(
    deployed: Any, acme: AmcFunctions, command: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def meanwhile(*_: Any, **__: Any) -> None:
        deployed.put_workflow("reach")

    monkeypatch.setattr("wfm.cli.adopting.confirm", meanwhile)

    ended = command("workflows", "adopt", "--customer", "acme", "--to-tenant", "--yes")

    assert (ended.code, "left out: its row has changed since" in ended.err) == (1, True)
    assert rows(deployed)["acme", "reach"]["sqlQuery"] == "SELECT 1"


def test_what_wfm_has_on_its_way_to_amc_is_not_taken_back(deployed: Any, acme: AmcFunctions, command: Run) -> None:
    deployed.table("Workflows").put_item(
        Item={"customerId": "acme", "workflowId": "reach", "sqlQuery": "SELECT 2", "syncStatus": "FAILED"}
    )

    ended = command("workflows", "adopt", "--customer", "acme", "--to-tenant", "--yes")

    assert (ended.code, rows(deployed)["acme", "reach"]["sqlQuery"]) == (1, "SELECT 2")
    assert "WFM has another definition on its way to AMC (FAILED)" in ended.err


def test_a_change_of_a_library_workflow_goes_into_its_file_with_its_own_settings_and_not_into_the_row(
    deployed: Any, acme: AmcFunctions, command: Run
) -> None:
    settings = "description: Who.\nschedule: {every: daily 08:00}\ntargeting: {tags: [retail]}\n"
    command("library", "push", str(write(Path("lib"), settings=settings)), "--yes")
    synced(deployed, "reach", libraryVersion=1, libraryHash="h")
    make(acme, "reach", sql=SQL.replace("reach", "people"))

    into_row = command("workflows", "adopt", "--customer", "acme", "--to-tenant", "--yes")
    refused = command("workflows", "adopt", "--customer", "acme", "--to-library", "lib")
    forced = command("workflows", "adopt", "--customer", "acme", "--to-library", "lib", "--force")

    assert (into_row.code, "it comes from the library; --to-library DIR takes it there" in into_row.err) == (1, True)
    assert (refused.code, forced.code) == (2, 0)
    (file,) = read_folder(Path("lib"), NOON).workflows
    assert file.workflow.definition["sqlQuery"] == SQL.replace("reach", "people")
    assert file.workflow.targeting.tags == {"retail"}
    assert file.workflow.metadata == {"description": "Who."}
    assert (file.workflow.schedule or {})["ScheduleExpression"] == "daily 08:00"


@pytest.mark.parametrize(("sql", "code"), [(SQL, 0), (SQL + " -- another", 1)])
def test_an_id_that_the_library_has_already_is_never_taken_from_its_other_tenants(
    acme: AmcFunctions, command: Run, folder: Path, sql: str, code: int
) -> None:
    command("library", "push", str(folder), "--yes")
    make(acme, "reach", sql=sql)

    ended = command("workflows", "adopt", "--customer", "acme", "--to-library", "lib")

    assert (ended.code, Path("lib").exists()) == (code, False)
    assert ("the library has another workflow of this id" in ended.err) is bool(code)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("akme",), "did you mean acme?"),
        (("tag:retial",), "did you mean retail?"),
        (("cedar",), "cedar is OFFBOARDED"),
        (("acme", "--to-tenant", "--to-library", "x"), "--to-tenant: is there beside --to-library"),
        (("acme", "--force"), "--force: overwrites files"),
        (("acme", "--wait"), "--wait: follows"),
        (("acme", "--to-library", "file"), "'file' is a file"),
    ],
)
def test_what_cannot_be_meant_is_refused_before_anything_is_written(
    deployed: Any, acme: AmcFunctions, command: Run, words: tuple[str, ...], said: str
) -> None:
    put_tenant(deployed, "cedar", status="OFFBOARDED")
    Path("file").write_text("")

    ended = command("workflows", "adopt", *words)

    assert (ended.code, said in ended.err, rows(deployed)) == (2, True, {})


def test_an_id_that_is_nowhere_is_told(acme: AmcFunctions, command: Run) -> None:
    ended = command("workflows", "adopt", "--customer", "acme", "-w", "raech")

    assert (ended.code, "--workflow: 'raech' is in none of them" in ended.err) == (1, True)


def test_a_deployment_without_the_functions_is_said_to_be_another_version(acme: AmcFunctions, command: Run) -> None:
    acme.missing = True

    ended = command("workflows", "adopt", "--customer", "acme")

    assert (ended.code, "WFM is of another version; deploy the version of the command" in ended.err) == (4, True)
