"""`wfm chains` as people and scripts meet it, and what a push and `wfm.workflows.put` refuse."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.wfm.commands import Run
from tests.wfm.library_world import put_tenant, stored, write
from wfm.errors import InvalidRequest
from wfm.model.chain_links import TenantLinks
from wfm.model.chains import Chain, End, Firing, LinkState
from wfm.store.chains_table import ChainsTable
from wfm.store.tenants_table import TenantsTable

WINDOW = {"timeWindowStart": "2026-11-16T00:00:00", "timeWindowEnd": "2026-11-23T00:00:00"}
LINKS = {
    "overlap": {"workflow": "reach"},
    "export": {"all": ["reach", {"workflow": "overlap", "on": "ENDED"}], "delay": "2h"},
}


@pytest.fixture
def acme(deployed: Any) -> Any:
    """A tenant whose chain failed in the middle."""
    deployed.put_row("acme")
    links = TenantLinks(LINKS, {"odd": "after: names no workflow; allowed: one of workflow, all and any"})
    TenantsTable(deployed.table("Tenants")).save_links("acme", links, {})
    states = {
        "overlap": LinkState(fired=(Firing("overlap-after-1", {"reach": "r1"}, "r1"),)),
        "export": LinkState(waiting={"reach": "r1"}, not_run=End("overlap", "overlap-after-1", "CANCELLED", "")),
    }
    chain = Chain("acme", "20261116T0000-0a1b2c3d4e", WINDOW, states, 1, "2026-11-23T12:00:00.000Z")
    ChainsTable(deployed.table("ExecutionRequests")).save(chain)
    for request_id, status in (("r1", "SUCCEEDED"), ("overlap-after-1", "CANCELLED")):
        row = {"customerId": "acme", "requestId": request_id, "workflowId": "reach", "status": status}
        deployed.table("ExecutionRequests").put_item(Item=row)
    return deployed


def test_a_list_has_a_line_for_each_window(acme: Any, command: Run) -> None:
    lines = command("chains", "list", "--customer", "acme").out.splitlines()

    assert lines[0].split() == ["CHAIN", "STATUS", "WINDOW", "STEPS"]
    assert lines[1].startswith(
        "20261116T0000-0a1b2c3d4e  FAILED  2026-11-16T00:00 to 2026-11-23T00:00  reach SUCCEEDED,"
    )
    assert len(lines) == 2
    (found,) = json.loads(command("chains", "list", "--customer", "acme", "--json").out)
    assert (found["status"], len(found["steps"])) == ("FAILED", 3)


def test_one_chain_shows_each_request_and_what_did_not_run(acme: Any, command: Run) -> None:
    out = command("chains", "show", "acme/20261116T0000-0a1b2c3d4e").out

    assert "window    2026-11-16T00:00 to 2026-11-23T00:00" in out
    assert out.splitlines()[-1].split() == [
        "export",
        "NOT",
        "RUN",
        "reach,",
        "overlap",
        "overlap",
        "ended",
        "CANCELLED",
    ]
    found = json.loads(command("chains", "show", "20261116T0000-0a1b2c3d4e", "--customer", "acme", "--json").out)
    assert [step["requestId"] for step in found["steps"]] == ["r1", "overlap-after-1", None]


def test_a_chain_that_is_none_is_named_with_what_there_is(acme: Any, command: Run) -> None:
    ended = command("chains", "show", "acme/20261116T0000-0a1b2c3d4f")

    assert ended.code == 2
    assert "acme has no chain '20261116T0000-0a1b2c3d4f'; did you mean 20261116T0000-0a1b2c3d4e?" in ended.err


def test_links_show_who_runs_after_whom_and_what_cannot(acme: Any, command: Run) -> None:
    lines = [line.split() for line in command("chains", "links", "--customer", "acme").out.splitlines()]

    assert lines[1] == ["overlap", "reach", "same"]
    assert lines[2] == ["export", "reach", "and", "overlap", "(ENDED)", "same", "120", "min"]
    assert lines[3][:3] == ["odd", "after:", "names"]
    first = json.loads(command("chains", "links", "--customer", "acme", "--json").out)[0]
    parents = [{"workflow": "reach", "on": "SUCCEEDED"}]
    assert first == {"workflowId": "overlap", "all": parents, "window": "same", "delayMinutes": 0}


@pytest.mark.parametrize(
    ("after", "problem"),
    [
        pytest.param({"workflow": "reech"}, "after: acme has no workflow 'reech'", id="nobody"),
        pytest.param({"workflow": "last"}, "after: goes in a circle: geo -> last -> geo", id="circle"),
    ],
)
def test_a_workflow_of_a_tenants_own_is_checked_against_its_others(deployed: Any, after: Any, problem: str) -> None:
    deployed.put_row("acme")
    deployed.put_workflow("reach")
    deployed.table("Workflows").put_item(
        Item={"customerId": "acme", "workflowId": "last", "sqlQuery": "SELECT 1", "after": {"workflow": "geo"}}
    )
    geo = {"workflowId": "geo", "sqlQuery": "SELECT campaign FROM dsp_impressions", "after": after}

    with pytest.raises(InvalidRequest) as refused:
        deployed.wfm.workflows.put("acme", geo)

    assert str(refused.value).startswith(problem)


OVER = {"ScheduleExpression": "hourly :15", "Input": {"payload": {"workflowId": "reach"}}, "overlap": "replace"}


@pytest.mark.parametrize("scheduled", ["reach", "geo"])
def test_a_schedule_that_would_cancel_runs_of_a_chain_is_refused(deployed: Any, scheduled: str) -> None:
    deployed.put_row("acme")
    deployed.put_workflow("reach")
    deployed.put_workflow("geo")
    deployed.table("Workflows").put_item(
        Item={"customerId": "acme", "workflowId": "geo", "sqlQuery": "SELECT 1", "after": {"workflow": "reach"}}
    )

    with pytest.raises(InvalidRequest) as refused:
        deployed.wfm.schedules.put("acme", "often", {**OVER, "Input": {"payload": {"workflowId": scheduled}}})

    assert str(refused.value).startswith("overlap: 'replace' would cancel runs that ")
    assert deployed.wfm.schedules.put("acme", "often", {**OVER, "overlap": "skip"})[0] == "added"


@pytest.mark.parametrize("scheduled", ["reach", "geo"])
def test_a_link_whose_runs_a_schedule_would_cancel_is_refused(deployed: Any, scheduled: str) -> None:
    deployed.put_row("acme")
    deployed.put_workflow("reach")
    row = {**OVER, "customerId": "acme", "Name": "often", "Input": {"payload": {"workflowId": scheduled}}}
    deployed.table("Schedules").put_item(Item=row)
    geo = {"workflowId": "geo", "sqlQuery": "SELECT campaign FROM dsp_impressions", "after": {"workflow": "reach"}}

    with pytest.raises(InvalidRequest) as refused:
        deployed.wfm.workflows.put("acme", geo)

    problem = f"after: the schedule often has overlap 'replace', which cancels runs of {scheduled}; allowed: "
    assert str(refused.value).startswith(problem)


def test_a_push_names_a_parent_whose_schedule_in_the_library_would_cancel_its_runs(
    deployed: Any, command: Run, tmp_path: Path
) -> None:
    record = {"workflowId": "reach", "version": 1, "sqlQuery": "SELECT 1", "schedule": OVER}
    deployed.table("WorkflowLibrary").put_item(Item=record)
    write(tmp_path, "overlap", settings="description: x\nafter: {workflow: reach}\n")

    ended = command("library", "push", str(tmp_path), "--yes", "--no-data-sources")

    assert f"{tmp_path}/overlap.yaml:2: after: the library's schedule of reach has overlap 'replace'" in ended.err
    assert ended.code == 2


@pytest.mark.parametrize("scheduled", ["reach", "overlap"])
def test_a_push_names_the_tenants_own_schedule_that_would_cancel_runs_of_its_chain(
    deployed: Any, command: Run, tmp_path: Path, scheduled: str
) -> None:
    put_tenant(deployed, "acme")
    put_tenant(deployed, "birch", "enableWorkflowLibraryUpdates")  # the push does not reach it
    deployed.put_workflow("reach")
    row = {**OVER, "Name": "often", "Input": {"payload": {"workflowId": scheduled}}}
    for customer in ("acme", "birch"):
        deployed.table("Schedules").put_item(Item={**row, "customerId": customer})
    deployed.table("Schedules").put_item(Item={**row, "customerId": "acme", "Name": "shared", "libraryVersion": 1})
    write(tmp_path, "overlap", settings="description: x\nafter: {workflow: reach}\n")

    refused = command("library", "push", str(tmp_path), "--yes", "--no-data-sources")
    deployed.table("Schedules").put_item(Item={**row, "customerId": "acme", "overlap": "queue"})
    pushed = command("library", "push", str(tmp_path), "--yes", "--no-data-sources")

    problem = f"after: the schedule often of acme has overlap 'replace', which cancels runs of {scheduled}"
    assert refused.err.splitlines()[-1] == f"error: {tmp_path}/overlap.yaml:2: {problem}; allowed: queue or skip there"
    assert (refused.code, pushed.code, len(stored(deployed))) == (2, 0, 1)


def test_a_push_names_the_tenants_own_workflow_whose_runs_its_schedule_would_cancel(
    deployed: Any, command: Run, tmp_path: Path
) -> None:
    put_tenant(deployed, "acme")
    links = TenantLinks({"geo": {"workflow": "reach"}}, {})
    TenantsTable(deployed.table("Tenants")).save_links("acme", links, {})
    schedule = "schedule:\n  every: hourly :15\n  overlap: {}\n"
    write(tmp_path, "reach", settings="defaultPayload: {timeWindowName: yesterday}\n" + schedule.format("replace"))

    refused = command("library", "push", str(tmp_path), "--yes", "--no-data-sources")
    write(tmp_path, "reach", settings="defaultPayload: {timeWindowName: yesterday}\n" + schedule.format("skip"))
    pushed = command("library", "push", str(tmp_path), "--yes", "--no-data-sources")

    problem = "schedule.overlap: 'replace' would cancel runs that geo of acme runs after; allowed: queue or skip"
    assert refused.err.splitlines()[-1] == f"error: {tmp_path}/reach.yaml:4: {problem}"
    assert (refused.code, pushed.code) == (2, 0)


def test_a_tenants_own_workflow_may_run_after_another(deployed: Any) -> None:
    deployed.put_row("acme")
    deployed.put_workflow("reach")
    geo = {"workflowId": "geo", "sqlQuery": "SELECT campaign FROM dsp_impressions", "after": {"workflow": "reach"}}

    assert deployed.wfm.workflows.put("acme", geo)
    assert deployed.wfm.workflows.get("acme", "geo").row["after"] == {"workflow": "reach"}


def test_a_push_names_a_parent_that_nobody_has_and_writes_nothing(deployed: Any, command: Run, tmp_path: Path) -> None:
    deployed.put_row("acme")
    deployed.put_workflow("own")
    write(tmp_path, "overlap", settings="description: x\nafter: {any: [own, reech]}\n")
    write(tmp_path, "reach", settings="description: x\nafter: {workflow: overlap}\n")

    ended = command("library", "push", str(tmp_path), "--yes", "--no-data-sources")

    assert ended.code == 2
    assert f"{tmp_path}/overlap.yaml:2: after: neither the library nor a tenant has a workflow 'reech'" in ended.err
    assert "'own'" not in ended.err
    assert deployed.table("WorkflowLibrary").scan()["Items"] == []


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        pytest.param(
            "after: {workflow: own}\ntargeting: {customerIds: [birch]}", "birch, has own", id="of another tenant"
        ),
        pytest.param("after: {workflow: gone}", "acme, birch, has gone", id="of one that has left"),
        pytest.param("after: {any: [gone, own]}\ntargeting: {tags: [toys]}", "birch, has gone and own", id="any"),
        pytest.param("after: {all: [own, birches]}", "acme, birch, has own and birches", id="no tenant has both"),
        pytest.param("after: {workflow: kept}", "acme, birch, has kept", id="kept in the library"),
        pytest.param(
            "after: {workflow: retail}\ntargeting: {tags: [toys]}", "birch, has retail", id="for another group"
        ),
        pytest.param("after: {any: [gone, own]}", "", id="one of any is enough"),
        pytest.param("after: {all: [own, retail]}", "", id="one tenant is enough"),
        pytest.param("after: {workflow: own}\ntargeting: {customerIds: [nobody]}", "", id="it reaches nobody yet"),
    ],
)
def test_a_push_names_a_link_that_would_run_in_none_of_the_tenants_that_it_reaches(
    deployed: Any, command: Run, tmp_path: Path, settings: str, told: str
) -> None:
    put_tenant(deployed, "acme", tags=["retail"])
    put_tenant(deployed, "birch", tags=["toys"])
    put_tenant(deployed, "cedar", status="OFFBOARDED")
    for customer_id, own in (("acme", "own"), ("birch", "birches"), ("cedar", "gone")):
        deployed.put_workflow(own, customer_id)
    write(tmp_path, "kept", settings="automaticDeployWorkflow: false\n")
    write(tmp_path, "retail", settings="targeting: {tags: [retail]}\n")
    write(tmp_path, "link", settings=f"{settings}\n")

    ended = command("library", "push", str(tmp_path), "--yes", "--no-data-sources")

    problem = f"error: {tmp_path}/link.yaml:1: after: none of the tenants that it reaches, {told}; allowed: workflows"
    assert (problem in ended.err, ended.code) == ((True, 2) if told else (False, 0)), ended.err
    assert len(stored(deployed)) == (0 if told else 3)


@pytest.mark.parametrize("own", ["{workflow: geo}", "{any: [geo, base]}"])
def test_a_push_names_a_circle_through_a_workflow_of_a_tenants_own(
    deployed: Any, command: Run, tmp_path: Path, own: str
) -> None:
    for customer in ("acme", "birch"):
        put_tenant(deployed, customer)
        deployed.put_workflow("geo", customer)
        deployed.put_workflow("base", customer)
    links = {"geo": {"workflow": "reach"}, "base": {"workflow": "first"}}
    TenantsTable(deployed.table("Tenants")).save_links("acme", TenantLinks(links, {}), {})
    write(tmp_path, "reach", settings=f"description: x\nafter: {own}\n")
    write(tmp_path, "first", settings="description: no link any more, of which a circle could be\n")

    refused = command("library", "push", str(tmp_path), "--yes", "--no-data-sources")
    write(tmp_path, "reach", settings=f"description: x\nafter: {own}\ntargeting: {{customerIds: [birch]}}\n")
    pushed = command("library", "push", str(tmp_path), "--yes", "--no-data-sources")

    problem = "after: goes in a circle: geo -> reach -> geo, by workflows that acme has; allowed: workflows that do not"
    assert f"error: {tmp_path}/reach.yaml:2: {problem}" in refused.err
    assert "first" not in refused.err
    assert (refused.code, pushed.code, len(stored(deployed))) == (2, 0, 2)


def test_a_push_names_a_circle_through_the_library(deployed: Any, command: Run, tmp_path: Path) -> None:
    record = {"workflowId": "reach", "version": 1, "sqlQuery": "SELECT 1", "after": {"workflow": "overlap"}}
    deployed.table("WorkflowLibrary").put_item(Item=record)
    write(tmp_path, "overlap", settings="description: x\nafter: {workflow: reach}\n")

    ended = command("library", "push", str(tmp_path), "--yes", "--no-data-sources")

    assert f"{tmp_path}/overlap.yaml:2: after: goes in a circle: overlap -> reach -> overlap" in ended.err


def test_a_failed_request_shows_what_did_not_run(deployed: Any, command: Run) -> None:
    deployed.put_row("acme")
    deployed.put_request("r1", "FAILED", notRun=["overlap", "export"], chainProblem="customerId: acme is OFFBOARDING")

    out = command("executions", "show", "acme/r1").out

    assert re.search(r"^did not run +overlap, export$", out, re.MULTILINE)
    assert re.search(r"^chain +customerId: acme is OFFBOARDING$", out, re.MULTILINE)


def test_who_removes_what_others_run_after_is_told_which_do_not_run_any_more(acme: Any, command: Run) -> None:
    for workflow_id in ("reach", "overlap"):
        acme.put_workflow(workflow_id)

    first = command("workflows", "remove", "acme/reach", "--yes")
    second = command("workflows", "remove", "acme/overlap", "--yes")

    told = "does not run any more"
    assert first.err.splitlines() == [
        f"note: acme export runs after reach: without it, it {told}",
        f"note: acme overlap runs after reach: without it, it {told}",
    ]
    assert second.err.splitlines() == [f"note: acme export runs after overlap: without it, it {told}"]


@pytest.mark.parametrize("more", [[], ["--dry-run"]])
def test_a_push_that_would_prune_what_a_file_runs_after_is_refused(
    deployed: Any, command: Run, tmp_path: Path, more: list[str]
) -> None:
    for name, after in (("a", ""), ("b", "after: {workflow: a}"), ("c", "after: {any: [a, b]}")):
        write(tmp_path, name, settings=f"description: x\n{after}\n")
    words = ("library", "push", str(tmp_path), "--yes", "--no-data-sources")
    command(*words)
    for suffix in ("sql", "yaml"):
        (tmp_path / f"a.{suffix}").unlink()

    refused = command(*words, "--prune", *more)
    deployed.put_workflow("a")  # of acme's own
    pushed = command(*words, "--prune", *more)

    problem = "after: a is not in the folder, and would be removed; allowed: workflows that stay, or no --prune"
    assert refused.err.splitlines()[-1] == f"error: {tmp_path}/b.yaml:2: {problem}"
    assert (refused.code, pushed.code, len(stored(deployed))) == (2, 0, 3 if more else 2)


def test_who_removes_it_from_the_library_is_told_too(deployed: Any, command: Run, tmp_path: Path) -> None:
    for name, after in (("a", ""), ("b", "after: {workflow: a}"), ("c", "after: {any: [a, d]}"), ("d", "")):
        write(tmp_path, name, settings=f"description: x\n{after}\n")
    command("library", "push", str(tmp_path), "--yes", "--no-data-sources")

    ended = command("library", "remove", "a", "--yes")
    both = command("library", "remove", "b", "d", "--yes")

    assert ended.err.splitlines() == ["note: b runs after a: where that goes, it does not run any more"]
    assert both.err.splitlines() == []


def test_ages_without_a_window_are_refused_in_a_file(command: Run, tmp_path: Path) -> None:
    write(tmp_path, "reach", settings="description: x\nschedule:\n  every: daily 08:00\n  refresh: [3d]\n")

    ended = command("library", "check", str(tmp_path))

    assert f"{tmp_path}/reach.yaml:4: schedule.refresh: stands beside no window, neither the" in ended.err
