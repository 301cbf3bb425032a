"""Many at once: what is shown, what goes on when one fails, the tally, and what the same command does again."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.wfm.commands import Run
from tests.wfm.deployed import sqs
from tests.wfm.onboarding import FakeOnboarding, record
from tests.wfm.post import FakeLifecycle
from wfm.store.schedule_records import ScheduleRecords

THREE = ("acme", "birch", "cedar")
JULY = ["--window-from", "2026-07-01", "--window-to", "2026-08-01"]


@pytest.fixture
def queues(deployed: Any) -> dict[str, str]:
    """Three tenants that have the workflow reach, two of them tagged emea."""
    found = {}
    for name in THREE:
        found[name] = deployed.put_tenant(name, tags=["emea"] if name != "acme" else ["us"])
        deployed.put_workflow(customer_id=name)
    return found


def sent(deployed: Any, queues: dict[str, str]) -> dict[str, list[str]]:
    """The ids of the requests in each queue, which stay in flight."""
    return {
        name: [json.loads(message["Body"])["requestId"] for message in deployed.messages(url)]
        for name, url in queues.items()
    }


def put_window(deployed: Any, request_id: str, month: int, status: str = "WAITING", customer: str = "acme") -> None:
    ends = {"timeWindowStart": f"2026-{month:02}-01T00:00:00", "timeWindowEnd": f"2026-{month + 1:02}-01T00:00:00"}
    body = {"workflowId": "reach", "timeWindowType": "EXPLICIT", **ends}
    ended = {"endedAt": "2026-11-23T15:00:00.000Z"} if status == "FAILED" else {}
    asked = {"customerId": customer, "requestId": request_id, "payload": body}
    row = {"customerId": customer, "execution": body, "request": asked, "backfillId": "b1", "source": "backfill:b1"}
    deployed.put_request(request_id, status, **row, **ended)


def test_a_tag_is_run_for_each_of_its_tenants_under_one_id(deployed: Any, queues: Any, command: Run) -> None:
    ended = command("run", "reach", "--tenants", "tag:emea", "--window", "yesterday", "--id", "monday", "--yes")

    assert (ended.code, ended.err.splitlines()[-1]) == (0, "2 of 2 sent")
    assert sent(deployed, queues) == {"acme": [], "birch": ["monday"], "cedar": ["monday"]}


def test_labels_go_with_each_request_and_one_that_is_wrong_sends_none(
    deployed: Any, queues: dict[str, str], command: Run
) -> None:
    wrong = command("run", "reach", "--tenants", "all", "--yes", "--label", "team=emea", "--label", "aws:cost=1")
    twice = command("run", "reach", "--tenants", "all", "--yes", "--label", "team=emea", "--label", "team=us")
    ended = command("run", "birch/reach", "--label", "team=emea", "--label", "note=a=b", "--id", "monday")

    assert (wrong.code, twice.code, ended.code) == (2, 2, 0)
    assert "--label: 'aws:cost' is no usable name; allowed: 1 to 64 letters" in wrong.err
    assert "--label: team is given twice" in twice.err
    bodies = [json.loads(message["Body"]) for url in queues.values() for message in deployed.messages(url)]
    assert [(body["requestId"], body["labels"]) for body in bodies] == [("monday", {"team": "emea", "note": "a=b"})]


def test_ages_of_a_window_go_with_each_request(deployed: Any, queues: dict[str, str], command: Run) -> None:
    wrong = command("run", "birch/reach", "--refresh", "14d,3d")
    ended = command("run", "birch/reach", "--refresh", "3d,14d", "--id", "monday")

    assert (wrong.code, ended.code) == (2, 0)
    assert "--refresh[1]: '3d' stands behind 14d; allowed: a list of 1 to 5 rising ages" in wrong.err
    bodies = [json.loads(message["Body"]) for url in queues.values() for message in deployed.messages(url)]
    assert [(body["requestId"], body["refresh"]) for body in bodies] == [("monday", ["3d", "14d"])]


def test_of_many_only_what_is_left_is_sent_again(deployed: Any, queues: Any, command: Run) -> None:
    asked = {"customerId": "birch", "requestId": "monday", "payload": {"workflowId": "reach"}}
    deployed.put_request("monday", "RUNNING", customerId="birch", request={**asked, "source": "wfm run"})

    ended = command("run", "reach", "--tenants", "tag:emea", "--id", "monday", "--yes", "--json")

    assert [(one["customerId"], one["outcome"]) for one in json.loads(ended.out)] == [
        ("birch", "SENT BEFORE"),
        ("cedar", "SENT"),
    ]
    assert (ended.code, ended.err.splitlines()[-1]) == (0, "1 of 2 sent, 1 had nothing left to do")
    assert sent(deployed, queues) == {"acme": [], "birch": [], "cedar": ["monday"]}


def test_one_that_cannot_be_sent_is_named_and_does_not_keep_the_rest(deployed: Any, queues: Any, command: Run) -> None:
    deployed.table("Workflows").delete_item(Key={"customerId": "birch", "workflowId": "reach"})

    ended = command("run", "reach", "--tenants", "all", "--id", "monday", "--yes")

    assert ended.code == 5
    assert "birch     monday  NOT SENT  workflowId: birch has no workflow 'reach'" in ended.out
    assert ended.err.splitlines()[-1] == (
        "2 of 3 sent, 1 failed; the same command with --id monday does only what is left"
    )
    assert [name for name, ids in sent(deployed, queues).items() if ids] == ["acme", "cedar"]


def test_nothing_of_many_is_sent_before_somebody_says_yes(deployed: Any, queues: Any, command: Run) -> None:
    asked = command("run", "reach", "--tenants", "all")
    shown = command("run", "acme/reach", "birch/reach", "--start", "2026-07-01T00:00:00", "--end",
                    "2026-08-01T00:00:00", "--dry-run")  # fmt: skip

    assert (asked.code, asked.err) == (
        2, "error: --yes is missing, and nobody can be asked. 3 of 3 requests can be sent:\n",
    )  # fmt: skip
    assert "birch: reach, 2026-07-01 to 2026-08-01" in shown.out
    assert sent(deployed, queues) == {name: [] for name in THREE}


def test_all_that_fail_end_with_one(deployed: Any, queues: Any, command: Run) -> None:
    ended = command("run", "raech", "--tenants", "all", "--yes")

    assert ended.code == 1
    assert ended.err.splitlines()[-1].startswith("0 of 3 sent, 3 failed; the same command with --id ")


def test_the_windows_of_july_are_cancelled_and_no_others(
    deployed: Any, queues: Any, lifecycle: FakeLifecycle, command: Run
) -> None:
    for month in (6, 7, 8):
        put_window(deployed, f"m{month}", month)
    put_window(deployed, "b7", 7, customer="birch")
    lifecycle.running = {"m6", "m7", "m8", "b7"}

    ended = command("executions", "cancel", "--tenants", "acme,birch", *JULY, "--yes")

    assert (ended.code, ended.err.splitlines()[-1]) == (0, "2 of 2 cancelled")
    assert sorted(lifecycle.stopped) == ["b7", "m7"]


@pytest.mark.parametrize("day", ["2026-13-01", "2026-02-30", "2026-07-01T24:30:00"])
def test_a_day_that_there_is_not_chooses_nothing(deployed: Any, queues: Any, command: Run, day: str) -> None:
    slip = command("executions", "cancel", "--customer", "acme", "--window-to", day, "--yes")

    assert (slip.code, slip.err) == (
        2,
        f"error: --window-to: '{day}' cannot be read; allowed: 2026-11-23 or 2026-11-23T14:00:00\n",
    )


def test_a_window_that_cannot_be_read_is_refused(deployed: Any, queues: Any, command: Run) -> None:
    slip = command("executions", "cancel", "--customer", "acme", "--window-from", "July", "--yes")
    turned = command("executions", "cancel", "--customer", "acme", "--window-from", "2026-08-01", "--window-to",
                     "2026-07-01", "--yes")  # fmt: skip

    assert (slip.code, turned.code) == (2, 2)
    assert slip.err == "error: --window-from: 'July' cannot be read; allowed: 2026-11-23 or 2026-11-23T14:00:00\n"
    assert "--window-to: 2026-07-01 is not after --window-from 2026-08-01" in turned.err


def test_one_tenant_that_cannot_be_cancelled_does_not_keep_the_others(
    deployed: Any, queues: Any, lifecycle: FakeLifecycle, command: Run
) -> None:
    put_window(deployed, "m7", 7)
    put_window(deployed, "c7", 7, customer="cedar")
    lifecycle.running = {"m7", "c7"}
    few = json.dumps({"deadLetterTargetArn": "arn:aws:sqs:us-east-1:123456789012:acme.fifo", "maxReceiveCount": 5})
    sqs().set_queue_attributes(QueueUrl=queues["birch"], Attributes={"RedrivePolicy": few})

    ended = command("executions", "cancel", "--tenants", "acme,birch,cedar", *JULY, "--yes")

    assert ended.code == 5
    assert sorted(lifecycle.stopped) == ["c7", "m7"]
    assert "birch NOT CANCELLED customerId: each peek is one of the 5 receives" in " ".join(ended.out.split())


def test_what_failed_is_sent_again_for_all_tenants_and_the_second_time_nothing_is_left(
    deployed: Any, queues: Any, command: Run
) -> None:
    for name in THREE:
        put_window(deployed, f"{name}-7", 7, "FAILED", name)
        put_window(deployed, f"{name}-8", 8, "FAILED", name)
    words = ("executions", "resubmit", "--tenants", "all", "--since", "2026-11-01", *JULY, "--yes")

    ended = command(*words)
    for name in THREE:
        put_window(deployed, f"{name}-7-r2", 7, "RUNNING", name)
    again = command(*words)

    assert (ended.code, ended.err.splitlines()[-1]) == (0, "3 of 3 sent")
    assert (again.code, again.err) == (0, "nothing that failed is left to be sent again\n")
    assert sent(deployed, queues) == {name: [f"{name}-7-r2"] for name in THREE}


def test_ids_of_several_customers_are_sent_again_and_each_outcome_is_told(
    deployed: Any, queues: Any, command: Run
) -> None:
    put_window(deployed, "a7", 7, "FAILED")
    put_window(deployed, "b7", 7, "RUNNING", "birch")

    ended = command("executions", "resubmit", "acme/a7", "birch/b7", "cedar/none", "--yes")

    outcomes = {tuple(line.split()[:3]) for line in ended.out.splitlines()[1:]}
    assert outcomes == {("acme", "a7", "SENT"), ("birch", "b7", "SKIPPED"), ("cedar", "none", "REFUSED")}
    assert (ended.code, ended.err.splitlines()[-1]) == (
        5, "1 of 3 sent, 1 had nothing left to do, 1 failed; the same command again does only what is left",
    )  # fmt: skip


def test_tenants_are_paused_and_resumed_together_and_those_that_are_so_stay(
    deployed: Any, machine: FakeOnboarding, command: Run
) -> None:
    for name, status in (("acme", "ACTIVE"), ("birch", "PAUSED"), ("cedar", "ACTIVE"), ("dune", "OFFBOARDED")):
        deployed.put_row(name, status, tags=["emea"])
    words = ("tenants", "pause", "tag:emea")

    asked, paused = command(*words), command(*words, "--yes", "--json")

    assert asked.code == 2
    assert "--yes is missing, and nobody can be asked. 4 tenants:" in asked.err
    assert [(one["customerId"], one["change"]) for one in json.loads(paused.out)] == [
        ("acme", "to be paused"), ("birch", "unchanged"), ("cedar", "to be paused"), ("dune", "unchanged"),
    ]  # fmt: skip
    assert (paused.code, paused.err.splitlines()[-1]) == (0, "2 of 4 paused, 2 had nothing left to do")


def test_records_of_several_files_are_checked_together(
    deployed: Any, machine: FakeOnboarding, command: Run, tmp_path: Path
) -> None:
    for name in ("acme", "bolt"):
        given = record(customerId=name, amcInstanceId=f"amc{name}1")
        (tmp_path / f"{name}.json").write_text(json.dumps(given), encoding="utf-8")

    ended = command("tenants", "add", "acme.json", "bolt.json", "--yes")

    assert (ended.code, ended.err) == (0, "2 of 2 done\n")
    assert {item["customerId"] for item in deployed.table("CustomerConfig").scan()["Items"]} == {"acme", "bolt"}


def test_a_list_that_is_cut_says_so_in_an_error_too(deployed: Any, queues: Any, command: Run) -> None:
    names = [f"p{number:02}" for number in range(12)]
    row = {"customerId": "acme", "workflowId": "many", "syncStatus": "SYNCED", "sqlQuery": "SELECT 1"}
    declared = [{"name": name, "dataType": "STRING", "defaultValue": ""} for name in names]
    deployed.table("Workflows").put_item(Item=row | {"inputParameters": declared})

    ended = command("run", "acme/many", "--window", "yesterday", "--parameter", "zebra=1")

    assert ended.code == 2
    assert f"{', '.join(names[:10])} and 2 more" in ended.err


@pytest.fixture
def schedules(deployed: Any, queues: Any) -> Any:
    """Each of the three has a schedule daily of the workflow reach, and acme one of its own besides."""
    for name in THREE:
        put_schedule(deployed, name, "daily", libraryVersion=3)
    put_schedule(deployed, "acme", "weekly", workflow="geo")
    return deployed


def put_schedule(deployed: Any, customer: str, name: str, workflow: str = "reach", **fields: Any) -> None:
    row = {"customerId": customer, "Name": name, "ScheduleExpression": "daily 08:00", **fields}
    deployed.table("Schedules").put_item(Item={**row, "Input": {"payload": {"workflowId": workflow}}})


def paused(deployed: Any) -> list[tuple[str, str]]:
    return [(one.customer_id, one.name) for one in deployed.wfm.schedules.list() if one.is_paused]


def test_schedules_of_one_name_are_paused_for_a_tag_and_resumed_for_all(schedules: Any, command: Run) -> None:
    words = ("schedules", "pause", "daily", "--tenants", "tag:emea")

    asked, done, again = command(*words), command(*words, "--yes", "--json"), command(*words, "--yes")
    at_that_time = paused(schedules)
    resumed = command("schedules", "resume", "daily", "--tenants", "all", "--yes")

    assert asked.code == 2
    assert "--yes is missing, and nobody can be asked. 2 schedules:" in asked.err
    assert [(one["customerId"], one["Name"], one["change"]) for one in json.loads(done.out)] == [
        ("birch", "daily", "paused"), ("cedar", "daily", "paused"),
    ]  # fmt: skip
    assert (done.code, done.err, again.err) == (0, "2 of 2 paused\n", "0 of 2 paused, 2 had nothing left to do\n")
    assert at_that_time == [("birch", "daily"), ("cedar", "daily")]
    assert (resumed.err, paused(schedules)) == ("2 of 3 resumed, 1 had nothing left to do\n", [])


def test_schedules_of_a_workflow_or_all_of_a_tenant_are_meant_too(schedules: Any, command: Run) -> None:
    of_workflow = command("schedules", "pause", "--tenants", "all", "--workflow", "geo", "--yes")
    of_tenant = command("schedules", "remove", "--customer", "acme", "--all", "--yes")

    assert of_workflow.err == "1 of 1 paused\n"
    assert of_tenant.err == (
        "note: daily came from the library (version 3): a rollout may undo that it is removed\n2 of 2 removed\n"
    )
    assert {one.customer_id for one in schedules.wfm.schedules.list()} == {"birch", "cedar"}


def test_schedules_of_several_customers_are_named(schedules: Any, command: Run) -> None:
    ended = command("schedules", "pause", "acme/weekly", "birch/daily", "--yes")

    assert (ended.code, ended.err) == (0, "2 of 2 paused\n")
    assert paused(schedules) == [("acme", "weekly"), ("birch", "daily")]


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (["--tenants", "all"], "NAME: needs either names, or --workflow or --all"),
        (["daily", "--tenants", "all", "--all"], "NAME: needs either names, or --workflow or --all"),
        (["--all"], "--customer: is missing; allowed: customer ids, tag:NAME, or all"),
        (["dayly", "--tenants", "all"], "NAME: none of these tenants has a schedule 'dayly'; did you mean daily?"),
        (["--workflow", "raech", "--tenants", "all"],
         "--workflow: none of these tenants has a schedule of 'raech'; did you mean reach?"),
        (["acme/daily", "birch/dayly"], "NAME: birch has no schedule 'dayly'; did you mean daily?"),
    ],
    ids=["nothing-chosen", "names-and-all", "nobody", "no-such-name", "no-such-workflow", "one-of-two"],
)  # fmt: skip
def test_what_names_no_schedules_changes_nothing(schedules: Any, command: Run, words: list[str], problem: str) -> None:
    ended = command("schedules", "remove", *words, "--yes")

    assert (ended.code, ended.err) == (2, f"error: {problem}\n")
    assert len(schedules.wfm.schedules.list()) == 4


def test_a_schedule_that_went_meanwhile_does_not_keep_the_others(
    schedules: Any, command: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    pause = ScheduleRecords.pause

    def overtaken(self: ScheduleRecords, customer: str, name: str, *rest: Any, **more: Any) -> bool:
        if customer == "birch":
            schedules.table("Schedules").delete_item(Key={"customerId": customer, "Name": name})
        return pause(self, customer, name, *rest, **more)

    monkeypatch.setattr(ScheduleRecords, "pause", overtaken)

    ended = command("schedules", "pause", "daily", "--tenants", "all", "--yes")

    assert ended.code == 5
    assert "birch     daily  not changed  Name: birch has no schedule 'daily'; there are none yet" in ended.out
    assert ended.err == "2 of 3 paused, 1 failed; the same command again does only what is left\n"
