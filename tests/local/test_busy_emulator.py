"""Two patches that keep the emulator right and quick while a thousand executions share its process."""

import itertools
from collections import Counter
from typing import Any

import pytest

from local.emulator.patches import expression_cache, jsonata_time
from local.emulator.patches.rewrite import module

CONDITION = "attribute_exists(holders) AND size(holders) < :limit"


@pytest.fixture
def states(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Others have the processor for 400 ms between any two looks at the clock."""
    package, clock = module("services.stepfunctions"), itertools.count(step=400)
    monkeypatch.setattr("jsonata.timebox.Timebox.current_milli_time", lambda: next(clock))
    monkeypatch.setattr(package, "_evaluate_jsonata", package._evaluate_jsonata)
    return package


@pytest.fixture
def dynamodb(monkeypatch: pytest.MonkeyPatch) -> Any:
    package = module("services.dynamodb")
    for name in ("_tokenize", "_condition_syntax_error"):
        monkeypatch.setattr(package, name, getattr(package, name))
    return package


def test_without_the_patch_an_expression_fails_because_others_are_busy(states: Any) -> None:
    with pytest.raises(states._ExecutionError, match="D1012"):
        states._evaluate_jsonata("1 + 1", {}, {})


def test_an_expression_outlasts_the_work_of_others(states: Any) -> None:
    jsonata_time.apply()

    assert states._evaluate_jsonata("1 + 1", {}, {}) == 2


def test_the_text_of_a_condition_is_read_once_for_all_rows(dynamodb: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    read, split = Counter[str](), dynamodb._tokenize

    def counting(text: str) -> Any:
        read[text] += 1
        return split(text)

    monkeypatch.setattr(dynamodb, "_tokenize", counting)
    expression_cache.apply()

    rows = [{"holders": {"SS": [f"execution-{number}" for number in range(size)]}} for size in (1, 2, 3)]
    admitted = [dynamodb._evaluate_condition(CONDITION, row, {":limit": {"N": "2"}}, {}) for row in rows]

    assert admitted == [True, False, False]
    assert read == {CONDITION: 1}


def test_what_one_caller_takes_from_the_pieces_the_others_keep(dynamodb: Any) -> None:
    expression_cache.apply()

    dynamodb._tokenize(CONDITION).clear()

    assert dynamodb._tokenize(CONDITION)
