import json
from pathlib import Path
from typing import Any

import boto3
import pytest

from tests.wfm.commands import Run as Command
from wfm.client.adapters.result_objects import ResultObject, ResultObjects
from wfm.client.records import Execution
from wfm.client.results.files import is_one_file, remarks

BUCKET = "acme-results"
KEY = "workflow=reach/schedule=adhoc/2026-11-23T14:10:00.000Z-reach.csv"


class Bucket:
    """The tenant acme with a bucket, and a run that succeeded."""

    def __init__(self, deployed: Any) -> None:
        self._deployed = deployed
        self.s3: Any = boto3.client("s3")
        self.s3.create_bucket(Bucket=BUCKET)
        deployed.put_tenant(bucketName=BUCKET)

    def put(self, text: str, key: str = KEY) -> None:
        self.s3.put_object(Bucket=BUCKET, Key=key, Body=text.encode())

    def run(self, execution_id: str = "e1", status: str = "SUCCEEDED", **changes: Any) -> None:
        fields = {"outputS3URI": f"s3://amc-own-bucket/amc1/{KEY}", "lastUpdatedTime": "2026-11-23T14:10:00.000Z"}
        self._deployed.put_execution(execution_id, status, **(fields | changes))


@pytest.fixture
def bucket(deployed: Any) -> Bucket:
    return Bucket(deployed)


def test_parts_are_joined_under_one_header_line(bucket: Bucket, command: Command, tmp_path: Path) -> None:
    bucket.run()
    bucket.put("name,count\na,1\n", KEY.replace(".csv", "-1.csv"))
    bucket.put("name,count\nb,2", KEY.replace(".csv", "-2.csv"))
    bucket.put("{}", KEY.replace("adhoc/", "adhoc/metadata/").replace(".csv", ".json"))

    ended = command("results", "get", "acme/e1", "--output", str(tmp_path / "got.csv"))

    assert (tmp_path / "got.csv").read_text(encoding="utf-8") == "name,count\na,1\nb,2\n"
    assert "2 lines below the header" in ended.err
    assert ended.code == 0


def test_parts_with_other_columns_are_not_joined(bucket: Bucket, command: Command, tmp_path: Path) -> None:
    bucket.run()
    bucket.put("name,count\na,1\n", KEY.replace(".csv", "-1.csv"))
    bucket.put("name,share\nb,2\n", KEY.replace(".csv", "-2.csv"))

    ended = command("results", "get", "acme/e1", "--output", str(tmp_path / "got.csv"))

    assert ended.code == 2
    assert "differs from that of the parts before it" in ended.err


def test_an_empty_result_is_reported_with_what_amc_says(bucket: Bucket, command: Command, tmp_path: Path) -> None:
    bucket.run(statusReason="Rows were suppressed by the aggregation threshold")
    bucket.put("name,count\n")

    ended = command("results", "get", "acme/e1", "-o", str(tmp_path / "got.csv"))

    assert "no rows, only the header. AMC says: Rows were suppressed" in ended.err
    assert (tmp_path / "got.csv").read_text(encoding="utf-8") == "name,count\n"
    assert ended.code == 0


@pytest.mark.parametrize(
    ("status", "changes", "said"),
    [
        ("SUCCEEDED", {}, "PENDING"),
        ("SUCCEEDED", {"outputS3URI": "N/A"}, "PENDING"),
        ("RUNNING", {}, "NONE. the run is RUNNING"),
        ("FAILED", {"statusReason": "no such table"}, "NONE. no such table"),
    ],
)
def test_a_run_without_a_file_says_why(
    bucket: Bucket, command: Command, status: str, changes: dict[str, str], said: str
) -> None:
    bucket.run(status=status, **changes)

    ended = command("results", "get", "acme/e1")

    assert (ended.code, ended.out, ended.err) == (1, "", f"e1: {said}\n")


