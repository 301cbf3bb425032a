import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.wfm.commands import Run as Command
from wfm.calendar.timestamps import iso
from wfm.cli.status import picture, row
from wfm.client.poll_schedule import Clock
from wfm.client.tenants.status import TenantStatus, next_of, slots_taken, stale_results, tenant_statuses

NOW = datetime(2026, 11, 23, 14, 20, 49, tzinfo=UTC)
YESTERDAY = iso(NOW - timedelta(days=1))


@pytest.fixture
def busy(deployed: Any) -> Any:
    """The tenant acme, with something of everything."""
    deployed.put_tenant("acme", lastLookedAt="2026-11-23T14:00:00.000Z")
    deployed.put_gate("acme", {"r1"}, external=1)
    for request_id, priority, minutes in (("r2", 1, 30), ("r3", 0, 5)):
        deployed.put_waiter(request_id, priority, iso(NOW - timedelta(minutes=minutes)))
    deployed.put_request("bad", "FAILED", requestedAt=iso(NOW))
    deployed.put_request("refused", "REJECTED", requestedAt=iso(NOW))
    deployed.put_request("good", "SUCCEEDED", requestedAt=iso(NOW))
    deployed.put_request("old", "FAILED", requestedAt=YESTERDAY)
    deployed.put_execution("ours", "FAILED", requestId="bad", createTime=iso(NOW))
    deployed.put_execution("x", "FAILED", createTime=iso(NOW))
    deployed.put_execution("y", "SUCCEEDED", createTime=iso(NOW))
    for name, hours in (("soon", 1), ("late", 5), ("past", -1)):
        schedule = {"customerId": "acme", "Name": name, "nextRunAt": iso(NOW + timedelta(hours=hours))}
        deployed.table("Schedules").put_item(Item=schedule)
    return deployed


def the_only(deployed: Any) -> TenantStatus:
    (shown,) = deployed.wfm.tenants.status(NOW)
    assert isinstance(shown, TenantStatus)
    return shown


def test_a_tenants_line_tells_what_waits_runs_and_failed_today(busy: Any) -> None:
    busy.wfm.aws.messages.send(busy.wfm.tenants.get("acme").queue_url, "{}", "r9")

    reported = the_only(busy).as_json()

    assert {name: reported[name] for name in ("queued", "waiting", "running", "limit", "failedToday")} == {
        "queued": 1,
        "waiting": 2,
        "running": 2,
        "limit": 2,
        "failedToday": 3,
    }
    assert reported["oldestWaitSince"] == iso(NOW - timedelta(minutes=30))
    assert reported["nextScheduleAt"] == iso(NOW + timedelta(hours=1))
    assert reported["failedTodayAtLeast"] is False


def test_a_tenant_that_amc_does_not_let_in_is_degraded(deployed: Any) -> None:
    deployed.put_tenant("acme", degradedSince="2026-11-23T14:00:00.000Z", degradedReason="403")

    shown = the_only(deployed)

    assert (shown.tenant.status, shown.as_json()["reason"]) == ("DEGRADED", "403")


def test_the_runs_of_all_tenants_of_an_amc_account_are_counted_and_a_full_one_is_told(deployed: Any) -> None:
    for name, account, running in (("acme", "E1", 120), ("birch", "E1", 80), ("cedar", "E2", 7), ("dune", "", 300)):
        deployed.put_tenant(name, amcAmazonAdsAdvertiserId=account)
        deployed.put_gate(name, {"r1"}, external=running - 1)

    shown = {one.tenant.customer_id: one for one in deployed.wfm.tenants.status(NOW)}

    assert shown["acme"].as_json()["account"] == {"id": "E1", "running": 200, "limit": 200}
    assert shown["cedar"].as_json()["account"] == {"id": "E2", "running": 7, "limit": 200}
    told = "AMC account E1 has 200 runs, and AMC allows 200"
    assert {name: row(one, NOW)[-1] for name, one in shown.items()} == {
        "acme": told,
        "birch": told,
        "cedar": "",
        "dune": "",
    }


def test_tenants_that_are_gone_are_left_out(deployed: Any) -> None:
    deployed.put_tenant("acme", "OFFBOARDED")

    assert deployed.wfm.tenants.status() == []


def test_each_tenant_costs_three_calls_and_all_of_them_five(busy: Any, listen: Any) -> None:
    called: list[str] = []
    busy.put_tenant("birch")
    for client in (busy.wfm.aws.tables.tenant_status._client, busy.wfm.aws.messages._sqs):
        listen(client, "before-call", lambda model, **_: called.append(model.name))

    busy.wfm.tenants.status()

    assert sorted(called) == sorted(
        ["Scan", "Scan", "Scan", "BatchGetItem", *["GetQueueAttributes"] * 2, *["Query"] * 5]
    )


