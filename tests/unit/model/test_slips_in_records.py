"""Slips of the pen in records: refused with the field and the name that was meant; what others keep there passes."""

import re
from functools import partial
from typing import Any

import pytest

from tests.builders import a_library_record, a_tps_record
from tests.fakes import NOON
from tests.unit.schedule_rows import a_row
from wfm.errors import InvalidRecord
from wfm.model import json_schema
from wfm.model.library_checks import check_library_record
from wfm.model.library_workflows import LibraryWorkflow
from wfm.model.onboarding import read_record
from wfm.model.record_fields import (
    slips_in_workflow,
    unread_in_customer,
    unread_in_library_record,
    unread_in_schedule,
)
from wfm.model.schedules import read_schedule
from wfm.model.tps_records import read_tps_record

CAP = {"name": "cap", "dataType": "INTEGER", "defaultValue": 3}
NAME = {"name": "campaign_name", "dataType": "STRING"}
OLD_TPS_RECORD = {
    "customerId": "acme",
    "customerName": "Acme",
    "customer_hash_key": "acme",
    "customerPrefix": "acme",
    "endemicType": "ENDEMIC",
    "AMC": {
        "amcAccessCategory": "EXTERNAL",
        "amcApiEndpoint": "https://abcdefghij.execute-api.us-east-1.amazonaws.com/prod",
        "amcInstanceRegion": "us-east-1",
        "amcWorkflowPackages": "acme",
        "maximumConcurrentWorkflowExecutions": 10,
        "WFM": {
            "amcWorkflowExecutionSQSQueueName": "wfm-t-e-workflowExecution-acme.fifo",
            "amcWorkflowExecutionDLQSQSQueueName": "wfm-t-e-workflowExecution-acme-DLQ.fifo",
            "enableWorkflowLibraryNewContent": True,
            "runWorkflowByCampaign": {"maximumCampaignAgeDays": 90},
            "syncWorkflowStatuses": {"workflowExeuctionStatusLookBackHours": 72},
        },
    },
}


