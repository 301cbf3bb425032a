"""The progress of a rollout, on the library record."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from functions.ports import Library
from wfm.calendar.timestamps import iso
from wfm.errors import InvalidRecord, Problem
from wfm.model.library_checks import doubts
from wfm.model.library_workflows import LibraryWorkflow, content_hash, content_since
from wfm.model.record_fields import unread_in_library_record
from wfm.model.rows import LibraryRecord, RolloutFields
from wfm.model.statuses import RolloutStatus

BATCH: Final = 50  # tenants; two batches at once, so at most a hundred workflows are on their way to AMC
MAX_TENANTS: Final = 90 * BATCH  # all batches share the 25,000 events that an execution may have
_MAX_NAMED: Final = 5  # conflicts that are named; the others are counted


def begin_rollout(library: Library, workflow_id: str, rollout: str, now: datetime) -> LibraryRecord | None:
    """PlanRollout: mark the record in force as being rolled out by `rollout`; None if the library has none.

    The record is read again after the mark: whichever rollout marks it last has read the newest content.
    """
    record, marked = library.in_force(workflow_id), None
    while record is not None and record["version"] != marked:
        marked = record["version"]
        library.save_rollout(workflow_id, marked, **_started(record, rollout, now))
        record = library.in_force(workflow_id)
    return record


def _started(record: LibraryRecord, rollout: str, now: datetime) -> RolloutFields:
    content, since = content_hash(record), content_since(record)
    return {
        "rolloutStatus": RolloutStatus.ROLLING,
        "rolloutReason": None,
        "rolloutTenants": None,
        "rolloutDone": 0,
        "rolloutBatches": [],
        "rolloutWarnings": warnings_of(record, None, now) or None,
        "rolloutExecution": rollout,
        "rolloutContent": content,
        "rolloutContentSince": since or iso(now),
    }


def warnings_of(record: LibraryRecord, workflow: LibraryWorkflow | None, now: datetime) -> list[str]:
    """What there is to say of a record that is rolled out nevertheless; of its windows once it is read."""
    found = doubts(workflow, now) if workflow else []
    return [*unread_in_library_record(record), *(f"{place}: {hint}" for place, hint in found)]


def is_done_above(record: LibraryRecord, version: int) -> bool:
    """Whether the record in force has a later version than this, and is DONE with its present content."""
    is_done = record.get("rolloutStatus") == RolloutStatus.DONE and content_since(record) is not None
    return is_done and record["version"] > version


def count_batch(library: Library, workflow_id: str, rollout: str, customer_ids: Sequence[str], matched: int) -> None:
    """Record that a batch is done; `matched` is for how many of its tenants the workflow is."""
    record = library.in_force(workflow_id)
    if record is not None:
        library.count_batch(workflow_id, record["version"], of=rollout, batch=customer_ids[0], tenants=matched)


def end_rollout(library: Library, workflow_id: str, rollout: str, **fields: object) -> None:
    """RecordRollout, RecordRolloutFailure: write the end of a rollout onto the records whose last rollout it is."""
    for record in library.versions(workflow_id):
        if record.get("rolloutExecution") == rollout:
            library.save_rollout(workflow_id, record["version"], of=rollout, rolloutBatches=None, **fields)


def batches(customer_ids: Sequence[str]) -> list[list[str]]:
    """The tenants in batches, in a fixed order. InvalidRecord if they are more than one execution can reach."""
    if len(customer_ids) > MAX_TENANTS:
        problem = f"{len(customer_ids)} tenants are in service, more than one rollout can reach"
        raise InvalidRecord([Problem("", problem, f"at most {MAX_TENANTS}")])
    ordered = sorted(customer_ids)
    return [ordered[start : start + BATCH] for start in range(0, len(ordered), BATCH)]


def conflict_summary(conflicts: Sequence[str], total: int) -> str | None:
    """The conflicts in a sentence; None if there are none."""
    if not total:
        return None
    named = list(conflicts[:_MAX_NAMED])
    more = f" and {total - len(named)} more" if total > len(named) else ""
    return f"left as it is where a tenant has something of its own of the same name: {', '.join(named)}{more}"
