"""Two patches that keep the emulator right and quick while a thousand executions share its process."""

import json
import subprocess
import sys
from collections.abc import Callable
from typing import Any

from local.synthesis import REPOSITORY
from tests.local import busy_emulator
from tests.local.busy_emulator import CONDITION, EXPRESSION


def outcome(scene: Callable[[], object]) -> Any:
    """What came of it in a process of its own."""
    words = [sys.executable, "-m", busy_emulator.__name__, scene.__name__]
    done = subprocess.run(words, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_without_the_patch_an_expression_fails_because_others_are_busy() -> None:
    assert "D1012" in outcome(busy_emulator.unpatched_expression)


def test_an_expression_outlasts_the_work_of_others() -> None:
    assert outcome(busy_emulator.patched_expression) == 2


def test_the_text_of_a_condition_is_read_once_for_all_rows() -> None:
    admitted, read = outcome(busy_emulator.condition)

    assert admitted == [True, False, False]
    assert read == {CONDITION: 1}


def test_what_one_caller_takes_from_the_pieces_the_others_keep() -> None:
    assert outcome(busy_emulator.pieces_taken_by_one)


def test_the_text_of_an_expression_is_parsed_once_for_all_inputs() -> None:
    values, parsed = outcome(busy_emulator.expression)

    assert values == [6, 6, 8]
    assert parsed[EXPRESSION] == 1
