"""A run's result becomes one Parquet file, whatever becomes of Lambdas and of AMC meanwhile; DuckDB reads it."""

import csv
import io
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

import duckdb
import pytest

from local.amc_simulator.faults import Fault
from tests.e2e.crash_scenes import INVISIBLE_SECONDS, coming_soon, hide_for
from tests.e2e.crashes import AFTER, BEFORE, Crashes, Point
from tests.e2e.deployment import SQL, Deployment, TenantUnderTest, wait_until
from tests.e2e.inbox import read, subscribe, subscribe_to_bus
from tests.e2e.wfm.test_backfill import Backfill
from tests.e2e.wfm.test_faults import applied
from tests.reliability.report import FaultReport

ROWS: Final = 7
WEEK: Final = {"timeWindowStart": "2026-11-16T00:00:00", "timeWindowEnd": "2026-11-23T00:00:00"}
KILLS: Final = 32
CALLS: Final = {
    "AnnounceExecution": ["SendMessage"],
    "DeliverResult": [
        *("CreateTable", "CreateMultipartUpload", "UploadPart", "CompleteMultipartUpload"),
        *("PutEvents", "Publish", "UpdateItem Executions"),
    ],
}
POINTS: Final = [
    Point(function, call, 1, when) for function, calls in CALLS.items() for call in calls for when in (BEFORE, AFTER)
]


@pytest.fixture
def killed_come_soon(wfm: Deployment) -> Iterator[None]:
    """A message whose Lambda was killed comes again after two seconds, not after an hour and a half."""
    with coming_soon(wfm, "deliveries"):
        yield


def a_tenant(wfm: Deployment, name: str, **fields: Any) -> TenantUnderTest:
    tenant = wfm.a_tenant(name, **fields)
    deliver(tenant, "reach")
    return tenant


def deliver(tenant: TenantUnderTest, workflow: str, **fields: Any) -> None:
    """A workflow of the tenant's own whose results are delivered."""
    tenant.set_behaviour(workflow, rows=ROWS)
    tenant.put_definition(workflow, **{"sqlQuery": SQL, "delivery": True, **fields})


def deliveries(tenant: TenantUnderTest) -> dict[str, Any]:
    """How the results of the tenant's runs were delivered, by request."""
    return {str(row.get("requestId")): row["delivery"] for row in tenant.executions() if "delivery" in row}


def wait_for(tenant: TenantUnderTest, *requests: str, states: Sequence[str] = ("DELIVERED",)) -> dict[str, Any]:
    what = f"the results of {requests} are delivered"
    return wait_until(lambda: reached(tenant, *requests, states=states), what)


def reached(tenant: TenantUnderTest, *requests: str, states: Sequence[str] = ("DELIVERED",)) -> dict[str, Any]:
    """All deliveries of the tenant, if each of these is in one of the states."""
    found = deliveries(tenant)
    return found if all(found.get(one, {}).get("state") in states for one in requests) else {}


def read_by_duckdb(tenant: TenantUnderTest, folder: Path, query: str) -> Any:
    """What a query says of `results`, all files of the tenant, which come into the folder."""
    s3, bucket = tenant.deployment.client("s3"), tenant.deployment.outputs["DeliveryBucket"]
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=f"tenant={tenant.id}/"):
        for each in page.get("Contents", []):
            target = folder / each["Key"]
            target.parent.mkdir(parents=True, exist_ok=True)
            s3.download_file(bucket, each["Key"], str(target))
    results = duckdb.connect().read_parquet(f"{folder}/**/*.parquet", hive_partitioning=True)
    return results.query("results", query)


def published(tenant: TenantUnderTest) -> list[dict[str, str]]:
    """The rows of all files that AMC has published into the tenant's bucket."""
    s3 = tenant.deployment.client("s3")
    keys = [each["Key"] for each in s3.list_objects_v2(Bucket=tenant.bucket).get("Contents", [])]
    texts = [s3.get_object(Bucket=tenant.bucket, Key=key)["Body"].read().decode() for key in keys if key[-4:] == ".csv"]
    return [row for text in texts for row in csv.DictReader(io.StringIO(text))]


