"""Each old row is mapped, left out or refused, and none of its fields goes without a word."""

import gzip
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.wfm import old_rows
from tests.wfm.old_rows import IDS, SQL, TOGGLES_ON, V1_TPS, V1_WFM, V3_TPS, V3_WFM
from wfm.client.migration.exports import files_in, read_file
from wfm.client.migration.fields import (
    LIBRARY_FIELDS,
    RULE_FIELDS,
    SCHEDULE_FIELDS,
    TENANT_FIELDS,
    UNKNOWN,
    WORKFLOW_FIELDS,
    Field,
    without_counterpart,
)
from wfm.client.migration.old_library import read_library
from wfm.client.migration.old_rows import Kind, OldRow, Read
from wfm.client.migration.old_schedules import read_schedules, workflows_run
from wfm.client.migration.old_tenants import read_tenants
from wfm.client.migration.old_workflows import Brought, read_workflows
from wfm.errors import UsageError
from wfm.model.tps_records import read_tps_record

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
NEW_IDS = {"customerId": "demo", **IDS}


def rows(*documents: dict[str, Any]) -> list[OldRow]:
    return [OldRow(f"table-{number}", document) for number, document in enumerate(documents)]


def tenants(*documents: dict[str, Any]) -> list[Read]:
    return read_tenants(rows(*documents))


def brought(*library: dict[str, Any], toggles: bool = True) -> Brought:
    """The tenants demo, to which the library goes, and birch, to which it does not."""
    demo: dict[str, Any] = {"customerId": "demo", **IDS, "endemicType": "ENDEMIC", "customerPrefix": "demo"}
    demo |= TOGGLES_ON if toggles else {}
    known = {"demo": read_tps_record(demo), "birch": read_tps_record(V3_TPS)}
    return Brought(read_library(rows(*library), NOON), known)


def one_schedule(document: dict[str, Any], *library: dict[str, Any], **options: Any) -> Read:
    (read,) = read_schedules(rows(document), [], brought(*library, **options))
    return read


def one_rule(document: dict[str, Any]) -> Read:
    (read,) = read_schedules([], rows(document), brought())
    return read


@pytest.mark.parametrize(
    ("document", "kind"),
    [
        (V1_TPS, Kind.TENANT),
        (V1_WFM, Kind.TENANT),
        (V3_TPS, Kind.TENANT),
        (V3_WFM, Kind.TENANT),
        (old_rows.library(), Kind.LIBRARY),
        (old_rows.library_of_1_1(), Kind.LIBRARY),
        (old_rows.workflow(), Kind.WORKFLOW),
        (old_rows.workflow_of_v3(), Kind.WORKFLOW),
        (old_rows.schedule(), Kind.SCHEDULE),
        (old_rows.rule(), Kind.RULE),
        ({"customerId": "demo", "workflowExecutionId": "e1", "executionStatus": "SUCCEEDED"}, Kind.HISTORY),
        ({"customer_hash_key": "demo", "hash_key": "amc-demo-results", "dataset": "d"}, Kind.DATA_LAKE),
        ({"customerId": "demo"}, Kind.UNKNOWN),
        ({"id": 1}, Kind.UNKNOWN),
    ],
)
def test_a_row_is_known_by_its_fields(document: dict[str, Any], kind: Kind) -> None:
    assert OldRow("somewhere", document).kind == kind


@pytest.mark.parametrize(
    ("document", "fields"),
    [
        (V1_TPS, TENANT_FIELDS),
        (V1_WFM, TENANT_FIELDS),
        (V3_TPS, TENANT_FIELDS),
        (V3_WFM, TENANT_FIELDS),
        (old_rows.library(), LIBRARY_FIELDS),
        (old_rows.library_of_1_1(), LIBRARY_FIELDS),
        (old_rows.workflow(), WORKFLOW_FIELDS),
        (old_rows.workflow_of_v3(), WORKFLOW_FIELDS),
        (old_rows.schedule(), SCHEDULE_FIELDS),
        (old_rows.rule(), RULE_FIELDS),
    ],
)
def test_every_field_of_the_predecessors_is_known_and_one_more_is_named(
    document: dict[str, Any], fields: Sequence[Field]
) -> None:
    assert UNKNOWN not in without_counterpart(document, fields).values()
    assert without_counterpart({**document, "colour": "red"}, fields)["colour"] == UNKNOWN