def check(**fields: Any) -> LibraryWorkflow:
    return check_library_record(a_library_record(**fields), partial(json_schema.problems, "library_record"), NOON)


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"Sate": "DISABLED"}, "Sate: no field of a schedule; did you mean State?"),
        ({"scheduleExpressionTimeZone": "UTC"}, "did you mean ScheduleExpressionTimezone?"),
        ({"catchup": "all"}, "did you mean catchUp?"),
        ({"resubmit": {"attempts": 1, "fro": ["REJECTED"]}}, "resubmit.fro: is no field of it (did you mean for?)"),
        ({"Input": '{"payload": {"workflowId": "reach"}}'}, "Input: is a JSON text, and no object; allowed: an object"),
        (
            {"Input": {"payload": {"workflowId": "reach", "timeWindowStart": "", "timeWindowEnd": ""}}},
            "timeWindowStart: '' is empty; allowed: a value, or no such field",
        ),
        ({"ScheduleExpressionTimezone": "UTC+1"}, "'UTC+1' is no time zone (did you mean Etc/GMT-1?)"),
        (
            {"ScheduleExpressionTimezone": ""},
            "ScheduleExpressionTimezone: '' is empty; allowed: a zone",
        ),
        ({"Input": {"payload": '{"workflowId": "reach"}'}}, "Input.payload: is a JSON text, and no object"),
        (
            {
                "Input": {
                    "payload": {"workflowId": "reach", "timeWindowStrat": "TODAY(-7)", "timewindowend": "TODAY(0)"}
                }
            },
            "Input.payload.timeWindowStrat: no field of a request; did you mean timeWindowStart? | Input.pay",
        ),
        (
            {"Input": {"payLoad": {}, "payload": {"workflowId": "reach"}}},
            "Input.payLoad: no field of a schedule's Input",
        ),
    ],
)
def test_of_a_schedule(fields: dict[str, Any], told: str) -> None:
    with pytest.raises(InvalidRecord) as refused:
        read_schedule(a_row(**fields), NOON)

    assert told in str(refused.value)


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"cron": "0 8 * * ? *"}, "cron: no field of a schedule; did you mean ScheduleExpression?"),
        ({"timezone": "Europe/Berlin"}, "timezone: no field of a schedule; did you mean ScheduleExpressionTimezone?"),
        ({"enabled": False}, "enabled: no field of a schedule; did you mean State?"),
        ({"end": "2026-12-01"}, "end: no field of a schedule; did you mean EndDate?"),
        ({"startDate": "2026-12-01"}, "startDate: no field of a schedule; did you mean StartDate?"),
        ({"timeWindowStart": "TODAY(-7)"}, "timeWindowStart: no field of a schedule; did you mean Input.payload.timeW"),
        ({"params": {}}, "params: no field of a schedule; did you mean Input.payload.parameterValues?"),
        (
            {"Input": {"parameterValues": {}, "payload": {"workflowId": "reach"}}},
            "Input.parameterValues: no field of a schedule's Input; did you mean Input.payload.parameterValues?",
        ),
        (
            {"Input": {"payload": {"workflowId": "reach", "dateRange": "yesterday"}}},
            "Input.payload.dateRange: no field of a request; did you mean timeWindowName?",
        ),
        (
            {"Input": {"payload": {"workflowId": "reach", "priority": "interactive"}}},
            "Input.payload.priority: no field of a request; did you mean the schedule's own priority?",
        ),
        *(
            (
                {"Input": {"payload": {"workflowId": "reach", name: "x"}}},
                f"Input.payload.{name}: no field of a request; did you mean the schedule's own {name}?",
            )
            for name in ("labels", "refresh", "overlap", "dueBy", "except", "spread", "pauseAfter")
        ),
        (
            {"Input": {"labels": {"team": "emea"}, "payload": {"workflowId": "reach"}}},
            "Input.labels: no field of a schedule's Input; did you mean the schedule's own labels?",
        ),
        (
            {"Input": {"payload": {"workflowId": "reach", "freshness": "36h"}}},
            "Input.payload.freshness: no field of a request; did you mean freshness of the workflow?",
        ),
        (
            {"Input": {"payload": {"workflowId": "reach", "customerId": "globex"}}},
            "Input.payload.customerId: 'globex' is another customer",
        ),
    ],
)
def test_another_word_or_place_for_what_a_schedule_says_is_refused(fields: dict[str, Any], told: str) -> None:
    with pytest.raises(InvalidRecord) as refused:
        read_schedule(a_row(**fields), NOON)

    assert told in str(refused.value)


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"limit": 2}, "limit: no field of a TPS record; did you mean maximumConcurrentWorkflowExecutions?"),
        ({"amcS3BucketName": "b"}, "amcS3BucketName: no field of a TPS record; did you mean BucketName?"),
        ({"bucket": "b"}, "bucket: no field of a TPS record; did you mean BucketName?"),
    ],
)
def test_another_word_is_refused_in_a_customers_record_unless_the_field_is_there_too(
    fields: dict[str, Any], told: str
) -> None:
    with pytest.raises(InvalidRecord, match=re.escape(told)):
        read_tps_record(a_tps_record(**fields))

    there = {"maximumConcurrentWorkflowExecutions": 3, "BucketName": "amc-b"}
    assert read_tps_record(a_tps_record(**fields, **there)).limit == 3


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"parameters": []}, "parameters: no field of a library record; did you mean inputParameters?"),
        (
            {"timeWindowName": "yesterday"},
            "timeWindowName: no field of a library record; did you mean defaultPayload.tim",
        ),
        ({"parameterValues": {"a": 1}}, "did you mean defaultPayload.parameterValues?"),
        ({"cron": "0 8 * * ? *"}, "cron: no field of a library record; did you mean schedule.ScheduleExpression?"),
        ({"inputParameters": [{"name": "a", "dataType": "STRING", "default": "x"}]}, "did you mean defaultValue?"),
        ({"dueBy": "09:00"}, "dueBy: no field of a library record; did you mean schedule.dueBy?"),
        ({"labels": {"team": "emea"}}, "labels: no field of a library record; did you mean schedule.labels?"),
        ({"depends_on": ["a"]}, "depends_on: no field of a library record; did you mean after?"),
        (
            {"defaultPayload": {"refresh": ["3d"]}},
            "defaultPayload.refresh: no field of a request; did you mean refresh of a schedule?",
        ),
        (
            {"defaultPayload": {"delivery": True}},
            "defaultPayload.delivery: no field of a request; did you mean delivery of the workflow?",
        ),
    ],
)
def test_another_word_is_refused_in_a_library_record(fields: dict[str, Any], told: str) -> None:
    with pytest.raises(InvalidRecord) as refused:
        check(**fields)

    assert told in str(refused.value)