def test_a_pushed_workflow_delivers_its_result_into_a_table(wfm: Deployment, tmp_path: Path) -> None:
    tenant, client = wfm.a_tenant("delivered", enableWorkflowLibraryNewContent=True), wfm.runtime.wfm()
    workflow = f"reach_{tenant.instance}"
    settings = {"delivery": True, "targeting": {"customerIds": [tenant.id]}}
    (tmp_path / f"{workflow}.sql").write_text(SQL)
    (tmp_path / f"{workflow}.yaml").write_text(json.dumps(settings))
    tenant.set_behaviour(workflow, rows=ROWS)
    inbox, bus = subscribe(wfm, tenant.id, deliveryStatus=["DELIVERED"]), subscribe_to_bus(wfm, tenant.id)

    client.library.push(client.library.compare(client.library.read(tmp_path)))
    key = {"customerId": tenant.id, "workflowId": workflow}
    table = wfm.table("WorkflowsTable")
    wait_until(lambda: table.get_item(Key=key).get("Item", {}).get("syncStatus") == "SYNCED", "it is in AMC")
    tenant.send("r1", workflowId=workflow, labels={"team": "emea"}, **WEEK)
    delivery = wait_for(tenant, "r1")["r1"]

    (run,) = tenant.runs_in_amc()
    found = read_by_duckdb(tenant, tmp_path / "files", "SELECT * FROM results ORDER BY campaign, reach")
    columns, rows = found.columns, found.fetchall()
    expected = sorted((row["campaign"], int(row["reach"])) for row in published(tenant))
    assert [row[:2] for row in rows] == expected
    assert len(expected) == delivery["rows"] == ROWS
    first = dict(zip(columns, rows[0], strict=True))
    assert (first["tenant"], first["workflow"], str(first["window_start"])) == (tenant.id, workflow, "2026-11-16")
    assert first["wfm_run_id"] == run["workflowExecutionId"]
    assert json.loads(first["wfm_labels"]) == {"team": "emea"}
    glue = wfm.client("glue").get_table(DatabaseName=wfm.outputs["DeliveryDatabase"], Name=workflow.lower())["Table"]
    assert [each["Name"] for each in glue["StorageDescriptor"]["Columns"]][:2] == ["campaign", "reach"]
    (event,) = wait_until(lambda: [one for one in read(wfm, bus) if "deliveryStatus" in one], "the event")
    assert wait_until(lambda: read(wfm, inbox), "the message") == [event]
    assert (event["location"], event["rows"], event["labels"]) == (delivery["location"], ROWS, {"team": "emea"})
    assert client.deliveries.get(client.runs.get(tenant.id, "r1")).state == "DELIVERED"


def test_the_newest_run_of_a_window_wins_in_whatever_order_they_come(wfm: Deployment, tmp_path: Path) -> None:
    tenant, client = a_tenant(wfm, "newest"), wfm.runtime.wfm()
    for request in ("r1", "r2"):
        tenant.send(request, **WEEK)
        wait_for(tenant, request)

    sent = list(client.deliveries.send([client.runs.get(tenant.id, "r1")]))

    assert [one.outcome for one in sent] == ["SENT"]
    older = wait_for(tenant, "r1", states=["SUPERSEDED"])["r1"]
    newer = tenant.requests()["r2"]["workflowExecutionId"]
    assert newer in older["reason"]
    runs = read_by_duckdb(tenant, tmp_path, "SELECT wfm_run_id, COUNT(*) FROM results GROUP BY ALL")
    assert runs.fetchall() == [(newer, ROWS)]


def test_the_sets_of_a_backfill_stand_beside_one_another(wfm: Deployment, tmp_path: Path) -> None:
    tenant = wfm.a_tenant("sets")
    parameters = [{"name": "brand", "dataType": "STRING"}]
    deliver(tenant, "reach", inputParameters=parameters)
    plan = {"start": "2024-01-01", "end": "2024-01-15", "days": 7}

    backfill = Backfill(wfm, tenant, **plan, parameterSets=[{"brand": "A"}, {"brand": "B"}])
    backfill.wait_for_end()
    wait_for(tenant, *(f"{backfill.id}-{number}" for number in range(4)))

    runs = (
        "SELECT CAST(window_start AS TEXT), COUNT(DISTINCT wfm_run_id), COUNT(*) FROM results GROUP BY ALL ORDER BY ALL"
    )
    assert read_by_duckdb(tenant, tmp_path, runs).fetchall() == [
        ("2024-01-01", 2, 2 * ROWS),
        ("2024-01-08", 2, 2 * ROWS),
    ]


def test_an_instance_without_a_bucket_delivers_by_amcs_links(wfm: Deployment, tmp_path: Path) -> None:
    tenant = a_tenant(wfm, "bucketless", BucketName="")

    tenant.send("r1", **WEEK)
    delivery = wait_for(tenant, "r1")["r1"]

    assert tenant.row().get("bucketName") is None
    assert read_by_duckdb(tenant, tmp_path, "SELECT COUNT(*) FROM results").fetchall() == [(ROWS,)]
    assert delivery["rows"] == ROWS


def test_a_changed_type_is_refused_in_words_and_told(wfm: Deployment) -> None:
    tenant = wfm.a_tenant("retyped")
    workflow = f"typed_{tenant.instance}"
    query, column = "SELECT COUNT(*) AS n FROM dsp_impressions", {"name": "n", "columnType": "METRIC"}
    for request, kind in (("r1", "LONG"), ("r2", "STRING")):
        deliver(tenant, workflow, sqlQuery=query, outputColumns=[column | {"dataType": kind}])
        tenant.send(request, workflowId=workflow, **WEEK)
        wait_for(tenant, request, states=["DELIVERED", "REFUSED"])

    found = deliveries(tenant)

    assert [found[one]["state"] for one in ("r1", "r2")] == ["DELIVERED", "REFUSED"]
    assert "n" in found["r2"]["reason"]