def test_records_of_one_customer_in_several_tables_are_one_tenant() -> None:
    (demo,) = tenants(V1_TPS, V1_WFM, NEW_IDS)

    assert demo.problem == ""
    assert demo.wanted == {
        **NEW_IDS,
        "customerName": "Demo",
        "customerPrefix": "demo",
        "endemicType": "ENDEMIC",
        "BucketName": "amc-demo-results",
        "maximumConcurrentWorkflowExecutions": 7,
        "retentionDays": 30,
        **TOGGLES_ON,
    }
    assert demo.without["AMC.WFM.runWorkflowByCampaign"].startswith("runs for each campaign are not offered")
    assert demo.without["AMC.WFM.syncWorkflowStatuses.lastSyncedTime"]


def test_a_record_of_the_later_predecessor_is_whole() -> None:
    (birch,) = tenants(V3_TPS, V3_WFM)

    kept = ("customerId", "customerName", "BucketName", "authId", *IDS)
    assert (birch.problem, birch.wanted) == ("", {name: V3_TPS[name] for name in kept})
    assert "bucketExists" in birch.without


def test_without_todays_ids_a_customer_is_refused_with_what_to_write() -> None:
    (demo,) = tenants(V1_TPS, V1_WFM)

    assert demo.problem.startswith("amcInstanceId, amcAmazonAdsAdvertiserId, amcAmazonAdsMarketplaceId: missing")
    assert '[{"customerId": "demo", "amcInstanceId": "..."' in demo.problem


def test_an_instance_that_was_discovered_is_found_by_its_bucket() -> None:
    discovered = {"customerId": "demo-shop", "customerName": "Demo Shop", **IDS, "BucketName": "amc-demo-results"}

    (demo,) = tenants(V1_TPS, discovered)

    assert (demo.name, demo.problem) == ("demo", "")
    assert demo.wanted["amcInstanceId"] == IDS["amcInstanceId"]
    assert demo.wanted["customerName"] == "Demo"
    assert demo.notes == ["its instance is that of demo-shop in table-1, by the bucket"]


@pytest.mark.parametrize(
    ("documents", "told"),
    [
        ([V3_TPS, {**V3_TPS, "customerName": "Birch Inc."}], "customerName: is 'Birch' in one of its records and"),
        ([{**V3_TPS, "amcInstanceId": "a b"}], "amcInstanceId"),
        ([{**V3_TPS, "AMC": {"maximumConcurrentWorkflowExecutions": 900}}], "900 is no such number"),
        ([{name: value for name, value in V3_TPS.items() if name != "customerId"}], "customerId: is missing"),
    ],
)
def test_a_customer_that_cannot_be_taken_is_refused_by_name(documents: list[dict[str, Any]], told: str) -> None:
    (read,) = tenants(*documents)

    assert told in read.problem


def test_of_a_library_workflow_the_version_in_force_is_taken() -> None:
    library = read_library(rows(*(old_rows.library(version) for version in (1, 3, 2))), NOON)

    assert [(one.name, one.left_out) for one in library.read] == [
        ("reach version 1", "version 3 was in force"),
        ("reach version 2", "version 3 was in force"),
        ("reach", ""),
    ]
    taken = library.workflows["reach"]
    assert taken.targeting.endemic_types == {"ENDEMIC"}
    assert taken.schedule is not None
    assert taken.schedule["ScheduleExpression"] == "custom(D * 3)"
    assert "workflow_executed_date" not in taken.schedule["Input"]["payload"]  # type: ignore[index]
    assert library.read[-1].without["defaultSchedule.Input.payload.workflow_executed_date"]


