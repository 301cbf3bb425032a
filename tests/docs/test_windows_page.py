"""`docs/windows.md` is true: every command on it prints what it says, every payload becomes the body it says."""

import json
import re
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.docs.printed import Printed, blocks, commands, page
from wfm.calendar.date_functions import FUNCTIONS
from wfm.calendar.named_windows import EXAMPLES, is_name
from wfm.calendar.windows import TYPES
from wfm.client.windows import resolve as resolved
from wfm.model.requests import read_request, resolve

PAGE = page("windows")
AT = datetime(2023, 3, 31, 10, 20, 30, tzinfo=UTC)
TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d"


BODIES = list(zip(blocks(PAGE, "json payload"), blocks(PAGE, "json body"), strict=True))
EXPRESSIONS = re.findall(rf"^\| `([^`]+)` \| ({TIME}) \|[^|]*\|$", PAGE, re.MULTILINE)
NAMES = re.findall(rf"^\| `([^`]+)` \| ({TIME}) \| ({TIME}) \|", PAGE, re.MULTILINE)


@pytest.mark.parametrize("printed", commands(PAGE), ids=str)
def test_a_command_prints_what_the_page_says(
    printed: Printed, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    printed.check(capsys, monkeypatch)


@pytest.mark.parametrize(("payload", "body"), BODIES)
def test_a_payload_becomes_the_body_that_the_page_says(payload: str, body: str) -> None:
    document: dict[str, Any] = {"customerId": "acme", "payload": json.loads(payload)}

    assert resolve(read_request(document, "r1"), AT) == json.loads(body)


@pytest.mark.parametrize(("expression", "value"), EXPRESSIONS)
def test_an_expression_of_the_table_has_its_value(expression: str, value: str) -> None:
    assert resolved(expression, AT, UTC).as_json() == value


@pytest.mark.parametrize(("name", "start", "end"), NAMES)
def test_a_name_of_the_table_has_its_window(name: str, start: str, end: str) -> None:
    assert resolved(name, AT, UTC).as_json() == {"start": start, "end": end}


def test_the_page_names_every_function_name_and_type() -> None:
    assert {expression.partition("(")[0] for expression, _ in EXPRESSIONS} == set(FUNCTIONS)
    assert len(NAMES) == 7
    assert len(commands(PAGE)) == 8
    assert [kind for kind in TYPES if kind not in PAGE] == []


def test_every_name_that_an_error_suggests_is_one() -> None:
    assert [name for name in EXAMPLES if not is_name(name)] == []
