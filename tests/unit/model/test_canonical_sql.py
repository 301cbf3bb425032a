"""Queries that differ in layout only are the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.amc_simulator.echo import echo_sql
from wfm.model.amc_values import canonical_sql

PARTS = st.sampled_from(
    ["SELECT", " a ", "\n", "-- x\n", "/* y\n */", "'it''s -- no'", '"n a"', ";", ",", "(", "<=", "-"]
)


@given(st.lists(PARTS).map("".join))
def test_amcs_own_layout_changes_nothing(sql: str) -> None:
    assert canonical_sql(echo_sql(sql)) == canonical_sql(sql)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("SELECT a\nFROM t;\n", "SELECT a FROM t"),
        ("-- why\nSELECT a/**/FROM t", "SELECT a FROM t"),
        ("SELECT COUNT( * )", "SELECT COUNT(*)"),
    ],
)
def test_layout_does_not_count(one: str, other: str) -> None:
    assert canonical_sql(one) == canonical_sql(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("SELECT 'a  b'", "SELECT 'a b'"),
        ("SELECT ab", "SELECT a b"),
        ("SELECT '-- a'", "SELECT ''"),
        ('SELECT "a b"', "SELECT a b"),
        ("SELECT a; SELECT b", "SELECT a"),
    ],
)
def test_everything_else_does(one: str, other: str) -> None:
    assert canonical_sql(one) != canonical_sql(other)
