"""A tenant's desired workflow, and what of it goes to AMC."""

import hashlib
import json
import re
from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from typing import Final

from wfm.calendar.spans import read_span
from wfm.errors import Problem
from wfm.model import sql_text
from wfm.model.amc_values import is_same_value
from wfm.model.rows import Document, WorkflowRow
from wfm.model.statuses import SyncStatus

# Body fields of POST /workflows (Amazon's OpenAPI), and two that only its guide and sample notebook have.
AMC_FIELDS: Final = (
    "workflowId", "sqlQuery", "inputParameters", "outputColumns", "outputFormat", "inputSchema",
    "filteredMetricsDiscriminatorColumn", "privacyFilteringBehavior", "distinctUserCountColumn", "filteredReasonColumn",
)  # fmt: skip


DELIVERY: Final = "delivery"  # beside AMC's fields: whether and how WFM delivers its results
OUTPUT_COLUMNS: Final = "outputColumns"
DEFINITION_HASH: Final = "definitionHash"
LIBRARY_VERSION: Final = "libraryVersion"
FRESHNESS: Final = "freshness"  # how old the newest result of a tenant may be
_AGES: Final = (timedelta(hours=1), timedelta(days=400))  # its step, and the most: more than a year
_SHORT_HASH_CHARS: Final = 16
_ID: Final = re.compile(r"[A-Za-z0-9._-]{1,256}")  # the characters are AMC's (its guide), the length is ours


def is_workflow_id(value: object) -> bool:
    """Whether AMC takes it as the id of a workflow."""
    return isinstance(value, str) and _ID.fullmatch(value) is not None


def read_freshness(given: object) -> timedelta | None:
    """How old the newest result may be; None where nobody says, or it cannot be read."""
    (step, most), found = _AGES, read_span(given)
    return found if found and not found % step and found <= most else None


def freshness_problems(given: object) -> Sequence[Problem]:
    """What is wrong with the field; nothing where there is none."""
    if given is None or read_freshness(given):
        return ()
    return (Problem(FRESHNESS, f"{given!r:.60} is no such time", "whole hours or days up to 400d, such as 36h or 8d"),)


def definition(row: Document) -> dict[str, object]:
    """The workflow as AMC takes it: only AMC's own fields."""
    return {name: row[name] for name in AMC_FIELDS if name in row}


def definition_hash(row: Document) -> str:
    """A hash of the definition, whatever else is in the row."""
    text = json.dumps(definition(row), sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def short_hash(definition_hash: str) -> str:
    """A definition's hash as the rows of requests and runs have it: each write of them is billed by its size."""
    return definition_hash[:_SHORT_HASH_CHARS]


def version_in_amc(row: WorkflowRow) -> dict[str, object]:
    """Which definition a run gets that is made now, as fields of its row: the one that AMC has.

    The library's version is left out where AMC refused it and has the one before.
    """
    known = row.get(DEFINITION_HASH)
    if not known:
        return {}
    version = row.get(LIBRARY_VERSION) if definition_hash(row) == known else None
    return {DEFINITION_HASH: short_hash(known), **({LIBRARY_VERSION: version} if version else {})}


def next_version(row: WorkflowRow) -> dict[str, object]:
    """Like `version_in_amc`, of a run that is asked for now: it waits for a sync that is under way."""
    is_refused = row.get("syncStatus") == SyncStatus.FAILED
    return version_in_amc(row if is_refused else {**row, DEFINITION_HASH: definition_hash(row)})


def is_synced_and_unchanged(row: WorkflowRow) -> bool:
    """Whether AMC should show this row: it is SYNCED, and has not changed since."""
    synced = row.get("syncStatus") == SyncStatus.SYNCED and row.get("syncExecution")
    return bool(synced) and row.get(DEFINITION_HASH) == definition_hash(row)


def needs_sync(old: Document | None, new: Document | None) -> bool:
    """Whether a change of a row of Workflows concerns AMC; WFM's own writes of the sync status do not."""
    if old is None or new is None:
        return True
    is_forgotten = "syncStatus" in old and "syncStatus" not in new  # somebody put the whole row anew
    return is_forgotten or definition_hash(old) != definition_hash(new)


def differences(desired: Document, shown: Document, known: Collection[str] = ()) -> list[str]:
    """AMC's fields in which a workflow as AMC shows it is not as desired.

    Strict on every value that is given. What AMC shows beyond that counts too, since WFM may have put it there before,
    but for mere defaults (`elementNullable: false`) and for the fields `known` to hold more than was given.
    """
    found = {*conflicts(desired, shown), *(name for name in additions(desired, shown) if name not in known)}
    return [name for name in AMC_FIELDS if name in found]


def conflicts(desired: Document, shown: Document) -> list[str]:
    """The fields of which AMC does not show what was given."""
    wanted = definition(desired)
    return [name for name, value in wanted.items() if not _agrees(name, value, shown.get(name), exactly=False)]


def additions(desired: Document, shown: Document) -> list[str]:
    """The fields of which AMC shows more than was given; a PUT replaces, so after one this is AMC's own doing."""
    wanted, wrong = definition(desired), conflicts(desired, shown)
    more = [name for name, value in definition(shown).items() if not _agrees(name, wanted.get(name), value)]
    return [name for name in more if name not in wrong]


def _agrees(field: str, given: object, shown: object, *, exactly: bool = True) -> bool:
    """Whether AMC shows the value; `exactly` also that it shows nothing else. Key order never counts."""
    if field == sql_text.FIELD and isinstance(given, str) and isinstance(shown, str):
        return sql_text.tidy(given) == sql_text.tidy(shown)
    if is_default(given):
        return is_default(shown) or (given is None and not exactly)
    if isinstance(given, Mapping) and isinstance(shown, Mapping):
        extra = [value for key, value in shown.items() if key not in given]
        held = all(_agrees(key, value, shown.get(key), exactly=exactly) for key, value in given.items())
        return held and not (exactly and any(not is_default(value) for value in extra))
    if isinstance(given, list) and isinstance(shown, list):
        pairs = zip(_in_order(field, given), _in_order(field, shown), strict=False)
        return len(given) == len(shown) and all(_agrees("", one, other, exactly=exactly) for one, other in pairs)
    return is_same_value(given, shown)


def is_default(value: object) -> bool:
    """Whether AMC may show a field so that was not given."""
    return value is None or value is False or value in ("", [], {})


def _in_order(field: str, items: list[object]) -> list[object]:
    """Parameters go by their names, so their order says nothing; that of columns does."""
    if field != "inputParameters":
        return items
    return sorted(items, key=lambda item: str(item.get("name")) if isinstance(item, Mapping) else "")


_ABSENT: Final = re.compile(r"\bdoes(n't| not) exist\b|\bnot (be )?found\b|\bno such\b", re.IGNORECASE)


def does_not_exist(text: str) -> bool:
    """AMC's sign of a workflow or run that is not there; it comes with 404, and with 400 too."""
    return _ABSENT.search(text) is not None
