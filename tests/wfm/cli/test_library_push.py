"""`wfm library push` as people and scripts meet it."""

import sys
from pathlib import Path
from typing import Any

import pytest

from tests.wfm.commands import Run, Terminal
from tests.wfm.library_world import SQL, FakeRollouts, put_tenant, stored, write
from wfm.model.tenants import TOGGLES
from wfm.store.library_records import LibraryRecords

NEW_CONTENT, UPDATES, *_ = TOGGLES


def test_a_push_shows_what_is_new_and_whom_it_reaches_and_writes_version_one(
    deployed: Any, command: Run, folder: Path
) -> None:
    put_tenant(deployed, "acme")
    put_tenant(deployed, "birch", UPDATES)
    put_tenant(deployed, "cedar", status="OFFBOARDED")

    ended = command("library", "push", str(folder), "--yes", "--no-data-sources")

    assert ended.code == 0
    assert ended.out.splitlines() == [
        "reach: new, version 1",
        "  reaches 1 tenant: acme",
        f"  leaves as it is 1 tenant: birch, where {NEW_CONTENT} is off",
        "1 new",
        "pushed: 1 workflow",
        "see its status with: wfm library list",
    ]
    assert stored(deployed) == {
        ("reach", 1): {
            "workflowId": "reach",
            "version": 1,
            "sqlQuery": SQL,
            "metadata": {"description": "Who was reached."},
        }
    }


def test_what_is_pushed_again_is_unchanged_and_writes_nothing(deployed: Any, command: Run, folder: Path) -> None:
    command("library", "push", str(folder), "--yes")

    ended = command("library", "push", str(folder))

    assert (ended.code, ended.out) == (0, "reach: unchanged, version 1\n1 unchanged\n")
    assert len(stored(deployed)) == 1


def test_a_change_is_shown_line_by_line_and_becomes_the_next_version(
    deployed: Any, command: Run, folder: Path, rollouts: FakeRollouts
) -> None:
    put_tenant(deployed, "acme")
    put_tenant(deployed, "birch", NEW_CONTENT)
    deployed.put_workflow("reach", "cedar")
    put_tenant(deployed, "cedar")
    command("library", "push", str(folder), "--yes")
    rollouts.row("acme", "reach", 1)
    rollouts.row("birch", "reach", 1)
    write(folder, settings="description: Who.\nschedule: {every: daily 08:00}\n", sql=SQL.replace("reach", "people"))

    ended = command("library", "push", str(folder), "--yes", "--no-data-sources")

    assert ended.out.splitlines()[:-3] == [
        "reach: changed, version 1 becomes 2",
        "  reaches 1 tenant: acme",
        "  leaves alone 1 tenant: cedar, which has a workflow of its own with this id",
        f"  leaves as it is 1 tenant: birch, where {UPDATES} is off",
        "  --- reach.sql in WFM",
        "  +++ reach.sql",
        "  @@ -1,5 +1,5 @@",
        "   SELECT",
        "     campaign, -- the name",
        "  -  COUNT(DISTINCT user_id) AS reach",
        "  +  COUNT(DISTINCT user_id) AS people",
        "   FROM dsp_impressions",
        "   GROUP BY campaign",
        "  --- reach.yaml in WFM",
        "  +++ reach.yaml",
        "  @@ -1 +1,3 @@",
        "  -description: Who was reached.",
        "  +description: Who.",
        "  +schedule:",
        "  +  every: daily 08:00",
    ]
    assert stored(deployed)[("reach", 2)]["schedule"] == {"ScheduleExpression": "daily 08:00"}


def test_a_dry_run_writes_nothing(deployed: Any, command: Run, folder: Path) -> None:
    ended = command("library", "push", str(folder), "--dry-run")

    assert (ended.code, ended.out.splitlines()[-1]) == (0, "1 new")
    assert stored(deployed) == {}


def test_a_push_without_a_terminal_wants_yes(deployed: Any, command: Run, folder: Path) -> None:
    ended = command("library", "push", str(folder))

    assert ended.code == 2
    assert "--yes is missing" in ended.err
    assert stored(deployed) == {}


@pytest.mark.parametrize("answer", ["n\n", "y\n"])
def test_a_push_on_a_terminal_asks(
    deployed: Any, command: Run, folder: Path, monkeypatch: pytest.MonkeyPatch, answer: str
) -> None:
    monkeypatch.setattr(sys, "stdin", Terminal(answer))

    ended = command("library", "push", str(folder))

    assert (ended.code, len(stored(deployed))) == ((0, 1) if answer == "y\n" else (1, 0))
    assert "Push 1 workflow to the library?" in ended.err


