from typing import Any
from unittest.mock import Mock

import boto3
import pandas as pd
import pytest

from wfm import Request, Run, Tenant, UsageError, to_pandas
from wfm.client.frames import RUN_COLUMNS


def test_runs_become_a_frame_with_times_and_durations(deployed: Any) -> None:
    deployed.put_tenant()
    deployed.put_request("r1", "SUCCEEDED", endedAt="2026-11-23T14:30:49.000Z")
    deployed.put_request("r2", "QUEUED", requestedAt="2026-11-23T14:40:00Z")

    frame = to_pandas(deployed.wfm.runs.iterate("acme"))

    assert tuple(frame.columns) == RUN_COLUMNS
    assert list(frame["run_id"]) == ["r2", "r1"]
    assert list(frame["seconds"].dropna()) == [600.0]
    assert frame["started"].dt.tz is not None
    assert frame["ended"].isna().tolist() == [True, False]


def test_other_records_have_a_column_for_each_field(deployed: Any) -> None:
    deployed.put_tenant("acme")
    deployed.put_tenant("zebra", "PAUSED", maximumConcurrentWorkflowExecutions=0)

    frame = to_pandas(deployed.wfm.tenants.list())

    assert list(frame["status"]) == ["ACTIVE", "PAUSED"]
    assert list(frame["limit"]) == [2, 0]
    assert isinstance(frame["last_polled_at"].dtype, pd.DatetimeTZDtype)


@pytest.mark.parametrize(("of", "column"), [(Run, "seconds"), (Request, "requested_at"), (Tenant, "customer_id")])
def test_a_list_of_nothing_has_the_columns_of_what_it_would_hold(of: type, column: str) -> None:
    frame = to_pandas([], of=of)

    assert len(frame) == 0
    assert column in frame.columns


def test_what_is_no_record_is_refused() -> None:
    with pytest.raises(UsageError, match="records: str has no columns; allowed: Run, Request"):
        to_pandas(["a"])


def test_without_pandas_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wfm.client.frames.import_module", Mock(side_effect=ModuleNotFoundError("pandas")))

    with pytest.raises(UsageError, match=r"pandas is not installed; allowed: pip install 'wfm\[pandas\]'"):
        to_pandas([])


def test_a_result_is_read_without_loss(deployed: Any) -> None:
    key = "workflow=reach/schedule=adhoc/2026-11-23T14:10:00.000Z-reach.csv"
    s3: Any = boto3.client("s3")
    s3.create_bucket(Bucket="acme-results")
    s3.put_object(
        Bucket="acme-results", Key=key, Body=b"iso_country_code,campaign,asin\nNA,9007199254740993,007\nDE,,008\n"
    )
    deployed.put_tenant(bucketName="acme-results")
    deployed.put_execution(
        "e1", "SUCCEEDED", outputS3URI=f"s3://amc/amc1/{key}", lastUpdatedTime="2026-11-23T14:10:00Z"
    )
    result = deployed.wfm.results.get("acme", "e1")

    frame = deployed.wfm.results.to_pandas(result, dtype={"asin": "string"})

    assert list(frame["iso_country_code"]) == ["NA", "DE"]
    assert frame["campaign"][0] == 9007199254740993, "as a float it would be another campaign"
    assert frame["campaign"].isna().tolist() == [False, True]
    assert list(frame["asin"]) == ["007", "008"]


def test_a_result_that_is_not_there_is_refused_with_its_state(deployed: Any) -> None:
    deployed.put_tenant()
    deployed.put_execution("e1", "RUNNING")

    with pytest.raises(UsageError, match=r"^e1: its result is NONE \(the run is RUNNING\); allowed: .* AVAILABLE"):
        deployed.wfm.results.to_pandas(deployed.wfm.results.get("acme", "e1"))
