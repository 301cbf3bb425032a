"""Result files, links to them, and what a run says about them."""

import csv
import io
import json

import boto3
import pytest
from moto import mock_aws

from local.amc_simulator.columns import output_columns
from local.amc_simulator.delivery import S3ResultStore, store_from_environment
from tests.local.amc_simulator.builders import SQL, STEADY, World
from tests.unit.delivery.results import rows_of
from wfm.model.result_columns import read_columns


@pytest.fixture
def no_aws(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name in ("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    return monkeypatch


def finished(amc: World) -> str:
    run = amc.run()
    amc.wall.passes(200)
    amc.deliver()
    return run


def rows(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text)))


def test_a_result_lands_under_the_key_that_amc_uses(amc: World) -> None:
    run = finished(amc)

    result = "workflow=reach/schedule=adhoc/2026-11-23T12:00:00.000Z-reach.csv"
    table = rows(amc.store.objects["bucket-one", result])
    assert table[0] == ["campaign", "reach"]
    assert len(table) > 5
    about = "workflow=reach/schedule=adhoc/metadata/2026-11-23T12:00:00.000Z-reach.json"
    assert json.loads(amc.store.objects["bucket-one", about])["workflowExecutionId"] == run
    assert amc.show(run)["outputS3URI"].endswith(result)


def test_a_result_is_written_once(amc: World) -> None:
    finished(amc)
    amc.store.objects.clear()

    amc.deliver()

    assert amc.store.objects == {}


def test_only_a_run_that_succeeded_leaves_files(amc: World) -> None:
    amc.call("PUT", f"/workflowExecutions/{amc.run()}", {"status": "CANCELLED"})
    amc.run(dryRun=True)
    amc.run(skipPublish=True)

    amc.wall.passes(200)
    amc.deliver()

    assert amc.store.objects == {}


def test_a_refusing_bucket_fails_the_publication_and_not_the_run(amc: World) -> None:
    amc.store.error = "Access Denied"

    shown = amc.show(finished(amc))

    channels = {channel["channel"]["type"]: channel for channel in shown["outputChannels"]}
    assert shown["status"] == "SUCCEEDED"
    assert (channels["PUBLISH"]["status"], channels["PUBLISH"]["statusReason"]) == ("FAILED", "Access Denied")
    assert channels["DOWNLOAD"]["status"] == "AVAILABLE"


def test_links_lead_to_the_same_result_and_die_after_ten_minutes(amc: World) -> None:
    run = finished(amc)
    links = amc.call("GET", f"/workflowExecutions/{run}/downloadUrls").json()

    first = amc.http.call("GET", links["downloadUrls"][0])
    about = amc.http.call("GET", links["metadataDownloadUrls"][0])
    amc.wall.passes(600)
    dead = amc.http.call("GET", links["downloadUrls"][0])

    assert first.body.decode() in amc.store.objects.values()
    assert about.json()["workflowExecutionId"] == run
    assert (dead.status, b"AccessDenied" in dead.body) == (403, True)


def test_a_link_cannot_be_turned_to_another_part(amc: World) -> None:
    run = finished(amc)
    link = amc.call("GET", f"/workflowExecutions/{run}/downloadUrls").json()["downloadUrls"][0]

    assert amc.http.call("GET", link.replace("/result/0", "/metadata/0")).status == 403


def test_large_results_come_in_parts_each_with_its_header(amc: World) -> None:
    amc.control("POST", "/configuration", {"resultParts": 3})
    run = finished(amc)

    links = amc.call("GET", f"/workflowExecutions/{run}/downloadUrls").json()["downloadUrls"]
    parts = [rows(amc.http.call("GET", link).body.decode()) for link in links]

    assert len(parts) == 3
    assert all(part[0] == ["campaign", "reach"] and len(part) > 1 for part in parts)


def test_an_empty_result_is_a_header(amc: World) -> None:
    behaviour = STEADY.model_dump(by_alias=True) | {"rows": 0}
    amc.control("POST", "/behaviours", {"workflowId": "reach", "behaviour": behaviour})

    finished(amc)

    assert "campaign,reach\n" in amc.store.objects.values()


