"""`wfm tenants` as people and scripts meet it."""

import io
import json
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.wfm.commands import Run, Terminal
from tests.wfm.onboarding import REFUSED, FakeOnboarding, record

ESCAPE = "\x1b"
OPTIONS = (
    "--customer=acme",
    "--instance=amcacme1",
    "--advertiser=ENTITY1ACME",
    "--marketplace=ATVPDKIKX0DER",
)


@pytest.fixture
def acme(deployed: Any, request: pytest.FixtureRequest) -> None:
    """An ACTIVE tenant, onboarded some time ago."""
    deployed.put_row("acme")
    deployed.table("CustomerConfig").put_item(Item=record())
    request.getfixturevalue("machine")


def stored(deployed: Any) -> Any:
    return deployed.table("CustomerConfig").get_item(Key={"customerId": "acme"}).get("Item")


def test_a_tenant_is_added_by_options_and_the_states_pass_in_plain_lines(
    deployed: Any, machine: FakeOnboarding, command: Run
) -> None:
    ended = command("tenants", "add", *OPTIONS, "--limit=7", "--bucket=acme-results", "--wait")

    reported = [line.split()[-1] for line in ended.out.splitlines()[1:-1]]
    assert ended.code == 0
    assert ended.out.splitlines()[0] == "acme: added"
    assert reported == ["ClaimTenant", "CheckQueue", "WaitForQueue", "TenantReady", "ACTIVE"]
    assert "CheckQueue 4.0 s in 2 visits" in ended.out.splitlines()[-1]
    assert ESCAPE not in ended.out
    assert stored(deployed)["maximumConcurrentWorkflowExecutions"] == 7


def test_options_count_over_the_file_and_without_waiting_it_says_where_to_see_more(
    deployed: Any, machine: FakeOnboarding, command: Run, tmp_path: Path
) -> None:
    file = tmp_path / "acme.json"
    file.write_text(json.dumps(record(note="kept")))

    ended = command("tenants", "add", str(file), "--name", "Acme Games")

    assert ended.code == 0
    assert ended.out == "acme: added; see its status with: wfm tenants show acme\n"
    assert stored(deployed) == record(note="kept", customerName="Acme Games")


def test_a_record_comes_from_the_standard_input(
    deployed: Any, machine: FakeOnboarding, command: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO((json.dumps(record())).encode())))

    assert command("tenants", "add", "-").code == 0
    assert stored(deployed) == record()


def test_a_change_that_fails_ends_with_one_and_its_reason(deployed: Any, acme: None, command: Run) -> None:
    ended = command("tenants", "set", "acme", "instance=amcwrong1", "--wait")

    assert ended.code == 1
    assert f"FAILED, it stays ACTIVE  {REFUSED}" in ended.out


def test_set_changes_what_is_given_and_keeps_the_rest(deployed: Any, acme: None, command: Run) -> None:
    ended = command("tenants", "set", "acme", "limit=4", "name=", "AMC.WFM.enableWorkflowLibrary=true", "--wait")

    assert ended.code == 0
    assert stored(deployed) == {
        "customerId": "acme",
        "amcInstanceId": "amcacme1",
        "amcAmazonAdsAdvertiserId": "ENTITY1ACME",
        "amcAmazonAdsMarketplaceId": "ATVPDKIKX0DER",
        "maximumConcurrentWorkflowExecutions": 4,
        "AMC": {"WFM": {"enableWorkflowLibrary": True}},
    }


def test_a_field_that_only_the_record_knows_keeps_its_type(deployed: Any, acme: None, command: Run) -> None:
    deployed.table("CustomerConfig").put_item(Item=record(seats=3, trial=True, code="7"))

    command("tenants", "set", "acme", "seats=4", "trial=false", "code=8")

    assert stored(deployed) == record(seats=4, trial=False, code="8")


