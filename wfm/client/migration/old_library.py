"""Library workflows from the first predecessor's library: of each workflow the version that was in force."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from itertools import groupby
from typing import Final

from wfm.client.migration.fields import LIBRARY_FIELDS, without_counterpart
from wfm.client.migration.firing import DISABLED, as_it_ran
from wfm.client.migration.old_rows import Kind, OldRow, Read
from wfm.client.migration.payloads import read_payload
from wfm.client.workflow_files.definitions import check_definition
from wfm.errors import InvalidRecord
from wfm.model import json_schema
from wfm.model.library_checks import check_library_record
from wfm.model.library_workflows import LibraryWorkflow
from wfm.model.rows import Document, object_in

_PLACES: Final = ("defaultSchedule", "schedule")


@dataclass(frozen=True, slots=True)
class OldLibrary:
    """What was read of each row, the workflows that can be taken by id, and the version of each that was taken."""

    read: Sequence[Read]
    workflows: Mapping[str, LibraryWorkflow]
    versions: Mapping[str, int]


def read_library(rows: Sequence[OldRow], now: datetime) -> OldLibrary:
    """The library in these rows, by id."""
    ordered = sorted(rows, key=lambda row: (row.text("workflowId"), _version(row.document)))
    read: list[Read] = []
    workflows: dict[str, LibraryWorkflow] = {}
    versions: dict[str, int] = {}
    for workflow_id, group in groupby(ordered, key=lambda row: row.text("workflowId")):
        same = list(group)
        latest = same[-1]
        version = _version(latest.document)
        versions[workflow_id] = version
        for row in same[:-1]:
            name = f"{workflow_id} version {_version(row.document)}"
            if _version(row.document) < version:
                read.append(Read(Kind.LIBRARY, name, row.source, left_out=f"version {version} was in force"))
            elif row.document != latest.document:
                problem = f"says something else than the same version in {latest.source}; allowed: one of them"
                read.append(Read(Kind.LIBRARY, name, row.source, problem=problem))
        one, workflow = _read(latest, workflow_id, now)
        read.append(one)
        if workflow is not None:
            workflows[workflow_id] = workflow
    return OldLibrary(read, workflows, versions)


def _read(row: OldRow, workflow_id: str, now: datetime) -> tuple[Read, LibraryWorkflow | None]:
    record, without, notes, problem = _cleaned(row.document)
    without = {**without_counterpart(row.document, LIBRARY_FIELDS), **without}
    read = Read(Kind.LIBRARY, workflow_id or "(no workflowId)", row.source, record, notes=notes, without=without)
    if problem:
        return replace(read, problem=problem), None
    try:
        workflow = check_library_record(record, partial(json_schema.problems, "library_record"), now)
        doubts = check_definition({**workflow.definition, "defaultPayload": workflow.default_payload}, now)
    except InvalidRecord as exc:
        return replace(read, problem=str(exc)), None
    notes += doubts + ([] if workflow.deploys else ["it is kept and goes to nobody, as it was"])
    return replace(read, notes=notes), workflow


def _cleaned(document: Document) -> tuple[dict[str, object], dict[str, str], list[str], str]:
    """The record without what a push would not take, the fields that go, notes, and what cannot be taken."""
    record = {name: value for name, value in document.items() if name not in ("version", "workflowType")}
    record["version"] = _version(document)
    payload = read_payload(object_in(document.get("defaultPayload")), "defaultPayload")
    if document.get("defaultPayload"):
        record["defaultPayload"] = payload.wanted
    without, notes, problems = dict(payload.without), [*payload.notes], [payload.problem]
    for place in _PLACES:
        given = document.get(place)
        if not isinstance(given, Mapping):
            continue
        if given.get("automaticDeploySchedule") is False:
            notes.append("its schedule is left out: automaticDeploySchedule is false, which nothing read there")
            del record[place]
            continue
        inside = read_payload(object_in(object_in(given.get("Input")).get("payload")), f"{place}.Input.payload")
        schedule, never = as_it_ran(given, "of-a-tenant", {"State": DISABLED})
        schedule = {name: value for name, value in schedule.items() if name not in ("EventBusName", "runBy")}
        record[place] = {**schedule, "Input": {"payload": inside.wanted}}
        without |= inside.without
        notes += [*inside.notes, *never]
        problems += [inside.problem, _of_campaigns(given, place)]
    return record, without, notes, "; ".join(filter(None, problems))


def _of_campaigns(schedule: Document, place: str) -> str:
    if not schedule.get("runBy"):
        return ""
    return (
        f"{place}.runBy: runs for each campaign are not offered; allowed: nothing there, and a backfill with"
        " parameterSets: a set of values for each campaign"
    )


def _version(document: Document) -> int:
    """The version, 1 where there is none; the tenants' copies have it as a text."""
    given = document.get("version", 1)
    return int(str(given)) if str(given).isdecimal() else 0