def test_another_word_is_refused_in_a_tenants_workflow() -> None:
    row = {"workflowId": "reach", "sqlQuery": "SELECT 1", "params": [], "timeWindowEnd": "NOW()", "dependsOn": "a"}

    found = slips_in_workflow(row)

    assert [str(slip) for slip in found] == [
        "params: no field of a workflow; did you mean inputParameters?",
        "timeWindowEnd: no field of a workflow; did you mean defaultPayload.timeWindowEnd?",
        "dependsOn: no field of a workflow; did you mean after?",
    ]


@pytest.mark.parametrize(
    ("defaults", "told"),
    [
        ("yesterday", "defaultPayload: a text is no object; allowed: an object with a window and parameters"),
        ({"workflowId": "other"}, "defaultPayload.workflowId: 'other' is another workflow"),
        ({"parameterValues": ["3"]}, "defaultPayload.parameterValues: a list is no object"),
        (
            {"parameterValues": {"cpa": 3}},
            "defaultPayload.parameterValues: 'cpa' is no parameter of w (did you mean cap?)",
        ),
        ({"parameterValues": {"cap": "x"}}, "defaultPayload.parameterValues.cap: a text is not right"),
        ({"dateRange": "x"}, "defaultPayload.dateRange: no field of a request; did you mean timeWindowName?"),
    ],
)
def test_of_a_tenants_workflow_the_defaults_are_looked_at_too(defaults: object, told: str) -> None:
    row = {"workflowId": "w", "sqlQuery": "SELECT 1", "inputParameters": [CAP], "defaultPayload": defaults}

    assert next(str(slip) for slip in slips_in_workflow(row)).startswith(told)


def test_an_empty_window_is_told_where_it_stands() -> None:
    with pytest.raises(InvalidRecord, match=r"^defaultPayload\.timeWindowStart: '' is empty"):
        check(defaultPayload={"timeWindowStart": "", "timeWindowEnd": ""}, schedule=None)


@pytest.mark.parametrize("place", ["AMC", "AMC.WFM"])
def test_another_word_for_the_limit_is_refused_wherever_it_stands(place: str) -> None:
    fields: Any = {"AMC": {"limit": 2}} if place == "AMC" else {"AMC": {"WFM": {"maxConcurrentExecutions": 2}}}

    with pytest.raises(InvalidRecord, match=rf"{place}\..*; did you mean maximumConcurrentWorkflowExecutions\?"):
        read_tps_record(a_tps_record(**fields))


def test_a_schedule_of_the_first_predecessor_passes_with_all_that_it_had_to_write() -> None:
    payload = {
        "workflowId": "reach",
        "timeWindowType": "MOST_RECENT_WEEK",
        "timeWindowStart": "TODAY(-7)",
        "timeWindowEnd": "TODAY(0)",
        "workflow_executed_date": "now()",
    }
    row = a_row(EventBusName="default", automaticDeploySchedule=True, runBy="", Input={"payload": payload}, owner="x")

    assert read_schedule(row, NOON).payload == payload


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"maximumConcurentWorkflowExecutions": 2}, "did you mean maximumConcurrentWorkflowExecutions?"),
        ({"amcInstanceID": "amc1"}, "amcInstanceID: no field of a TPS record; did you mean amcInstanceId?"),
        ({"bucketName": "b"}, "did you mean BucketName?"),
        (
            {"AMC": {"WFM": {"syncWorkflowStatuses": {"WorkflowStatusRecordRetentionDay": 30}}}},
            "did you mean WorkflowStatusRecordRetentionDays?",
        ),
        ({"AMC": {"WFM": {"enableWorkflowLibrry": True}}}, "AMC.WFM.enableWorkflowLibrry: no field of a TPS record"),
    ],
)
def test_of_a_customer(fields: dict[str, Any], told: str) -> None:
    with pytest.raises(InvalidRecord) as refused:
        read_tps_record(a_tps_record(**fields))

    assert told in str(refused.value)


