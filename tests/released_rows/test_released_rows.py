"""Every store of now reads the rows that each release wrote: `record.py` took them from a deployment of it."""

import json
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3
import pytest

from tests import emulated_aws
from tests.tables import put
from tests.wfm.deployed import ACCOUNT, DEPLOYMENT
from wfm.client.records import Request, Tenant
from wfm.model.durations import read_durations
from wfm.model.requests import execution_name_in
from wfm.model.rows import DATA_VERSION
from wfm.store.executions_table import ExecutionsTable
from wfm.store.history import History
from wfm.store.library_table import LibraryTable
from wfm.store.requests_table import RequestsTable
from wfm.store.run_history import RunHistory
from wfm.store.schedules_table import SchedulesTable
from wfm.store.schema import HISTORY, TABLES
from wfm.store.semaphore_table import SemaphoreTable
from wfm.store.sweeps_table import SweepsTable
from wfm.store.tenants_table import TenantsTable
from wfm.store.workflows_table import WorkflowsTable

VERSIONS = sorted(path.stem for path in Path(__file__).parent.glob("*.json"))
LATER = datetime(2099, 1, 1, tzinfo=UTC)
EVER = "2000-01-01T00:00:00.000Z"
ENDED = {"succeeded": "SUCCEEDED", "refused": "REJECTED"}
OPEN = {"running": "RUNNING", "waiting": "WAITING"}


class Rows:
    """The rows of one release in tables of now."""

    def __init__(self, version: str) -> None:
        document = json.loads((Path(__file__).parent / f"{version}.json").read_text(encoding="utf-8"))
        self.version, self.busy, self.gone = version, document["busy"], document["gone"]
        dynamodb = boto3.client("dynamodb", **ACCOUNT)  # whose items have their types with them
        self.dynamodb = boto3.resource("dynamodb", **ACCOUNT)
        self.counts = Counter({name: len(items) for name, items in document["tables"].items()})
        self.tables = {schema.name: put(self.dynamodb, schema) for schema in TABLES}
        for name, items in document["tables"].items():
            for item in items:
                dynamodb.put_item(TableName=name, Item=item)

    def of(self, name: str) -> Any:
        return self.tables[name]


@pytest.fixture(scope="module", autouse=True)
def moto() -> Iterator[None]:
    with emulated_aws.started():
        yield


@pytest.fixture(params=VERSIONS)
def rows(request: pytest.FixtureRequest) -> Rows:
    emulated_aws.empty()
    return Rows(request.param)


def test_tenants_are_known_by_their_status_and_due_when_they_were(rows: Rows) -> None:
    tenants = TenantsTable(rows.of("Tenants"))

    assert {row["customerId"]: row["status"] for row in tenants.all()} == {rows.busy: "ACTIVE", rows.gone: "OFFBOARDED"}
    busy = Tenant.from_row(dict(tenants.find(rows.busy) or {}))
    assert (busy.status, busy.limit, bool(busy.queue_url)) == ("ACTIVE", 1, True)
    assert list(tenants.due(LATER)) == [rows.busy]
    assert [row["customerId"] for row in tenants.with_status("OFFBOARDED")] == [rows.gone]


def test_requests_are_read_whatever_they_came_to(rows: Rows) -> None:
    table = RequestsTable(rows.of("ExecutionRequests"), rows.of("Tenants"))

    found = {row["requestId"]: row for row in table.of_tenant(rows.busy)}

    assert len(found) == rows.counts["ExecutionRequests"] >= 7
    assert {name: found[name]["status"] for name in {**ENDED, **OPEN}} == {**ENDED, **OPEN}
    assert sum(1 for row in found.values() if row.get("backfillId")) == 2 == len(list(table.of_backfill("past")))
    for row in found.values():
        assert execution_name_in(row)
        request = Request.from_row(row)
        assert (request.status, request.ended) == (row["status"], row["status"] not in OPEN.values())


