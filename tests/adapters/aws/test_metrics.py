"""Metrics as CloudWatch reads them out of a Lambda's log."""

import json

import pytest

from functions.aws.metrics import DIMENSION, NAMESPACE, CloudWatchMetrics


def test_a_metric_has_no_dimension_but_the_deployment_whatever_function_writes_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for function in ("SubmitExecution", "TrackTenant"):
        monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", function)
        CloudWatchMetrics("wfm-team-data").count("TenantsDegraded")

    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    declared = [line["_aws"]["CloudWatchMetrics"] for line in lines]
    told = {"Namespace": NAMESPACE, "Dimensions": [[DIMENSION]]}
    assert declared == [[{**told, "Metrics": [{"Name": "TenantsDegraded", "Unit": "Count"}]}]] * 2
    assert [(line[DIMENSION], line["TenantsDegraded"]) for line in lines] == [("wfm-team-data", [1.0])] * 2


def test_a_wait_is_in_seconds_and_never_negative(capsys: pytest.CaptureFixture[str]) -> None:
    CloudWatchMetrics("wfm-team-data").seconds("QueueWait", -0.2)

    line = json.loads(capsys.readouterr().out)
    assert line["_aws"]["CloudWatchMetrics"][0]["Metrics"] == [{"Name": "QueueWait", "Unit": "Seconds"}]
    assert line["QueueWait"] == [0.0]
