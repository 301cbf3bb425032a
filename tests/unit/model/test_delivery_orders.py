"""An order to deliver a run's result: from rows, and as a message."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.builders import a_message, a_request_row, a_run
from tests.fakes import NOON
from wfm.errors import InvalidRequest
from wfm.model.csv_rows import CsvFormat
from wfm.model.delivery_orders import first_of, order_in, order_of, to_message
from wfm.model.refreshes import Refresh, refresh_message
from wfm.model.resubmissions import resubmission
from wfm.model.result_columns import ColumnType, ResultColumn
from wfm.model.result_deliveries import DeliveryOrder, DeliveryRules, PublishedFile, SchemaChange, file_key
from wfm.model.runs import run_row
from wfm.model.stored_request import StoredRequest

WINDOW = {"timeWindowStartOriginal": "2026-11-16T00:00:00", "timeWindowEndOriginal": "2026-11-23T00:00:00"}
READ = {"timeWindowStart": "2026-11-15T15:00:00Z", "timeWindowEnd": "2026-11-22T15:00:00Z"}
PUBLISHED = {"channel": {"type": "PUBLISH"}, "status": "AVAILABLE"}
URI = "s3://amc-output/x/workflow=reach/schedule=adhoc/2026-reach.csv"


def a_row(**fields: Any) -> Any:
    return run_row("acme", a_run(**{"status": "SUCCEEDED", **fields}), NOON)


def an_order(run: Any, request: Any = None, workflow: Any = None, bucket: str = "") -> DeliveryOrder:
    return order_of(run, DeliveryRules(), workflow or {}, request, bucket)


def asking(**payload: Any) -> Any:
    message = a_message()
    return a_request_row(request={**message, "payload": {**message["payload"], **payload}})


def test_the_run_names_itself() -> None:
    order = an_order(a_row(**WINDOW))

    assert (order.customer_id, order.workflow_id, order.run_id) == ("acme", "reach", "run-1")
    assert order.created_at == datetime(2026, 11, 23, 11, 50, tzinfo=UTC)


def test_a_run_of_which_amc_says_no_time_is_as_old_as_wfms_knowledge() -> None:
    assert an_order(a_row(createTime=None)).created_at == NOON


@pytest.mark.parametrize(
    ("run", "request_row", "start"),
    [
        ({**WINDOW, **READ}, None, 16),
        (READ, None, 15),
        (READ, a_request_row(), 16),
        ({}, a_request_row(), 16),
    ],
    ids=["as-asked", "as-read", "wfms-own", "wfms-own-alone"],
)
def test_the_window_is_the_one_that_was_asked_for_by_its_own_clock(run: Any, request_row: Any, start: int) -> None:
    window = an_order(a_row(**run), request_row).window

    assert window is not None
    assert window.start.day == start


@pytest.mark.parametrize("run", [{}, {"timeWindowStart": "2026-11-16T00:00:00Z"}, {"timeWindowStart": 1}])
def test_there_may_be_no_window(run: Any) -> None:
    assert an_order(a_row(**run)).window is None


def test_sets_are_told_apart_by_what_the_request_itself_asked_for() -> None:
    tenant_value = {"brand": {"tenantValue": "brand"}}
    row = a_row(parameterValues={"brand": "resolved"})

    plain, one, other = (
        an_order(row, asking(**each))
        for each in ({}, {"parameterValues": tenant_value}, {"parameterValues": {"brand": "b"}})
    )

    assert plain.parameter_set == ""
    assert one.parameter_set != other.parameter_set
    assert (
        one.parameter_set
        == an_order(a_row(parameterValues={"brand": "changed"}), asking(parameterValues=tenant_value)).parameter_set
    )


def test_a_request_in_the_predecessors_shape_asks_for_the_same_set() -> None:
    values = {"brand": "b"}
    old = a_request_row(
        request={"customerId": "acme", "createExecutionRequest": {"workflowId": "reach", "parameterValues": values}}
    )

    assert an_order(a_row(), old).parameter_set == an_order(a_row(), asking(parameterValues=values)).parameter_set


@pytest.mark.parametrize("values", [{}, {"parameterValues": {"brand": {"value_of": "brand"}}}], ids=["none", "own"])
def test_what_stands_for_a_request_is_of_its_file(values: Any) -> None:
    first = asking(**values)
    body = {"workflowId": "reach", "parameterValues": {"brand": "resolved", "cap": 5}}  # as AMC got it
    second = a_request_row(requestId="second", request=resubmission(first, body, set()))
    again = refresh_message(StoredRequest(second), Refresh("14d", "", "again", "run-1"), body)
    refreshed = a_request_row(requestId="again", request=again, refreshOf="second")
    third = a_request_row(requestId="third", request=resubmission(refreshed, body, set()))
    rows: dict[str, Any] = {"r1": first, "second": second, "again": refreshed}

    for request in (first, second, refreshed, third):
        found = first_of(request, rows.get)
        order = order_of(a_row(**body), DeliveryRules(), {}, request, "", first=found)
        assert order.parameter_set == an_order(a_row(), first).parameter_set


def test_a_request_that_stands_for_itself_or_for_one_that_is_gone_counts_itself() -> None:
    itself = a_request_row(requestId="r1", request={**a_message(), "resubmits": "r1"})
    orphan = a_request_row(requestId="r2", request={**a_message(), "resubmits": "r1"})

    nobody: dict[str, Any] = {}

    assert first_of(itself, {"r1": itself}.get) == itself
    assert first_of(orphan, nobody.get) == orphan
    assert first_of(None, nobody.get) is None


@pytest.mark.parametrize("unreadable", [None, "text", [], {"payload": "text"}])
def test_an_unreadable_request_asked_for_no_values(unreadable: Any) -> None:
    assert an_order(a_row(), a_request_row(request=unreadable)).parameter_set == ""


def test_what_others_started_has_the_values_of_the_run() -> None:
    one, other = (an_order(a_row(**WINDOW, parameterValues={"brand": each})) for each in ("a", "b"))

    assert file_key(one) != file_key(other)


def test_columns_are_the_runs_else_the_workflows() -> None:
    cost, reach = ({"name": name, "dataType": "LONG", "columnType": "METRIC"} for name in ("cost", "reach"))
    workflow = {"outputColumns": [reach]}

    assert [each.name for each in an_order(a_row(outputColumns=[cost]), workflow=workflow).columns] == ["cost"]
    assert [each.name for each in an_order(a_row(), workflow=workflow).columns] == ["reach"]


def test_the_format_is_the_workflows() -> None:
    workflow = {"outputFormat": {"separatorCharacter": "\t"}, "filteredMetricsDiscriminatorColumn": "filtered"}

    order = an_order(a_row(), workflow=workflow)

    assert order.format == CsvFormat(separator="\t")
    assert order.discriminator == "filtered"


def test_a_quote_that_is_escaped_by_itself_is_what_csv_does_anyway() -> None:
    order = an_order(a_row(), workflow={"outputFormat": {"escapeCharacter": '"'}})

    assert (order.format, list(order.format.problems())) == (CsvFormat(), [])


@pytest.mark.parametrize(
    ("bucket", "channel", "uri", "published"),
    [
        (
            "acme-results",
            "AVAILABLE",
            URI,
            PublishedFile("acme-results", "workflow=reach/schedule=adhoc/2026-reach.csv"),
        ),
        ("", "AVAILABLE", URI, None),
        ("acme-results", "PENDING", URI, None),
        ("acme-results", "FAILED", URI, None),
        ("acme-results", "AVAILABLE", "N/A", None),
    ],
    ids=["published", "no-bucket", "not-yet", "failed", "unnamed"],
)
def test_a_bucket_is_read_once_amc_has_published_all_of_a_named_file(
    bucket: str, channel: str, uri: str, published: Any
) -> None:
    row = a_row(outputS3URI=uri, outputChannels=[{**PUBLISHED, "status": channel}])

    assert an_order(row, bucket=bucket).published == published


FULL = order_of(
    a_row(
        **WINDOW,
        outputS3URI=URI,
        outputChannels=[PUBLISHED],
        outputColumns=[
            {
                "name": "cost",
                "dataType": "DECIMAL",
                "dataTypePrecision": 38,
                "dataTypeScale": 17,
                "columnType": "METRIC",
            },
            {"name": "day", "dataType": "DATE"},
        ],
    )
    | {"labels": {"team": "emea"}},
    DeliveryRules(SchemaChange.VERSION),
    {"outputFormat": {"separatorCharacter": ";"}, "filteredMetricsDiscriminatorColumn": "filtered"},
    asking(parameterValues={"brand": "secret-brand"}),
    "acme-results",
)


@pytest.mark.parametrize("order", [FULL, an_order(a_row())], ids=["full", "bare"])
def test_an_order_comes_out_of_its_message_as_it_went_in(order: DeliveryOrder) -> None:
    assert order_in(to_message(order)) == order


def test_an_order_has_what_the_rows_say() -> None:
    assert FULL.columns == (
        ResultColumn("cost", ColumnType.DECIMAL, 38, 17, is_metric=True),
        ResultColumn("day", ColumnType.DATE),
    )
    assert FULL.labels == {"team": "emea"}
    assert FULL.rules.on_schema_change == SchemaChange.VERSION


def test_a_message_holds_no_value_of_a_parameter() -> None:
    assert "secret-brand" not in to_message(FULL)


@pytest.mark.parametrize(
    "text",
    [
        "", "no JSON", "[]", "{}", "null", '"text"',
        json.dumps({**json.loads(to_message(FULL)), "createTime": "yesterday"}),
        json.dumps({**json.loads(to_message(FULL)), "schemaChange": "perhaps"}),
        json.dumps({**json.loads(to_message(FULL)), "window": ["2026-11-16T00:00:00Z"]}),
        json.dumps({**json.loads(to_message(FULL)), "columns": [{"name": "cost", "type": "MONEY"}]}),
        json.dumps({**json.loads(to_message(FULL)), "format": 7}),
    ],
    ids=[
        "empty", "no-json", "list", "nothing", "null", "text", "time", "rule", "half-a-window", "type", "format",
    ],
)  # fmt: skip
def test_what_is_no_order_is_refused_in_words(text: str) -> None:
    with pytest.raises(InvalidRequest, match="the message: is no order to deliver a result"):
        order_in(text)
