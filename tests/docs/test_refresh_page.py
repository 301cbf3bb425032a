"""`docs/refresh.md` is true: its row has the problems that it says, and it names each field."""

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from functions.aws.announcer import RESULT_CHANGED
from functions.services.notifications.announcements import COMPARED_FOR
from tests.docs.printed import blocks, page
from tests.docs.test_notifications_page import block as of_notifications
from tests.docs.test_notifications_page import matches
from wfm.calendar.spans import MOST_AGES, OLDEST, read_ages
from wfm.errors import InvalidRecord
from wfm.model.refreshes import KEPT_ON
from wfm.model.result_changes import MOST_COLUMNS, change_in_words
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


def test_the_rule_of_the_page_takes_the_event() -> None:
    pattern, *_ = map(json.loads, blocks(PAGE, "json pattern"))
    event = json.loads(of_notifications("json changed_event")) | {"workflowId": "reach_and_frequency"}
    put = {"source": "wfm", "detail-type": RESULT_CHANGED, "detail": event}

    assert matches(pattern, put)
    assert not matches(pattern, {**put, "detail": {**event, "workflowId": "another"}})


def test_the_rules_of_the_page_ask_by_how_much() -> None:
    _, any_way, one_total = map(json.loads, blocks(PAGE, "json pattern"))
    (policy,) = map(json.loads, blocks(PAGE, "json policy"))
    event = json.loads(of_notifications("json changed_event"))
    put = {"source": "wfm", "detail-type": RESULT_CHANGED, "detail": event}

    def told(rule: dict[str, Any], **fields: Any) -> bool:
        return matches(rule, {**put, "detail": {**event, **fields}})

    assert policy == any_way["detail"]
    assert [told(any_way, largestPercent=percent) for percent in (13.13, 5.0, 0.01)] == [True, False, False]
    changes = (10.01, 3.97, -1.5, -2.01)
    assert [told(one_total, percentOf={"conversions": percent}) for percent in changes] == [True, False, False, True]


def test_the_change_of_the_page_is_shown_in_its_words() -> None:
    (shown,) = [text for text in blocks(PAGE, "text") if text.startswith("changed")]
    event = json.loads(of_notifications("json changed_event"))

    assert shown.split(maxsplit=1) == ["changed", change_in_words({"change": event}) + "\n"]
    assert f"many columns {MOST_COLUMNS} are kept" in " ".join(PAGE.split())


def test_the_page_names_the_bounds_and_each_field() -> None:
    fields = (*LINEAGE, "supersededBy", "change", "refreshes", "refreshDue")

    assert f"1 to {MOST_AGES} ages in whole days, rising, up to `{OLDEST.days}d`" in PAGE
    assert f"kept for {KEPT_ON.days} days after the last age" in PAGE
    assert [name for name in fields if f"`{name}`" not in PAGE] == []
    assert f"at other ages for {COMPARED_FOR.days} days" in " ".join(PAGE.split())
    assert OLDEST + timedelta(days=7) == COMPARED_FOR
    assert len(read_ages(["3d", "14d", "30d"])) == 3
