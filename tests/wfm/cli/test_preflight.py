"""Who lacks a table: `wfm library push` and `wfm library check --data-sources TENANTS`."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.wfm.amc_functions import AmcFunctions
from tests.wfm.commands import Ended, Run
from tests.wfm.library_world import SQL, put_tenant, stored, write
from wfm.client.side_by_side import AT_ONCE
from wfm.errors import AmcRefused, AmcThrottled

COLUMNS = ("campaign", "user_id")
LACKS = ["reach", "lacks", "4", "the instance has no table 'dsp_impressions'"]


@pytest.fixture
def fleet(deployed: Any, amc: AmcFunctions) -> AmcFunctions:
    """alder has the table, birch has it for a while yet, cedar has none for the DSP."""
    for name in ("alder", "birch", "cedar"):
        put_tenant(deployed, name, tags=["retail"])
    tables(amc, "alder", dsp_impressions=COLUMNS)
    tables(amc, "birch", dsp_impressions=COLUMNS)
    tables(amc, "cedar", sponsored_ads_traffic=COLUMNS)
    amc.amc("birch").data_sources[0]["tags"] = [{"type": "DEPRECATED"}]  # type: ignore[index]
    return amc


def tables(amc: AmcFunctions, customer_id: str, **columns: tuple[str, ...]) -> None:
    amc.amc(customer_id).data_sources = [
        {"dataSourceId": name, "columns": [{"name": column} for column in given]} for name, given in columns.items()
    ]


def told(out: str) -> list[list[str]]:
    """Customer, workflow, kind, line and detail of each line of the table."""
    lines = out.splitlines()
    below = lines[next(number for number, line in enumerate(lines) if line.startswith("CUSTOMER")) + 1 :]
    cells = [line.split(maxsplit=4) for line in below]
    return [line for line in cells if line[0] in ("alder", "birch", "cedar", "dill")]


def asked(amc: AmcFunctions) -> list[str]:
    return sorted(customer for name, customer in amc.calls if name == "ListDataSources")


def test_a_push_shows_who_lacks_what_before_it_goes_live_and_goes_on(
    deployed: Any, fleet: AmcFunctions, command: Run, folder: Path
) -> None:
    shown = command("library", "push", str(folder), "--dry-run")
    nothing = stored(deployed)
    pushed = command("library", "push", str(folder), "--yes")

    deprecated = ["birch", "reach", "deprecated", "4", "the table dsp_impressions is deprecated: AMC will remove it"]
    for ended in (shown, pushed):
        assert told(ended.out) == [deprecated, ["cedar", *LACKS]]
        assert "tables of 3 tenants checked, as listed " in ended.out
        assert "; 1 tenant without what it takes" in ended.out
    assert (shown.code, nothing, pushed.code, len(stored(deployed))) == (0, {}, 0, 1)


def test_what_can_run_nowhere_is_refused_before_anything_is_written(
    deployed: Any, fleet: AmcFunctions, command: Run, folder: Path
) -> None:
    write(folder, "other", "targeting: {customerIds: [cedar]}\n")

    refused = [command("library", "push", str(folder), word) for word in ("--yes", "--dry-run")]
    nothing = stored(deployed)
    pushed = command("library", "push", str(folder), "--yes", "--no-data-sources")

    for ended in refused:
        assert ended.code == 2
        assert (
            f"{folder}/other.sql:4: sqlQuery: 1 tenant would get it, and none of these can run it: cedar: " in ended.err
        )
        assert "allowed: tables that a tenant has, or --no-data-sources" in ended.err
        assert "reach.sql" not in ended.err
    assert (nothing, pushed.code, len(stored(deployed))) == ({}, 0, 2)


def test_what_one_of_unknown_tables_may_run_is_pushed(
    deployed: Any, fleet: AmcFunctions, command: Run, folder: Path
) -> None:
    write(folder, settings="targeting: {customerIds: [alder, cedar]}\n")
    fleet.amc("alder").list_fault = AmcRefused(403, "no")

    ended = command("library", "push", str(folder), "--yes")

    assert [line[:3] for line in told(ended.out)] == [["alder", "unknown", "AMC"], ["cedar", "reach", "lacks"]]
    assert (ended.code, len(stored(deployed))) == (0, 1)


def test_only_what_changes_and_whom_it_reaches_is_checked(
    deployed: Any, fleet: AmcFunctions, command: Run, folder: Path
) -> None:
    targeting = "targeting: {customerIds: [alder, birch]}\n"
    write(folder, "other", targeting, sql=SQL.replace("dsp_impressions", "dsp_views"))
    tables(fleet, "birch", dsp_impressions=COLUMNS, dsp_views=COLUMNS)
    put_tenant(deployed, "dill", "enableWorkflowLibraryUpdates")

    first = command("library", "push", str(folder), "--yes")
    again = command("library", "push", str(folder), "--yes")

    assert [line[:2] for line in told(first.out)] == [["alder", "other"], ["cedar", "reach"]]
    assert asked(fleet) == ["alder", "birch", "cedar"]
    assert "tables of" not in again.out


def test_a_column_is_told_with_its_line_and_what_may_be_meant(fleet: AmcFunctions, command: Run, folder: Path) -> None:
    write(folder, sql=SQL.replace("user_id", "userid"))

    ended = command("library", "check", str(folder), "--tenants", "alder")

    (line,) = told(ended.out)
    assert line == [
        "alder",
        "reach",
        "lacks",
        "3",
        "the table dsp_impressions has no column 'userid'; did you mean user_id?",
    ]
    assert ended.code == 1


def test_tenants_to_be_held_against_may_be_given_apart_and_a_file_only_alone(
    fleet: AmcFunctions, command: Run, folder: Path
) -> None:
    apart = command("library", "check", str(folder), "--tenants", "alder", "--tenants", "cedar")
    mixed = command("library", "check", str(folder), "--data-sources", "tables.json", "--data-sources", "cedar")

    assert (apart.code, told(apart.out)) == (1, [["cedar", *LACKS]])
    assert (mixed.code, mixed.err) == (
        2, "error: --data-sources: tables.json stands beside others; allowed: one file, or tenants\n",
    )  # fmt: skip


def test_what_is_not_known_is_unknown_and_never_lacking(
    deployed: Any, fleet: AmcFunctions, command: Run, folder: Path
) -> None:
    put_tenant(deployed, "dill")
    fleet.amc("dill").data_sources = []
    fleet.amc("cedar").list_fault = AmcRefused(403, "Terms not accepted")

    ended = command("library", "check", str(folder), "--data-sources", "alder,cedar,dill")

    assert ended.code == 0
    assert [" ".join(line) for line in told(ended.out)] == [
        "cedar unknown AMC refused with 403: Terms not accepted",
        "dill unknown AMC lists no tables",
    ]
    assert "tables of 1 tenant checked" in ended.out
    assert "tables of 2 tenants are unknown" in ended.out


def test_an_instances_list_is_read_once_a_day_unless_it_is_to_be_fresh(
    fleet: AmcFunctions, command: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ("library", "check", str(folder), "--data-sources", "alder")

    def at(time: str, *more: str) -> Ended:
        monkeypatch.setattr("wfm.client.data_sources.sources.now", lambda: datetime.fromisoformat(f"{time}+00:00"))
        return command(*words, *more)

    first = at("2026-11-23T12:00:00")
    same, before = at("2026-11-24T11:59:59"), len(asked(fleet))
    later, after = at("2026-11-24T12:00:00"), len(asked(fleet))
    at("2026-11-24T12:00:00", "--fresh")

    assert (before, after, len(asked(fleet))) == (1, 2, 3)
    assert "as listed 2026-11-23 12:00 UTC or later" in first.out
    assert same.out == first.out
    assert "as listed 2026-11-24 12:00 UTC or later" in later.out


def test_what_failed_is_asked_for_again_and_so_is_a_cache_that_cannot_be_read(
    fleet: AmcFunctions, command: Run, folder: Path, tmp_path: Path
) -> None:
    words = ("library", "check", str(folder), "--data-sources", "alder")
    fleet.amc("alder").list_fault = AmcRefused(403, "no")
    command(*words)
    fleet.amc("alder").list_fault = None
    command(*words)
    for path in tmp_path.rglob("data-sources/**/*.json"):
        path.write_text('{"readAt": "2026')
    ended = command(*words)

    assert (len(asked(fleet)), "nothing to look at" in ended.out) == (3, True)


def test_a_throttled_list_is_asked_for_again(fleet: AmcFunctions, command: Run, folder: Path) -> None:
    fleet.faults["ListDataSources"] = [AmcThrottled("slow down")]

    ended = command("library", "check", str(folder), "--data-sources", "alder")

    assert ("nothing to look at" in ended.out, len(fleet.slept)) == (True, 1)


def test_a_push_goes_on_where_wfm_cannot_ask_or_shall_not(fleet: AmcFunctions, command: Run, folder: Path) -> None:
    silent = command("library", "push", str(folder), "--dry-run", "--no-data-sources")
    fleet.missing = True
    blind = command("library", "push", str(folder), "--yes")
    checked = command("library", "check", str(folder), "--data-sources", "all")

    assert (silent.code, "tables of" in silent.out, asked(fleet)) == (0, False, [])
    assert (blind.code, "note: the tenants' tables are unknown: there is no function" in blind.err) == (0, True)
    assert (checked.code, "WFM is of another version; deploy the version of the command" in checked.err) == (4, True)


def test_a_workflow_that_is_for_none_of_them_is_said_to_be_unchecked(
    fleet: AmcFunctions, command: Run, folder: Path
) -> None:
    write(folder, "other", "targeting: {tags: [travel]}\n")

    ended = command("library", "check", str(folder), "--data-sources", "tag:retail")

    assert "note: other is for none of them, and was not checked" in ended.err


def test_a_fleet_is_asked_a_few_at_a_time_and_its_table_is_cut(
    deployed: Any, amc: AmcFunctions, command: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = [f"t{number:03}" for number in range(300)]
    with deployed.table("Tenants").batch_writer():
        for name in names:
            put_tenant(deployed, name)
            tables(amc, name, sponsored_ads_traffic=COLUMNS)
    parsed: list[str] = []
    at_once = count_calls(amc)

    def table_check(sql: str) -> Any:
        parsed.append(sql)
        return lambda _: []

    monkeypatch.setattr("wfm.client.data_sources.preflight.table_check", table_check)

    ended = command("library", "check", str(folder), "--data-sources", "all")

    assert asked(amc) == names
    assert max(at_once) <= AT_ONCE
    assert len(parsed) == 1
    assert "tables of 300 tenants checked" in ended.out


def count_calls(amc: AmcFunctions) -> list[int]:
    """How many calls were under way whenever one began."""
    real, under_way, seen = amc.invoke, [0], list[int]()

    def invoke(**given: Any) -> Any:
        under_way[0] += 1
        seen.append(under_way[0])
        try:
            return real(**given)
        finally:
            under_way[0] -= 1

    amc.invoke = invoke  # type: ignore[method-assign, assignment]
    return seen


def test_a_table_of_many_findings_is_cut_and_says_how_many_more(
    deployed: Any, amc: AmcFunctions, command: Run, folder: Path
) -> None:
    for number in range(50):
        put_tenant(deployed, f"t{number:03}")
        tables(amc, f"t{number:03}", sponsored_ads_traffic=COLUMNS)

    ended = command("library", "check", str(folder), "--data-sources", "all")

    assert "\n... and 10 more; --json has all\n" in ended.out
    assert ended.out.count("has no table") == 40


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--data-sources", "aldre"), "did you mean alder?"),
        (("--data-sources", "tag:none"), "no tenant that is served has this tag"),
        (("--data-sources", "missing.json"), "cannot be read"),
        (("--fresh",), "--fresh: asks AMC about tenants"),
    ],
)
def test_what_cannot_be_meant_is_refused(
    fleet: AmcFunctions, command: Run, folder: Path, words: tuple[str, ...], said: str
) -> None:
    ended = command("library", "check", str(folder), *words)

    assert (ended.code, said in ended.err, asked(fleet)) == (2, True, [])


def test_a_file_is_read_as_before(fleet: AmcFunctions, command: Run, folder: Path) -> None:
    Path("sources.json").write_text(json.dumps({"dataSources": [{"name": "dsp_views"}]}))

    ended = command("library", "check", str(folder), "--data-sources", "sources.json")

    assert ended.code == 2
    assert "reach.sql:4: sqlQuery: the instance has no table 'dsp_impressions'" in ended.err
    assert asked(fleet) == []
