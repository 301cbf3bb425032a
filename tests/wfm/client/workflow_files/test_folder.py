"""A folder of workflows: what becomes of good files, and what is said of bad ones."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.wfm.library_world import SQL, write
from wfm.client.workflow_files.folder import Folder, folder_of, read_folder, texts
from wfm.errors import InvalidFilesError, UsageError

NOW = datetime(2026, 11, 23, 14, 20, tzinfo=UTC)
CAP = "inputParameters:\n  - {name: cap, dataType: INTEGER}\n"


def read(folder: Path) -> Folder:
    return read_folder(folder, NOW)


def problems(folder: Path) -> list[str]:
    """Without the folder's name, and what is allowed at length."""
    with pytest.raises(InvalidFilesError) as refused:
        read(folder)
    return [problem.replace(f"{folder}/", "").partition("; allowed")[0] for problem in refused.value.problems]


def test_a_pair_of_files_becomes_a_record_in_our_shape(tmp_path: Path) -> None:
    write(
        tmp_path,
        settings="""\
description: Who was reached.
metadata: {owner: media}
defaultPayload: {timeWindowName: last 7 days}
schedule:
  every: daily 08:00
  timeZone: Europe/Berlin
  enabled: false
  catchUp: last
  payload: {timeWindowName: previous month}
targeting: {endemicType: ENDEMIC, tags: [toys]}
automaticDeployWorkflow: true
""",
    )

    (found,) = read(tmp_path).workflows

    assert found.version is None
    assert found.record == {
        "workflowId": "reach",
        "sqlQuery": SQL,
        "metadata": {"owner": "media", "description": "Who was reached."},
        "defaultPayload": {"timeWindowName": "last 7 days"},
        "schedule": {
            "ScheduleExpression": "daily 08:00",
            "ScheduleExpressionTimezone": "Europe/Berlin",
            "State": "DISABLED",
            "catchUp": "last",
            "Input": {"payload": {"timeWindowName": "previous month"}},
        },
        "endemicType": "ENDEMIC",
        "tags": ["toys"],
        "automaticDeployWorkflow": True,
    }


def test_comments_and_line_breaks_of_the_sql_stay(tmp_path: Path) -> None:
    sql = "\n-- first\nSELECT ';' AS s, /* -- */ COUNT(1) -- last"

    (found,) = read(write(tmp_path, sql=sql)).workflows

    assert found.record["sqlQuery"] == sql


def test_other_files_and_folders_are_left_alone(tmp_path: Path) -> None:
    write(tmp_path)
    (tmp_path / "README.md").write_text("x")
    (tmp_path / "more.sql").mkdir()

    assert len(read(tmp_path).workflows) == 1


