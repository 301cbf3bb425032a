"""How much a result changed, as the row of its run and its event have it, and in words."""

import json
from decimal import Decimal
from typing import Any

import pytest

from wfm.errors import InvalidRequest
from wfm.model.amc_run import AmcRun
from wfm.model.availability import LONGEST_REASON
from wfm.model.events import changed_detail
from wfm.model.result_changes import (
    LONGEST_NAME,
    MOST_COLUMNS,
    change_fields,
    change_in_words,
    change_numbers,
    columns_problem,
    not_compared,
    run_of_event,
    same_definition,
)
from wfm.model.result_totals import Totals, compare

AT = "2026-11-23T12:00:00.000Z"


def a_total(rows: int = 2, /, **columns: str) -> Totals:
    return Totals(rows, {name: Decimal(value) for name, value in columns.items()}, ["campaign", *columns])


def fields_of(before: Totals, after: Totals, is_same_definition: bool | None = None) -> Any:
    return change_fields(compare(before, after), AT, is_same_definition)


def test_numbers_are_exact_texts_and_what_is_not_known_is_left_out() -> None:
    assert fields_of(a_total(0, n="0", cost="1.10"), a_total(3, n="7", cost="1.21")) == {
        "at": AT,
        "rowsBefore": 0,
        "rowsAfter": 3,
        "columns": [
            {"name": "n", "before": "0", "after": "7"},
            {"name": "cost", "before": "1.10", "after": "1.21", "percent": "10.00"},
        ],
    }


@pytest.mark.parametrize(
    ("before", "after", "largest", "of"),
    [
        pytest.param(a_total(n="200"), a_total(n="210"), 5.0, {"n": 5.0}, id="more"),
        pytest.param(a_total(10, n="200"), a_total(9, n="190"), 10.0, {"n": -5.0}, id="fewer rows"),
        pytest.param(a_total(n="200"), a_total(n="200.00"), 0.0, {"n": 0.0}, id="the same"),
        pytest.param(a_total(n="0"), a_total(n="-1"), 1e9, {"n": -1e9}, id="it was 0"),
        pytest.param(a_total(0), a_total(1), 1e9, None, id="no rows before"),
        pytest.param(a_total(n="1"), a_total(), 1e9, None, id="no total any more"),
        pytest.param(a_total(n="1e-300"), a_total(n="1e300"), 1e9, {"n": 1e9}, id="more than any"),
        pytest.param(a_total(**{"n" * 65: "1"}), a_total(**{"n" * 65: "2"}), 100.0, None, id="a long name"),
    ],
)
def test_rules_can_ask_for_more_than_so_many_percent(
    before: Totals, after: Totals, largest: float, of: dict[str, float] | None
) -> None:
    numbers = change_numbers(compare(before, after))

    assert numbers == {"largestPercent": largest, **({"percentOf": of} if of else {})}


def test_an_event_of_the_longest_names_and_numbers_is_one_that_sns_takes() -> None:
    """256 KB, in which each sign beyond ASCII is six bytes or twelve."""
    names = [f"{number:02}{chr(0x1F600) * 62}" for number in range(30)]
    names += [f"{number:03}{chr(0x1F600) * 300}" for number in range(30)]
    sides = [a_total(2, **dict.fromkeys(names, f"{digit}" * 400)) for digit in "19"]
    change = compare(*sides)

    detail = changed_detail({"customerId": "acme"}, {**change_fields(change, AT, None), **change_numbers(change)})

    assert len(detail["percentOf"]) == 30  # type: ignore[arg-type]
    assert len(json.dumps(detail)) < 240 << 10


@pytest.mark.parametrize(
    ("hashes", "expected", "words"),
    [
        pytest.param(("a", "a"), True, "n 1 to 2 (+100.00%)", id="one"),
        pytest.param(("a", "b"), False, "n 1 to 2 (+100.00%); by another definition", id="two"),
        pytest.param((None, "b"), None, "n 1 to 2 (+100.00%)", id="not-known"),
    ],
)
def test_whether_one_definition_made_both_is_told(
    hashes: tuple[str | None, str | None], expected: bool | None, words: str
) -> None:
    before, after = (AmcRun({"definitionHash": each}) if each else AmcRun({}) for each in hashes)

    found = fields_of(a_total(n="1"), a_total(n="2"), same_definition(before, after))

    assert found.get("sameDefinition") is expected
    assert change_in_words({"change": found}) == words