def test_the_later_shape_of_a_library_record_is_taken_too() -> None:
    library = read_library(rows(old_rows.library_of_1_1()), NOON)

    taken = library.workflows["time_to_conversion"]
    assert (library.read[0].problem, taken.targeting.customer_prefixes) == ("", frozenset({"demo"}))
    assert taken.default_payload == {
        "timeWindowStart": "TODAY(-15)",
        "timeWindowEnd": "today(-1)",
        "timeWindowType": "EXPLICIT",
        "timeWindowTimeZone": "America/New_York",
        "ignoreDataGaps": "True",
    }


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"sqlQuery": "SELECT 1 LIMIT 5"}, "LIMIT"),
        ({"sqlQuery": "SELECT CUSTOM_PARAMETER('brand') FROM t"}, "which inputParameters does not declare"),
        ({"defaultSchedule": {"ScheduleExpression": "custom(D * *)", "Input": {}}}, "it never ran"),
        ({"defaultSchedule": {**old_rows.library()["defaultSchedule"], "runBy": "campaign"}}, "parameterSets"),
        ({"workflowId": "a b"}, "workflowId: 'a b' is not right"),
    ],
)
def test_a_library_record_that_a_push_would_refuse_is_refused_by_name(fields: dict[str, Any], told: str) -> None:
    library = read_library(rows(old_rows.library(**fields)), NOON)

    assert told in library.read[0].problem
    assert library.workflows == {}


def test_what_the_library_brings_is_left_to_it_and_the_others_are_the_tenants() -> None:
    copy, other, changed = (old_rows.workflow(name) for name in ("reach_v1", "own", "reach_v2"))
    changed["sqlQuery"] = SQL.replace("reach", "people")

    def read(library: Brought) -> dict[str, str]:
        return {one.name: one.left_out for one in read_workflows(rows(copy, other), library, set())}

    library = (old_rows.library(),)
    assert read(brought(*library)) == {"demo/own": "", "demo/reach_v1": "the library brings it, as reach"}
    assert read(brought(*library, toggles=False)) == {"demo/own": "", "demo/reach_v1": ""}
    (kept,) = read_workflows(rows(changed), brought(old_rows.library(2)), set())
    assert (kept.left_out, kept.wanted["sqlQuery"]) == ("", changed["sqlQuery"])


def test_an_older_version_stays_where_a_schedule_runs_it() -> None:
    library, old = brought(old_rows.library(2)), rows(old_rows.workflow("reach_v1"))

    (idle,) = read_workflows(old, library, set())
    (used,) = read_workflows(old, library, {("demo", "reach_v1")})

    assert idle.left_out == "an older version, which nothing runs; the library brings reach"
    assert used.left_out == ""


@pytest.mark.parametrize(
    ("row", "left_out", "told"),
    [
        (old_rows.workflow_of_v3(), "", ""),
        (old_rows.workflow_of_v3(kind="deleteWorkflow", responseStatus="DELETED"), "it was deleted there", ""),
        (
            old_rows.workflow_of_v3(responseStatus="FAILED", responseMessage="bad SQL"),
            "",
            "AMC refused this definition",
        ),
        (
            {**old_rows.workflow_of_v3(), "workflowRequest": {"requestType": "getWorkflow", "workflowId": "spend"}},
            "",
            "wfm workflows adopt --customer birch --workflow spend --to-tenant",
        ),
    ],
)
def test_the_later_predecessors_last_request_says_whether_there_is_a_definition(
    row: dict[str, Any], left_out: str, told: str
) -> None:
    (read,) = read_workflows(rows(row), brought(), set())

    assert (read.left_out, told in read.problem, bool(read.problem)) == (left_out, True, bool(told))


