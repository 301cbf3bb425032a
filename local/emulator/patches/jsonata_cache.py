"""The text of a JSONata expression is parsed once.

AWS: the cost of parsing is out of sight.
The package: parses the text at each evaluation, and once more where the value is null: an eighth of its time.
Mended: what was parsed is remembered by the text. An evaluation does not change it, so all threads may share it.
"""

import importlib
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from local.emulator.patches.rewrite import replace_name

MOST = 4096


def apply() -> None:
    parser = importlib.import_module("jsonata.parser").Parser
    replace_name(parser, "parse", lambda parse: parsing_once(parser, parse))


def parsing_once(parser: Callable[[], Any], parse: Callable[..., Any]) -> Callable[..., Any]:
    """Each text by a parser of its own, since one keeps what it has parsed last."""
    remembered = lru_cache(MOST)(lambda text, *engine: parse(parser(), text, *engine))
    return lambda _self, text, *engine: remembered(text, *engine)
