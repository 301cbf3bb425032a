"""The client's part that changes the workflow library: push folders, remove workflows, follow what comes of it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from wfm.client.library.entries import LibraryEntries
from wfm.client.library.plan import EXTRA, REMOVE, UNCHANGED, Change, Known, Reach, compare, reach
from wfm.client.library.rollouts import Rollout, Standing, follow, standing
from wfm.client.waiting import CLOCK, Clock
from wfm.client.workflow_files.folder import Folder, read_folder
from wfm.errors import InvalidFilesError, UsageError
from wfm.model.tenants import Tenant
from wfm.store.items import plain

AN_HOUR: Final = 3600.0  # seconds; a thousand tenants take some minutes at AMC's pace


class Library(LibraryEntries):
    """The records of WorkflowLibrary. WFM's machines bring the tenants in line with them."""

    def read(self, folder: Path) -> Folder:
        """The workflows in a folder; InvalidFilesError names all that is wrong with them."""
        return read_folder(folder, datetime.now(UTC))

    def compare(self, folder: Folder) -> list[Change]:
        """How the folder and the library differ, by id, with the tenants that each change would reach."""
        known = {name: Known.of(records) for name, records in self._by_id().items()}
        found = [compare(file, known.pop(file.workflow_id, Known())) for file in folder.workflows]
        if problems := [problem for _, problem in found if problem]:
            raise InvalidFilesError(problems)
        tenants = self._tenants()
        changes = [change for change, _ in found if change] + [Change(name, EXTRA, one) for name, one in known.items()]
        return [self._reaching(change, tenants) for change in sorted(changes, key=lambda change: change.workflow_id)]

    def _reaching(self, change: Change, tenants: Sequence[Tenant]) -> Change:
        if change.kind == UNCHANGED:
            return change
        workflow = change.file.workflow if change.file else None
        return replace(change, reach=reach(workflow, tenants, self._records.rows(change.workflow_id)))

    def push(self, changes: Iterable[Change]) -> list[Rollout]:
        """Write what is new and changed, and remove what is not in the folder; what is to be followed.

        UsageError names the workflows that somebody else changed since `compare`; the others are written.
        """
        begun: list[Rollout] = []
        overtaken: list[str] = []
        for change in changes:
            if change.kind == EXTRA:
                begun += self.remove(change.workflow_id)
            elif change.file and change.version:
                record = {**change.file.record, "version": change.version}
                if self._records.add(record, change.known.latest):
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
        """What is in force, and what becomes of the tenants, when a version or (None) all of them are removed."""
        entry = self.entry(workflow_id, version)
        records = self._records.versions(workflow_id) if version is not None else []
        left = Known.of(record for record in records if int(record["version"]) != version)
        if left.latest == max(entry.versions):
            return left, Reach()
        return left, reach(left.workflow, self._tenants(), entry.rows)

    def remove(self, workflow_id: str, version: int | None = None) -> list[Rollout]:
        """Remove a version or (None) all of them; what is to be followed, nothing if another one is in force."""
        entry = self.entry(workflow_id, version)
        left, _ = self.after_removal(workflow_id, version)
        for number in entry.versions if version is None else [version]:  # the highest last: no older one comes up
            self._records.remove(workflow_id, number)
        if left.latest == max(entry.versions):
            return []
        return [Rollout(workflow_id, left.latest, str(left.record.get("rolloutExecution", "")))]

    def follow(
        self, rollouts: Sequence[Rollout], timeout: float = AN_HOUR, clock: Clock = CLOCK
    ) -> Iterator[list[Standing]]:
        """How these rollouts stand, again whenever that has changed; NotEndedInTimeError after `timeout` seconds."""
        removing = {tenant.customer_id for tenant in self._tenants() if REMOVE in tenant.toggles}

        def look() -> list[Standing]:
            return [self._standing(rollout, removing) for rollout in rollouts]

        return follow(look, timeout, clock)

    def _standing(self, rollout: Rollout, removing: set[str]) -> Standing:
        """A removal concerns those tenants that let the library remove."""
        records = {int(record["version"]): plain(record) for record in self._records.versions(rollout.workflow_id)}
        rows = [plain(row) for row in self._records.rows(rollout.workflow_id)]
        concerned = [row for row in rows if rollout.version or row["customerId"] in removing]
        return standing(rollout, records.get(rollout.version, {}), concerned)
