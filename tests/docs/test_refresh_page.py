"""`docs/refresh.md` is true: its row has the problems that it says, and it names each field."""

import json
import re
from datetime import UTC, datetime

import pytest

from tests.docs.printed import blocks, page
from wfm.calendar.spans import MOST_AGES, OLDEST, read_ages
from wfm.errors import InvalidRecord
from wfm.model.refreshes import KEPT_ON
from wfm.model.rows import LINEAGE
from wfm.model.schedules import read_schedule

PAGE = page("refresh")
AFTER = datetime(2026, 11, 23, 12, tzinfo=UTC)


def test_the_row_of_the_page_is_refused_in_its_words() -> None:
    row, problems = blocks(PAGE, "json row")[0], blocks(PAGE, "text problems")[0]

    with pytest.raises(InvalidRecord) as refused:
        read_schedule({"customerId": "acme", **json.loads(row)}, AFTER)

    for told, expected in zip(refused.value.problems, problems.splitlines(), strict=True):
        assert re.fullmatch(re.escape(expected).replace(r"\.\.\.", ".+"), str(told))


def test_the_page_names_the_bounds_and_each_field() -> None:
    fields = (*LINEAGE, "supersededBy", "refreshes", "refreshDue")

    assert f"1 to {MOST_AGES} ages in whole days, rising, up to `{OLDEST.days}d`" in PAGE
    assert f"kept for {KEPT_ON.days} days after the last age" in PAGE
    assert [name for name in fields if f"`{name}`" not in PAGE] == []
    assert len(read_ages(["3d", "14d", "30d"])) == 3
