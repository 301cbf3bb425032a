"""Which objects of a tenant's bucket are the parts of a run's result."""

from typing import Any, Final

import pytest

from wfm.model.result_files import is_part_of, key_of

BUCKET: Final = "acme-results"
KEY: Final = "workflow=reach/schedule=adhoc/2026-11-23T11:50:00.000Z-reach.csv"


@pytest.mark.parametrize(
    ("uri", "key"),
    [
        (f"s3://amc/x/{KEY}", KEY),
        (f"s3://{BUCKET}/{KEY}", KEY),
        (f"s3://{BUCKET}/some/file.csv", "some/file.csv"),
        ("s3://amc/some/file.csv", None),
        ("N/A", None),
        (None, None),
        ("https://amc/file.csv", None),
        ("s3://amc", None),
    ],
)
def test_a_place_in_the_tenants_own_bucket_is_read_from_what_amc_says(uri: Any, key: str | None) -> None:
    assert key_of(uri, BUCKET) == key


@pytest.mark.parametrize(
    ("key", "part"),
    [("a/b.csv", True), ("a/b-1.csv", True), ("a/b_part-002.csv", True), ("a/bc.csv", False), ("a/b.json", False)],
)
def test_parts_are_named_after_the_file(key: str, part: bool) -> None:
    assert is_part_of(key, "a/b.csv") is part
