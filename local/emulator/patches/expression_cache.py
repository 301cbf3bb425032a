"""The text of a DynamoDB expression is read once.

AWS: the cost of an expression's text is out of sight.
The package: splits and checks the text anew for every row that a query evaluates, a fifth of its time under load.
Mended: both are remembered by the text; WFM has some dozens of expressions.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from local.emulator.patches.rewrite import module, replace_name

MOST = 4096


def apply() -> None:
    service = module("services.dynamodb")
    replace_name(service, "_tokenize", splitting_once)
    replace_name(service, "_condition_syntax_error", lru_cache(MOST))


def splitting_once(split: Callable[[str], list[Any]]) -> Callable[[str], list[Any]]:
    """A list of its own for each caller, who may take from it."""
    remembered = lru_cache(MOST)(lambda text: tuple(split(text)))
    return lambda text: list(remembered(text))
