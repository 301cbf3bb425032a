"""Files that commands are given; `-` is what comes on stdin. UsageError names the argument and what belongs there."""

import json
import sys
from pathlib import Path
from typing import Any

from wfm.errors import UsageError


def read_text(name: str, argument: str, what: str) -> str:
    """The file's text."""
    try:
        return sys.stdin.read() if name == "-" else Path(name).read_text(encoding="utf-8")
    except (OSError, ValueError) as exc:
        raise _unreadable(name, argument, what, exc) from exc


def read_json(name: str, argument: str, what: str) -> Any:
    """The JSON in the file."""
    text = read_text(name, argument, what)
    try:
        return json.loads(text)
    except ValueError as exc:
        raise _unreadable(name, argument, what, exc) from exc


def read_object(name: str, argument: str, article: str, noun: str) -> dict[str, Any]:
    """The one JSON object in the file."""
    document = read_json(name, argument, f"{article} {noun}")
    if not isinstance(document, dict):
        raise UsageError(f"{argument}: {name!r} holds {document!r:.80}; allowed: one {noun}, a JSON object")
    return document


def _unreadable(name: str, argument: str, what: str, exc: Exception) -> UsageError:
    return UsageError(f"{argument}: {name!r} cannot be read ({exc}); allowed: a file with {what} as JSON")
