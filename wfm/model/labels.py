"""Labels: short texts by which people group requests and schedules, `{"team": "emea"}`. WFM itself acts on none."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from wfm.errors import InvalidRecord, Problem, kind_of
from wfm.model.rows import Document, object_in

LABELS: Final = "labels"
MAX_LABELS: Final = 10
MAX_KEY_CHARS: Final = 64
MAX_VALUE_CHARS: Final = 128
_KEY: Final = re.compile(rf"[A-Za-z0-9._:/-]{{1,{MAX_KEY_CHARS}}}", re.ASCII)
_NEXT_PAIR: Final = re.compile(r"\s*,\s*(?=[^\s,=]+=)")
_RESERVED: Final = ("wfm:", "aws:")
_KEYS: Final = f"1 to {MAX_KEY_CHARS} letters, digits, '.', '-', '_', '/' and ':', not beginning with wfm: or aws:"
_VALUES: Final = f"a text of at most {MAX_VALUE_CHARS} printable characters"

Labels = Mapping[str, str]


def label_problems(given: object) -> Iterator[Problem]:
    """What is wrong with the `labels` of a request or a schedule; nothing with none."""
    if given is None:
        return
    if not isinstance(given, Mapping):
        yield Problem(LABELS, f"{kind_of(given)} is no object", "an object from label to text")
        return
    if len(given) > MAX_LABELS:
        yield Problem(LABELS, f"{len(given)} are too many", f"at most {MAX_LABELS}")
    for key, value in given.items():
        if not _KEY.fullmatch(str(key)) or str(key).casefold().startswith(_RESERVED):
            yield Problem(LABELS, f"{key!r:.80} is no usable name", _KEYS)
        elif not isinstance(value, str):
            yield Problem(f"{LABELS}.{key}", f"{kind_of(value)} is no text", f"{_VALUES}; a number in quotes")
        elif len(value) > MAX_VALUE_CHARS or not value.isprintable():
            yield Problem(f"{LABELS}.{key}", f"{value!r:.60} is not usable", _VALUES)


def read_labels(given: object) -> Labels:
    """The labels in a field; InvalidRecord names all that is wrong."""
    if problems := list(label_problems(given)):
        raise InvalidRecord(problems)
    return labels_in(given)


def labels_in(given: object) -> Labels:
    """The labels in a field of a row, which was checked when it was written."""
    return {str(key): str(value) for key, value in object_in(given).items()}


def has_labels(row: Document, wanted: Labels) -> bool:
    """Whether a row has all of these labels with these values."""
    known = labels_in(row.get(LABELS))
    return all(known.get(key) == value for key, value in wanted.items())


def as_pairs(labels: Labels) -> list[str]:
    """Each as `team=emea`, in order of the keys."""
    return [f"{key}={labels[key]}" for key in sorted(labels)]


def read_pairs(given: Iterable[str]) -> Labels:
    """The labels in pairs such as `team=emea`; InvalidRecord names what is wrong."""
    labels: dict[str, str] = {}
    for pair in given:
        key, equals, value = pair.partition("=")
        if not equals:
            raise InvalidRecord([Problem(LABELS, f"{pair!r:.80} cannot be read", "KEY=VALUE, such as team=emea")])
        if key in labels:
            raise InvalidRecord([Problem(LABELS, f"{key:.80} is given twice", "once")])
        labels[key] = value
    return read_labels(labels)


def read_line(given: str) -> Labels:
    """The labels in a line such as `team=emea, kind=daily`; a comma within a value has no `KEY=` after it."""
    return read_pairs(_NEXT_PAIR.split(given)) if given else {}