def test_so_many_runs_that_not_all_are_read_are_reported_as_at_least(
    deployed: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    deployed.put_tenant()
    monkeypatch.setattr("wfm.store.tenant_status.MOST_PAGES", 1)
    for number in range(5):
        deployed.put_request(f"r{number}", "FAILED", requestedAt=iso(NOW), request={"padding": "x" * 300_000})

    shown = the_only(deployed)

    assert shown.failed_today.more
    assert str(shown.failed_today) == f"{shown.failed_today.count}+"


def test_schedules_that_are_off_do_not_come_next() -> None:
    rows: list[dict[str, Any]] = [
        {"nextRunAt": "2026-11-23T15:00:00Z", "paused": True},
        {"nextRunAt": "2026-11-23T16:00:00Z", "State": "DISABLED"},
        {"nextRunAt": "2026-11-23T17:00:00Z", "State": "ENABLED"},
        {},
    ]

    assert next_of(iter(rows), "2026-11-23T14:00:00Z") == ("2026-11-23T17:00:00Z", "UTC")
    assert next_of([], "2026-11-23T14:00:00Z") == (None, None)


def test_the_next_schedule_is_shown_by_its_own_clock(busy: Any) -> None:
    key = {"customerId": "acme", "Name": "soon"}
    berlin = {"ScheduleExpressionTimezone": "Europe/Berlin", "nextRunAt": "2026-11-23T15:00:00.000Z"}
    busy.table("Schedules").put_item(Item=key | berlin)

    shown = the_only(busy)
    busy.table("Schedules").put_item(Item=key | berlin | {"ScheduleExpressionTimezone": "Moon/Crater"})

    assert row(shown, NOW)[-2] == "2026-11-23 16:00 Europe/Berlin"
    assert shown.as_json()["nextScheduleTimeZone"] == "Europe/Berlin"
    assert row(the_only(busy), NOW)[-2] == "2026-11-23 15:00:00 UTC"


def test_a_page_of_tenants_and_all_of_them_are_read_alike(busy: Any) -> None:
    busy.put_tenant("birch")
    tenants = busy.wfm.tenants.list()
    taken = slots_taken(busy.wfm.aws, tenants)

    page = tenant_statuses(busy.wfm.aws, tenants, taken, stale_results(busy.wfm.aws), NOW)

    assert page == busy.wfm.tenants.status(NOW)
    assert [one.waiting for one in page] == [2, 0]


def test_workflows_whose_newest_result_is_too_old_are_among_the_reasons(busy: Any) -> None:
    for workflow_id, status in (("reach", "STALE"), ("sales", "FRESH"), ("geo", "STALE")):
        watch = {"resultStatus": status, "resultCheckAt": iso(NOW), "staleSince": iso(NOW)}
        busy.table("Workflows").put_item(Item={"customerId": "acme", "workflowId": workflow_id, **watch})

    shown = the_only(busy)

    assert sorted(shown.stale) == ["geo", "reach"]
    assert shown.why == f"stale: {', '.join(shown.stale)}"
    assert shown.as_json()["staleResults"] == list(shown.stale)


def test_the_command_prints_a_table_or_json(busy: Any, command: Command) -> None:
    table, document = command("status"), command("status", "--json")

    heading, line = table.out.splitlines()
    assert heading.split()[:3] == ["CUSTOMER", "STATUS", "QUEUED"]
    assert line.split()[:7] == ["acme", "ACTIVE", "0", "2", "2", "of", "2"]
    assert json.loads(document.out)[0]["customerId"] == "acme"
    assert (table.code, document.code) == (0, 0)


def test_watching_prints_a_line_when_something_changed(
    busy: Any, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    polls = iter([None, None])

    def a_few(_seconds: float) -> None:
        if next(polls, "over") == "over":
            raise KeyboardInterrupt

    monkeypatch.setattr("wfm.cli.status.CLOCK", Clock(lambda: 0.0, a_few))
    ended = command("status", "--watch", "--json")

    assert ended.code == 0
    assert len(ended.out.splitlines()) == 1


def test_the_picture_has_the_same_cells(busy: Any) -> None:
    shown = the_only(busy)

    assert picture([shown], NOW, 100).row_count == 1
    assert row(shown, NOW)[6] == "30 min 00 s"
