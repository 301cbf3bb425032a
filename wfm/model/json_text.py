"""JSON as people mean it: what a parser would drop or make up without a word is refused."""

import json
from collections.abc import Sequence
from typing import Final

from wfm.model.dynamodb_limits import MAX_DEPTH

_MOST_DIGITS: Final = 400  # more than a DOUBLE holds
_MARK: Final = "\ufeff"  # some editors put it at the beginning of a text in UTF-8


def read(text: str) -> object:
    """The value of a JSON text; ValueError for no JSON, for NaN and the like, and for a name twice in an object.

    Of two equal names a parser keeps the last, which may be the slip.
    """
    plain = text.removeprefix(_MARK)
    if not plain.strip():
        raise ValueError("nothing is in it")
    try:
        return json.loads(plain, object_pairs_hook=_object, parse_constant=_no_number, parse_int=_whole)
    except RecursionError as exc:
        raise ValueError(f"nested too deeply, more than {MAX_DEPTH} levels") from exc


def _whole(digits: str) -> int:
    """Python reads no number of more than 4,300 digits, and says so in words about itself."""
    if len(digits) > _MOST_DIGITS:
        raise ValueError(f"a number has {len(digits)} digits, more than {_MOST_DIGITS}")
    return int(digits)


def _object(pairs: Sequence[tuple[str, object]]) -> dict[str, object]:
    found: dict[str, object] = {}
    for name, value in pairs:
        if name in found:
            raise ValueError(f"{name!r:.80} is there twice in one object")
        found[name] = value
    return found


def _no_number(text: str) -> None:
    raise ValueError(f"{text} is no JSON number")
