"""Names of fields that nobody reads: one that is near a known one is a slip and refused, all others are warned of.

Nearness is counted in slips of the pen (a letter too much, missing, wrong, or two exchanged), so that a field which
somebody else sends for purposes of their own is not taken for a slip.
"""

import json
from collections.abc import Collection, Iterable, Mapping
from difflib import get_close_matches
from typing import Final

from wfm.errors import InvalidRequest, Problem

_LONG: Final = 5  # letters from which on another word may have a slip
_SHORT: Final = 6  # letters up to which one slip is all that is taken for one


def closest(name: str, known: Iterable[str]) -> str | None:
    """The known name that is most like it; None when none is much like it."""
    folded = {_folded(one): one for one in sorted(known)}
    exact = folded.get(_folded(name))
    near = get_close_matches(_folded(name), folded, n=1)
    return exact or (folded[near[0]] if near else None)


def meant(name: str, known: Collection[str], also: Mapping[str, str] | None = None) -> str | None:
    """The known name of which `name` is a slip, or another word (`also`, or a slip of one); None for its own name."""
    words = {_folded(one): of for one, of in (also or {}).items()}
    other = words.get(_folded(name))
    if other is not None:
        return other
    allowed = 1 if len(name) <= _SHORT else 2
    found = [(slips_between(_folded(name), _folded(one)), one) for one in sorted(known)]
    slips, one = min(found, default=(allowed + 1, ""))
    if slips <= allowed:
        return one
    near = (of for word, of in words.items() if len(word) >= _LONG and slips_between(_folded(name), word) == 1)
    return next(near, None)


def unknown_fields(
    given: Iterable[object], known: Collection[str], place: str, noun: str, also: Mapping[str, str] | None = None
) -> tuple[list[Problem], list[str]]:
    """The slips among the names in `given`, each with the name that was meant, and a sentence for every other one."""
    slips, warnings = [], []
    for name in given:
        if name in known:
            continue
        field = f"{place}.{name!s:.60}" if place else f"{name!s:.60}"
        right = meant(str(name), known, also)
        if right is None:
            warnings.append(f"{field}: no field of {noun}, and nobody reads it")
        else:
            slips.append(Problem(field, f"no field of {noun}; did you mean {right}?"))
    return slips, warnings


def is_packed(value: object) -> bool:
    """Whether a value is an object or a list as JSON text, where the thing itself belongs."""
    try:
        return isinstance(value, str) and isinstance(json.loads(value), dict | list)
    except (ValueError, RecursionError):
        return False


def refuse_packed(value: object, place: str) -> None:
    """InvalidRequest for an object that was made a JSON text once more."""
    if is_packed(value):
        raise InvalidRequest(place, "is a JSON text inside a JSON text", "a JSON object, not one in quotes")


def _folded(name: str) -> str:
    return "".join(letter for letter in name.casefold() if letter.isalnum())


def slips_between(one: str, other: str) -> int:
    """How many letters are added, left out, wrong or exchanged with their neighbour."""
    if abs(len(one) - len(other)) > 2:
        return 3
    rows = [list(range(len(other) + 1))]
    for index, letter in enumerate(one, 1):
        row = [index]
        for place, wanted in enumerate(other, 1):
            cost = min(rows[-1][place] + 1, row[-1] + 1, rows[-1][place - 1] + (letter != wanted))
            if index > 1 and place > 1 and letter == other[place - 2] and one[index - 2] == wanted:
                cost = min(cost, rows[-2][place - 2] + 1)
            row.append(cost)
        rows.append(row)
    return rows[-1][-1]
