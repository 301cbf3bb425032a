"""Starting, watching and cancelling runs through the API."""

import re
from pathlib import Path
from typing import Any

import pytest

from local.amc_simulator.compiler import compile_problem
from local.amc_simulator.configuration import Behaviour, Duration
from local.amc_simulator.instances import Instance
from tests.local.amc_simulator.builders import INSTANCE, SQL, STEADY, World

WINDOW = {
    "timeWindowType": "EXPLICIT",
    "timeWindowStart": "2026-11-01T00:00:00",
    "timeWindowEnd": "2026-11-08T00:00:00",
}
LIBRARY = Path(__file__).parents[3] / "library"
PARAMETER = {"name": "kind", "dataType": "STRING"}


def ad_hoc(sql: str, **changes: Any) -> dict[str, Any]:
    return {"workflow": {"sqlQuery": sql, **changes}}


def test_a_new_run_is_shown_as_amazons_sample_shows_it(amc: World) -> None:
    reply = amc.call("POST", "/workflowExecutions", {"workflowId": "reach"})

    shown = reply.json()
    assert reply.status == 200
    assert len(shown.pop("workflowExecutionId")) == 36
    assert shown == {
        "workflowId": "reach",
        "status": "PENDING",
        "createTime": "2026-11-23T12:00:00Z",
        "lastUpdatedTime": "2026-11-23T12:00:00Z",
        "expireTime": "2026-11-24T12:00:00Z",
        "waitUntil": "2026-11-23T11:00:00Z",
        "executionCategory": "AD_HOC",
        "dataGaps": [],
        "disableAggregationControls": False,
        "ignoreDataGaps": False,
        "parameterValues": {},
        "workflowExecutionTimeoutSeconds": 21600,
    }


def test_a_run_goes_from_pending_over_running_to_succeeded(amc: World) -> None:
    run = amc.run()
    seen = [amc.show(run)["status"]]

    for seconds in (10, 100):
        amc.wall.passes(seconds)
        seen.append(amc.show(run)["status"])

    assert seen == ["PENDING", "RUNNING", "SUCCEEDED"]
    assert amc.show(run)["executionTime"] == 100
    assert amc.show(run)["validatedTime"] == "2026-11-23T12:00:10.000Z"
    assert [column["name"] for column in amc.show(run)["outputColumns"]] == ["campaign", "reach"]


def test_an_explicit_window_comes_back_in_utc_and_as_given(amc: World) -> None:
    shown = amc.show(amc.run(**WINDOW, timeWindowTimeZone="America/New_York"))

    assert (shown["timeWindowStart"], shown["timeWindowEnd"]) == ("2026-11-01T04:00:00Z", "2026-11-08T05:00:00Z")
    assert shown["timeWindowStartOriginal"] == "2026-11-01T00:00:00"
    assert shown["timeWindowTimeZoneOriginal"] == "America/New_York"


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"timeWindowStart": "2026-11-01"}, "format"),
        ({"timeWindowStart": "2026-11-01T00:00:00+01:00"}, "format"),
        ({"timeWindowStart": "2026-13-01T00:00:00"}, "month"),
        ({"timeWindowStart": None}, "both"),
        ({"timeWindowEnd": "2026-11-01T00:00:00"}, "before"),
        ({"timeWindowTimeZone": "Mars/Olympus"}, "TZ database"),
        ({"timeWindowTimeZone": 7}, "timeWindowTimeZone"),
        ({"timeWindowType": "MOST_RECENT_DAY"}, "EXPLICIT"),
        ({"timeWindowType": "YESTERDAY"}, "timeWindowType"),
        ({"workflowExecutionTimeoutSeconds": 899}, "900"),
        ({"workflowExecutionTimeoutSeconds": 86401}, "86400"),
        ({"workflowExecutionTimeoutSeconds": "899"}, "900"),
        ({"workflowExecutionTimeoutSeconds": "long"}, "integer"),
        ({"dryRun": "maybe"}, "dryRun must be a boolean"),
        ({"skipPublish": 1}, "skipPublish"),
        ({"maxCertifiedTime": 7}, "maxCertifiedTime"),
        ({"advertisers": "x"}, "advertisers must be a list"),
        ({"advertisers": [{"id": "1"}]}, "id and a type"),
        ({"advertisers": [{"id": "1", "type": "TV"}]}, "one of DISPLAY"),
        ({"parameterValues": ["a"]}, "parameterValues"),
        ({"workflow": {"sqlQuery": SQL}}, "Exactly one"),
        ({"workflowId": ""}, "workflowId"),
        ({"workflowId": "none"}, "does not exist"),
    ],
)
def test_a_bad_request_is_refused_and_starts_nothing(amc: World, changes: dict[str, Any], word: str) -> None:
    reply = amc.call("POST", "/workflowExecutions", {"workflowId": "reach", **WINDOW, **changes})

    assert (reply.status, reply.json()["code"]) == (400, "400")
    assert word in reply.json()["details"]
    assert amc.control("GET", "/executions")["executions"] == []