@pytest.mark.parametrize(
    ("settings_", "reported"),
    [
        ("version: 1\nversion: 2\n", ["reach.yaml:2: version: is there twice, first in line 1"]),
        ("[", ["reach.yaml:1: is no YAML (expected the node content, but found '<stream end>')"]),
        ("- a\n", ["reach.yaml:1: ['a'] is no object"]),
        ("descripton: x\n", ["reach.yaml:1: descripton: no field of a workflow's file; did you mean description?"]),
        ("sqlQuery: x\n", ["reach.yaml:1: sqlQuery: no field of a workflow's file; the SQL is in the .sql file"]),
        ("version: 0\n", ["reach.yaml:1: version: 0 is not right"]),
        ("version: 1.5\n", ["reach.yaml:1: version: 1.5 is wrong"]),
        (
            "schedule:\n  every: daily 08:00\n  exept: []\n",
            ["reach.yaml:3: schedule.exept: no field of a schedule; did you mean except?"],
        ),
        (
            "after: {workflow: sales}\nschedule:\n  every: daily 08:00\n  overlap: replace\n",
            [
                (
                    "reach.yaml:4: schedule.overlap: replace beside after: it would cancel the run that others of its"
                    " chain brought about"
                )
            ],
        ),
        ("schedule:\n", ["reach.yaml:1: schedule: is empty"]),
        ("workflowId: a b\n", ["reach.yaml:1: workflowId: 'a b' is not right"]),
        ("targeting: {tag: [x]}\n", ["reach.yaml:1: targeting.tag: is no way to choose tenants; did you mean tags?"]),
        ("\ntargeting:\n  tags: x\n", ["reach.yaml:3: targeting.tags: 'x' is not right"]),
        (
            "description: a\nmetadata: {description: b}\n",
            ["reach.yaml:2: metadata.description: is there as 'description' too"],
        ),
        (
            "schedule:\n  evry: daily 08:00\n",
            [
                "reach.yaml:2: schedule.evry: no field of a schedule; did you mean every?",
                "reach.yaml:1: schedule.every: is missing",
            ],
        ),
        (
            "schedule:\n  every: daily 08:00\n  ScheduleExpression: daily 09:00\n",
            ["reach.yaml:3: schedule.ScheduleExpression: is the same as 'every', which is there too"],
        ),
        (
            "schedule:\n  every: daily 08:00\n  dueBy:\n  retry: 2\n",
            [
                "reach.yaml:3: schedule.dueBy: is empty",
                "reach.yaml:4: schedule.retry: no field of a schedule; did you mean resubmit?",
            ],
        ),
        ("schedule: {every: daily 08:00, enabled: maybe}\n", ["reach.yaml:1: schedule.enabled: 'maybe' is wrong"]),
        (
            "schedule:\n  every: daily 08:00\n  except: [2026-12-25,\n    2026-13-25]\n  spread: 24h\n",
            [
                "reach.yaml:4: schedule.except[1]: '2026-13-25' is no date",
                "reach.yaml:5: schedule.spread: 1440m is not shorter than the 1440 minutes between two firings",
            ],
        ),
        (
            "schedule:\n  every: daily 08:00\n  labels:\n    team: emea\n    cost: 4711\n",
            ["reach.yaml:5: schedule.labels.cost: a number is no text"],
        ),
        (
            "schedule:\n  every: daily 08:00\n  refresh: [3d, 2w,\n    1d]\n",
            [
                "reach.yaml:3: schedule.refresh[1]: '2w' is no number of days",
                "reach.yaml:4: schedule.refresh[2]: '1d' stands behind 3d",
            ],
        ),
        (
            "schedule:\n  every: dayly 08:00\n  timeZone: Mars/Base\n",
            [
                "reach.yaml:3: schedule.timeZone: 'Mars/Base' is no time zone",
                (
                    "reach.yaml:2: schedule.every: 'dayly 08:00' at column 1: 'dayly' begins no timetable"
                    " (did you mean daily 08:00?)"
                ),
            ],
        ),
        (
            "defaultPayload:\n  timeWindowStart: TODYA(-1)\n  timeWindowEnd: TODAY()\n",
            [
                (
                    "reach.yaml:2: defaultPayload.timeWindowStart: 'TODYA(-1)' at column 1: 'TODYA' is no date function"
                    " (did you mean TODAY?)"
                )
            ],
        ),
        (
            "inputParameters:\n  - name: cap\n    datatype: INTEGER\n",
            [
                "reach.yaml:2: inputParameters[0].dataType: is missing",
                "reach.yaml:3: inputParameters[0].datatype: no field of a parameter; did you mean dataType?",
            ],
        ),
        (
            "inputParameters:\n  - name: cap\n    dataType: INTEGR\n",
            ["reach.yaml:3: inputParameters[0].dataType: 'INTEGR' is none; did you mean INTEGER?"],
        ),
    ],
)
def test_what_is_wrong_in_the_settings_is_reported_with_its_line(
    tmp_path: Path, settings_: str, reported: list[str]
) -> None:
    assert problems(write(tmp_path, settings=settings_)) == reported


def test_what_is_wrong_in_several_places_is_reported_in_one_go(tmp_path: Path) -> None:
    lines = (
        "version: 0",
        "targeting: {customerIds: []}",
        "schedule: {every: never}",
        "defaultPayload: {timeWindowName: last weak}",
    )

    reported = problems(write(tmp_path, settings="\n".join(lines), sql="SELECT 1; SELECT 2"))

    places = {one.partition(" ")[0] for one in reported}
    assert places == {"reach.sql:1:", *(f"reach.yaml:{number}:" for number in (1, 2, 3, 4))}


