"""The package of the emulator in a process of its own: it starts threads when it is imported, and is patched for good.

`python -m tests.local.busy_emulator SCENE` prints what came of a scene, as JSON.
"""

import importlib
import itertools
import json
import sys
from collections import Counter
from typing import Any, Final

from local.emulator.patches import expression_cache, jsonata_cache, jsonata_time
from local.emulator.patches.rewrite import module

EXPRESSION: Final = "$sum($map($states.input.runs, function($run) { $run * 2 }))"
CONDITION: Final = "attribute_exists(holders) AND size(holders) < :limit"


def unpatched_expression() -> str:
    """The error of an expression while others have the processor."""
    states = _busy()
    try:
        return str(states._evaluate_jsonata("1 + 1", {}, {}))
    except states._ExecutionError as exc:
        return str(exc)


def patched_expression() -> int:
    """Its value once it has a minute."""
    states = _busy()
    jsonata_time.apply()
    value: int = states._evaluate_jsonata("1 + 1", {}, {})
    return value


def _busy() -> Any:
    """Step Functions, where others have the processor for 400 ms between any two readings of the clock."""
    clock = itertools.count(step=400)
    timebox: Any = importlib.import_module("jsonata.timebox").Timebox
    timebox.current_milli_time = lambda *_: next(clock)
    return module("services.stepfunctions")


def condition() -> tuple[list[bool], dict[str, int]]:
    """Which of three rows meet the condition, and how often each text was read for that."""
    dynamodb, read = module("services.dynamodb"), Counter[str]()
    split = dynamodb._tokenize

    def counting(text: str) -> Any:
        read[text] += 1
        return split(text)

    dynamodb._tokenize = counting
    expression_cache.apply()
    rows = [{"holders": {"SS": [f"execution-{number}" for number in range(size)]}} for size in (1, 2, 3)]
    return [dynamodb._evaluate_condition(CONDITION, row, {":limit": {"N": "2"}}, {}) for row in rows], read


def pieces_taken_by_one() -> int:
    """How many pieces of a condition are left for the next caller when one has taken all of them."""
    dynamodb = module("services.dynamodb")
    expression_cache.apply()
    dynamodb._tokenize(CONDITION).clear()
    return len(dynamodb._tokenize(CONDITION))


def expression() -> tuple[list[object], dict[str, int]]:
    """What an expression is of three inputs, and how often each text was parsed."""
    states, parsed = module("services.stepfunctions"), Counter[str]()
    parser: Any = importlib.import_module("jsonata.parser").Parser
    parse = parser.parse

    def counting(self: Any, text: str, *engine: Any) -> Any:
        parsed[text] += 1
        return parse(self, text, *engine)

    parser.parse = counting
    jsonata_cache.apply()
    inputs: list[dict[str, object]] = [{"runs": [1, 2]}, {"runs": [3]}, {"runs": [4]}]
    return [states._evaluate_jsonata(EXPRESSION, each) for each in inputs], parsed


if __name__ == "__main__":
    print(json.dumps(globals()[sys.argv[1]]()))  # noqa: T201
