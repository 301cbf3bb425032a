"""What a tool answers: data, with texts that others wrote marked as such.

An agent reads an answer as it reads its instructions. AMC's words, names of tenants and the cells of a result are
written by people who may want it to do something, so each is `{"untrusted": TEXT}`.
"""

from collections.abc import Mapping, Sequence
from typing import Final

LONGEST: Final = 500  # characters of one text
FIELDS: Final = frozenset(  # of the JSON documents that the client makes
    {
        "reason",
        "customerName",
        "pollError",
        "note",
        "detail",
        "drift",
        "syncReason",
        "failure",
        "tags",
        "waitsFor",
        "labels",
    }
)
LEFT_OUT: Final = frozenset({"lastLookedAt", "lookFailure"})  # old names of fields that are there too


def untrusted(text: object) -> dict[str, str]:
    """The text without what cannot be printed, and cut where it is long."""
    shown = "".join(letter if letter.isprintable() else " " for letter in str(text))
    return {"untrusted": shown if len(shown) <= LONGEST else f"{shown[:LONGEST]} [{len(shown) - LONGEST} more]"}


def marked(document: object) -> object:
    """The document with the texts of `FIELDS` marked, at whatever depth."""
    if isinstance(document, Mapping):
        return {name: marked_field(name, value) for name, value in document.items() if name not in LEFT_OUT}
    if isinstance(document, Sequence) and not isinstance(document, str):
        return [marked(each) for each in document]
    return document


def marked_field(name: str, value: object) -> object:
    """The value of a field of that name, marked if it is one of `FIELDS`, or what in it is."""
    if name not in FIELDS or not value:
        return marked(value)
    if isinstance(value, Mapping):
        return {key: untrusted(each) for key, each in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [untrusted(each) for each in value]
    return untrusted(value)