def test_a_parameter_that_is_not_declared_is_an_error_and_one_that_is_not_used_a_warning(tmp_path: Path) -> None:
    write(tmp_path, "one", settings=CAP, sql="SELECT COUNT(1)\nWHERE x < CUSTOM_PARAMETER('cpa')")
    write(tmp_path / "good", "two", settings=CAP, sql="SELECT COUNT(1) -- CUSTOM_PARAMETER('cap')")

    reported, warnings = problems(tmp_path), read(tmp_path / "good").warnings

    assert reported == ["one.sql:2: CUSTOM_PARAMETER('cpa'): is not declared in inputParameters; did you mean cap?"]
    assert [warning.partition("good/")[2] for warning in warnings] == [
        "two.yaml:2: inputParameters[0]: 'cap' is not used in the SQL"
    ]


def test_files_without_their_pair_and_two_files_with_one_id_are_reported(tmp_path: Path) -> None:
    write(tmp_path, "a", settings="workflowId: same\n")
    write(tmp_path, "b", settings="workflowId: same\n")
    (tmp_path / "c.sql").write_text(SQL)
    (tmp_path / "d.yaml").write_text("{}")
    write(tmp_path, "e")
    (tmp_path / "e.yml").write_text("{}")

    assert problems(tmp_path) == [
        "c.sql: has no c.yaml beside it",
        "d.yaml: has no d.sql beside it",
        "e.yml: is a second one beside e.yaml",
        "b.yaml: workflowId 'same' is that of a.yaml too",
    ]


@pytest.mark.parametrize(
    ("settings_", "sql", "reported"),
    [
        ("metadata: {budget: " + "9" * 39 + "}\n", SQL, "reach.yaml:1: metadata.budget: "),
        ("{}", f"{SQL} -- " + "x" * 200_000, "reach.yaml:1: the workflow: has 200"),
    ],
)
def test_what_no_table_could_hold_is_reported(tmp_path: Path, settings_: str, sql: str, reported: str) -> None:
    (problem,) = problems(write(tmp_path, settings=settings_, sql=sql))

    assert problem.startswith(reported)


def test_a_file_that_is_no_text_is_reported(tmp_path: Path) -> None:
    (write(tmp_path) / "reach.sql").write_bytes(b"SELECT 'Caf\xe9'")

    assert "cannot be read (byte 0xe9 in line 1 is no UTF-8)" in problems(tmp_path)[0]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_marks_and_line_ends_of_other_systems_make_no_difference(tmp_path: Path, encoding: str, line_end: str) -> None:
    write(tmp_path)
    plain = read_folder(tmp_path, NOW).workflows[0].record
    for name in ("reach.sql", "reach.yaml"):
        text = (tmp_path / name).read_text(encoding="utf-8").replace("\n", line_end)
        (tmp_path / name).write_bytes(text.encode(encoding))

    assert read_folder(tmp_path, NOW).workflows[0].record == plain


def test_a_folder_that_is_not_there_is_reported(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there is no folder"):
        read(tmp_path / "nothing")


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ("schedule: {cron: '0 8 * * ? *'}", "schedule.cron: no field of a schedule; did you mean every?"),
        (
            "schedule: {every: daily 08:00, start_date: 2027-01-01}",
            "schedule.start_date: no field of a schedule; did you mean start?",
        ),
        ("schedule: {every: daily 08:00, tz: UTC}", "schedule.tz: no field of a schedule; did you mean timeZone?"),
        ("schedule: {every: daily 08:00, paused: true}", "schedule.paused: no field of a schedule; did you mean enab"),
        ("schedule: {every: daily 08:00, window: yesterday}", "did you mean payload.timeWindowName?"),
        ("schedule: {every: daily 08:00, payload: {priority: backfill}}", "did you mean the schedule's own priority?"),
        ("tags: [a]", "tags: no field of a workflow's file; did you mean it in targeting?"),
        ("enabled: false", "enabled: no field of a workflow's file; did you mean it in schedule?"),
        ("every: daily 08:00", "every: no field of a workflow's file; did you mean it in schedule?"),
        ("refresh: [3d]", "refresh: no field of a workflow's file; did you mean it in schedule?"),
        ("pauseAfter: 3", "pauseAfter: no field of a workflow's file; did you mean it in schedule?"),
        ("timeWindowName: yesterday", "did you mean defaultPayload.timeWindowName?"),
        ("params: {a: 1}", "params: no field of a workflow's file; did you mean inputParameters?"),
        ("sql: SELECT 1", "sql: no field of a workflow's file; the SQL is in the .sql file"),
        ("- a", "reach.yaml:1: ['a'] is no object"),
    ],
)
def test_another_word_in_a_file_is_told_with_the_files_own(tmp_path: Path, settings: str, told: str) -> None:
    write(tmp_path, settings=settings + "\n")

    assert any(told in problem for problem in problems(tmp_path)), problems(tmp_path)