def test_a_customer_of_the_first_predecessor_passes_and_so_does_what_others_keep_there() -> None:
    assert read_tps_record(OLD_TPS_RECORD).limit == 10
    assert read_tps_record(a_tps_record(costCentre="4711", amcTeamName="t", bucketExists="true")).customer_id == "acme"


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"inputParamters": [CAP]}, "inputParamters: no field of a library record; did you mean inputParameters?"),
        ({"sqlquery": "SELECT 1"}, "did you mean sqlQuery?"),
        (
            {"sqlQuery": "SELECT 1\n; SELECT 2"},
            "sqlQuery: line 2 has a ';' amid it; allowed: one query, and no ';' but a last one",
        ),
        ({"sqlQuery": "SELECT 1 /* x"}, "sqlQuery: line 1 has a comment that never ends"),
        ({"sqlQuery": "-- SELECT 1"}, "sqlQuery: line 1 is empty, comments apart"),
        ({"defaultPayload": {"timeWindowStar": "TODAY(-7)"}}, "defaultPayload.timeWindowStar: no field of a request"),
        (
            {"inputParameters": [{**NAME, "defualtValue": "a"}]},
            "inputParameters[0].defualtValue: no field of a parameter",
        ),
        (
            {"schedule": {"ScheduleExpression": "daily 08:00", "Sate": "DISABLED"}},
            "schedule.Sate: no field of a schedule",
        ),
        (
            {"inputParameters": [CAP], "defaultPayload": {"parameterValues": {"cpa": 3}}},
            "defaultPayload.parameterValues: 'cpa' is no parameter of reach (did you mean cap?)",
        ),
        (
            {"inputParameters": [CAP], "defaultPayload": {"parameterValues": {"cap": "many"}}},
            "defaultPayload.parameterValues.cap: a text is not right, and the parameter is INTEGER",
        ),
        ({"inputParameters": [NAME]}, "schedule.Input.payload.parameterValues.campaign_name: is missing"),
        (
            {
                "inputParameters": [CAP],
                "schedule": {"ScheduleExpression": "daily 08:00", "Input": {"payload": {"parameterValues": {"x": 1}}}},
            },
            "schedule.Input.payload.parameterValues: 'x' is no parameter of reach",
        ),
    ],
)
def test_of_a_library_record(fields: dict[str, Any], told: str) -> None:
    with pytest.raises(InvalidRecord) as refused:
        check(**fields)

    assert told in str(refused.value)


def test_a_default_schedule_that_is_switched_off_blocks_nothing() -> None:
    payload = {"timeWindowType": "EXPLICIT", "timeWindowStart": "today(-91)", "timeWindowEnd": "today(-1)"}
    off = {"automaticDeploySchedule": False, "Name": "n", "Description": "d", "Input": {"payload": payload}}

    workflow = check(schedule=None, defaultSchedule=off, workflowMetaData={"automaticDeployWorkflow": True})

    assert (workflow.deploys, workflow.schedule) == (True, None)


def test_one_that_is_switched_on_still_needs_its_expression() -> None:
    with pytest.raises(InvalidRecord, match=r"defaultSchedule\.ScheduleExpression: is missing; allowed: cron"):
        check(schedule=None, defaultSchedule={"automaticDeploySchedule": True, "Name": "n"})


def test_a_disabled_schedule_whose_time_is_over_blocks_nothing() -> None:
    over = {"ScheduleExpression": "at(2020-01-01T00:00:00)", "State": "DISABLED"}

    assert check(schedule=over).schedule is not None


