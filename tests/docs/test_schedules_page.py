"""`docs/schedules.md` is true: every command on it prints what it says, every expression fires when it says."""

import json
import re
from datetime import UTC, datetime
from itertools import islice

import pytest

from tests.docs.printed import Printed, blocks, commands, page
from wfm.calendar.timetables import EXAMPLES
from wfm.errors import InvalidRecord
from wfm.model.schedules import CATCH_UPS, DESIRED_FIELDS, fire_times, read_schedule

PAGE = page("schedules")
AFTER = datetime(2026, 11, 23, 12, tzinfo=UTC)
TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d"


EXPRESSIONS = re.findall(rf"^\| `([^`]+)` \| ({TIME}(?:, {TIME})*) \|[^|]*\|$", PAGE, re.MULTILINE)
ROWS = list(zip(blocks(PAGE, "json row"), blocks(PAGE, "text problems"), strict=True))


@pytest.mark.parametrize("printed", commands(PAGE), ids=str)
def test_a_command_prints_what_the_page_says(
    printed: Printed, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    printed.check(capsys, monkeypatch)


@pytest.mark.parametrize(("expression", "times"), EXPRESSIONS)
def test_an_expression_of_the_table_fires_when_it_says(expression: str, times: str) -> None:
    payload = {"payload": {"workflowId": "reach"}}
    row = {"customerId": "acme", "Name": "daily", "ScheduleExpression": expression, "Input": payload}

    found = islice(fire_times(read_schedule(row, AFTER), AFTER), 3)

    assert [f"{moment:%Y-%m-%dT%H:%M}" for moment in found] == times.split(", ")


@pytest.mark.parametrize(("row", "problems"), ROWS)
def test_a_row_has_the_problems_that_the_page_says(row: str, problems: str) -> None:
    with pytest.raises(InvalidRecord) as refused:
        read_schedule({"customerId": "acme", **json.loads(row)}, AFTER)

    for told, expected in zip(refused.value.problems, problems.splitlines(), strict=True):
        assert re.fullmatch(re.escape(expected).replace(r"\.\.\.", ".+"), str(told))


def test_the_page_has_every_form_and_field() -> None:
    forms = {re.split(r"[ (]", expression)[0] for expression, _ in EXPRESSIONS}

    assert forms == {re.split(r"[ (]", example)[0] for example in EXAMPLES}
    assert len(commands(PAGE)) == 13
    assert [name for name in (*DESIRED_FIELDS, *CATCH_UPS) if f"`{name}`" not in PAGE and name != "customerId"] == []
