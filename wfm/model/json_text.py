"""JSON as people mean it: what a parser would drop or make up without a word is refused."""

import json
from collections.abc import Sequence
from typing import Final

_MARK: Final = "\ufeff"  # some editors put it at the beginning of a text in UTF-8


def read(text: str) -> object:
    """The value of a JSON text; ValueError for no JSON, for NaN and the like, and for a name twice in an object.

    Of two equal names a parser keeps the last, which may be the slip.
    """
    return json.loads(text.removeprefix(_MARK), object_pairs_hook=_object, parse_constant=_no_number)


def _object(pairs: Sequence[tuple[str, object]]) -> dict[str, object]:
    found: dict[str, object] = {}
    for name, value in pairs:
        if name in found:
            raise ValueError(f"{name!r:.80} is there twice in one object")
        found[name] = value
    return found


def _no_number(text: str) -> None:
    raise ValueError(f"{text} is no JSON number")