def test_of_a_workflow_only_what_goes_to_amc_is_looked_at() -> None:
    row = {"customerId": "acme", "workflowId": "w", "sqlQuery": "SELECT 1", "workflowMetaData": {}, "version": "1"}

    assert slips_in_workflow(row) == []
    assert [problem.field for problem in slips_in_workflow({**row, "inputparameters": []})] == ["inputparameters"]


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"retention": 30}, "retention: no field of a TPS record; did you mean retentionDays?"),
        (
            {"WorkflowStatusRecordRetentionDays": 30},
            "WorkflowStatusRecordRetentionDays: no field of a TPS record; did you mean retentionDays?",
        ),
        ({"syncWorkflowStatuses": {}}, "syncWorkflowStatuses: no field of a TPS record; did you mean AMC.WFM.sync"),
        ({"AMC": {"tags": ["a"]}}, "AMC.tags: no field of a TPS record; did you mean tags at the top?"),
        (
            {"AMC": {"WFM": {"retentionDays": 30}}},
            "AMC.WFM.retentionDays: no field of a TPS record; did you mean retentionDays at the top?",
        ),
        (
            {"AMC": {"WFM": {"syncWorkflowStatuses": {"retentionDays": 30}}}},
            "AMC.WFM.syncWorkflowStatuses.retentionDays: no field of a TPS record; did you mean retentionDays at the",
        ),
    ],
    ids=["word", "predecessors-name", "too-high", "in-amc", "in-wfm", "in-sync"],
)
def test_what_wfm_reads_elsewhere_in_a_customers_record_is_refused(fields: dict[str, Any], told: str) -> None:
    with pytest.raises(InvalidRecord) as refused:
        read_tps_record(a_tps_record(**fields))

    assert told in str(refused.value)


def test_what_stands_where_it_is_read_too_is_only_named() -> None:
    record = a_tps_record(retentionDays=30, AMC={"retentionDays": 30, "amcS3BucketName": "b"})

    assert read_tps_record(record).retention_days == 30
    assert unread_in_customer(record) == ["AMC.retentionDays: no field of a TPS record, and nobody reads it"]


def test_what_nobody_reads_passes_and_is_named() -> None:
    assert unread_in_schedule(a_row(owner="x", EventBusName="default")) == [
        "owner: no field of a schedule, and nobody reads it"
    ]
    assert unread_in_customer(a_tps_record(costCentre="1", amcTeamName="t")) == [
        "costCentre: no field of a TPS record, and nobody reads it"
    ]
    assert unread_in_library_record(a_library_record(team="x", workflowType="ENDEMIC")) == [
        "team: no field of a library record, and nobody reads it"
    ]


@pytest.mark.parametrize(
    ("parameters", "told"),
    [
        ("STRING", "inputParameters: a text is no list"),
        (["cap"], "inputParameters[0]: a text is no object"),
        ([{"dataType": "STRING"}], "inputParameters[0].name: is missing"),
        ([CAP, CAP], "inputParameters[1].name: 'cap' is there twice, first in inputParameters[0]"),
        (
            [{"name": "cap", "dataType": "string"}],
            "inputParameters[0].dataType: 'string' is none; did you mean STRING?",
        ),
        (
            [{"name": "cap", "dataType": {"type": "ARRAY", "elementDataType": "TEXT"}}],
            "inputParameters[0].dataType: {'type': 'ARRAY', 'elementDataType': 'TEXT'} is none",
        ),
        (
            [{"name": "cap", "dataType": "INTEGER", "defaultValue": "many"}],
            "inputParameters[0].defaultValue: a text is not right, and the parameter is INTEGER",
        ),
    ],
)
def test_parameters_that_contradict_themselves_are_refused_in_a_tenants_workflow(parameters: Any, told: str) -> None:
    found = slips_in_workflow({"workflowId": "reach", "sqlQuery": "SELECT 1", "inputParameters": parameters})

    assert told in " | ".join(map(str, found))


@pytest.mark.parametrize(
    "parameters",
    [
        [CAP, NAME],
        [{"name": "cap", "dataType": "INTEGER", "defaultValue": "3"}],
        [{"name": "ids", "dataType": {"type": "ARRAY", "elementDataType": "STRING"}, "defaultValue": "[]"}],
        [{"name": "ids", "dataType": {"type": "ARRAY", "elementDataType": "STRING"}, "defaultValue": []}],
        [{"name": "any"}],
    ],
)
def test_what_amc_takes_as_a_declaration_passes(parameters: Any) -> None:
    assert slips_in_workflow({"workflowId": "reach", "sqlQuery": "SELECT 1", "inputParameters": parameters}) == []