def test_links_before_the_end_are_refused(amc: World) -> None:
    run = amc.run()

    reply = amc.call("GET", f"/workflowExecutions/{run}/downloadUrls")

    assert (reply.status, reply.json()["details"]) == (404, f"Execution with ID {run} is unavailable for download.")


def test_columns_are_those_of_the_outer_select() -> None:
    sql = """
        WITH paths AS (SELECT user_id, COLLECT(x, ',') AS path, SUM(n) AS total FROM t GROUP BY 1)
        SELECT p.path, /* , no */ COALESCE(SUM(p.total), 0) AS exposures, 'a, b' AS label FROM paths p GROUP BY 1
    """

    columns = output_columns({"sqlQuery": sql})

    assert [(column.name, column.kind) for column in columns] == [
        ("path", "DIMENSION"), ("exposures", "METRIC"), ("label", "DIMENSION"),
    ]  # fmt: skip


def test_declared_columns_come_before_those_of_the_query() -> None:
    declared = [{"name": "n", "columnType": "METRIC"}]

    assert [c.name for c in output_columns({"sqlQuery": "SELECT a FROM t", "outputColumns": declared})] == ["n"]


def test_s3_objects_are_written_and_a_missing_bucket_is_an_oserror(no_aws: pytest.MonkeyPatch) -> None:
    with mock_aws():
        client = boto3.client("s3", region_name="us-east-1")
        client.create_bucket(Bucket="results")
        store = S3ResultStore(client)

        store.put("results", "a/b.csv", "x\n")

        assert client.get_object(Bucket="results", Key="a/b.csv")["Body"].read() == b"x\n"
        with pytest.raises(OSError, match="NoSuchBucket"):
            store.put("nowhere", "a/b.csv", "x\n")


def test_without_an_endpoint_no_result_can_reach_a_real_account(no_aws: pytest.MonkeyPatch) -> None:
    assert store_from_environment() is None

    no_aws.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")

    assert isinstance(store_from_environment(), S3ResultStore)


DATA_TYPES = (
    "STRING", "BOOLEAN", "BYTE", "SHORT", "INTEGER", "LONG", "FLOAT", "DOUBLE", "DECIMAL", "DATE",
    "TIMESTAMP", "BINARY",
)  # fmt: skip


def test_a_column_has_the_type_that_its_workflow_declares() -> None:
    array = {"type": "ARRAY", "elementDataType": "STRING"}
    money = {"name": "cost", "columnType": "METRIC", "dataType": "DECIMAL", "dataTypePrecision": 12, "dataTypeScale": 2}
    declared = [money, {"name": "path", "dataType": array}, {"name": "plain"}]

    shown = [column.as_json() for column in output_columns({"outputColumns": declared})]

    assert shown == [
        money,
        {"name": "path", "columnType": "DIMENSION", "dataType": array},
        {"name": "plain", "columnType": "DIMENSION", "dataType": "STRING"},
    ]


@pytest.mark.parametrize("kind", DATA_TYPES)
def test_made_up_values_are_of_the_declared_type(amc: World, kind: str) -> None:
    declared = [{"name": "value", "dataType": kind}, {"name": "other", "dataType": "STRING"}]

    assert _delivered(amc, sqlQuery=SQL, outputColumns=declared)


def test_made_up_values_are_of_the_type_that_a_run_says(amc: World) -> None:
    sql = SQL.replace(" FROM", ", COUNT(DISTINCT user_id) AS click_rate FROM")

    assert _delivered(amc, sqlQuery=sql)[0].keys() == {"campaign", "reach", "click_rate"}


def _delivered(amc: World, **definition: object) -> list[dict[str, object]]:
    """The rows of a run's result as WFM delivers them: it refuses what is no value of its type."""
    amc.call("PUT", "/workflows/reach", definition)
    run = finished(amc)
    (text,) = [text for (_, key), text in amc.store.objects.items() if key.endswith(".csv")]
    return rows_of(text.encode(), read_columns(amc.show(run)["outputColumns"]))