def test_of_many_columns_the_first_are_kept_and_the_others_counted() -> None:
    every = a_total(**{f"c{number}": "1" for number in range(MOST_COLUMNS + 2)})

    found = fields_of(every, every)

    assert [each["name"] for each in found["columns"]] == [f"c{number}" for number in range(MOST_COLUMNS)]
    assert found["moreColumns"] == 2


def test_of_more_columns_than_are_kept_those_that_changed_come_first() -> None:
    names = [f"c{number}" for number in range(MOST_COLUMNS + 2)]
    before, after = (a_total(**{**dict.fromkeys(names, "1"), names[-1]: last}) for last in ("1", "2"))

    found = fields_of(before, after)

    assert [each["name"] for each in found["columns"]] == [names[-1], *names[: MOST_COLUMNS - 1]]
    assert change_in_words({"change": found}) == f"{names[-1]} 1 to 2 (+100.00%)"


def test_no_name_and_no_number_is_longer_than_a_row_has_room_for() -> None:
    before, after = a_total(**{"x" * 5_000: "1"}), a_total(**{"x" * 5_000: "1e999"})

    (column,) = fields_of(before, after)["columns"]

    assert column == {"name": "x" * LONGEST_NAME, "before": "1"}
    assert len(not_compared("why " * 10_000, AT)["reason"]) == LONGEST_REASON


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        pytest.param(a_total(n="1"), a_total(n="2"), "", id="the same"),
        pytest.param(a_total(n="1", m="1"), a_total(m="1", n="1"), "", id="in another order"),
        pytest.param(a_total(n="1"), a_total(m="2"), "its columns are others: n gone; m new", id="others"),
        pytest.param(a_total(), a_total(a="1", b="1"), "its columns are others: a, b new", id="more"),
        pytest.param(Totals(0, {}), a_total(n="1"), "", id="a file with nothing in it"),
    ],
)
def test_results_of_other_columns_answer_another_question(before: Totals, after: Totals, said: str) -> None:
    assert columns_problem(before, after) == said


@pytest.mark.parametrize(
    ("change", "said"),
    [
        pytest.param(None, "", id="of a first run"),
        pytest.param({"at": AT, "reason": "nothing is kept"}, "not compared: nothing is kept", id="not compared"),
        pytest.param(fields_of(a_total(n="1"), a_total(n="1")), "nothing: 2 rows and the same totals", id="nothing"),
        pytest.param(
            fields_of(a_total(n="3.0"), a_total(n="3.00")), "nothing: 2 rows and the same totals", id="more zeros"
        ),
        pytest.param(
            fields_of(a_total(n="1200", z="0"), a_total(3, n="1260.5", z="4")),
            "rows 2 to 3 (+50.00%); n 1,200 to 1,260.5 (+5.04%); z 0 to 4",
            id="rows and columns",
        ),
        pytest.param(fields_of(a_total(n="4"), Totals(2, {}, ())), "n 4 to none", id="no total any more"),
        pytest.param(
            fields_of(a_total(**dict.fromkeys("abcdefg", "1")), a_total(**dict.fromkeys("abcdefg", "0"))),
            "; ".join(f"{name} 1 to 0 (-100.00%)" for name in "abcde") + "; 2 more",
            id="many",
        ),
    ],
)
def test_a_row_says_it_in_words(change: Any, said: str) -> None:
    assert change_in_words({"change": change} if change else {}) == said


def test_the_event_names_the_run() -> None:
    assert run_of_event('{"detail": {"customerId": "acme", "workflowExecutionId": "run-1"}}') == ("acme", "run-1")


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("hello", id="no JSON"),
        pytest.param("[]", id="a list"),
        pytest.param('{"detail": null}', id="no detail"),
        pytest.param('{"detail": {"customerId": "acme"}}', id="no run"),
        pytest.param('{"detail": {"customerId": 7, "workflowExecutionId": "run-1"}}', id="no customer"),
        pytest.param('{"detail": {"customerId": "acme", "workflowExecutionId": ""}}', id="an empty id"),
    ],
)
def test_what_names_no_run_is_refused(body: str) -> None:
    with pytest.raises(InvalidRequest, match="the message"):
        run_of_event(body)