def test_a_timeout_as_a_text_and_a_window_with_z_are_taken(amc: World) -> None:
    start, end = (f"{WINDOW[field]}Z" for field in ("timeWindowStart", "timeWindowEnd"))
    window = {**WINDOW, "timeWindowStart": start, "timeWindowEnd": end}

    shown = amc.show(amc.run(**window, workflowExecutionTimeoutSeconds="86400"))

    assert shown["workflowExecutionTimeoutSeconds"] == 86_400
    assert (shown["timeWindowStart"], shown["timeWindowEnd"]) == (start, end)


@pytest.mark.parametrize("kind", ["MOST_RECENT_DAY", "MOST_RECENT_WEEK", "CURRENT_MONTH", "PREVIOUS_MONTH", "ALL"])
def test_amc_resolves_the_other_windows_by_itself(amc: World, kind: str) -> None:
    assert "timeWindowStart" not in amc.show(amc.run(timeWindowType=kind))


def test_an_ad_hoc_run_gets_a_transient_workflow_id(amc: World) -> None:
    shown = amc.call("POST", "/workflowExecutions", ad_hoc(SQL)).json()

    assert shown["workflowId"].startswith("transient_")


@pytest.mark.parametrize(
    ("body", "word"),
    [
        (ad_hoc(f"{SQL} HAVING k = CUSTOM_PARAMETER('kind')"), "undeclared parameter kind"),
        (ad_hoc(SQL, inputParameters=[PARAMETER]), "No value was provided for the parameter kind"),
        (ad_hoc("SELECT user_id FROM dsp_impressions"), "aggregation"),
        (ad_hoc("SELECT 'COUNT(' AS a FROM dsp_impressions -- SUM(x)"), "aggregation"),
        (ad_hoc(f"{SQL} LIMIT 10"), "LIMIT"),
        (ad_hoc(SQL.replace("SELECT", "SELEC")), 'Encountered "SELEC"'),
        (ad_hoc(SQL.replace("(", "")), "Encountered"),
        (
            ad_hoc(SQL.replace("campaign", "campain")),
            "Column 'campain' not found in any table; did you mean 'campaign'?",
        ),
        (ad_hoc(SQL.replace("dsp_impressions", "dsp_impresions")), "Object 'dsp_impresions' not found"),
        (ad_hoc(SQL.replace("GROUP", "GRUOP")), 'Encountered "GRUOP"'),
        (ad_hoc("SELECT a, COUNT(*) FROM t WHERE SUM(b) > 1 GROUP BY a"), "aggregate in WHERE"),
        (ad_hoc("SELECT a, RANK() OVER (PARTITION BY b), COUNT(*) FROM t GROUP BY a"), "needs an ORDER BY"),
        (ad_hoc("SELECT a, COUNT(*) AS n FROM t GROUP BY a ORDER BY n"), "ORDER BY at the end"),
        (ad_hoc("SELECT a || b, COUNT(*) FROM t GROUP BY 1"), "Unsupported scalar operation type ||"),
        (ad_hoc(SQL.replace("dsp_impressions", "amazon_retail_purchases")), "Object 'amazon_retail_purchases' not"),
        (ad_hoc(SQL.replace("dsp_impressions", "our_own_upload")), "Object 'our_own_upload' not found"),
        (ad_hoc(f"{SQL} HAVING MAX(like_no_other) > 1"), "Column 'like_no_other' not found in any table"),
        (ad_hoc(f"{SQL} /* simulate_privacy_rejection */"), "too many workflows"),
    ],
)
def test_what_does_not_compile_is_accepted_and_rejected_later(amc: World, body: dict[str, Any], word: str) -> None:
    run = amc.call("POST", "/workflowExecutions", body).json()["workflowExecutionId"]

    amc.wall.passes(10)

    assert amc.show(run)["status"] == "REJECTED"
    assert word in amc.show(run)["statusReason"]


def test_a_declared_parameter_with_a_value_compiles(amc: World) -> None:
    sql = f"{SQL} HAVING campaign = CUSTOM_PARAMETER('kind') AND advertiser <> 'a || b LIMIT 5'"
    body = {**ad_hoc(sql, inputParameters=[PARAMETER]), "parameterValues": {"kind": "x"}}
    run = amc.call("POST", "/workflowExecutions", body).json()["workflowExecutionId"]

    amc.wall.passes(200)

    assert amc.show(run)["status"] == "SUCCEEDED"