@pytest.fixture
def crashes(wfm: Deployment) -> Iterator[Crashes]:
    with Crashes(wfm, CALLS) as crashes:
        yield crashes


def test_a_result_is_delivered_once_wherever_its_lambda_is_killed(
    wfm: Deployment, crashes: Crashes, killed_come_soon: None, tmp_path: Path, fault_report: FaultReport
) -> None:
    """Each kill in a run and a table of its own; four tenants at a time."""
    tenants = [wfm.a_tenant(f"kill{number}") for number in range(4)]
    plans = [(number, POINTS[number % len(POINTS)]) for number in range(KILLS)]
    buses = {tenant.id: subscribe_to_bus(wfm, tenant.id) for tenant in tenants}

    def play(tenant: TenantUnderTest, own: list[tuple[int, Point]]) -> tuple[list[Point], list[dict[str, Any]]]:
        killed, told = list[Point](), list[dict[str, Any]]()
        for number, point in own:
            workflow, request = f"{tenant.instance}_{number}", f"r{number}"
            deliver(tenant, workflow)
            crashes.arm(tenant, [point])
            tenant.send(request, workflowId=workflow, **WEEK)
            wait_for(tenant, request)
            wait_until(lambda point=point: point in crashes.killed(tenant), f"{point} has killed")  # type: ignore[misc]
            wait_for(tenant, request)
            killed += crashes.killed(tenant)
            told += [one for one in read_all(wfm, buses[tenant.id]) if "deliveryStatus" in one]
        return killed, told

    with ThreadPoolExecutor(4) as pool:
        played = list(pool.map(play, tenants, [plans[number::4] for number in range(4)]))

    killed = Counter(point for points, _ in played for point in points)
    assert set(killed) == set(POINTS)
    assert killed.total() >= KILLS
    for tenant, (_, told) in zip(tenants, played, strict=True):
        counts = "SELECT workflow, COUNT(*) FROM results GROUP BY ALL"
        rows = read_by_duckdb(tenant, tmp_path / tenant.id, counts).fetchall()
        assert dict(rows) == dict.fromkeys((f"{tenant.instance}_{number}" for number in of(tenant, tenants)), ROWS)
        ids = {(one["workflowExecutionId"], one["eventId"], one["deliveryStatus"]) for one in told}
        assert len(ids) == len(rows), "one event of each, however often it was told"
    fault_report("Lambda killed at a call while a result is delivered, in the deployed assembly", killed.total())


def of(tenant: TenantUnderTest, tenants: list[TenantUnderTest]) -> range:
    return range(tenants.index(tenant), KILLS, 4)


def read_all(wfm: Deployment, queue: str) -> list[dict[str, Any]]:
    """What is in a queue, and out of it then."""
    found, sqs = list[dict[str, Any]](), wfm.client("sqs")
    while messages := sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages", []):
        for message in messages:
            found.append(json.loads(message["Body"]))
            sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
    return found


def test_none_is_lost_while_workers_die(
    wfm: Deployment, killed_come_soon: None, tmp_path: Path, fault_report: FaultReport
) -> None:
    tenant = a_tenant(wfm, "unlucky")
    hide_for(wfm, tenant.row()["queueUrl"], INVISIBLE_SECONDS)
    days = [f"2026-11-{day:02}" for day in range(10, 16)]

    with wfm.losing_workers(until=lambda: reached(tenant, *days)) as killed:
        for day in days:
            tenant.send(day, timeWindowStart=f"{day}T00:00:00", timeWindowEnd=f"{day}T12:00:00")
    wait_for(tenant, *days)

    counts = "SELECT CAST(window_start AS TEXT), COUNT(*) FROM results GROUP BY ALL ORDER BY ALL"
    assert read_by_duckdb(tenant, tmp_path, counts).fetchall() == [(day, ROWS) for day in days]
    fault_report("workers killed while results are delivered, in the deployed assembly", sum(killed))


def test_links_that_amc_spoils_are_asked_for_again(wfm: Deployment, tmp_path: Path, fault_report: FaultReport) -> None:
    """A message that failed rests for half a minute of the wall's clock."""
    tenant = a_tenant(wfm, "spoilt", BucketName="")
    rule = wfm.amc.add_faults(
        Fault(method="GET", path="downloadUrls", instance_id=tenant.instance, status=503, times=1)
    )

    tenant.send("r1", **WEEK)
    wait_for(tenant, "r1")

    assert read_by_duckdb(tenant, tmp_path, "SELECT COUNT(*) FROM results").fetchall() == [(ROWS,)]
    assert [applied(wfm, one) for one in rule] == [1]
    fault_report("AMC failing when asked for links to a result, in the deployed assembly", 1)
