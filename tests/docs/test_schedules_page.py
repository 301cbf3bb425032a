"""`docs/schedules.md` is true: every command on it prints what it says, every expression fires when it says."""

import json
import re
import shlex
import sys
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

import pytest

import wfm.cli
from wfm.calendar.timetables import EXAMPLES
from wfm.errors import InvalidRecord
from wfm.model.schedules import CATCH_UPS, DESIRED_FIELDS, fire_times, read_schedule

PAGE = (Path(__file__).parents[2] / "docs" / "schedules.md").read_text(encoding="utf-8")
AFTER = datetime(2026, 11, 23, 12, tzinfo=UTC)
TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d"


def blocks(kind: str) -> list[str]:
    """The code blocks of that kind."""
    return re.findall(rf"^```{kind}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


COMMANDS = re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", "".join(blocks("console")), re.MULTILINE)
EXPRESSIONS = re.findall(rf"^\| `([^`]+)` \| ({TIME}(?:, {TIME})*) \|[^|]*\|$", PAGE, re.MULTILINE)
ROWS = list(zip(blocks("json row"), blocks("text problems"), strict=True))


@pytest.mark.parametrize(("command", "printed"), COMMANDS)
def test_a_command_prints_what_the_page_says(
    command: str, printed: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", shlex.split(command))

    with pytest.raises(SystemExit) as left:
        wfm.cli.main()

    ended = capsys.readouterr()
    pattern = re.escape(printed).replace(r"\.\.\.", ".+")
    assert re.fullmatch(pattern, ended.err if printed.startswith("error") else ended.out)
    assert left.value.code == (2 if printed.startswith("error") else 0)


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
    assert len(COMMANDS) == 13
    assert [name for name in (*DESIRED_FIELDS, *CATCH_UPS) if f"`{name}`" not in PAGE and name != "customerId"] == []
