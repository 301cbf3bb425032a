"""Every exit code of the command is reached, and docs/exit-codes.md lists them."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, NamedTuple

import boto3
import pytest

from tests.wfm.amc_functions import AmcFunctions
from tests.wfm.backfilling import Backfilling
from tests.wfm.cli.test_grammar import leaves
from tests.wfm.cli.test_many_results import put_run
from tests.wfm.commands import Run
from tests.wfm.library_world import SQL, put_tenant
from tests.wfm.onboarding import record
from tests.wfm.post import Post, body
from tests.wfm.syncing import FakeSync, FakeTracker
from wfm.client.adapters.backfill_machine import BackfillMachine
from wfm.client.library.library import Library
from wfm.client.schedules.schedules import Schedules
from wfm.client.tenants.tenants import Tenants
from wfm.client.workflows.workflows import Workflows
from wfm.errors import AmcRefused, ExitCode, UsageError

PAGE = Path(__file__).parents[3] / "docs" / "exit-codes.md"


class Given(NamedTuple):
    """A deployment with the tenant acme, and the fixtures that a command needs besides."""

    deployed: Any
    monkeypatch: pytest.MonkeyPatch
    request: pytest.FixtureRequest

    def __call__(self, fixture: str) -> Any:
        return self.request.getfixturevalue(fixture)


def _fail(deployed: Any, _monkeypatch: pytest.MonkeyPatch) -> list[str]:
    deployed.put_execution("e1", "FAILED")
    return ["results", "get", "acme/e1"]


def _interrupt(deployed: Any, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    def wait(*_args: object, **_options: object) -> None:
        raise KeyboardInterrupt

    deployed.put_workflow()
    monkeypatch.setattr("wfm.client.requests.requests.Requests.wait", wait)
    return ["run", "reach", "--customer", "acme", "--wait"]


def _sent_in_part(deployed: Any) -> list[str]:
    deployed.put_workflow()
    deployed.put_tenant("birch")
    return ["run", "reach", "--tenants", "acme,birch", "--yes"]


def _wait_too_short(deployed: Any, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    deployed.put_workflow()
    monkeypatch.setattr("wfm.client.poll_schedule.FIRST_PAUSE", 0.001)
    return ["run", "reach", "--customer", "acme", "--wait", "--timeout", "0.01"]


WAYS: dict[ExitCode, Callable[[Any, pytest.MonkeyPatch], list[str]]] = {
    ExitCode.GOOD: lambda *_: ["tenants", "list"],
    ExitCode.FAILED: _fail,
    ExitCode.USAGE: lambda *_: ["executions", "list", "--limit", "0"],
    ExitCode.NOT_ENDED: _wait_too_short,
    ExitCode.UNREACHABLE: lambda *_: ["--profile", "nobody", "tenants", "list"],
    ExitCode.PARTLY: lambda deployed, _: _sent_in_part(deployed),
    ExitCode.INTERRUPTED: _interrupt,
}


def _letters(post: Post, verb: str, *options: str) -> list[str]:
    post.put_dead(body(), "m1")
    return ["queue", verb, "acme/m1", "acme/nobody", *options, "--yes"]


def _cancelled(given: Given) -> list[str]:
    given("lifecycle")
    given.deployed.put_request("r1")
    given.deployed.put_execution("e1")  # of somebody else
    return ["executions", "cancel", "acme/r1", "acme/e1", "--yes"]


def _resubmitted(given: Given) -> list[str]:
    ended = {"endedAt": "2026-11-23T15:00:00.000Z", "request": json.loads(body("f1"))}
    given.deployed.put_request("f1", "FAILED", **ended)
    return ["executions", "resubmit", "acme/f1", "acme/nobody", "--yes"]


def _tenants(given: Given, *words: str, status: str = "ACTIVE") -> list[str]:
    """The change of birch fails."""
    given("machine")
    for name, instance in (("acme", "amc1"), ("birch", "amcwrong1")):
        given.deployed.put_row(name, status, amcInstanceId=instance)
        given.deployed.table("CustomerConfig").put_item(Item=record(customerId=name, amcInstanceId=instance))
    return ["tenants", *words, "acme", "birch", "--yes", "--wait"]


def _offboarded(given: Given) -> list[str]:
    """The tenant birch goes by another hand after it was chosen."""
    words, choose = _tenants(given, "remove"), Tenants.choose

    def then_removed(self: Tenants, *arguments: Any, **options: Any) -> Any:
        found = choose(self, *arguments, **options)
        given.deployed.table("Tenants").delete_item(Key={"customerId": "birch"})
        return found

    given.monkeypatch.setattr(Tenants, "choose", then_removed)
    return words


def _added(given: Given) -> list[str]:
    given("machine")
    for name, instance in (("clover", "amcclover1"), ("dill", "amcwrong1")):
        text = json.dumps(record(customerId=name, amcInstanceId=instance))
        Path(f"{name}.json").write_text(text, encoding="utf-8")
    return ["tenants", "add", "clover.json", "dill.json", "--yes", "--wait"]


def _scheduled(given: Given, verb: str) -> list[str]:
    """The schedule of birch is removed by somebody else after it was shown."""
    table = given.deployed.table("Schedules")
    for name in ("acme", "birch"):
        row = {"customerId": name, "Name": "daily", "ScheduleExpression": "daily 08:00", "paused": verb == "resume"}
        table.put_item(Item={**row, "Input": {"payload": {"workflowId": "reach"}}})
        given.deployed.put_tenant(name)
    choose = Schedules.choose

    def then_removed(self: Schedules, *arguments: Any) -> Any:
        found = choose(self, *arguments)
        table.delete_item(Key={"customerId": "birch", "Name": "daily"})
        return found

    given.monkeypatch.setattr(Schedules, "choose", then_removed)
    return ["schedules", verb, "daily", "--tenants", "acme,birch", "--yes"]


def _got(given: Given) -> list[str]:
    boto3.client("s3").create_bucket(Bucket="results")
    given.deployed.put_tenant(bucketName="results")
    put_run(given.deployed, "acme", 7)
    put_run(given.deployed, "acme", 8, "FAILED")
    return ["results", "get", "--customer", "acme", "--all", "-o", "got/"]


def _listed(given: Given) -> list[str]:
    """The bucket of birch is not there."""
    boto3.client("s3").create_bucket(Bucket="results")
    for name, bucket in (("acme", "results"), ("birch", "gone")):
        given.deployed.put_tenant(name, bucketName=bucket)
        put_run(given.deployed, name, 7)
    return ["results", "list", "--customer", "acme,birch", "--since", "2026-01-01"]


def _taken_out(given: Given) -> list[str]:
    """The workflow geo is removed by somebody else after it was shown."""
    put_tenant(given.deployed, "acme")
    table, remove = given.deployed.table("WorkflowLibrary"), Library.remove
    for name in ("reach", "geo"):
        table.put_item(Item={"workflowId": name, "version": 1, "sqlQuery": "SELECT 1"})

    def overtaken(self: Library, workflow_id: str, version: int | None = None) -> Any:
        table.delete_item(Key={"workflowId": "geo", "version": 1})
        return remove(self, workflow_id, version)

    given.monkeypatch.setattr(Library, "remove", overtaken)
    return ["library", "remove", "reach", "geo", "--yes"]


def _one_rollout_fails(given: Given) -> list[str]:
    """The workflow geo is removed by somebody else after it was shown."""
    begin = Library.roll_out

    def overtaken(self: Library, workflow_id: str, by: str | None = None) -> Any:
        given.deployed.table("WorkflowLibrary").delete_item(Key={"workflowId": "geo", "version": 1})
        return begin(self, workflow_id, by)

    given("rollout_machine")
    words = _taken_out(given)
    given.monkeypatch.setattr(Library, "roll_out", overtaken)
    return ["library", "rollout", *words[2:]]


def _workflows(given: Given) -> None:
    for name in ("acme", "birch"):
        given.deployed.put_tenant(name)
        given.deployed.put_workflow(customer_id=name)


def _drifted(given: Given) -> list[str]:
    """AMC does not let WFM look at the workflows of birch."""
    tracker: FakeTracker = given("tracker")
    _workflows(given)
    tracker.refused = {"birch"}
    return ["workflows", "drift", "--tenants", "all", "--wait"]


def _workflows_removed(given: Given) -> list[str]:
    """The workflow of birch is removed by somebody else after it was chosen."""
    _workflows(given)
    choose = Workflows.choose

    def then_removed(self: Workflows, *arguments: Any) -> Any:
        found = choose(self, *arguments)
        given.deployed.table("Workflows").delete_item(Key={"customerId": "birch", "workflowId": "reach"})
        return found

    given.monkeypatch.setattr(Workflows, "choose", then_removed)
    return ["workflows", "remove", "reach", "--tenants", "all", "--yes"]


def _backfills_cancelled(given: Given) -> list[str]:
    """Step Functions does not stop the second."""
    machine, stop = Backfilling(given.deployed), BackfillMachine.stop
    for name in ("q1", "q2"):
        machine.start(name, "acme")

    def stop_one(self: BackfillMachine, backfill_id: str, cause: str) -> None:
        if backfill_id == "q2":
            raise UsageError("not allowed")
        stop(self, backfill_id, cause)

    given.monkeypatch.setattr(BackfillMachine, "stop", stop_one)
    return ["backfill", "cancel", "q1", "q2", "--yes"]


def _adopted(given: Given) -> list[str]:
    amc: AmcFunctions = given("amc")
    given.deployed.put_tenant("birch")
    amc.amc("acme").workflows["reach"] = {"workflowId": "reach", "sqlQuery": SQL}
    amc.amc("birch").list_fault = AmcRefused(403, "Terms not accepted")
    return ["workflows", "adopt", "--customer", "acme,birch"]


def _synced(given: Given) -> list[str]:
    sync: FakeSync = given("sync")
    sync.refused = {"geo"}
    for name in ("geo", "reach"):
        given.deployed.put_workflow(name)
    return ["workflows", "sync", "--customer", "acme", "--wait"]


# What each of the commands that do many things does when some of them fail.
PARTLY: Final[dict[str, Callable[[Given], list[str]]]] = {
    "run": lambda given: _sent_in_part(given.deployed),
    "backfill cancel": _backfills_cancelled,
    "executions cancel": _cancelled,
    "executions resubmit": _resubmitted,
    "queue redrive": lambda given: _letters(given("post"), "redrive"),
    "queue purge": lambda given: _letters(given("post"), "purge", "--dead"),
    "results get": _got,
    "results list": _listed,
    "library remove": _taken_out,
    "library rollout": _one_rollout_fails,
    "schedules pause": lambda given: _scheduled(given, "pause"),
    "schedules resume": lambda given: _scheduled(given, "resume"),
    "schedules remove": lambda given: _scheduled(given, "remove"),
    "tenants add": _added,
    "tenants remove": _offboarded,
    "tenants set": lambda given: [*_tenants(given, "set"), "limit=4"],
    "tenants pause": lambda given: _tenants(given, "pause"),
    "tenants resume": lambda given: _tenants(given, "resume", status="PAUSED"),
    "workflows adopt": _adopted,
    "workflows drift": _drifted,
    "workflows remove": _workflows_removed,
    "workflows sync": _synced,
}
# Shown where their worlds are: test_deliveries.py, test_migrate.py, test_discovery.py of the credentials, and
# test_tenant_copies.py.
SHOWN_ELSEWHERE: Final = {"deliveries send", "migrate", "tenants discover", "tenants import"}
# They take many words or tenants, and only look at them or have one outcome.
ONE_OUTCOME: Final = {
    *(
        "backfill start",
        "cost",
        "deliveries list",
        "executions failed",
        "executions list",
        "executions logs",
        "executions timeline",
    ),
    *(
        "executions watch",
        "library check",
        "queue show",
        "report",
        "schedules list",
        "window",
        "workflows list",
    ),
}


@pytest.mark.parametrize("name", PARTLY)
def test_who_fails_at_some_of_many_ends_with_five(
    deployed: Any, command: Run, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    if not name.startswith("queue "):  # `post` makes the tenant with its queues
        deployed.put_tenant()

    ended = command(*PARTLY[name](Given(deployed, monkeypatch, request)))

    assert ended.code == ExitCode.PARTLY, ended


def takes_many(command: Any) -> bool:
    shown = [one for one in command.params if not one.hidden]
    return any((one.metavar or "").endswith("...") or "--tenants" in one.opts for one in shown)


def test_all_commands_that_take_many_are_known() -> None:
    many = {leaf.name for leaf in leaves() if takes_many(leaf.command)}

    assert many <= {*PARTLY, *SHOWN_ELSEWHERE, *ONE_OUTCOME}
    assert many >= {*PARTLY}


def test_the_page_lists_the_commands_that_end_with_five() -> None:
    listed = re.findall(r"^\| `wfm ([a-z ]+)` \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)

    assert sorted(listed) == sorted({*PARTLY, *SHOWN_ELSEWHERE})


@pytest.mark.parametrize("code", ExitCode)
def test_each_exit_code_is_reached(
    deployed: Any, command: Run, monkeypatch: pytest.MonkeyPatch, code: ExitCode
) -> None:
    deployed.put_tenant()

    ended = command(*WAYS[code](deployed, monkeypatch))

    assert ended.code == code, ended


def test_the_page_lists_each_code_with_its_meaning() -> None:
    listed = re.findall(r"^\| ([0-9]+) \| (.+) \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)

    assert listed == [(str(int(code)), code.meaning) for code in ExitCode]
