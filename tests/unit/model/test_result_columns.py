"""The columns of a result, as they stand in a file and in a table."""

from typing import Any

import pytest

from wfm.model.result_columns import ColumnType, ResultColumn, column_in, column_problems, read_columns


def a_column(name: str = "cost", **fields: Any) -> dict[str, Any]:
    return {"name": name, "dataType": "STRING", "columnType": "DIMENSION", **fields}


@pytest.mark.parametrize(
    ("data_type", "in_glue"),
    [
        ("STRING", "string"), ("BOOLEAN", "boolean"), ("BYTE", "tinyint"), ("SHORT", "smallint"), ("INTEGER", "int"),
        ("LONG", "bigint"), ("FLOAT", "float"), ("DOUBLE", "double"), ("DATE", "date"), ("TIMESTAMP", "timestamp"),
        ("DECIMAL", "decimal(38,17)"), ("BINARY", "string"), ("CALENDAR_INTERVAL", "string"), ("NEW", "string"),
    ],
)  # fmt: skip
def test_each_type_of_amc_has_one_in_the_table(data_type: str, in_glue: str) -> None:
    (column,) = read_columns([a_column(dataType=data_type)])

    assert column.glue_type == in_glue


def test_an_array_is_the_text_that_amc_writes() -> None:
    (column,) = read_columns([a_column(dataType={"type": "ARRAY", "elementDataType": "STRING"})])

    assert column.type == ColumnType.STRING


@pytest.mark.parametrize(
    ("digits", "in_glue"),
    [
        ({"dataTypePrecision": 12, "dataTypeScale": 2}, "decimal(12,2)"),
        ({"dataTypePrecision": 38, "dataTypeScale": 0}, "decimal(38,0)"),
        ({"dataTypePrecision": 10}, "decimal(10,0)"),
        ({"dataTypePrecision": None, "dataTypeScale": None}, "decimal(38,17)"),
    ],
)
def test_a_decimal_keeps_its_digits(digits: Any, in_glue: str) -> None:
    (column,) = read_columns([a_column(dataType="DECIMAL", **digits)])

    assert column.glue_type == in_glue


@pytest.mark.parametrize("nothing", [None, [], "N/A", {}, [None, {"dataType": "LONG"}]])
def test_a_run_may_say_no_columns(nothing: Any) -> None:
    assert read_columns(nothing) == ()


def test_a_table_has_the_names_in_lower_case() -> None:
    assert ResultColumn("Campaign").glue_name == "campaign"


@pytest.mark.parametrize(
    "column",
    [
        ResultColumn("cost", ColumnType.DECIMAL, 38, 17, is_metric=True),
        ResultColumn("day", ColumnType.DATE),
        ResultColumn("Größe"),
    ],
)
def test_a_column_comes_out_of_a_message_as_it_went_in(column: ResultColumn) -> None:
    assert column_in(column.as_fields()) == column


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (["cost", "COST"], "'cost' and 'COST' are one name"),
        (["cost", "cost"], "'cost' and 'cost' are one name"),
        (["Tenant"], "'Tenant' is a name of WFM's"),
        (["workflow"], "'workflow' is a name of WFM's"),
        (["window_start"], "'window_start' is a name of WFM's"),
        (["wfm_run_id"], "'wfm_run_id' is a name of WFM's"),
        (["WFM_anything"], "'WFM_anything' is a name of WFM's"),
        (["a,b"], "'a,b' is no usable name"),
        ([" a"], "' a' is no usable name"),
        (["a\nb"], r"'a\nb' is no usable name"),
        (["a\x7f"], r"'a\x7f' is no usable name"),
        (["a\ud800"], r"'a\ud800' is no usable name"),
        (["x" * 256], "is no usable name"),
        (["é" * 128], "is no usable name; allowed: 1 to 255 bytes"),
    ],
)
def test_names_that_a_table_cannot_have_are_refused(names: list[str], said: str) -> None:
    (problem,) = column_problems([ResultColumn(name) for name in names])

    assert str(problem).startswith("outputColumns: ")
    assert said in str(problem)
    assert "allowed: " in str(problem)


@pytest.mark.parametrize(("precision", "scale"), [(39, 17), (10, 11), (38, -1), (0, 0)])
def test_a_decimal_of_digits_that_parquet_does_not_have_is_refused(precision: int, scale: int) -> None:
    (problem,) = column_problems([ResultColumn("cost", ColumnType.DECIMAL, precision, scale)])

    assert f"'cost' is DECIMAL({precision},{scale}); allowed: 1 to 38 digits" in str(problem)


def test_usual_columns_have_no_problem() -> None:
    columns = read_columns([a_column("campaign"), a_column("Größe, in cm".replace(",", "")), a_column("total cost")])

    assert list(column_problems(columns)) == []
