"""The table of a workflow's results, before Glue knows of it."""

from datetime import date

import pytest

from wfm.model.result_tables import new_table, table_names

COLUMNS = (("campaign", "string"), ("reach", "bigint"))
DAY = date(2026, 11, 16)


@pytest.mark.parametrize(
    ("workflow", "version", "names"),
    [
        ("reach", 1, ("reach", "reach_ed4561")),
        ("reach", 2, ("reach_v2", "reach_ed4561_v2")),
        ("Daily-Reach.EU", 1, ("daily_reach_eu", "daily_reach_eu_a178b4")),
        ("..", 1, ("__", "___5ec1f7")),
    ],
)
def test_a_table_is_named_after_its_workflow_as_athena_takes_it(
    workflow: str, version: int, names: tuple[str, str]
) -> None:
    assert table_names(workflow, version) == names


def test_a_long_name_is_cut_to_what_glue_takes() -> None:
    plain, own = table_names("w" * 256, 12)

    assert max(len(plain), len(own)) <= 255
    assert own != table_names("w" * 255 + "x", 12)[1]


def test_a_version_is_read_where_its_files_are() -> None:
    table = new_table("reach_v2", "reach", 2, "lake")

    place = "s3://lake/tenant=${tenant}/workflow=reach@v2/window_start=${window_start}/"
    assert table.parameters["storage.location.template"] == place


def test_what_a_table_shows_already_changes_nothing() -> None:
    table = new_table("reach", "reach", 1, "lake").with_result(COLUMNS, "acme", DAY)

    assert table.with_result(COLUMNS[:1], "acme", date(2026, 11, 17)) == table


def test_a_table_comes_to_show_more() -> None:
    table = new_table("reach", "reach", 1, "lake").with_result(COLUMNS, "birch", DAY)

    wider = table.with_result((("cost", "double"),), "acme", date(2025, 1, 6))

    assert wider.columns == (*COLUMNS, ("cost", "double"))
    assert wider.parameters["projection.tenant.values"] == "acme,birch"
    assert wider.parameters["projection.window_start.range"] == "2025-01-06,NOW+1DAYS"


def test_types_that_differ_are_told_and_new_and_missing_columns_are_none() -> None:
    table = new_table("reach", "reach", 1, "lake").with_result(COLUMNS, "acme", DAY)

    assert table.changed_types((("reach", "string"), ("cost", "double"))) == ["reach is string and was bigint"]


def test_a_table_is_of_the_workflow_for_which_it_was_made() -> None:
    table = new_table("daily_reach", "daily-reach", 1, "lake")

    assert table.is_of("daily-reach")
    assert not table.is_of("daily_reach")
