"""Exported rows in files: of a scan, of DynamoDB's export to S3, of EventBridge's rules, or plain JSON."""

import gzip
import zlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final

from boto3.dynamodb.types import TypeDeserializer

from wfm.client import text_files
from wfm.client.migration.old_rows import OldRow
from wfm.errors import UsageError
from wfm.model import json_text
from wfm.model.rows import plain

_TYPES: Final = frozenset({"S", "N", "B", "BOOL", "NULL", "M", "L", "SS", "NS", "BS"})
_ALLOWED: Final = "a scan, an export of DynamoDB in its JSON, or rows as plain JSON (docs/migration.md)"
_AROUND: Final = ("Items", "Rules", "items", "rules")  # lists of rows in the answers of AWS's command


def files_in(given: Path) -> list[Path]:
    """The file itself, or all JSON files below a folder but for the manifests of an export; UsageError for none."""
    if not given.is_dir():
        return [given]
    found = [path for path in sorted(given.rglob("*")) if path.name.endswith((".json", ".json.gz"))]
    found = [path for path in found if not path.name.startswith("manifest-")]
    if not found:
        raise UsageError(f"FILE: {str(given)!r} has no *.json and no *.json.gz; allowed: {_ALLOWED}")
    return found


def read_file(path: Path) -> Iterator[OldRow]:
    """The rows in a file, in their order; UsageError says what is wrong with the file, and in which line."""
    try:
        content = path.read_bytes()
        text = text_files.decode(gzip.decompress(content) if path.suffix == ".gz" else content)
    except (OSError, EOFError, ValueError, zlib.error) as exc:
        raise UsageError(f"FILE: {str(path)!r} cannot be read ({exc}); allowed: {_ALLOWED}") from exc
    for number, document in _documents(text, path):
        for row in _rows(document):
            try:
                yield OldRow(str(path), _untyped(row))
            except (TypeError, ValueError, ArithmeticError, AttributeError) as exc:
                place = f"{path}:{number}"
                raise UsageError(
                    f"FILE: {place}: a row that DynamoDB never wrote ({exc}); allowed: {_ALLOWED}"
                ) from exc


def _documents(text: str, path: Path) -> Iterator[tuple[int, object]]:
    """The one document of the file, or that of each line, with the line where it begins."""
    try:
        yield 1, json_text.read(text)
    except ValueError as whole:
        lines = [(number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
        if len(lines) < 2 or not lines[0][1].rstrip().endswith("}"):
            raise UsageError(f"FILE: {str(path)!r} cannot be read ({whole}); allowed: {_ALLOWED}") from whole
        for number, line in lines:
            try:
                yield number, json_text.read(line)
            except ValueError as exc:
                raise UsageError(f"FILE: {path}:{number}: cannot be read ({exc}); allowed: {_ALLOWED}") from exc


def _rows(document: object) -> Iterator[Mapping[str, object]]:
    if isinstance(document, list):
        for one in document:
            yield from _rows(one)
    elif isinstance(document, Mapping):
        around = [document[name] for name in _AROUND if isinstance(document.get(name), list)]
        inner = document.get("Item")
        if around:
            yield from _rows(around)
        elif isinstance(inner, Mapping) and len(document) == 1:
            yield inner
        else:
            yield document
    else:
        raise UsageError(f"FILE: {document!r:.60} is no row; allowed: {_ALLOWED}")


def _untyped(row: Mapping[str, object]) -> dict[str, object]:
    """The row without DynamoDB's types, where it has them: then every value is an object of one type."""
    if not row or not all(
        isinstance(value, Mapping) and len(value) == 1 and _TYPES & set(value) for value in row.values()
    ):
        return dict(row)
    read: Callable[[object], object] = TypeDeserializer().deserialize  # type: ignore[assignment]  # of any JSON
    return {name: plain(read(value)) for name, value in row.items()}
