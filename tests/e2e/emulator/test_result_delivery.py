"""The delivery of results into S3 and Glue: conditional writes, concurrent tables, and what readers find."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from random import Random
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from botocore.exceptions import ClientError

from functions.amc.http import http_client
from functions.delivery.deliver import Delivery
from functions.delivery.result_bucket import PART_BYTES, Author, ResultBucket, Upload
from functions.delivery.result_catalog import ResultCatalog
from functions.delivery.result_source import ResultSource
from local.emulator import Emulator
from tests.e2e.emulator.account import unique
from tests.unit.delivery.results import CAMPAIGN, COST, REACH, an_order
from wfm.errors import AmcRefused, AwsBusy
from wfm.model.result_columns import ColumnType, ResultColumn
from wfm.model.result_deliveries import (
    Delivered,
    DeliveryOutcome,
    DeliveryRules,
    PublishedFile,
    SchemaChange,
)

HEADER: Final = b"campaign,reach\n"
KEY: Final = "tenant=acme/workflow=reach/window_start=2026-11-16/20261116T000000_20261123T000000.parquet"


class Lake:
    """A bucket and a database of delivered results, and the results that AMC has, by run."""

    def __init__(self, emulator: Emulator) -> None:
        self.s3, self.glue = emulator.client("s3"), emulator.client("glue")
        self.name, self.database = unique("results"), unique("db").replace("-", "_")
        self.amc = unique("amc")
        for bucket in (self.name, self.amc):
            self.s3.create_bucket(Bucket=bucket)
        self.glue.create_database(DatabaseInput={"Name": self.database})
        self.bucket = ResultBucket(self.s3, self.name)
        self.catalog = ResultCatalog(self.glue, self.database, self.name)
        self.source = ResultSource(http_client(), self.s3, self._links)
        self.delivery = Delivery(self.source, self.bucket, self.catalog)

    def _links(self, _: str, run_id: str) -> Sequence[str]:
        found = self.s3.list_objects_v2(Bucket=self.amc, Prefix=f"{run_id}/").get("Contents", [])
        if not found:
            raise AmcRefused(404, f"Execution with ID {run_id} is unavailable for download.")
        return [
            self.s3.generate_presigned_url("get_object", Params={"Bucket": self.amc, "Key": each["Key"]})
            for each in found
        ]

    def has(self, run_id: str, *parts: bytes) -> None:
        for number, part in enumerate(parts):
            self.s3.put_object(Bucket=self.amc, Key=f"{run_id}/{number}", Body=part)

    def deliver(self, *parts: bytes, **fields: Any) -> Delivered:
        """Deliver a run with these parts; with none those that AMC has already."""
        order = an_order(**fields)
        self.has(order.run_id, *parts)
        return self.delivery.deliver(order)

    def file(self, key: str = KEY) -> pa.Table:
        body = self.s3.get_object(Bucket=self.name, Key=key)["Body"].read()
        return pq.read_table(pa.BufferReader(body))

    def campaigns(self, key: str = KEY) -> Any:
        return self.file(key).column("campaign").to_pylist()

    def table(self, name: str = "reach") -> Any:
        return self.glue.get_table(DatabaseName=self.database, Name=name)["Table"]

    def columns(self, name: str = "reach") -> dict[str, str]:
        found = self.table(name)["StorageDescriptor"]["Columns"]
        return {each["Name"]: each["Type"] for each in found if not each["Name"].startswith("wfm_")}

    def unfinished(self) -> Any:
        return self.s3.list_multipart_uploads(Bucket=self.name).get("Uploads", [])


class Overtaken(ResultBucket):
    """Something happens between what is read and what is written, another thing each time."""

    def __init__(self, lake: Lake, *meanwhile: Callable[[], object]) -> None:
        super().__init__(lake.s3, lake.name)
        self._meanwhile = list(meanwhile)

    @contextmanager
    def upload(self, key: str, author: Author) -> Iterator[Upload]:
        if self._meanwhile:
            self._meanwhile.pop(0)()
        with super().upload(key, author) as upload:
            yield upload


@pytest.fixture
def lake(emulator: Emulator) -> Lake:
    return Lake(emulator)


def at(minute: int) -> datetime:
    return datetime(2026, 11, 23, 12, minute, tzinfo=UTC)


def test_a_result_becomes_a_file_and_a_table(lake: Lake) -> None:
    done = lake.deliver(HEADER + b"a,1\n", HEADER + b"b,\n")

    assert (done.outcome, done.reason) == (DeliveryOutcome.DELIVERED, "")
    assert (done.location, done.table) == (f"s3://{lake.name}/{KEY}", f"{lake.database}.reach")
    assert (done.rows, done.suppressed_rows, done.is_empty) == (2, 1, False)
    assert done.bytes == lake.s3.head_object(Bucket=lake.name, Key=KEY)["ContentLength"]
    assert done.schema[:2] == ["campaign string", "reach bigint"]
    assert lake.campaigns() == ["a", "b"]
    assert lake.unfinished() == []


def test_the_table_is_one_that_athena_reads(lake: Lake) -> None:
    lake.deliver(HEADER)

    table = lake.table()
    storage = table["StorageDescriptor"]

    assert [f"{each['Name']} {each['Type']}" for each in storage["Columns"]] == [
        "campaign string", "reach bigint", "wfm_window_start timestamp", "wfm_window_end timestamp",
        "wfm_run_id string", "wfm_labels string",
    ]  # fmt: skip
    assert [each["Name"] for each in table["PartitionKeys"]] == ["tenant", "window_start"]
    assert table["TableType"] == "EXTERNAL_TABLE"
    assert storage["SerdeInfo"]["SerializationLibrary"].endswith("ParquetHiveSerDe")
    assert storage["Location"] == f"s3://{lake.name}/"
    assert table["Parameters"] == {
        "classification": "parquet",
        "projection.enabled": "true",
        "projection.tenant.type": "enum",
        "projection.tenant.values": "acme",
        "projection.window_start.type": "date",
        "projection.window_start.format": "yyyy-MM-dd",
        "projection.window_start.range": "2026-11-16,NOW+1DAYS",
        "projection.window_start.interval": "1",
        "projection.window_start.interval.unit": "DAYS",
        "storage.location.template": (
            f"s3://{lake.name}/tenant=${{tenant}}/workflow=reach/window_start=${{window_start}}/"
        ),
        "wfm.workflow": "reach",
    }


def test_a_result_without_rows_is_empty_and_takes_the_place_of_rows(lake: Lake) -> None:
    lake.deliver(HEADER + b"a,1\n", run_id="one", created_at=at(1))

    done = lake.deliver(HEADER, run_id="two", created_at=at(2))

    assert (done.outcome, done.rows, done.is_empty) == (DeliveryOutcome.DELIVERED, 0, True)
    assert lake.campaigns() == []


@pytest.mark.parametrize("first", [1, 2], ids=["in-order", "the-other-way-round"])
def test_the_newer_run_wins_in_whichever_order_they_come(lake: Lake, first: int) -> None:
    outcomes = {
        minute: lake.deliver(HEADER + b"run %d,1\n" % minute, run_id=f"run-{minute}", created_at=at(minute))
        for minute in (first, 3 - first)
    }

    assert lake.campaigns() == ["run 2"]
    assert outcomes[2].outcome == DeliveryOutcome.DELIVERED
    if first == 2:
        assert outcomes[1].outcome == DeliveryOutcome.SUPERSEDED
        assert outcomes[1].reason == "the result of run run-2, which began at 2026-11-23T12:02:00.000Z, is there"


def test_of_runs_that_began_together_one_wins_whatever_the_order(lake: Lake) -> None:
    for run in ("b", "a"):
        lake.deliver(HEADER + b"%b,1\n" % run.encode(), run_id=run)

    assert lake.campaigns() == ["b"]


@pytest.mark.parametrize(
    ("first", "second"), [(1, 2), (2, 1)], ids=["the-newer-comes-between", "the-older-comes-between"]
)
@pytest.mark.parametrize("is_there", [True, False], ids=["over-a-file", "in-an-empty-place"])
def test_a_delivery_that_another_overtakes_is_judged_anew(lake: Lake, first: int, second: int, is_there: bool) -> None:
    """The first has read what is there, and not yet written, when the second does all its work."""
    if is_there:
        lake.deliver(HEADER + b"run 0,1\n", run_id="run-0", created_at=at(0))
    other = partial(lake.deliver, HEADER + b"run %d,1\n" % second, run_id=f"run-{second}", created_at=at(second))
    overtaken = Delivery(lake.source, Overtaken(lake, other), lake.catalog)
    lake.has(f"run-{first}", HEADER + b"run %d,1\n" % first)

    done = overtaken.deliver(an_order(run_id=f"run-{first}", created_at=at(first)))

    assert lake.campaigns() == ["run 2"]
    assert done.outcome == (DeliveryOutcome.DELIVERED if first == 2 else DeliveryOutcome.SUPERSEDED)
    assert lake.unfinished() == []


def test_a_file_that_is_deleted_meanwhile_is_written_anew(lake: Lake) -> None:
    lake.deliver(HEADER + b"run 0,1\n", run_id="run-0", created_at=at(0))
    deletion = partial(lake.s3.delete_object, Bucket=lake.name, Key=KEY)
    lake.has("run-1", HEADER + b"run 1,1\n")

    done = Delivery(lake.source, Overtaken(lake, deletion), lake.catalog).deliver(an_order(created_at=at(1)))

    assert done.outcome == DeliveryOutcome.DELIVERED
    assert lake.campaigns() == ["run 1"]


def test_a_delivery_that_is_overtaken_again_and_again_is_tried_another_time(lake: Lake) -> None:
    others = [partial(lake.s3.put_object, Bucket=lake.name, Key=KEY, Body=b"%d" % number) for number in range(3)]
    lake.has("run-1", HEADER + b"a,1\n")

    with pytest.raises(AwsBusy, match="results of others were put in the place of that of run run-1"):
        Delivery(lake.source, Overtaken(lake, *others), lake.catalog).deliver(an_order())

    assert lake.unfinished() == []


def test_a_write_whose_answer_was_lost_is_found_done_and_not_repeated(lake: Lake) -> None:
    """The SDK sends such a write again, and is told that the condition does not hold."""
    lake.has("run-1", HEADER + b"a,1\n")
    own = partial(lake.delivery.deliver, an_order())
    bucket = Overtaken(lake, own, partial(pytest.fail, "it is written once more"))

    done = Delivery(lake.source, bucket, lake.catalog).deliver(an_order())

    assert (done.outcome, done.rows) == (DeliveryOutcome.DELIVERED, 1)


def test_a_table_that_was_deleted_is_made_anew_by_the_same_run(lake: Lake) -> None:
    first = lake.deliver(HEADER + b"a,1\n")
    lake.glue.delete_table(DatabaseName=lake.database, Name="reach")

    again = lake.deliver()

    assert again == first
    assert lake.columns() == {"campaign": "string", "reach": "bigint"}


def test_many_at_once_leave_the_newest(lake: Lake) -> None:
    for minute in range(8):
        lake.has(f"run-{minute}", HEADER + b"run %d,1\n" % minute)

    def deliver(minute: int) -> str:
        try:
            return lake.deliver(run_id=f"run-{minute}", created_at=at(minute)).outcome
        except AwsBusy:
            return "again"

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(deliver, range(8)))
    while "again" in outcomes:
        outcomes = [deliver(minute) if each == "again" else each for minute, each in enumerate(outcomes)]

    assert lake.campaigns() == ["run 7"]
    assert outcomes[7] == DeliveryOutcome.DELIVERED
    assert lake.unfinished() == []


def test_the_same_run_again_is_delivered_without_writing_or_reading_it(lake: Lake) -> None:
    first = lake.deliver(HEADER + b"a,1\nb,\n")
    written = lake.s3.head_object(Bucket=lake.name, Key=KEY)
    lake.s3.delete_object(Bucket=lake.amc, Key="run-1/0")

    again = lake.deliver()

    assert again == first
    assert lake.s3.head_object(Bucket=lake.name, Key=KEY)["LastModified"] == written["LastModified"]
    assert lake.s3.head_object(Bucket=lake.name, Key=KEY)["ETag"] == written["ETag"]


def test_what_somebody_else_put_there_is_older_than_any_run(lake: Lake) -> None:
    lake.s3.put_object(Bucket=lake.name, Key=KEY, Body=b"not ours")

    assert lake.deliver(HEADER + b"a,1\n").outcome == DeliveryOutcome.DELIVERED
    assert lake.campaigns() == ["a"]


def test_a_file_of_several_parts_is_whole(lake: Lake) -> None:
    chance = Random(1)  # noqa: S311
    rows = b"".join(b"%b,%d\n" % (chance.randbytes(16).hex().encode(), number) for number in range(350_000))

    done = lake.deliver(HEADER + rows)

    assert done.rows == lake.file().num_rows == 350_000
    assert done.bytes > PART_BYTES
    assert lake.file().column("reach").to_pylist()[-1] == 349_999


@pytest.mark.parametrize(
    ("fields", "parts", "in_words"),
    [
        ({"window": None}, [HEADER], "timeWindowStart: AMC does not say which window run run-1 read"),
        ({"columns": (CAMPAIGN, ResultColumn("Tenant"))}, [b"campaign,Tenant\n"], "'Tenant' is a name of WFM's"),
        ({"columns": (CAMPAIGN, ResultColumn("Campaign"))}, [b"campaign,Campaign\n"], "are one name"),
        ({}, [b"campaign\n"], "the header of the result: lacks 'reach'"),
        ({}, [HEADER + b"a,NaN\n"], "part 1 of the result: 'NaN' in row 1 is no bigint"),
        ({}, [HEADER, HEADER + b"a,NaN\n"], "part 2 of the result: 'NaN' in row 1 is no bigint"),
        ({}, [HEADER, b""], "part 2 of the result: has no header"),
    ],
    ids=["no-window", "reserved", "twice", "columns", "value", "second-part", "empty-part"],
)
def test_what_can_never_be_delivered_is_refused_in_words_and_leaves_no_file(
    lake: Lake, fields: Any, parts: Any, in_words: str
) -> None:
    done = lake.deliver(*parts, **fields)

    assert done.outcome == DeliveryOutcome.REFUSED
    assert in_words in done.reason
    assert "allowed: " in done.reason
    assert lake.s3.list_objects_v2(Bucket=lake.name)["KeyCount"] == 0
    assert lake.unfinished() == []


def test_a_result_that_is_not_there_yet_is_delivered_later(lake: Lake) -> None:
    early = lake.deliver()

    assert early.outcome == DeliveryOutcome.NOT_THERE
    assert early.reason == "AMC has no file of run run-1: Execution with ID run-1 is unavailable for download."
    assert lake.deliver(HEADER + b"a,1\n").outcome == DeliveryOutcome.DELIVERED


def test_a_published_result_is_read_from_the_tenants_bucket(lake: Lake) -> None:
    key = "workflow=reach/schedule=adhoc/2026-reach.csv"
    lake.s3.put_object(Bucket=lake.amc, Key=key, Body=HEADER + b"published,1\n")

    done = lake.deliver(published=PublishedFile(lake.amc, key))

    assert done.outcome == DeliveryOutcome.DELIVERED
    assert lake.campaigns() == ["published"]


def test_names_of_tenants_and_workflows_are_escaped_in_the_path(lake: Lake) -> None:
    done = lake.deliver(HEADER + b"a,1\n", customer_id="a/b", workflow_id="Über.reach")

    assert done.location == (
        f"s3://{lake.name}/tenant=a%2Fb/workflow=%C3%9Cber.reach/window_start=2026-11-16"
        "/20261116T000000_20261123T000000.parquet"
    )
    assert lake.campaigns(done.location.removeprefix(f"s3://{lake.name}/")) == ["a"]
    assert done.table == f"{lake.database}._ber_reach"
    assert lake.table("_ber_reach")["Parameters"]["projection.tenant.values"] == "a%2Fb"


WITH_COST: Final = (CAMPAIGN, REACH, COST)
AS_TEXT: Final = (CAMPAIGN, ResultColumn("reach"))


def test_a_column_more_is_added_to_the_table_and_one_less_stays(lake: Lake) -> None:
    lake.deliver(HEADER + b"a,1\n", run_id="one", created_at=at(1))
    lake.deliver(b"campaign,reach,cost\na,1,2.5\n", run_id="two", created_at=at(2), columns=WITH_COST)
    lake.deliver(b"campaign\na\n", run_id="three", created_at=at(3), columns=(CAMPAIGN,))

    assert lake.columns() == {"campaign": "string", "reach": "bigint", "cost": "decimal(38,17)"}
    assert lake.file().column_names[:2] == ["campaign", "wfm_window_start"]


def test_a_changed_type_is_refused_before_anything_is_written(lake: Lake) -> None:
    lake.deliver(HEADER + b"a,1\n", run_id="one", created_at=at(1))

    done = lake.deliver(HEADER + b"a,x\n", run_id="two", created_at=at(2), columns=AS_TEXT)

    assert done.outcome == DeliveryOutcome.REFUSED
    assert done.reason == (
        f"outputColumns: reach is string and was bigint; allowed: the types of table {lake.database}.reach;"
        " `schemaChange: version` in the workflow's delivery begins a new table"
    )
    assert lake.file().column("wfm_run_id").to_pylist() == ["one"]


def test_a_changed_type_begins_a_version_where_the_workflow_says_so(lake: Lake) -> None:
    rules = DeliveryRules(SchemaChange.VERSION)
    lake.deliver(HEADER + b"a,1\n", run_id="one", created_at=at(1), rules=rules)

    done = lake.deliver(HEADER + b"a,x\n", run_id="two", created_at=at(2), columns=AS_TEXT, rules=rules)
    again = lake.deliver(run_id="two", created_at=at(2), columns=AS_TEXT, rules=rules)
    back = lake.deliver(HEADER + b"b,1\n", run_id="three", created_at=at(3), rules=rules)

    assert (done.table, back.table) == (f"{lake.database}.reach_v2", f"{lake.database}.reach")
    assert "/workflow=reach@v2/" in done.location
    assert again == done
    assert lake.campaigns() == ["b"]
    assert lake.columns("reach_v2") == {"campaign": "string", "reach": "string"}
    assert "/workflow=reach@v2/" in lake.table("reach_v2")["Parameters"]["storage.location.template"]


def test_each_tenant_and_each_earlier_window_widens_the_table(lake: Lake) -> None:
    week = an_order().window
    assert week is not None
    earlier = week._replace(start=datetime(2025, 1, 6, tzinfo=UTC))
    lake.deliver(HEADER, run_id="one")
    lake.deliver(HEADER, run_id="two", customer_id="birch")
    lake.deliver(HEADER, run_id="three", window=earlier)

    parameters = lake.table()["Parameters"]

    assert parameters["projection.tenant.values"] == "acme,birch"
    assert parameters["projection.window_start.range"] == "2025-01-06,NOW+1DAYS"


def test_a_result_that_changes_nothing_leaves_the_table_alone(lake: Lake) -> None:
    lake.deliver(HEADER, run_id="one", created_at=at(1))
    before = lake.table()["VersionId"]

    lake.deliver(HEADER, run_id="two", created_at=at(2))

    assert lake.table()["VersionId"] == before


def test_what_people_add_to_a_table_stays(lake: Lake) -> None:
    lake.deliver(HEADER, run_id="one", created_at=at(1))
    table = lake.table()
    columns = [{**each, "Comment": "ours"} for each in table["StorageDescriptor"]["Columns"]]
    described = {
        "Name": "reach",
        "Description": "Reach of all brands",
        "TableType": table["TableType"],
        "PartitionKeys": table["PartitionKeys"],
        "Parameters": {**table["Parameters"], "owner": "emea"},
        "StorageDescriptor": {**table["StorageDescriptor"], "Columns": columns},
    }
    lake.glue.update_table(DatabaseName=lake.database, TableInput=described)

    lake.deliver(b"campaign,reach,cost\n", run_id="two", created_at=at(2), columns=WITH_COST)

    found = lake.table()
    assert found["Description"] == "Reach of all brands"
    assert found["Parameters"]["owner"] == "emea"
    assert found["StorageDescriptor"]["Columns"][0] == {"Name": "campaign", "Type": "string", "Comment": "ours"}
    assert "cost" in lake.columns()


def test_concurrent_updates_of_a_table_are_all_in_it(lake: Lake) -> None:
    names = [f"tenant-{number}" for number in range(6)]
    for name in names:
        lake.has(name, b"campaign,%b\n" % name.encode())

    def deliver(name: str) -> str:
        columns = (CAMPAIGN, ResultColumn(name, ColumnType.LONG))
        while True:
            try:
                return lake.deliver(run_id=name, customer_id=name, columns=columns).outcome
            except AwsBusy:
                pass

    with ThreadPoolExecutor(len(names)) as pool:
        outcomes = set(pool.map(deliver, names))

    assert outcomes == {DeliveryOutcome.DELIVERED}
    assert lake.columns().keys() == {"campaign", *names}
    assert lake.table()["Parameters"]["projection.tenant.values"] == ",".join(names)


def test_workflows_whose_names_are_alike_have_tables_of_their_own(lake: Lake) -> None:
    one = lake.deliver(HEADER, workflow_id="daily-reach", run_id="one")
    other = lake.deliver(HEADER, workflow_id="daily_reach", run_id="two")
    again = lake.deliver(HEADER, workflow_id="daily_reach", run_id="three", created_at=at(59))

    assert one.table == f"{lake.database}.daily_reach"
    assert other.table == again.table == f"{lake.database}.daily_reach_b939a6"


def test_a_bucket_that_refuses_is_an_error_and_no_outcome(lake: Lake) -> None:
    order = an_order()
    lake.has(order.run_id, HEADER)
    gone = Delivery(lake.source, ResultBucket(lake.s3, unique("gone")), lake.catalog)

    with pytest.raises(ClientError, match="NoSuchBucket"):
        gone.deliver(order)