def test_who_stops_watching_sees_that_it_continues(
    deployed: Any, acme: None, command: Run, machine: FakeOnboarding, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(_execution: str) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(machine, "entered", interrupted)

    ended = command("tenants", "pause", "acme", "--wait")

    assert ended.code == 130
    assert "stopped watching; it continues: wfm tenants show acme" in ended.out


def test_pause_and_resume_are_followed_to_their_statuses(deployed: Any, acme: None, command: Run) -> None:
    paused, resumed = command("tenants", "pause", "acme", "--wait"), command("tenants", "resume", "acme", "--wait")

    assert (paused.code, resumed.code) == (0, 0)
    assert paused.out.splitlines()[-2].endswith("PAUSED")
    assert resumed.out.splitlines()[-2].endswith("ACTIVE")


def test_all_degraded_tenants_are_resumed_at_once_and_no_other(deployed: Any, acme: None, command: Run) -> None:
    for customer_id in ("birch", "cedar"):
        row = {"customerId": customer_id, "status": "ACTIVE", "degradedSince": "2026-08-01T10:00:00.000Z"}
        deployed.table("Tenants").put_item(Item=row)

    ended = command("tenants", "resume", "--degraded", "--json")

    rows = deployed.table("Tenants").scan()["Items"]
    assert [one["customerId"] for one in json.loads(ended.out)] == ["birch", "cedar"]
    assert {row["customerId"]: row.get("paused") for row in rows} == {"acme": None, "birch": False, "cedar": False}


@pytest.mark.parametrize("arguments", [(), ("acme", "--degraded")])
def test_resuming_wants_one_tenant_or_all_that_are_degraded(
    deployed: Any, acme: None, command: Run, arguments: tuple[str, ...]
) -> None:
    ended = command("tenants", "resume", *arguments)

    assert ended.code == 2
    assert "CUSTOMER: needs either customer ids, tag:NAME or all, or --degraded" in ended.err


def test_waiting_too_long_ends_with_three(deployed: Any, acme: None, command: Run) -> None:
    ended = command("tenants", "pause", "acme", "--wait", "--timeout", "0")

    assert ended.code == 3
    assert "not ended after 0 s: acme is ACTIVE; it continues" in ended.err


def test_json_of_a_change_that_was_waited_for_is_the_outcome_and_the_states(
    deployed: Any, acme: None, command: Run
) -> None:
    ended = command("tenants", "set", "acme", "instance=amcwrong1", "--wait", "--json")

    document = json.loads(ended.out)
    assert ended.code == 1
    assert {name: document[name] for name in ("customerId", "change", "settled", "status", "reason")} == {
        "customerId": "acme",
        "change": "changed",
        "settled": False,
        "status": "ACTIVE",
        "reason": REFUSED,
    }
    assert [step["state"] for step in document["states"]] == ["ClaimTenant", "VerifyCredentials", "TenantFailed"]


def test_json_of_a_change_that_nobody_waits_for_says_what_was_done(deployed: Any, acme: None, command: Run) -> None:
    ended = command("tenants", "pause", "acme", "--json")

    assert json.loads(ended.out) == {"customerId": "acme", "change": "to be paused"}


def test_who_pauses_a_tenant_sees_until_when_its_requests_are_kept(deployed: Any, acme: None, command: Run) -> None:
    soonest = datetime.now(UTC) + timedelta(days=14)

    ended = command("tenants", "pause", "acme")

    latest = datetime.now(UTC) + timedelta(days=14)
    kept = "acme: what is asked for from now on is kept until {:%Y-%m-%d}\n"
    assert ended.err in (kept.format(soonest), kept.format(latest))


def test_a_removal_without_a_terminal_wants_yes_and_does_nothing(deployed: Any, acme: None, command: Run) -> None:
    ended = command("tenants", "remove", "acme")

    assert ended.code == 2
    assert "--yes is missing" in ended.err
    assert stored(deployed) is not None


@pytest.mark.parametrize("answer", ["n\n", "y\n"])
def test_a_removal_on_a_terminal_says_what_goes_and_what_stays_and_asks(
    deployed: Any, acme: None, command: Run, monkeypatch: pytest.MonkeyPatch, answer: str
) -> None:
    deployed.put_gate("acme", {"r1", "r2"})
    monkeypatch.setattr(sys, "stdin", Terminal(answer))

    ended = command("tenants", "remove", "acme", "--cancel-runs")

    assert (ended.code, stored(deployed) is None) == ((0, True) if answer == "y\n" else (1, False))
    assert "Its runs in AMC (now 2) are cancelled." in ended.err
    assert "Its workflows in AMC stay; --delete-workflows deletes them." in ended.err
    assert "Kept are its requests, its runs and their results." in ended.err


def test_a_removal_is_followed_until_the_tenant_is_out(deployed: Any, acme: None, command: Run) -> None:
    ended = command("tenants", "remove", "acme", "--yes", "--delete-workflows", "--wait")

    assert ended.code == 0
    assert ended.out.splitlines()[-2].endswith("OFFBOARDED")
    row = deployed.table("Tenants").get_item(Key={"customerId": "acme"})["Item"]
    assert row["removal"] == {"cancelRuns": False, "deleteWorkflows": True}


def test_the_list_has_a_plain_line_for_each_tenant(deployed: Any, command: Run) -> None:
    deployed.put_row("acme", customerName="Acme Toys", lastLookedAt="2026-11-23T14:20:49.000Z")
    deployed.put_row("zebra", "FAILED", reason="amcInstanceId: no")
    deployed.put_gate("acme", {"r1", "r2"})
    deployed.put_waiter("r3")

    heading, first, second = command("tenants", "list").out.splitlines()

    assert heading.split() == ["ID", "NAME", "STATUS", "LIMIT", "RUNNING", "WAITING", "LAST", "POLL", "REASON"]
    assert first.split() == ["acme", "Acme", "Toys", "ACTIVE", "2", "2", "1", "2026-11-23", "14:20:49"]
    assert second.split() == ["zebra", "FAILED", "2", "0", "0", "amcInstanceId:", "no"]


def test_a_tenant_that_amc_does_not_let_in_is_shown_as_degraded_with_the_reason(deployed: Any, command: Run) -> None:
    deployed.put_tenant(degradedSince="2026-11-23T14:00:00.000Z", degradedReason="AMC refused with 403")

    (tenant,) = json.loads(command("tenants", "list", "--json").out)
    shown = command("tenants", "show", "acme").out

    assert (tenant["status"], tenant["reason"]) == ("DEGRADED", "AMC refused with 403")
    assert "DEGRADED" in shown
    assert "AMC refused with 403" in shown


def test_json_of_the_list_has_one_object_for_each_tenant(deployed: Any, command: Run) -> None:
    deployed.put_row("acme", lookFailure="AMC refused with 403")

    (tenant,) = json.loads(command("tenants", "list", "--json").out)

    assert (tenant["customerId"], tenant["running"], tenant["lookFailure"]) == ("acme", 0, "AMC refused with 403")


def test_a_tenant_is_shown_with_its_queue_its_slots_and_its_record(deployed: Any, acme: None, command: Run) -> None:
    deployed.put_tenant("acme", "FAILED", reason="[no] good", lookFailure="AMC refused", removal={"cancelRuns": True})
    deployed.put_gate("acme", {"r1"}, external=1)

    ended = command("tenants", "show", "acme")

    lines = [" ".join(line.split()) for line in ended.out.splitlines()]
    for line in (
        "status FAILED",
        "reason [no] good",
        "last poll failed AMC refused",
        "slots 2 of 2 taken, 1 of them by runs from elsewhere",
        "holders r1",
        "queue about 0 waiting, 0 in flight",
        "dead letters no queue",
        "cancelRuns True",
        "amcAmazonAdsAdvertiserId ENTITY1ACME",
    ):
        assert line in lines


def test_json_of_a_tenant_is_both_rows_whole(deployed: Any, acme: None, command: Run) -> None:
    document = json.loads(command("tenants", "show", "acme", "--json").out)

    assert (document["status"], document["queue"], document["gate"]["holders"]) == ("ACTIVE", None, [])
    assert document["record"]["maximumConcurrentWorkflowExecutions"] == 2
    assert document["tenant"]["status"] == "ACTIVE"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["add"], "--customer: is missing; allowed: 1 to 40 letters"),
        (["add", "--customer", "a.b"], "--customer: 'a.b' is not usable; allowed: 1 to 40 letters"),
        (["add", *OPTIONS, "--limit", "0"], "--limit: 0 is"),
        (["add", *OPTIONS, "--limit", "ten"], "--limit: 'ten' is"),
        (["add", "--customer", "new", "--instance", "amc1"], "--advertiser: is missing"),
        (["add", "nothing.json"], "FILE: 'nothing.json' cannot be read"),
        (["set", "acme", "limt=3"], "limt: no field of a TPS record; did you mean limit?"),
        (["set", "acme", "limit=0"], "maximumConcurrentWorkflowExecutions: 0 is"),
        (["set", "acne", "limit=3"], "no customer 'acne'; did you mean acme?"),
        (["show", "acne"], "no customer 'acne'; did you mean acme?"),
        (["pause", "acne"], "no customer 'acne'; did you mean acme?"),
        (["remove", "acne", "--yes"], "no customer 'acne'; did you mean acme?"),
    ],
)
def test_a_mistake_ends_with_two_and_one_sentence_on_stderr(
    deployed: Any, acme: None, command: Run, words: list[str], sentence: str
) -> None:
    before = stored(deployed)

    ended = command("tenants", *words)

    assert ended.code == 2
    assert sentence in ended.err
    assert ended.out == ""
    assert "Traceback" not in ended.err
    assert stored(deployed) == before


