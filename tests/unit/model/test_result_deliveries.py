"""What is to be delivered, and where it goes."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from wfm.model.csv_rows import CsvFormat
from wfm.model.result_columns import ResultColumn
from wfm.model.result_deliveries import (
    Delivered,
    DeliveryOrder,
    DeliveryOutcome,
    ResultWindow,
    file_key,
    parameter_set,
    workflow_folder,
)

WEEK = ResultWindow(datetime(2026, 11, 16, tzinfo=UTC), datetime(2026, 11, 23, tzinfo=UTC))


def an_order(**fields: Any) -> DeliveryOrder:
    base: dict[str, Any] = {
        "customer_id": "acme",
        "workflow_id": "reach",
        "run_id": "run-1",
        "created_at": datetime(2026, 11, 23, 11, 50, tzinfo=UTC),
        "window": WEEK,
    }
    return DeliveryOrder(**{**base, **fields})


def test_a_file_is_found_by_tenant_workflow_and_window() -> None:
    key = "tenant=acme/workflow=reach/window_start=2026-11-16/20261116T000000_20261123T000000.parquet"

    assert file_key(an_order()) == key


def test_windows_that_end_at_another_time_are_other_files() -> None:
    longer = ResultWindow(WEEK.start, WEEK.end.replace(hour=1))

    assert file_key(an_order(window=longer)) != file_key(an_order())


def test_sets_of_values_are_other_files_beside_each_other() -> None:
    one, other = (an_order(parameter_set=parameter_set({"brand": each})) for each in ("a", "b"))

    assert file_key(one) != file_key(other)
    assert file_key(one).rpartition("/")[0] == file_key(other).rpartition("/")[0]
    assert file_key(one).endswith(f"_20261123T000000-{one.parameter_set}.parquet")


@pytest.mark.parametrize("nothing", [{}, {"brand": None}])
def test_a_run_that_asked_for_no_values_has_no_set(nothing: Any) -> None:
    assert parameter_set(nothing) == ""


def test_values_are_the_same_set_as_dynamodb_has_them() -> None:
    stored = {"cap": Decimal(5), "rate": Decimal("0.5"), "ids": [Decimal(1)]}

    assert parameter_set(stored) == parameter_set({"cap": 5, "rate": 0.5, "ids": [1]})


def test_the_order_of_values_and_the_spelling_of_numbers_say_nothing() -> None:
    assert parameter_set({"a": 1.0, "b": ["x"]}) == parameter_set({"b": ["x"], "a": 1})


@pytest.mark.parametrize(
    ("workflow", "folder"), [("a.b-C_1", "a.b-C_1"), ("..", ".."), ("a/b", "a%2Fb"), ("a b=ü", "a%20b%3D%C3%BC")]
)
def test_what_a_path_cannot_have_is_escaped(workflow: str, folder: str) -> None:
    key = file_key(an_order(workflow_id=workflow, customer_id="x/y"))

    assert key.startswith(f"tenant=x%2Fy/workflow={folder}/window_start=")


def test_a_version_is_no_workflow_of_another_name() -> None:
    assert workflow_folder("reach", 2) == "reach@v2"
    assert workflow_folder("reach.v2") == "reach.v2"
    assert workflow_folder("reach@v2") == "reach%40v2"


def test_without_a_window_there_is_no_place() -> None:
    order = an_order(window=None)

    (problem,) = order.problems()

    assert str(problem).startswith("timeWindowStart: AMC does not say which window run run-1 read; allowed: ")
    with pytest.raises(ValueError, match="run-1 has no window"):
        file_key(order)


@pytest.mark.parametrize(
    "csv_format",
    [
        pytest.param(CsvFormat("||"), id="two"),
        pytest.param(CsvFormat(quote=""), id="none"),
        pytest.param(CsvFormat(escape="\\\\"), id="two to escape by"),
        pytest.param(CsvFormat("§"), id="beyond ASCII"),
        pytest.param(CsvFormat(quote="“"), id="a quote beyond ASCII"),
        pytest.param(CsvFormat("\n"), id="the end of a line"),
        pytest.param(CsvFormat('"'), id="the separator quotes"),
        pytest.param(CsvFormat(escape=","), id="the separator escapes"),
    ],
)
def test_signs_by_which_no_csv_can_be_read_are_refused(csv_format: CsvFormat) -> None:
    assert [each.field for each in an_order(format=csv_format).problems()] == ["outputFormat"]


def test_columns_that_clash_are_among_the_problems() -> None:
    assert [each.field for each in an_order(columns=(ResultColumn("tenant"),)).problems()] == ["outputColumns"]


def test_an_order_as_usual_has_no_problem() -> None:
    assert not list(an_order(columns=(ResultColumn("campaign"),)).problems())


@pytest.mark.parametrize(
    ("delivered", "is_empty"),
    [
        (Delivered(DeliveryOutcome.DELIVERED), True),
        (Delivered(DeliveryOutcome.DELIVERED, rows=1, suppressed_rows=1), False),
        (Delivered(DeliveryOutcome.NOT_THERE), False),
    ],
    ids=["no-rows", "all-suppressed", "not-there"],
)
def test_empty_is_what_was_delivered_without_rows(delivered: Delivered, is_empty: bool) -> None:
    assert delivered.is_empty is is_empty
