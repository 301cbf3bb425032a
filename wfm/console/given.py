"""What an address says: its filters and ids. What cannot be is refused before anything is read."""

from collections.abc import Collection, Mapping
from datetime import UTC, tzinfo
from math import nan
from typing import Final
from urllib.parse import urlencode

from wfm.errors import UsageError
from wfm.model.labels import MAX_KEY_CHARS, MAX_LABELS, MAX_VALUE_CHARS, Labels, read_line

MOST_CHARACTERS: Final = 300
MOST_OF_LABELS: Final = MAX_LABELS * (MAX_KEY_CHARS + MAX_VALUE_CHARS + len("=, "))


def address(path: str, **fields: object) -> str:
    """The address of a page; fields without a value are left out."""
    given = {name: value for name, value in fields.items() if value not in (None, "")}
    return f"{path}?{urlencode(given)}" if given else path


class Given:
    """The fields of an address or of a form. Each method refuses with UsageError what is not allowed."""

    def __init__(self, fields: Mapping[str, str], zone: tzinfo = UTC) -> None:
        """`zone` is the viewer's."""
        self._fields = fields
        self.zone = zone

    @property
    def fields(self) -> Mapping[str, str]:
        """As they were given."""
        return self._fields

    def text(self, name: str, default: str = "", *, most: int = MOST_CHARACTERS) -> str:
        """The text of a field without blanks around it."""
        value = self._fields.get(name, default).strip()
        if len(value) > most:
            raise UsageError(f"{name}: has {len(value)} characters; allowed: at most {most}")
        return value

    def needed(self, name: str) -> str:
        """The text of a field that must be there."""
        value = self.text(name)
        if not value:
            raise UsageError(f"{name}: is missing in the address")
        return value

    def labels(self, name: str) -> Labels:
        """The labels in a line such as `team=emea, kind=daily`."""
        return read_line(self.label_line(name))

    def label_line(self, name: str) -> str:
        """The same as it was given, which is longer than other texts may be."""
        return self.text(name, most=MOST_OF_LABELS)

    def one_of(self, name: str, allowed: Collection[str], default: str = "") -> str:
        """One of these words, or nothing."""
        value = self.text(name, default)
        if value and value not in allowed:
            raise UsageError(f"{name}: {value!r:.80} is not known; allowed: {', '.join(allowed)}")
        return value

    def number(self, name: str, default: int, least: int = 1, most: int = 1_000_000) -> int:
        """A whole number within these."""
        value = self.text(name) or str(default)
        if not value.isdecimal() or not least <= int(value) <= most:
            raise UsageError(f"{name}: {value!r:.80} cannot be; allowed: {least} to {most}")
        return int(value)

    def decimal(self, name: str, least: float, most: float) -> float | None:
        """A number within these; None where there is none."""
        value = self.text(name)
        if not value:
            return None
        try:
            number = float(value)
        except ValueError:
            number = nan
        if not least <= number <= most:
            raise UsageError(f"{name}: {value!r:.80} cannot be; allowed: {least:g} to {most:g}")
        return number

    def kept(self, path: str, names: Collection[str]) -> str:
        """The address of another page with those of these fields that it has too."""
        return address(path, **{name: self._fields.get(name) for name in names})

    def with_(self, path: str, **changes: object) -> str:
        """The address of these fields with some of them changed; None takes one out."""
        return address(path, **{**self._fields, **changes})
