"""`wfm.library`: push folders, remove workflows, follow what comes of it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from wfm.client import deprecated
from wfm.client.aws import Aws
from wfm.client.aws_errors import in_words
from wfm.client.library.entries import LibraryEntries, LibraryEntry
from wfm.client.library.own_rules import (
    changing,
    circles_with_own,
    links_after_nothing,
    links_against,
    pruned_parents,
    schedules_against,
)
from wfm.client.library.plan import EXTRA, REMOVE, UNCHANGED, Change, Known, Reach, compare, reach, version_of
from wfm.client.library.pull import Pulled, pull
from wfm.client.library.rollouts import Rollout, RolloutStatus, follow, rollout_status
from wfm.client.poll_schedule import CLOCK, Clock
from wfm.client.suggestions import case_twin
from wfm.client.workflow_files.folder import Folder, WorkflowFile, folder_of, read_folder
from wfm.client.workflow_files.links import parent_problems, replaced_parents, replaces
from wfm.client.workflow_files.tenant_values import value_problems
from wfm.errors import InvalidFilesError, UsageError
from wfm.model.chain_links import read_links
from wfm.model.rows import plain_object
from wfm.model.tenants import Tenant

ROLLOUT_TIMEOUT: Final = 3600.0  # seconds; a thousand tenants take some minutes as AMC throttles


@in_words
class Library:
    """The records of WorkflowLibrary. WFM's machines roll them out to the tenants."""

    def __init__(self, aws: Aws) -> None:
        self._aws = aws
        self._entries = LibraryEntries(aws)

    def list(self) -> Sequence[LibraryEntry]:
        """All workflows of the library, by id."""
        return self._entries.list()

    def get(self, workflow_id: str, version: int | None = None) -> LibraryEntry:
        """One workflow, with the record in force or that of a version."""
        return self._entries.get(workflow_id, version)

    def read(self, folder: Path) -> Folder:
        """The workflows in a folder; InvalidFilesError names all that is wrong with them."""
        return read_folder(folder, datetime.now(UTC))

    def define(self, workflows: Mapping[str, tuple[str, Mapping[str, object]]]) -> Folder:
        """The same of workflows that Python makes: by id the SQL, and the settings that the YAML file would have.

        InvalidFilesError names all that is wrong, by the files in which they would be.
        """
        return folder_of(workflows, datetime.now(UTC))

    def compare(self, folder: Folder) -> Sequence[Change]:
        """How the folder and the library differ, by id, with the tenants that each change would reach.

        InvalidFilesError names, by file and line, who lacks a value that a file refers to, and links that cannot be.
        """
        known = {name: Known.of(records) for name, records in self._entries.by_id().items()}
        if problems := [*self._unlinkable(folder, known)]:
            raise InvalidFilesError(problems)
        twins = list(_twins([file for file in folder.workflows if file.workflow_id not in known], folder, known))
        compared = [compare(file, known.pop(file.workflow_id, Known())) for file in folder.workflows]
        if problems := [*(problem for _, problem in compared if problem), *twins]:
            raise InvalidFilesError(problems)
        tenants = self._entries.tenants()
        changes = [change for change, _ in compared if change] + [
            Change(name, EXTRA, one) for name, one in known.items()
        ]
        found = [self._reaching(change, tenants) for change in sorted(changes, key=lambda change: change.workflow_id)]
        if problems := [problem for change in found for problem in _lacking(change, tenants)]:
            raise InvalidFilesError(problems)
        if problems := [*self._against_own(found), *links_after_nothing(found, tenants, self._aws.tables.library.rows)]:
            raise InvalidFilesError(problems)
        return found

    def check_prune(self, changes: Sequence[Change]) -> None:
        """InvalidFilesError for a file that runs after what `push` would remove with `prune`."""
        if problems := [*pruned_parents(changes, self._aws.tables.library.rows)]:
            raise InvalidFilesError(problems)

    def _against_own(self, found: Sequence[Change]) -> Iterator[str]:
        """A problem for each rule that what tenants have of their own breaks; read where there may be one."""
        files = [file.workflow for _, file in changing(found)]
        has_links = any(one.after is not None for one in files)
        has_replaces = any(replaces(one.schedule) for one in files)
        rows = list(self._aws.tables.tenants.all()) if has_links or has_replaces else []
        ids = [change.workflow_id for change in found]
        if has_links:
            yield from schedules_against(found, self._aws.tables.schedules.all())
            yield from circles_with_own(found, rows, ids)
        if has_replaces:
            yield from links_against(found, rows, ids)

    def _unlinkable(self, folder: Folder, known: Mapping[str, Known]) -> Iterator[str]:
        """A problem for each circle, and for each parent that neither the library nor a tenant has."""
        here = [file.workflow_id for file in folder.workflows]
        others = {name: one.workflow.after for name, one in known.items() if one.workflow and name not in here}
        yield from folder.unlinkable(read_links({name: after for name, after in others.items() if after}))
        schedules = {name: one.workflow.schedule for name, one in known.items() if one.workflow and name not in here}
        yield from replaced_parents(folder.links, schedules)
        rows = self._aws.tables.library.rows
        yield from parent_problems(folder.links, [*here, *known], lambda parent: bool(rows(parent)))

    def _reaching(self, change: Change, tenants: Sequence[Tenant]) -> Change:
        if change.kind == UNCHANGED:
            return change
        workflow = change.file.workflow if change.file else None
        return replace(change, reach=reach(workflow, tenants, self._aws.tables.library.rows(change.workflow_id)))

    def push(self, changes: Iterable[Change], *, prune: bool = False) -> Sequence[Rollout]:
        """Write what is new and changed; with `prune` remove what is not in the folder. What is to be followed.

        InvalidFilesError, before anything is written, for a file that runs after what would be removed.
        UsageError names the workflows that somebody else changed since `compare`; the others are written.
        """
        begun: list[Rollout] = []
        overtaken: list[str] = []
        changes = list(changes)
        if prune:
            self.check_prune(changes)
        for change in changes:
            if change.kind == EXTRA and not prune:
                continue
            if change.kind == EXTRA:
                begun += self.remove(change.workflow_id)
            elif change.file and change.version:
                record = {**change.file.record, "version": change.version}
                if self._aws.tables.library.add(record, change.known.latest):
                    begun.append(Rollout(change.workflow_id, change.version))
                else:
                    overtaken.append(change.workflow_id)
        if overtaken:
            written = ", ".join(rollout.workflow_id for rollout in begun) or "nothing"
            raise UsageError(
                f"{', '.join(overtaken)}: somebody else pushed a version just now, which is left in force;"
                f" written: {written}; push again to see the difference"
            )
        return begun

    def after_removal(self, workflow_id: str, version: int | None = None) -> tuple[Known, Reach]:
        """The record in force, and the tenants' workflows, after a version or (None) all of them are removed."""
        entry = self.get(workflow_id, version)
        records = self._aws.tables.library.versions(workflow_id) if version is not None else []
        left = Known.of(record for record in records if version_of(record) != version)
        if left.latest == max(entry.versions):
            return left, Reach()
        return left, reach(left.workflow, self._entries.tenants(), entry.rows)

    def remove(self, workflow_id: str, version: int | None = None) -> Sequence[Rollout]:
        """Remove a version or (None) all of them; what is to be followed, nothing if another one is in force."""
        entry = self.get(workflow_id, version)
        left, _ = self.after_removal(workflow_id, version)
        for number in entry.versions if version is None else [version]:  # the highest last: no older one comes up
            self._aws.tables.library.remove(workflow_id, number)
        if left.latest == max(entry.versions):
            return []
        return [Rollout(workflow_id, left.latest, str(left.record.get("rolloutExecution", "")))]

    def reach(self, workflow_id: str) -> tuple[LibraryEntry, Reach]:
        """A workflow, and the tenants that a rollout of the version in force is about; UsageError if it is none."""
        entry = self.get(workflow_id)
        if entry.known.workflow is None:
            raise UsageError(f"{workflow_id}: its record cannot be read: {entry.known.problem}; allowed: a new version")
        return entry, reach(entry.known.workflow, self._entries.tenants(), entry.rows)

    def roll_out(self, workflow_id: str, by: str | None = None) -> Rollout:
        """Bring the version in force to its tenants once more, as after a rollout that failed; what is to be followed.

        `by` is who wants it, for the record. A rollout that runs goes on, and the record tells of this one.
        """
        entry, _ = self.reach(workflow_id)
        latest = entry.known.latest
        if by:
            self._aws.tables.library.save_rollout(workflow_id, latest, rolloutAskedBy=by)
        self._aws.rollouts.start(workflow_id)
        return Rollout(workflow_id, latest, str(entry.known.record.get("rolloutExecution", "")))

    def pull(self, folder: Path, *, force: bool = False) -> Pulled:
        """Write the library into a folder; unless `force`, UsageError for files that say something else."""
        return pull(self.list(), folder, force=force)

    def wait(
        self, rollouts: Sequence[Rollout], timeout: float = ROLLOUT_TIMEOUT, clock: Clock = CLOCK
    ) -> Iterator[Sequence[RolloutStatus]]:
        """The status of these rollouts, again whenever it has changed; NotEndedInTimeError after `timeout` seconds."""
        removing = {tenant.customer_id for tenant in self._entries.tenants() if REMOVE in tenant.toggles}

        def poll() -> Sequence[RolloutStatus]:
            return [self._status(rollout, removing) for rollout in rollouts]

        return follow(poll, timeout, clock)

    def _status(self, rollout: Rollout, removing: set[str]) -> RolloutStatus:
        """A removal concerns those tenants that let the library remove."""
        records = {
            version_of(record): plain_object(record)
            for record in self._aws.tables.library.versions(rollout.workflow_id)
        }
        rows = [plain_object(row) for row in self._aws.tables.library.rows(rollout.workflow_id)]
        concerned = [row for row in rows if rollout.version or row["customerId"] in removing]
        return rollout_status(rollout, records.get(rollout.version, {}), concerned)

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> object:
            return deprecated.find(self, deprecated.CALLS_OF_LIBRARY, "wfm.library", name)


def _lacking(change: Change, tenants: Sequence[Tenant]) -> Iterator[str]:
    """A problem for each value that a tenant would need, and has not."""
    if change.file and change.kind != UNCHANGED:
        yield from value_problems(change.file, [one for one in tenants if one.customer_id in change.reach.gets])


def _twins(new: Iterable[WorkflowFile], folder: Folder, known: Iterable[str]) -> Iterator[str]:
    """A problem for each new id that differs from another one in case alone."""
    others = [*known, *(file.workflow_id for file in folder.workflows)]
    for file in new:
        if twin := case_twin(file.workflow_id, others):
            problem = f"{file.yaml}: workflowId: {file.workflow_id!r} differs from {twin} in case alone"
            yield f"{problem}; allowed: another id, or {twin}"