@pytest.mark.parametrize("name", sorted(path.stem for path in LIBRARY.glob("*.sql")))
def test_the_queries_of_the_starter_library_compile(name: str) -> None:
    sql = (LIBRARY / f"{name}.sql").read_text(encoding="utf-8")
    names = set(re.findall(r"CUSTOM_PARAMETER\('(\w+)'\)", sql))
    parameters = [{"name": each, "dataType": "STRING"} for each in names]

    tables = tuple(Instance(instance_id="any").tables())
    assert compile_problem(name, {"sqlQuery": sql, "inputParameters": parameters}, tables) is None


@pytest.mark.parametrize("outcome", ["FAILED", "REJECTED", "CANCELLED"])
def test_a_workflow_can_be_made_to_end_badly(amc: World, outcome: str) -> None:
    behaviour = STEADY.model_dump(by_alias=True) | {"outcome": outcome, "statusReason": "as told"}
    amc.control("POST", "/behaviours", {"workflowId": "reach", "behaviour": behaviour})
    run = amc.run()

    amc.wall.passes(200)

    assert (amc.show(run)["status"], amc.show(run)["statusReason"]) == (outcome, "as told")


def test_durations_of_one_instance_come_before_those_of_all(amc: World) -> None:
    for instance_id, seconds in ((None, 20), (INSTANCE, 30)):
        behaviour = Behaviour(pending=Duration(median=0), running=Duration(median=seconds))
        setting = {"workflowId": "reach", "instanceId": instance_id, "behaviour": behaviour.model_dump(by_alias=True)}
        amc.control("POST", "/behaviours", setting)
    run = amc.run()

    amc.wall.passes(29)
    before = amc.show(run)["status"]
    amc.wall.passes(1)

    assert (before, amc.show(run)["status"]) == ("RUNNING", "SUCCEEDED")


def test_the_same_seed_gives_the_same_durations() -> None:
    def ends(seed: int) -> list[str]:
        world = World()
        running = {"median": 240, "sigma": 0.5}
        world.control("POST", "/configuration", {"seed": seed, "defaultBehaviour": {"running": running}})
        for _ in range(5):
            world.run()
        world.wall.passes(100_000)
        return [run["endedAt"] for run in world.control("GET", "/executions")["executions"]]

    assert ends(1) == ends(1)
    assert ends(1) != ends(2)


def test_an_unknown_run_is_400_unless_configured_otherwise(amc: World) -> None:
    usual = amc.call("GET", "/workflowExecutions/none")
    amc.control("POST", "/configuration", {"unknownExecutionStatus": 404})

    assert usual.status == 400
    assert usual.json() == {"code": "400", "details": "Workflow execution with ID none does not exist."}
    assert amc.call("GET", "/workflowExecutions/none").status == 404


def test_the_query_is_shown_on_request(amc: World) -> None:
    run = amc.run()

    assert "sqlQuery" not in amc.show(run)
    assert amc.call("GET", f"/workflowExecutions/{run}?includeWorkflow=true").json()["sqlQuery"] == SQL


@pytest.mark.parametrize(("method", "body"), [("PUT", {"status": "CANCELLED"}), ("DELETE", None)])
def test_a_run_is_cancelled_once(amc: World, method: str, body: dict[str, str] | None) -> None:
    run = amc.run()

    first = amc.call(method, f"/workflowExecutions/{run}", body)
    second = amc.call(method, f"/workflowExecutions/{run}", body)

    assert (first.status, first.json(), second.status) == (200, {}, 400)
    assert amc.show(run)["status"] == "CANCELLED"


def test_an_update_can_do_nothing_but_cancel(amc: World) -> None:
    run = amc.run()

    assert amc.call("PUT", f"/workflowExecutions/{run}", {"status": "SUCCEEDED"}).status == 400
    assert amc.call("PUT", f"/workflowExecutions/{run}", {"dataGaps": []}).status == 200
    assert amc.show(run)["status"] == "PENDING"


def test_active_and_daily_limits_can_be_switched_on(amc: World) -> None:
    amc.control("POST", "/configuration", {"activeLimit": 1, "dailyLimit": 2})
    amc.run()
    too_active = amc.call("POST", "/workflowExecutions", {"workflowId": "reach"})
    amc.wall.passes(200)
    amc.run()
    amc.wall.passes(200)
    too_many = amc.call("POST", "/workflowExecutions", {"workflowId": "reach"})
    amc.wall.passes(86_400)
    next_day = amc.call("POST", "/workflowExecutions", {"workflowId": "reach"}, amc.headers_with(amc.token()))

    assert (too_active.status, too_many.status, next_day.status) == (422, 422, 200)
    assert "execution limit of 1" in too_active.json()["details"]