def test_every_wrong_file_is_named_at_once_and_nothing_is_written(deployed: Any, command: Run, folder: Path) -> None:
    write(folder, "empty", sql="-- nothing yet")
    write(folder, "misspelt", settings="descripton: x\n")
    (folder / "lonely.sql").write_text(SQL)

    ended = command("library", "push", str(folder), "--yes")

    assert ended.code == 2
    assert [line.removeprefix("error: ").partition("workflows/")[2] for line in ended.err.splitlines()] == [
        "empty.sql:1: sqlQuery: is empty, comments apart; allowed: one SELECT, or WITH ... SELECT",
        "lonely.sql: has no lonely.yaml beside it; allowed: both, the settings may be as short as '{}'",
        "misspelt.yaml:1: descripton: no field of a workflow's file; did you mean description?",
    ]
    assert stored(deployed) == {}


def test_what_is_not_in_the_folder_stays_unless_it_is_to_be_pruned(
    deployed: Any, command: Run, folder: Path, rollouts: FakeRollouts
) -> None:
    put_tenant(deployed, "acme")
    command("library", "push", str(write(folder, "old")), "--yes")
    rollouts.row("acme", "old", 1)
    for suffix in ("sql", "yaml"):
        (folder / f"old.{suffix}").unlink()

    left, pruned = command("library", "push", str(folder)), command("library", "push", str(folder), "--prune", "--yes")

    assert left.out.splitlines()[0] == "old: in WFM (version 1) and not in the folder, stays; --prune removes it"
    assert pruned.out.splitlines()[:2] == [
        "old: in WFM (version 1) and not in the folder, is removed",
        "  is taken from 1 tenant: acme",
    ]
    assert set(stored(deployed)) == {("reach", 1)}


def test_a_wrong_folder_does_not_replace_the_library_though_yes_was_said(
    deployed: Any, command: Run, folder: Path, tmp_path: Path
) -> None:
    command("library", "push", str(write(folder, "old")), "--yes")
    (wrong := tmp_path / "wrong").mkdir()
    write(wrong, "fresh")
    before = stored(deployed)

    refused = command("library", "push", str(wrong), "--prune", "--yes")
    kept = stored(deployed)
    meant = command("library", "push", str(wrong), "--prune", "--all", "--yes")

    assert (refused.code, kept) == (2, before)
    assert f"--prune: {wrong} has nothing of the library, all of which (2 workflows) would be removed" in refused.err
    assert (meant.code, set(stored(deployed))) == (0, {("fresh", 1)})


def test_a_version_in_a_file_is_taken_if_it_is_higher(deployed: Any, command: Run, folder: Path) -> None:
    write(folder, settings="version: 7\n")
    first, again = command("library", "push", str(folder), "--yes"), command("library", "push", str(folder), "--yes")
    write(folder, settings="version: 7\ndescription: Another.\n")

    refused = command("library", "push", str(folder), "--yes")

    assert (first.code, again.out) == (0, "reach: unchanged, version 7\n1 unchanged\n")
    assert refused.code == 2
    assert "version: 7 is in WFM, and says something else; allowed: 8 or more, or no version" in refused.err
    assert set(stored(deployed)) == {("reach", 7)}


def test_of_two_pushes_at_once_the_second_is_refused_and_overwrites_nothing(
    deployed: Any, command: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(folder, "other", settings="{}")
    add = LibraryRecords.add

    def overtaken(self: Any, record: Any, latest: int) -> bool:
        if record["workflowId"] == "reach":
            deployed.table("WorkflowLibrary").put_item(Item={**record, "version": 1, "sqlQuery": "SELECT COUNT(1)"})
        return add(self, record, latest)

    monkeypatch.setattr(LibraryRecords, "add", overtaken)

    ended = command("library", "push", str(folder), "--yes")

    assert ended.code == 2
    assert "reach: somebody else pushed a version just now, which is left in force; written: other" in ended.err
    assert stored(deployed)[("reach", 1)]["sqlQuery"] == "SELECT COUNT(1)"


def test_a_version_of_ones_own_choice_does_not_hide_a_version_pushed_meanwhile(deployed: Any) -> None:
    records = deployed.wfm.aws.tables.library
    record = {"workflowId": "reach", "sqlQuery": SQL}

    written = [records.add({**record, "version": version}, latest=0) for version in (1, 5)]

    assert written == [True, False]
    assert set(stored(deployed)) == {("reach", 1)}
