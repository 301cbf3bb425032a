"""Text files of any origin, all read by one rule: UTF-8, or what its mark says; lines end with a line feed."""

import codecs
from pathlib import Path
from typing import Final

ALLOWED: Final = "text in UTF-8"
# The mark of UTF-32 begins with that of UTF-16.
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def read(path: Path) -> str:
    """The file's text without its byte order mark; OSError, or ValueError with the line that is no UTF-8."""
    return decode(path.read_bytes())


def decode(content: bytes) -> str:
    """The text without its mark, its line ends as `\\n`; ValueError names the line that cannot be decoded."""
    mark, encoding = next(((mark, name) for mark, name in _MARKS if content.startswith(mark)), (b"", "utf-8"))
    plain = content[len(mark) :]
    try:
        text = plain.decode(encoding)
    except UnicodeDecodeError as exc:
        line = plain[: exc.start].count(b"\n") + 1
        raise ValueError(f"byte 0x{plain[exc.start]:02x} in line {line} is no {encoding.upper()}") from exc
    if "\0" in text:
        raise ValueError(
            f"line {text[: text.index(chr(0))].count(chr(10)) + 1} has a NUL: is it UTF-16 without its mark?"
        )
    return text.replace("\r\n", "\n").replace("\r", "\n")