def test_two_statements_in_a_tenants_workflow_are_refused_and_a_last_semicolon_is_not() -> None:
    two, one = ({"workflowId": "reach", "sqlQuery": sql} for sql in ("SELECT 1; SELECT 2", "SELECT ';' AS s; -- end"))

    assert [str(slip) for slip in slips_in_workflow(two)] == [
        "sqlQuery: line 1 has a ';' amid it; allowed: one query, and no ';' but a last one"
    ]
    assert slips_in_workflow(one) == []


@pytest.mark.parametrize(
    ("sql", "told"),
    [
        ("SELEC 1", "line 1: begins with a word, which is no query; did you mean SELECT?"),
        ("DELETE FROM t", "line 1: begins with a word, which is no query"),
        ("SELECT COUNT(1\nFROM t", "line 1: a '(' that nothing closes"),
        ("SELECT 1)", "line 1: a ')' that nothing opens"),
        (
            "SELECT 1\nWHERE a = {{secret}}",
            "line 2: there is a template that nobody filled; allowed: CUSTOM",
        ),
        ("SELECT 1 WHERE a = :secret", "line 1: there is a placeholder that nobody fills"),
        ("SELECT 1 WHERE a = %(secret)s", "line 1: there is a placeholder that nobody fills"),
        ("SELECT a,\nFROM t", "line 1: a comma before FROM"),
        ("SELECT 1 LIMIT 10", "line 1: LIMIT: AMC's SQL has none"),
        ("SELECT 1 OFFSET 10 ROWS FETCH NEXT 5 ROWS ONLY", "line 1: LIMIT: AMC's SQL has none"),
        ("SELECT 1 FROM t\nORDER BY 1", "line 2: ORDER BY at the end: AMC's SQL has none"),
        ("SELECT 1 FROM t RIGHT OUTER JOIN u ON a = b", "line 1: RIGHT JOIN: AMC's SQL has none"),
        ("SELECT a || b FROM t", "line 1: ||: AMC's SQL has none"),
        ("SELECT GETDATE() FROM t", "line 1: GETDATE(): AMC's SQL has none"),
        (
            "SELECT CUSTOM_PARAMETER('cpa')",
            "line 1 uses CUSTOM_PARAMETER('cpa'), which inputParameters does not declare",
        ),
    ],
)
def test_sql_that_amc_refuses_for_certain_is_refused_in_records_without_its_words(sql: str, told: str) -> None:
    found = [str(slip) for slip in slips_in_workflow({"workflowId": "w", "sqlQuery": sql, "inputParameters": [CAP]})]

    assert found[0].startswith(f"sqlQuery: {told}")
    assert "secret" not in " ".join(found)
    with pytest.raises(InvalidRecord, match=re.escape(f"sqlQuery: {told}"[:60])):
        check(sqlQuery=sql, inputParameters=[CAP], schedule=None)


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT ROW_NUMBER() OVER (ORDER BY a) AS r, SUM(b) OVER (PARTITION BY c ORDER BY d) FROM t",
        "(SELECT 1) UNION ALL (SELECT 2)",
        "WITH a AS (SELECT 1) SELECT '{{x}}', ':y' /* LIMIT 10 */ FROM a -- ORDER BY 1",
        "SELECT \"limit\", a::INT FROM t WHERE b = CUSTOM_PARAMETER('cap')",
        "VALUES (1)",
    ],
)
def test_sql_that_amc_may_take_passes_in_records(sql: str) -> None:
    assert slips_in_workflow({"workflowId": "w", "sqlQuery": sql, "inputParameters": [CAP]}) == []


def test_parameters_of_a_library_record_are_judged_in_the_same_way() -> None:
    with pytest.raises(InvalidRecord) as refused:
        check(inputParameters=[{"name": "cap", "dataType": "INTEGER", "defaultValue": "many"}, CAP])

    assert "inputParameters[0].defaultValue: a text is not right" in str(refused.value)
    assert "inputParameters[1].name: 'cap' is there twice" in str(refused.value)


