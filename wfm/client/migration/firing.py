"""Schedules of the first predecessor that never ran there, though nothing said so."""

import re
from typing import Final

from wfm.model.rows import Document

# It compared texts: `custom(D * 08)` was none.
_EXACT: Final = re.compile(r"custom\((?:H \* \*|(?:D \*|W [0-6]|M (?:[1-9]|[12]\d|3[01])) (?:\d|1\d|2[0-3]))\)")
_RULE_NAME: Final = re.compile(r"[.\-_A-Za-z0-9]{1,64}")  # EventBridge, PutRule
DISABLED: Final = "DISABLED"


def never_ran(row: Document, rule: str) -> str:
    """Why the schedule did not run there; "" if it did, or was switched off. `rule` is what its rule was called."""
    expression = str(row.get("ScheduleExpression", "")).strip()
    if row.get("State") == DISABLED or not expression:
        return ""
    if expression.startswith("custom("):
        if not _EXACT.fullmatch(expression):
            return "only texts such as custom(D * 8) were found"
        return "" if row.get("State") else "a custom schedule without State was not found"
    if not expression.startswith("cron("):
        return "only cron(...) and custom(...) were read"
    if not row.get("Description"):
        return "a cron schedule without Description made no rule"
    return "" if _RULE_NAME.fullmatch(rule) else "no rule could be called by its name"


def as_it_ran(row: Document, rule: str, off: Document) -> tuple[dict[str, object], list[str]]:
    """The schedule, with the fields `off` that switch it off where it never ran, and the note that says so."""
    why = never_ran(row, rule)
    if not why:
        return dict(row), []
    return {**row, **off}, [f"it never ran there ({why}), so it is {'paused' if 'paused' in off else 'off'} here"]