def test_a_result_whose_place_amc_does_not_tell_is_known_by_its_folder_and_time(
    deployed: Any, bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    bucket.put("name\na\n")
    written = bucket.s3.head_object(Bucket=BUCKET, Key=KEY)["LastModified"].isoformat()
    bucket.run(outputS3URI="N/A", createTime=written, lastUpdatedTime=written)

    result = deployed.wfm.results.get("acme", "e1")

    assert [each.key for each in result.objects] == [KEY]


def test_nobody_gets_a_result_that_may_be_another_runs(deployed: Any, bucket: Bucket, command: Command) -> None:
    other = KEY.replace("14:10", "14:11")
    bucket.put("name\na\n")
    bucket.put("name\nb\n", other)
    written = bucket.s3.head_object(Bucket=BUCKET, Key=other)["LastModified"].isoformat()
    earlier = bucket.s3.head_object(Bucket=BUCKET, Key=KEY)["LastModified"].isoformat()
    bucket.run(outputS3URI="N/A", createTime=earlier, lastUpdatedTime=written)

    ended = command("results", "get", "acme/e1")

    assert ended.code == 1
    assert "AMBIGUOUS" in ended.err
    assert other in ended.err


def test_results_are_listed_with_their_files(bucket: Bucket, command: Command) -> None:
    bucket.run()
    bucket.run("e2", outputS3URI=f"s3://amc-own-bucket/amc1/{KEY.replace('14:10', '15:10')}")
    bucket.run("e3", "FAILED")
    bucket.put("name\na\n")

    table = command("results", "list", "--customer", "acme", "--since", "2026-11-23T00:00:00Z")
    document = json.loads(
        command("results", "list", "--customer", "acme", "--since", "2026-11-23T00:00:00Z", "--json").out
    )

    found = {line.split()[0]: line for line in table.out.splitlines()[1:]}
    assert found.keys() == {"e1", "e2"}
    assert found["e1"].endswith(f"s3://{BUCKET}/{KEY}")
    assert {each["id"]: each["result"] for each in document} == {"e1": "AVAILABLE", "e2": "PENDING"}


def test_no_bucket_but_the_tenants_is_ever_listed(
    deployed: Any, bucket: Bucket, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed: set[str] = set()
    below = ResultObjects.below

    def watched(objects: ResultObjects, name: str, prefix: str) -> Any:
        listed.add(name)
        return below(objects, name, prefix)

    monkeypatch.setattr(ResultObjects, "below", watched)
    bucket.run("e1", outputS3URI="s3://amc-own-bucket/some/file.csv")
    bucket.run("e2")
    bucket.put("name\na\n")

    with_one = json.loads(
        command("results", "list", "--customer", "acme", "--since", "2026-11-23T00:00:00Z", "--json").out
    )
    deployed.put_tenant()
    without = json.loads(
        command("results", "list", "--customer", "acme", "--since", "2026-11-23T00:00:00Z", "--json").out
    )

    assert {each["id"]: each["result"] for each in with_one} == {"e1": "PENDING", "e2": "AVAILABLE"}
    assert [(each["result"], each["note"]) for each in without] == [("UNDELIVERED", "the tenant has no bucket")] * 2
    assert listed == {BUCKET}


def test_a_dry_run_has_no_result(bucket: Bucket, command: Command) -> None:
    bucket.run(outputS3URI="N/A", dryRun=True)

    ended = command("results", "get", "acme/e1", "--from-amc")

    assert (ended.code, ended.err) == (1, "e1: NONE. a dry run has no result\n")


def test_a_result_that_amc_could_not_deliver_is_reported_in_the_list_and_by_its_id(
    bucket: Bucket, command: Command
) -> None:
    channel = {"channel": {"type": "PUBLISH"}, "status": "FAILED", "statusReason": "the policy is missing"}
    delivery = {"resultDelivery": "FAILED", "resultDeliveryReason": "the policy is missing"}
    reason = "the result is not in the bucket: the policy is missing"
    bucket.run(outputS3URI="N/A", outputChannels=[channel], statusReason=reason, **delivery)

    (listed,) = json.loads(
        command("results", "list", "--customer", "acme", "--since", "2026-11-23T00:00:00Z", "--json").out
    )
    ended = command("results", "get", "acme/e1")

    assert (listed["result"], listed["note"]) == ("UNDELIVERED", "PUBLISH FAILED: the policy is missing")
    assert ended.err == "e1: UNDELIVERED. PUBLISH FAILED: the policy is missing; --from-amc gets it\n"
    assert reason in command("executions", "list", "--customer", "acme", "--since", "2026-11-23T00:00:00Z").out


def test_numbered_parts_are_one_file() -> None:
    def an_object(key: str) -> ResultObject:
        return ResultObject(BUCKET, key, 1, "2026-11-23T14:10:00Z")

    assert is_one_file([an_object("a/b-1.csv"), an_object("a/b-2.csv")])
    assert not is_one_file([an_object("a/b.csv"), an_object("a/c.csv")])


def test_a_channel_that_failed_is_reported() -> None:
    channels = [{"channel": {"type": "PUBLISH"}, "status": "FAILED", "statusReason": "access denied"}]
    row = {
        "customerId": "acme",
        "workflowExecutionId": "e1",
        "executionStatus": "SUCCEEDED",
        "outputChannels": channels,
    }

    assert remarks(Execution.from_row(row)) == "PUBLISH FAILED: access denied"