def test_a_schedule_keeps_expression_state_and_window() -> None:
    read = one_schedule(old_rows.schedule())

    assert (read.name, read.problem, read.notes) == ("demo/weekly", "", ())
    assert read.wanted == {
        "Name": "weekly",
        "ScheduleExpression": "custom(W 0 8)",
        "State": "ENABLED",
        "Description": "Mondays.",
        "Input": {
            "payload": {
                "workflowId": "own",
                "timeWindowStart": "TODAY(-15)",
                "timeWindowEnd": "today(-1)",
                "timeWindowType": "EXPLICIT",
            }
        },
    }


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"ScheduleExpression": "rate(1 day)"}, "only cron(...) and custom(...) were read"),
        ({"ScheduleExpression": "custom(D * 08)"}, "only texts such as custom(D * 8) were found"),
        ({"ScheduleExpression": "custom(W 7 8)"}, "only texts such as custom(D * 8) were found"),
        ({"State": None}, "a custom schedule without State was not found"),
        ({"ScheduleExpression": "cron(0 8 * * ? *)", "Description": None}, "without Description made no rule"),
        ({"ScheduleExpression": "cron(0 8 * * ? *)", "Name": "n" * 65}, "no rule could be called by its name"),
    ],
)
def test_what_never_ran_there_is_paused_here(fields: dict[str, Any], why: str) -> None:
    row = {name: value for name, value in (old_rows.schedule() | fields).items() if value is not None}

    read = one_schedule(row)

    assert read.wanted["paused"] is True
    assert why in read.notes[0]


def test_what_was_switched_off_or_ran_is_as_it_was() -> None:
    off = one_schedule(old_rows.schedule(ScheduleExpression="rate(1 day)", State="DISABLED"))
    cron = one_schedule({**old_rows.schedule(ScheduleExpression="cron(0 8 * * ? *)"), "State": "ENABLED"})

    assert (off.wanted["State"], off.notes) == ("DISABLED", ())
    assert (cron.wanted["State"], cron.notes, "paused" in cron.wanted) == ("ENABLED", (), False)


def test_a_schedule_of_the_library_that_never_ran_is_switched_off_in_its_file() -> None:
    schedule = {**old_rows.library()["defaultSchedule"], "ScheduleExpression": "custom(D * 08)"}

    library = read_library(rows(old_rows.library(defaultSchedule=schedule)), NOON)

    taken = library.workflows["reach"].schedule
    assert taken is not None
    assert taken["State"] == "DISABLED"
    assert "it never ran there" in library.read[0].notes[0]


def test_a_schedule_of_the_librarys_is_left_to_it_unless_it_says_something_else() -> None:
    name = "wfm-demo-reach_v1"
    same = old_rows.schedule(name, "reach_v1", ScheduleExpression="custom(D * 3)")

    left = one_schedule(same, old_rows.library())
    other = one_schedule({**same, "ScheduleExpression": "custom(D * 4)"}, old_rows.library())
    own = one_schedule(old_rows.schedule("weekly", "reach_v1"), old_rows.library())
    alone = one_schedule(same, old_rows.library(), toggles=False)

    assert left.left_out == "the library brings it with reach"
    assert "differs from the library's schedule of reach in ScheduleExpression, and both would run" in other.problem
    assert own.notes == ("it runs reach, which was reach_v1",)
    assert own.wanted["Input"]["payload"]["workflowId"] == "reach"  # type: ignore[index]
    assert alone.wanted["Input"]["payload"]["workflowId"] == "reach_v1"  # type: ignore[index]
    assert workflows_run([left, own, alone]) == {("demo", "reach"), ("demo", "reach_v1")}


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"runBy": "campaign"}, "runs for each campaign are not offered; allowed: wfm backfill start"),
        ({"Name": None}, "Name: is missing"),
        ({"Input": {"customerId": "other", "payload": {"workflowId": "own"}}}, "'other' is another customer"),
        (
            {"Input": {"payload": old_rows.payload(parameterValues={"day": "since today(-3)"})}},
            "'since today(-3)' became the date as a whole, and would stay a text here; allowed: TODAY(...) alone",
        ),
    ],
)
def test_a_schedule_that_cannot_be_taken_says_why(fields: dict[str, Any], told: str) -> None:
    row = {name: value for name, value in (old_rows.schedule() | fields).items() if value is not None}

    assert told in one_schedule(row).problem


