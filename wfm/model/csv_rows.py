"""How AMC writes the file of a result, and its rows as text."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from wfm.errors import InvalidRecord, Problem
from wfm.model.byte_stream import ByteStream

LONGEST_LINE: Final = 4 << 20  # bytes
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


def rows_of_parts(parts: Iterable[Iterator[bytes]], csv_format: CsvFormat) -> Iterator[Sequence[str]]:
    """The rows of a result by the bytes of its parts, each of which has the header; the header comes once, first.

    InvalidRecord for what is no such file, or where two parts have different headers.
    """
    header = None
    for part in parts:
        rows = rows_of(_lines(part), csv_format)
        own = next(rows, None)
        if own is None:
            continue
        if header is None:
            yield (header := own)
        elif own != header:
            raise InvalidRecord([Problem("the result", "has parts of different columns", "one header in all parts")])
        yield from rows


def _lines(chunks: Iterator[bytes]) -> Iterator[bytes]:
    stream = io.BufferedReader(ByteStream(chunks), LONGEST_LINE)
    while line := stream.readline(LONGEST_LINE):
        if not line.endswith(b"\n"):
            raise InvalidRecord([Problem("the result", "has a line without an end", f"{LONGEST_LINE} bytes in a line")])
        yield line