def test_open_requests_are_found_by_a_sweep_once_they_are_indexed(rows: Rows) -> None:
    table = RequestsTable(rows.of("ExecutionRequests"), rows.of("Tenants"))

    assert table.index_open(rows.busy, None) is None

    assert {row["requestId"] for row in table.open_since(rows.busy, LATER)} >= set(OPEN)
    assert not {row["requestId"] for row in table.open_since(rows.busy, LATER)} & set(ENDED)


def test_runs_are_read_and_the_one_that_is_active_is_tracked_on(rows: Rows) -> None:
    table = ExecutionsTable(rows.dynamodb, rows.of("Executions"), rows.of("ExecutionRequests"))
    requests = RequestsTable(rows.of("ExecutionRequests"), rows.of("Tenants"))

    runs = list(table.of_tenant(rows.busy))

    assert Counter(row["executionStatus"] for row in runs)["SUCCEEDED"] == 3
    (active,) = table.active_runs(rows.busy)
    assert active["requestId"] == "running"
    assert (requests.find(rows.busy, "running") or {})["workflowExecutionId"] == active["workflowExecutionId"]
    history = RunHistory(rows.dynamodb, DEPLOYMENT)
    assert len(list(history.executions(rows.busy, EVER, "2099"))) == len(runs)
    assert len(list(history.requests(rows.busy, EVER, "2099"))) == rows.counts["ExecutionRequests"]


def test_slots_are_held_and_waited_for_as_before(rows: Rows) -> None:
    table = SemaphoreTable(rows.dynamodb, rows.of("Gate"))

    assert table.waiting_ids(rows.busy) == ["waiting"]
    assert [held.request_id for held in table.holders(rows.busy)] == ["running"]
    assert table.read(rows.busy).holders == {"running"}
    assert SweepsTable(rows.of("Gate")).find("nobody") is None


def test_workflows_schedules_and_library_are_read_with_what_was_learnt(rows: Rows) -> None:
    workflows = WorkflowsTable(rows.of("Workflows"))

    found = {row["workflowId"]: row for row in workflows.of_tenant(rows.busy)}

    assert {name: row["syncStatus"] for name, row in found.items()} == {"reach": "SYNCED", "long": "SYNCED"}
    assert read_durations(found["reach"].get("durations")) is not None
    (schedule,) = SchedulesTable(rows.of("Schedules")).of_tenant(rows.busy)
    assert (schedule["Name"], schedule["scheduleStatus"]) == ("daily", "ENABLED")
    record = LibraryTable(rows.of("WorkflowLibrary")).in_force("shared")
    assert record is not None
    assert record["version"] == 1


def test_all_of_them_can_be_exported(rows: Rows) -> None:
    history = History(rows.dynamodb, DEPLOYMENT)

    assert {table.name: len(list(history.rows(table))) for table in HISTORY} == {
        table.name: rows.counts[table.name] for table in HISTORY
    }


def test_a_field_that_is_not_known_stays_on_its_row(rows: Rows) -> None:
    """Whoever goes back to an older version finds again what the newer one wrote."""
    rows.of("ExecutionRequests").update_item(
        Key={"customerId": rows.busy, "requestId": "running"},
        UpdateExpression="SET ofAnotherVersion = :it",
        ExpressionAttributeValues={":it": {"nested": 1}},
    )
    table = RequestsTable(rows.of("ExecutionRequests"), rows.of("Tenants"))

    table.advance(rows.busy, "running", "SUCCEEDED", LATER)

    row: Any = table.find(rows.busy, "running")
    assert (row["status"], row["ofAnotherVersion"]) == ("SUCCEEDED", {"nested": 1})


def test_the_data_version_of_each_release_is_known() -> None:
    """A release that brings old rows to a new form counts it up, and has its own rows here."""
    assert VERSIONS == ["0.1.0", "0.2.0"]
    assert DATA_VERSION == 2
