"""How AMC writes the file of a result, and its rows as text."""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from wfm.errors import InvalidRecord, Problem

_SIGN: Final = re.compile(r"[\t -~]")  # in CSV


@dataclass(frozen=True)
class CsvFormat:
    """How AMC wrote the file: the workflow's `outputFormat`. A quote that is escaped by itself needs no `escape`."""

    separator: str = ","
    quote: str = '"'
    escape: str = ""

    def problems(self) -> Iterator[Problem]:
        """Why no file of this format can be read."""
        signs = [self.separator, self.quote, *([self.escape] if self.escape else [])]
        if not all(_SIGN.fullmatch(sign) for sign in signs):
            yield Problem(
                "outputFormat", "has a sign that is not one character", "one character of ASCII for each sign"
            )
        elif len(set(signs)) < len(signs):
            yield Problem("outputFormat", "has one character for two signs", "another character for each sign")


def rows_of(lines: Iterable[bytes], csv_format: CsvFormat) -> Iterator[Sequence[str]]:
    """The rows of a file, its header first; InvalidRecord for what is no such file."""
    if problems := [*csv_format.problems()]:
        raise InvalidRecord(problems)
    texts = (line.decode("utf-8-sig" if number == 0 else "utf-8") for number, line in enumerate(lines))
    signs = csv_format
    try:
        yield from csv.reader(texts, delimiter=signs.separator, quotechar=signs.quote, escapechar=signs.escape or None)
    except (UnicodeDecodeError, csv.Error) as exc:
        raise InvalidRecord([Problem("the result", f"cannot be read ({exc})"[:300], "CSV in UTF-8")]) from exc