def test_what_is_wrong_with_the_defaults_of_a_link_is_all_that_is_told_of_them(tmp_path: Path) -> None:
    defaults = "defaultPayload: {parameterValues: {cap: {value_of: a b}}}\n"
    write(tmp_path, settings=CAP + defaults + "after: {workflow: x}\n", sql="SELECT CUSTOM_PARAMETER('cap') AS c")

    assert problems(tmp_path) == [
        "reach.yaml:3: defaultPayload.parameterValues.cap.value_of: 'a b' can be the name of no value"
    ]


def test_a_zone_that_would_put_the_default_window_out_of_force_is_told_with_its_line(tmp_path: Path) -> None:
    window = "defaultPayload: {timeWindowName: yesterday}\n"
    schedule = "schedule:\n  every: daily 08:00\n  payload:\n    timeWindowTimeZone: Europe/Berlin\n"
    write(tmp_path, settings=window + schedule)

    (problem,) = problems(tmp_path)

    assert problem.startswith("reach.yaml:5: schedule.payload.timeWindowTimeZone: stands without a window, so that of")
    write(tmp_path, settings=schedule)
    assert read(tmp_path).workflows
    write(tmp_path, settings=window + schedule + "    timeWindowName: yesterday\n")
    assert read(tmp_path).workflows


@pytest.mark.parametrize("sql", ["", " \n", "-- nothing"])
def test_an_empty_query_is_told_with_its_file(tmp_path: Path, sql: str) -> None:
    write(tmp_path, settings="{}\n", sql=sql)

    assert problems(tmp_path) == ["reach.sql:1: sqlQuery: is empty, comments apart"]


def test_workflows_that_python_makes_are_read_as_files_are(tmp_path: Path) -> None:
    settings = {"description": "Who.", "schedule": {"every": "daily 08:00"}, "targeting": {"tags": ("toys",)}}
    write(tmp_path, settings="description: Who.\nschedule: {every: daily 08:00}\ntargeting: {tags: [toys]}\n")

    made = folder_of({"reach": (SQL, settings)}, NOW)

    assert [file.record for file in made.workflows] == [file.record for file in read(tmp_path).workflows]
    assert made.workflows[0].workflow == read(tmp_path).workflows[0].workflow


def test_all_that_is_wrong_with_them_is_named_by_the_files_they_would_be_in() -> None:
    wrong: dict[str, tuple[str, dict[str, object]]] = {
        "reach": (SQL, {"targetting": {}}),
        "geo": ("SELECT 'one", {"description": "Where."}),
    }

    with pytest.raises(InvalidFilesError) as refused:
        folder_of(wrong, NOW)

    assert [problem.partition(":")[0] for problem in refused.value.problems] == ["geo.sql", "reach.yaml"]


@pytest.mark.parametrize(
    ("given", "told"),
    [
        pytest.param(
            (SQL, {"defaultPayload": {"parameterValues": {"cap": float("nan")}}}),
            "reach.yaml:1: defaultPayload.parameterValues.cap: nan is no value",
            id="no number",
        ),
        pytest.param((SQL, {"freshness": timedelta(hours=36)}), "reach.yaml:1: freshness: a value of type", id="type"),
        pytest.param((SQL, None), "reach.yaml:1: null is no object", id="no settings"),
        pytest.param((None, {}), "reach.sql:1: sqlQuery: null is no text", id="no query"),
    ],
)
def test_a_value_that_no_file_can_hold_is_refused_by_the_file_it_would_be_in(given: Any, told: str) -> None:
    with pytest.raises(InvalidFilesError) as refused:
        folder_of({"reach": given, "geo": (SQL, {})}, NOW)

    (problem,) = refused.value.problems
    assert problem.startswith(told)


