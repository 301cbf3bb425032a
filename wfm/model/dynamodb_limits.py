"""JSON that DynamoDB can store: numbers of 38 digits between 1e-130 and 1e126, Unicode, and not too deep."""

import json
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Final

from wfm.errors import InvalidRequest, kind_of

MAX_DOCUMENT_CHARS: Final = 200_000  # characters of a document kept as it is; an item holds 400 KB in all
MAX_DEPTH: Final = 28  # DynamoDB takes 32 levels ("Constraints"); a document is kept a level or two down in its row
_DIGITS, _SMALLEST, _LARGEST = 38, -130, 125  # DynamoDB's developer guide, "Data types"


def check_storable(document: object) -> None:
    """InvalidRequest names the first value that DynamoDB cannot keep."""
    for field, value in _leaves(document, "", 0):
        if isinstance(value, str):
            storable, allowed = is_unicode(value), "text without lone surrogates"
        else:
            storable, allowed = _is_number(value), "numbers of at most 38 digits, between 1e-130 and 1e126"
        if not storable:
            raise InvalidRequest(field or "the document", f"{kind_of(value)} cannot be kept", allowed)


def truncated(document: object) -> object:
    """The document itself if DynamoDB can keep it, else its JSON as text, cut to what fits."""
    try:
        text = json.dumps(document)
    except RecursionError:
        return "nested too deeply to be kept"
    try:
        check_storable(document)
    except InvalidRequest:
        return text[:MAX_DOCUMENT_CHARS]
    return document if len(text) <= MAX_DOCUMENT_CHARS else text[:MAX_DOCUMENT_CHARS]


def _leaves(value: object, field: str, depth: int) -> Iterator[tuple[str, str | float]]:
    if depth > MAX_DEPTH:
        raise InvalidRequest(f"{field:.60}", "is nested too deeply to be kept", f"at most {MAX_DEPTH} levels")
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield field, str(key)
            yield from _leaves(inner, f"{field}.{key}" if field else str(key), depth + 1)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _leaves(inner, f"{field}[{index}]", depth + 1)
    elif isinstance(value, str | int | float) and not isinstance(value, bool):
        yield field, value


def is_unicode(text: str) -> bool:
    """Whether DynamoDB can keep a text: JSON has halves of surrogate pairs too."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _is_number(number: float) -> bool:
    if isinstance(number, int) and number.bit_length() > 130:  # 38 digits need 127 bits; str() of huge ones is refused
        return False
    exact = Decimal(str(number))
    if not exact.is_finite():
        return False
    digits = "".join(map(str, exact.as_tuple().digits)).strip("0")
    return not exact or (len(digits) <= _DIGITS and _SMALLEST <= exact.adjusted() <= _LARGEST)