@pytest.mark.parametrize("text", ["[]", "{", '"x"'])
def test_a_file_that_holds_no_record_is_refused(deployed: Any, command: Run, tmp_path: Path, text: str) -> None:
    (tmp_path / "bad.json").write_text(text)

    ended = command("tenants", "add", "bad.json")

    assert ended.code == 2
    assert "error: FILE: 'bad.json' " in ended.err


def test_a_tenant_is_opted_into_the_library_when_it_is_added(
    deployed: Any, machine: FakeOnboarding, command: Run
) -> None:
    ended = command("tenants", "add", *OPTIONS, "--library", "--tag", "toys", "--tag", "eu")

    assert ended.code == 0
    assert (stored(deployed)["enableWorkflowLibrary"], stored(deployed)["tags"]) == (True, ["eu", "toys"])


def test_a_tenant_is_opted_in_and_out_later(deployed: Any, acme: None, command: Run) -> None:
    codes = [command("tenants", "set", "acme", *words).code for words in (["--library"], ["--no-library", "limit=3"])]

    assert codes == [0, 0]
    assert (stored(deployed)["enableWorkflowLibrary"], stored(deployed)["maximumConcurrentWorkflowExecutions"]) == (
        False,
        3,
    )


def test_set_without_anything_to_set_says_what_is_possible(deployed: Any, acme: None, command: Run) -> None:
    ended = command("tenants", "set", "acme")

    assert ended.code == 2
    assert "nothing to set; allowed: FIELD=VALUE" in ended.err


def test_of_a_long_line_the_first_are_shown_and_the_others_counted(deployed: Any, command: Run) -> None:
    deployed.put_tenant()
    for n in range(30):
        deployed.put_waiter(f"r{n:02}")

    shown = command("tenants", "show", "acme").out

    (line,) = [line for line in shown.splitlines() if line.startswith("waiting")]
    assert line.endswith("r18, r19 and 10 more; --json has all")


def test_a_failed_poll_is_shown_as_such_beside_a_tenant_that_is_active(deployed: Any, command: Run) -> None:
    deployed.put_tenant(lookFailure="AMC refused with 403")

    assert "last poll failed: AMC refused with 403" in command("tenants", "list").out