def test_a_rule_of_the_later_predecessor_is_a_schedule() -> None:
    read = one_rule(old_rows.rule())

    assert (read.kind, read.name, read.problem) == (Kind.SCHEDULE, "birch/monthly", "")
    assert read.wanted["ScheduleExpression"] == "cron(0 6 3 * ? *)"
    assert read.wanted["Input"]["payload"]["parameterValues"] == {"brand": "Kitchen Smart"}  # type: ignore[index]
    assert read.notes == (
        "its window ends as the last day begins, as it did; FIRSTDAYOFOFFSETMONTH(n+1) takes that day in",
    )
    assert "Arn" in read.without


@pytest.mark.parametrize(
    ("rule", "left_out", "told"),
    [
        (old_rows.rule("wfm-CustomSchedulerOnDaily"), "WFM does this by itself", ""),
        (old_rows.rule("s3", ScheduleExpression=None, EventPattern="{}"), "it answers events", ""),
        (old_rows.rule(Targets=[]), "", "Targets: 0 are there"),
        (old_rows.rule(asked="{"), "", "Targets[0].Input"),
        (old_rows.rule(asked="[1]"), "", "Targets[0].Input: [1] is no object"),
        (old_rows.rule(asked='{"customerId": "birch", "requestType": "cancelExecution"}'), "", "is missing; allowed"),
    ],
)
def test_a_rule_that_is_no_schedule_of_runs_says_why(rule: dict[str, Any], left_out: str, told: str) -> None:
    read = one_rule({name: value for name, value in rule.items() if value is not None})

    assert (read.left_out.startswith(left_out), told in read.problem) == (True, True)
    assert bool(read.left_out) is bool(left_out)
    assert bool(read.problem) is bool(told)


def test_a_rule_that_was_made_of_a_row_is_not_read_again() -> None:
    asked = json.dumps({"customerId": "demo", "payload": old_rows.payload(workflowId="own")})
    rules = rows(old_rows.rule("weekly", asked), old_rows.rule("by-hand", asked))

    read = read_schedules(rows(old_rows.schedule()), rules, brought())

    assert {one.name: one.left_out for one in read} == {
        "demo/weekly": "",
        "weekly": "it was made of the schedule's row",
        "demo/by-hand": "",
    }


def test_rows_are_read_from_every_kind_of_export(tmp_path: Path) -> None:
    row, typed = old_rows.library(), old_rows.typed(old_rows.library())
    line = json.dumps({"Item": typed})
    (tmp_path / "scan.json").write_text(json.dumps({"Items": [typed], "Count": 1}))
    (tmp_path / "plain.json").write_text(json.dumps([row]))
    (tmp_path / "rules.json").write_text(json.dumps({"Rules": [old_rows.rule()]}))
    data = tmp_path / "AWSDynamoDB" / "data"
    data.mkdir(parents=True)
    (data / "part.json.gz").write_bytes(gzip.compress(f"{line}\n{line}\n".encode()))
    (data.parent / "manifest-files.json").write_text('{"itemCount": 2}')

    found = {path.name: [one.document for one in read_file(path)] for path in files_in(tmp_path)}

    assert found == {
        "part.json.gz": [row, row],
        "plain.json": [row],
        "rules.json": [old_rows.rule()],
        "scan.json": [row],
    }


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("", "nothing is in it"),
        ("{", "cannot be read"),
        ('{"Item": {"a": {"S": "x"}}}\n{"Item":\n', ":2: cannot be read"),
        ('[{"a": {"M": 1}}]', "a row that DynamoDB never wrote"),
        ("7", "7 is no row"),
    ],
)
def test_a_file_that_is_no_export_is_refused_with_its_place(tmp_path: Path, content: str, told: str) -> None:
    path = tmp_path / "scan.json"
    path.write_text(content)

    with pytest.raises(UsageError, match="allowed: a scan, an export of DynamoDB") as refused:
        list(read_file(path))

    assert told in str(refused.value)


def test_a_folder_without_exports_says_so(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"has no \*.json"):
        files_in(tmp_path)