def test_chains_that_python_makes_are_judged_as_those_of_files_are() -> None:
    circle = {"a": (SQL, {"after": {"workflow": "b"}}), "b": (SQL, {"after": {"workflow": "a"}})}
    replaced = {
        "a": (SQL, {"schedule": {"every": "daily 08:00", "overlap": "replace"}}),
        "b": (SQL, {"after": {"workflow": "a"}}),
    }

    found = []
    for given in (circle, replaced):
        with pytest.raises(InvalidFilesError) as refused:
            folder_of(given, NOW)
        found.append([problem.partition("; ")[0] for problem in refused.value.problems])

    assert found == [
        [f"{name}.yaml:1: after: goes in a circle: a -> b -> a" for name in "ab"],
        ["a.yaml:3: schedule.overlap: 'replace' would cancel runs that b runs after"],
    ]


@pytest.mark.parametrize(
    "settings",
    [
        pytest.param("delivery: true\n", id="true"),
        pytest.param("delivery:\n  schemaChange: version\n", id="an object"),
    ],
)
def test_a_delivery_goes_to_the_library_and_back_into_the_file(tmp_path: Path, settings: str) -> None:
    (found,) = read(write(tmp_path, settings=settings)).workflows

    assert texts(found.workflow)[1] == settings


def test_a_delivery_with_nothing_in_it_is_one_and_shows_as_a_change(tmp_path: Path) -> None:
    (found,) = read(write(tmp_path, settings="delivery: {}\n")).workflows

    assert texts(found.workflow)[1] == "delivery: true\n"


@pytest.mark.parametrize(
    ("settings", "problem"),
    [
        pytest.param("delivery: yes please\n", "reach.yaml:1: delivery: 'yes please' is wrong", id="a text"),
        pytest.param(
            "version: 2\ndelivery: {schema: version}\n",
            "reach.yaml:2: delivery.schema: is no field of it (did you mean schemaChange?)",
            id="another key",
        ),
        pytest.param(
            "delivery:\n  schemaChange: replace\n",
            "reach.yaml:2: delivery.schemaChange: 'replace' is not right",
            id="another value",
        ),
        pytest.param(
            "delivery: true\noutputColumns:\n  - {name: wfm_run_id, dataType: STRING}\n",
            "reach.yaml:2: outputColumns: 'wfm_run_id' is a name of WFM's",
            id="a column of WFM's",
        ),
        pytest.param(
            "delivery: true\noutputFormat: {separatorCharacter: ';;'}\n",
            "reach.yaml:2: outputFormat: has a sign that is not one character",
            id="a file that nobody can read",
        ),
        pytest.param(
            "delivery: true\noutputFormat: {separatorCharacter: '|', quoteCharacter: '|'}\n",
            "reach.yaml:2: outputFormat: has one character for two signs",
            id="one sign for two",
        ),
    ],
)
def test_a_wrong_delivery_is_named_with_its_line(tmp_path: Path, settings: str, problem: str) -> None:
    assert problems(write(tmp_path, settings=settings)) == [problem]


def test_how_old_a_result_may_be_goes_to_the_library_and_back_into_the_file(tmp_path: Path) -> None:
    (found,) = read(write(tmp_path, settings="freshness: 36h\n")).workflows

    assert texts(found.workflow)[1] == "freshness: 36h\n"


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        pytest.param("freshness: 36", "reach.yaml:2: freshness: 36 is wrong", id="36"),
        pytest.param(
            "freshness: 90m",
            "reach.yaml:2: freshness: '90m' is no such time",
            id="90m",
        ),
        pytest.param(
            "maxAge: 36h", "reach.yaml:2: maxAge: no field of a workflow's file; did you mean freshness?", id="maxAge"
        ),
        pytest.param(
            "schedule: {every: 'daily 08:00', freshness: 36h}",
            "reach.yaml:2: schedule.freshness: no field of a schedule; did you mean freshness of the workflow?",
            id="of the schedule",
        ),
    ],
)
def test_what_is_no_freshness_is_named_with_its_line(tmp_path: Path, given: str, problem: str) -> None:
    assert problems(write(tmp_path, settings=f"version: 2\n{given}\n")) == [problem]