@pytest.mark.parametrize("flag", ["dryRun", "skipPublish", "ignoreDataGaps"])
@pytest.mark.parametrize("given", ["maybe", 1])
def test_what_is_neither_true_nor_false_is_refused_in_schedules_and_in_the_library(flag: str, given: object) -> None:
    payload = {"workflowId": "reach", "timeWindowType": "MOST_RECENT_DAY", flag: given}

    with pytest.raises(InvalidRecord) as of_schedule:
        read_schedule(a_row(Input={"payload": payload}), NOON)
    with pytest.raises(InvalidRecord) as of_library:
        check(defaultPayload=payload)

    told = f"{flag}: {given!r} is not right; allowed: true or false"
    assert told in str(of_schedule.value)
    assert f"defaultPayload.{told}" in str(of_library.value)


@pytest.mark.parametrize("nothing", ["", None])
@pytest.mark.parametrize("field", ["BucketName", "digest", "authId", "snsTopicArn"])
def test_what_a_tenant_does_without_keeps_nobody_out(field: str, nothing: str | None) -> None:
    record = a_tps_record(**{field: nothing})

    assert json_schema.problems("tps_record", record) == []
    assert read_tps_record(record) == read_tps_record(a_tps_record())


def test_a_marketplace_that_is_nearly_one_is_refused() -> None:
    with pytest.raises(InvalidRecord, match=r"'ATVPDKIKX0DEX' is none; did you mean ATVPDKIKX0DER\?"):
        read_tps_record(a_tps_record(amcAmazonAdsMarketplaceId="ATVPDKIKX0DEX"))

    assert read_tps_record(a_tps_record(amcAmazonAdsMarketplaceId="A9NEWMARKET99")).region == "NA"


@pytest.mark.parametrize("name", ["daily ", " daily", "\u00a0daily"])
def test_a_schedule_whose_name_looks_like_another_ones_is_refused(name: str) -> None:
    with pytest.raises(InvalidRecord, match=r"Name: .* is not usable; allowed: .* no blank at either end"):
        read_schedule(a_row(Name=name), NOON)


def test_defaults_of_another_workflow_are_refused() -> None:
    payload = {"workflowId": "other", "timeWindowName": "yesterday"}

    with pytest.raises(InvalidRecord, match=r"defaultPayload.workflowId: 'other' is another workflow; allowed: reach"):
        check(defaultPayload=payload)


def test_the_schedules_payload_is_not_another_workflows() -> None:
    schedule = {"ScheduleExpression": "daily 08:00", "Input": {"payload": {"workflowId": "other"}}}

    with pytest.raises(InvalidRecord, match=r"schedule.Input.payload.workflowId: 'other' is another workflow"):
        check(schedule=schedule)


@pytest.mark.parametrize("field", ["targeting", "customers", "tenants", "customerId"])
def test_for_whom_a_workflow_is_stands_where_it_is_read(field: str) -> None:
    """Elsewhere it would be for everybody."""
    with pytest.raises(InvalidRecord, match=rf"{field}: no field of a library record; did you mean customerIds"):
        check(**{field: ["acme"]})


def test_a_schedule_that_is_switched_off_keeps_nothing_back_when_its_end_has_passed() -> None:
    over = {"ScheduleExpression": "daily 08:00", "EndDate": "2020-01-01"}

    assert check(schedule={**over, "State": "DISABLED"}).schedule is not None
    with pytest.raises(InvalidRecord, match=r"schedule.EndDate: 2020-01-01T00:00:00.000Z is not after"):
        check(schedule=over)


def test_null_is_as_good_as_no_field_in_a_record_of_a_tenant() -> None:
    nothing = dict.fromkeys(("AMC", "tags", "customerPrefix", "maximumConcurrentWorkflowExecutions", "digest"))

    def problems(record: Any) -> Any:
        return json_schema.problems("tps_record", record)

    assert read_record(a_tps_record(**nothing), problems) == read_tps_record(a_tps_record())
    assert read_record(a_tps_record(AMC={"WFM": None}), problems) == read_tps_record(a_tps_record())
