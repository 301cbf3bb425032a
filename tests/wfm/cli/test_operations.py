"""`wfm queue` and the commands that end or repeat runs, as people and scripts meet them."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.wfm.commands import Run, Terminal
from tests.wfm.post import PAYLOAD, FakeLifecycle, Post, body
from wfm.client.adapters.queue_messages import QueueDepth


def test_show_counts_the_queues_of_each_tenant(deployed: Any, post: Post, command: Run) -> None:
    post.put(body("r1"))
    post.put_dead("not json", "m1")
    deployed.put_row("nobody", "FAILED")

    ended = command("queue", "show")

    heading, acme = ended.out.splitlines()
    assert (ended.code, heading.split()[:3]) == (0, ["ID", "STATUS", "WAITING"])
    assert acme.split()[:5] == ["acme", "ACTIVE", "1", "0", "1"]
    (shown,) = json.loads(command("queue", "show", "--customer", "acme", "--json").out)
    assert shown["deadLetters"] == {"waiting": 1, "in_flight": 0}


def test_peek_says_what_the_peek_costs(deployed: Any, post: Post, command: Run) -> None:
    post.put(body("r1"))

    ended = command("queue", "peek", "--customer", "acme")

    assert ended.code == 0
    assert body("r1") in ended.out
    assert ended.err == "note: this peek counts as one receive of each message\n"
    assert json.loads(command("queue", "peek", "--customer", "acme", "--json").out)[0]["receives"] == 2


def test_a_peek_that_sqs_cuts_says_how_many_there_are(deployed: Any, post: Post, command: Run) -> None:
    for number in range(12):
        post.put(body(f"r{number}"))

    ended = command("queue", "peek", "--customer", "acme", "--json")

    assert len(json.loads(ended.out)) == 10
    assert ended.err.splitlines()[1] == (
        "note: only 10 are shown, as many as SQS hands out at a time; there are about 12"
        " (wfm queue show --customer acme)"
    )


def test_dead_letters_are_shown_with_their_reasons(deployed: Any, post: Post, command: Run) -> None:
    post.put_dead(body("mine"), "m1")

    ended = command("queue", "peek", "--customer", "acme", "--dead")

    assert ended.out.splitlines()[1].split()[:2] == ["m1", "InvalidRequest"]
    assert ended.out.rstrip().endswith("mine          timeWindowEnd: is missing")
    (letter,) = json.loads(command("queue", "peek", "--customer", "acme", "--dead", "--json").out)
    assert letter["message"]["requestId"] == "mine"


def test_redrive_tells_what_became_of_each(deployed: Any, post: Post, command: Run) -> None:
    post.put_dead(body("mine"), "m1")
    post.put_dead("not json", "m2")

    ended = command("queue", "redrive", "--customer", "acme", "--all", "--yes")

    assert ended.code == 5
    assert {tuple(line.split()[:2]) for line in ended.out.splitlines()[1:]} == {("m1", "SENT"), ("m2", "KEPT")}
    assert ended.err == "1 of 2 sent, 1 failed; the same command again does only what is left\n"


def test_rows_say_who_had_it_done(deployed: Any, post: Post, command: Run) -> None:
    deployed.put_request("m1", "REJECTED")
    deployed.put_request("f1", "FAILED", endedAt="2026-11-23T15:00:00.000Z", request=json.loads(body("f1")))
    row = {"customerId": "acme", "Name": "daily", "ScheduleExpression": "daily 08:00"}
    deployed.table("Schedules").put_item(Item=row | {"Input": {"payload": {"workflowId": "reach"}}})
    post.put_dead(body(), "m1")
    post.put(body("w1"))

    command("queue", "redrive", "acme/m1", "--yes")
    command("executions", "resubmit", "acme/f1", "--yes")
    command("schedules", "pause", "acme/daily")
    command("queue", "purge", "--customer", "acme", "--yes")

    assert deployed.wfm.requests.get("acme", "m1").row["resubmittedBy"] == "moto"
    assert deployed.wfm.requests.get("acme", "f1").row["resubmittedBy"] == "moto"
    assert deployed.wfm.schedules.get("acme", "daily").row["pauseSetBy"] == "moto"
    assert deployed.wfm.requests.get("acme", "w1").reason == "cancelled by moto with `wfm queue purge`"


def test_a_corrected_message_comes_from_a_file(deployed: Any, post: Post, command: Run, tmp_path: Path) -> None:
    post.put_dead("not json", "m1")
    file = tmp_path / "message.json"
    file.write_text(body(None))

    ended = command("queue", "redrive", "acme/m1", "--message", str(file), "--yes", "--json")

    (told,) = json.loads(ended.out)
    assert told == {
        "customerId": "acme", "requestId": "m1", "outcome": "SENT", "successor": "m1-r2",
        "detail": "is in the queue again",
    }  # fmt: skip


@pytest.fixture
def busy(deployed: Any, post: Post, lifecycle: FakeLifecycle) -> FakeLifecycle:
    """One message waits, one is dead, one request runs."""
    lifecycle.running = {"r1"}
    deployed.put_request("r1", "RUNNING")
    post.put(body("r2"))
    post.put_dead(body("mine"), "m1")
    return lifecycle


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["queue", "redrive", "--customer", "acme"], "ID: needs either dead letters' ids, or --all"),
        (
            ["queue", "redrive", "acme/m1", "--all"],
            "ID: needs either dead letters' ids, or --all",
        ),
        (
            ["queue", "redrive", "--customer", "acme", "--all"],
            "--yes is missing, and nobody can be asked. 1 dead letters of acme:",
        ),
        (
            ["queue", "redrive", "acme/m1", "--message=no-file", "--yes"],
            "--message: 'no-file' cannot be",
        ),
        (["queue", "purge", "--customer", "acme"], "--yes is missing, and nobody can be asked. About 1 messages wait"),
        (
            ["queue", "purge", "--customer", "acme", "--dead"],
            "--yes is missing, and nobody can be asked. 1 dead letters of acme:",
        ),
        (
            ["queue", "purge", "acme/r2"],
            "ID: names dead letters; allowed: with --dead",
        ),
        (["executions", "cancel", "--all"], "--customer: is missing; allowed: customer ids, tag:NAME, or all"),
        (["executions", "cancel", "r1"], "ID: needs either ids, or --workflow, --backfill"),
        (
            ["executions", "cancel", "acme/r1", "r2"],
            "ID: 'r2' is without its customer; allowed: CUSTOMER/r2, or --cust",
        ),
        (["executions", "cancel", "--tenants", "all"], "ID: needs either ids, or --workflow, --backfill"),
        (
            ["executions", "cancel", "--customer", "acme"],
            "ID: needs either ids, or --workflow, --backfill",
        ),
        (
            ["executions", "cancel", "acme/r1", "--all"],
            "ID: needs either ids, or --workflow, --backfill",
        ),
        (["executions", "cancel", "acme/r1"], "--yes is missing, and nobody can be asked. 1 requests of acme:"),
        (["executions", "cancel", "--customer", "acme", "--since", "soon"], "--since: 'soon' cannot be read"),
        (["executions", "resubmit", "--customer", "acme"], "ID: needs either ids, or --workflow, --backfill"),
        (
            ["executions", "resubmit", "acme/r1", "--status", "FAILED"],
            "--status: stands beside ids; allowed: one of the two",
        ),
        (
            ["executions", "resubmit", "--customer", "acme", "--all", "--status", "RUNNING"],
            "--status: 'RUNNING' is no end without suc",
        ),
        (["executions", "failed", "--customer", "acme", "--workflow", "reech"], "acme has no workflow 'reech'"),
        (["executions", "resubmit", "acme/r1"], "--yes is missing, and nobody can be asked. 1 requests:"),
        (["queue", "peek", "--customer", "acne"], "no customer 'acne'; did you mean acme?"),
    ],
)
def test_nothing_is_done_that_was_not_meant(
    busy: FakeLifecycle, post: Post, command: Run, words: list[str], sentence: str
) -> None:
    ended = command(*words)

    assert ended.code == 2
    assert sentence in ended.err
    assert (busy.stopped, len(post.waiting()), len(post.dead_letters())) == ([], 1, 1)


def test_somebody_who_says_no_keeps_the_dead_letters(
    deployed: Any, post: Post, command: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    post.put_dead(body("mine"), "m1")
    monkeypatch.setattr(sys, "stdin", Terminal("n\n"))

    ended = command("queue", "purge", "--customer", "acme", "--dead")

    assert ended.code == 1
    assert "m1  timeWindowEnd: is missing" in ended.err
    assert len(post.dead_letters()) == 1


def test_a_purge_tells_what_it_took_out(deployed: Any, post: Post, command: Run) -> None:
    post.put(body("r1"))
    post.put_dead(body("mine"), "m1")

    waiting = command("queue", "purge", "--customer", "acme", "--yes", "--json")
    dead = command("queue", "purge", "--customer", "acme", "--dead", "--yes")

    assert json.loads(waiting.out) == [
        {"customerId": "acme", "requestId": "r1", "outcome": "CANCELLED", "detail": "recorded as cancelled"}
    ]
    assert (waiting.err, dead.err) == ("1 of 1 cancelled\n", "1 of 1 deleted\n")
    assert dead.out.splitlines()[1].split()[:2] == ["m1", "DELETED"]
    assert (post.waiting(), post.dead_letters()) == ([], [])


def test_a_purge_can_name_its_dead_letters(deployed: Any, post: Post, command: Run) -> None:
    for name in ("a", "b"):
        post.put_dead(body(name), f"m-{name}")

    ended = command("queue", "purge", "--customer", "acme", "--dead", "acme/m-a", "acme/nobody", "--yes")

    assert [line.split()[:2] for line in ended.out.splitlines()[1:]] == [["m-a", "DELETED"], ["nobody", "KEPT"]]
    assert (ended.code, post.dead_letters()) == (5, [body("b")])


def test_cancel_waits_for_the_end_and_shows_it(
    deployed: Any, post: Post, lifecycle: FakeLifecycle, command: Run
) -> None:
    lifecycle.running = {"r1", "r2"}
    deployed.put_request("r1", "RUNNING")
    deployed.put_request("r2", "WAITING", workflowId="geo")

    ended = command("executions", "cancel", "--customer", "acme", "--workflow", "reach", "--yes", "--wait")

    assert (ended.code, lifecycle.stopped) == (0, ["r1"])
    assert ended.out.splitlines()[1].split()[:3] == ["r1", "CANCELLED", "RUNNING"]


def geo(request_id: str, **fields: Any) -> str:
    """A message for another workflow than all others."""
    return body(request_id, payload={**PAYLOAD, "workflowId": "geo"}, **fields)


def test_a_bulk_cancel_ends_what_is_active_and_what_is_still_in_the_queue(
    deployed: Any, post: Post, lifecycle: FakeLifecycle, command: Run
) -> None:
    lifecycle.running, lifecycle.cleans_up = {"r1"}, False
    deployed.put_request("r1", "RUNNING")
    post.put(geo("r2"))
    post.put(body("r3"))

    words = ["--workflow", "reach", "--reason", "wrong month", "--yes", "--json"]
    ended = command("executions", "cancel", "--customer", "acme", *words)

    reported = [(one["customerId"], one["requestId"], one["before"], one["status"]) for one in json.loads(ended.out)]
    assert reported == [("acme", "r3", "BUFFERED", "CANCELLED"), ("acme", "r1", "RUNNING", "CANCELLING")]
    assert [each["requestId"] for each in post.waiting()] == ["r2"]
    why = "cancelled by moto with `wfm executions cancel`: wrong month"
    assert deployed.wfm.requests.get("acme", "r1").row["stopReason"] == why
    assert deployed.wfm.requests.get("acme", "r3").reason == why
    assert deployed.wfm.requests.get("acme", "r2") is None


def test_a_bulk_cancel_takes_what_has_all_the_labels_in_the_queue_too(
    deployed: Any, post: Post, lifecycle: FakeLifecycle, command: Run
) -> None:
    lifecycle.running, emea = {"r1", "r2"}, {"team": "emea"}
    deployed.put_request("r1", "RUNNING", labels={**emea, "kind": "daily"})
    deployed.put_request("r2", "RUNNING")
    post.put(body("r3", labels={**emea, "kind": "daily"}))
    post.put(body("r4", labels=emea))
    by_labels = ("executions", "cancel", "--customer", "acme", "--label", "team=emea")

    wrong = [command(*by_labels[:-1], pair, "--yes") for pair in ("", "emea", "=emea", "aws:x=1")]
    ended = command(*by_labels, "--label", "kind=daily", "--yes", "--json")

    assert [one.code for one in wrong] == [2] * 4
    assert all("--label: " in one.err and "allowed: " in one.err for one in wrong)
    assert {one["requestId"] for one in json.loads(ended.out)} == {"r1", "r3"}
    assert [each["requestId"] for each in post.waiting()] == ["r4"]


def test_who_is_asked_sees_what_waits_and_can_leave_it_all_there(
    deployed: Any, post: Post, lifecycle: FakeLifecycle, command: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    deployed.put_request("r1", "WAITING")
    post.put(body("r2"))
    post.put(geo("r3"))
    monkeypatch.setattr(sys, "stdin", Terminal("n\n"))

    ended = command("executions", "cancel", "--customer", "acme", "--workflow", "reach")

    assert ended.code == 1
    heading, buffered, waiting = ended.err.splitlines()[:3]
    assert heading == "2 requests of acme:"
    assert buffered.startswith("r2  BUFFERED  reach  20")  # with its window, which moves with the day
    assert waiting.startswith("r1  WAITING  reach")
    assert {each["requestId"] for each in post.waiting()} == {"r2", "r3"}
    assert (deployed.wfm.requests.get("acme", "r2"), lifecycle.stopped) == (None, [])


def test_a_bulk_cancel_can_go_over_all_customers(
    deployed: Any, post: Post, lifecycle: FakeLifecycle, command: Run
) -> None:
    lifecycle.running = {"r1"}
    deployed.put_request("r1", "RUNNING")
    url = deployed.put_tenant("beta", "PAUSED")
    deployed.wfm.aws.messages.send(url, body("r2", customerId="beta"), "r2")
    deployed.put_row("never-onboarded", "FAILED")

    words = ["executions", "cancel", "--tenants", "all", "--workflow", "reach"]
    asked = command(*words)
    ended = command(*words, "--yes", "--wait")

    assert "nobody can be asked. 2 requests of 3 customers:" in asked.err
    assert ended.code == 0
    assert [line.split()[:4] for line in ended.out.splitlines()] == [
        ["CUSTOMER", "ID", "OUTCOME", "WAS"],
        ["acme", "r1", "CANCELLED", "RUNNING"],
        ["beta", "r2", "CANCELLED", "BUFFERED"],
    ]


def test_a_bulk_cancel_tells_of_what_wfm_had_just_taken(
    deployed: Any, post: Post, command: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deployed.wfm.aws.messages.__class__, "depth", lambda _self, _url: QueueDepth(0, 3))

    ended = command("executions", "cancel", "--customer", "acme", "--all", "--yes")

    assert (
        ended.err == "note: WFM had 3 messages of acme in hand as this began; should some fit, repeat it in a moment\n"
    )


def test_a_workflow_that_nothing_can_fit_is_refused(deployed: Any, post: Post, command: Run) -> None:
    deployed.put_workflow("reach")

    ended = command("executions", "cancel", "--customer", "acme", "--workflow", "reech", "--yes")

    assert ended.code == 2
    assert "acme has no workflow 'reech'; did you mean reach?" in ended.err


def test_a_cancel_that_found_nothing_says_so(deployed: Any, post: Post, command: Run) -> None:
    ended = command("executions", "cancel", "--customer", "acme", "--all", "--yes")

    assert ended.code == 0
    assert ended.out.splitlines()[-1] == "nothing of acme is active and fits"


def test_a_run_from_elsewhere_ends_the_cancel_badly(deployed: Any, post: Post, command: Run) -> None:
    deployed.put_execution("e1", "RUNNING")

    ended = command("executions", "cancel", "acme/e1", "--yes", "--json")

    (reported,) = json.loads(ended.out)
    assert (ended.code, reported["status"], reported["requestId"]) == (1, "EXTERNAL", "e1")


def test_what_failed_is_listed_with_its_window_and_sent_again(deployed: Any, post: Post, command: Run) -> None:
    window = {"timeWindowType": "EXPLICIT", "timeWindowStart": "2026-11-16T00:00:00"}
    execution = {"workflowId": "reach", **window, "timeWindowEnd": "2026-11-23T00:00:00"}
    deployed.put_request(
        "r1", "FAILED", execution=execution, reason="out of memory", endedAt="2026-11-23T15:00:00.000Z"
    )

    listed = command("executions", "failed", "--since", "2026-11-01")
    sent = command("executions", "resubmit", "--customer", "acme", "--all", "--since", "2026-11-01", "--yes")

    assert listed.out.splitlines()[1].split()[:4] == ["acme", "r1", "FAILED", "reach"]
    assert "2026-11-16 to 2026-11-23" in listed.out
    assert listed.out.rstrip().endswith("out of memory")
    assert sent.code == 0
    assert sent.out.splitlines()[1].split()[:3] == ["r1", "SENT", "r1-r2"]
    (one,) = json.loads(command("executions", "failed", "--customer", "acme", "--since", "2026-11-01", "--json").out)
    assert (one["failures"], one["asked"]["workflowId"]) == (1, "reach")


@pytest.fixture
def badly_ended(deployed: Any, post: Post) -> None:
    """One request failed, one was refused, one cancelled, one of another workflow failed."""
    ends = [
        ("f1", "FAILED", "reach"),
        ("x1", "REJECTED", "reach"),
        ("c1", "CANCELLED", "reach"),
        ("f2", "FAILED", "geo"),
    ]
    for day, (name, status, workflow) in enumerate(ends, 10):
        window = {"timeWindowStart": f"2026-11-{day}T00:00:00", "timeWindowEnd": "2026-11-23T00:00:00"}
        execution = {"workflowId": workflow, "timeWindowType": "EXPLICIT", **window}
        deployed.put_request(name, status, workflowId=workflow, execution=execution)


@pytest.mark.parametrize(
    ("words", "sent"),
    [
        ([], {"f1", "f2"}),
        (["--workflow", "geo"], {"f2"}),
        (["--status", "cancelled", "--status", "REJECTED"], {"x1", "c1"}),
        (["--status", "FAILED", "--workflow", "reach"], {"f1"}),
    ],
)
@pytest.mark.usefixtures("badly_ended")
def test_all_sends_what_failed_unless_asked_otherwise(
    post: Post, command: Run, words: list[str], sent: set[str]
) -> None:
    since = ("--since", "2026-11-01")
    ended = command("executions", "resubmit", "--customer", "acme", "--all", *since, *words, "--yes", "--json")

    assert {one["requestId"] for one in json.loads(ended.out)} == sent
    assert {each["resubmits"] for each in post.waiting()} == sent


@pytest.mark.usefixtures("badly_ended")
def test_what_failed_can_be_narrowed(command: Run) -> None:
    def listed(*words: str) -> set[str]:
        ended = command("executions", "failed", "--since", "2026-11-01", "--json", *words)
        return {one["requestId"] for one in json.loads(ended.out)}

    assert listed() == {"f1", "x1", "c1", "f2"}
    assert listed("--status", "FAILED") == {"f1", "f2"}
    assert listed("--workflow", "reach", "--status", "FAILED", "--status", "CANCELLED") == {"f1", "c1"}


@pytest.mark.usefixtures("badly_ended")
def test_what_all_leaves_out_is_reported(command: Run) -> None:
    ended = command("executions", "resubmit", "--customer", "acme", "--all", "--since", "2026-11-01", "--yes")

    assert ended.err.startswith("note: left out are 1 CANCELLED, 1 REJECTED; --status takes them too\n")
