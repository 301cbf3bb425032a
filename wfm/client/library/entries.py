"""What the workflow library has: each workflow with its versions, and the tenants' rows that came of it."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from wfm.client.aws import Aws
from wfm.client.library.plan import Known, version_of
from wfm.client.library.rollouts import Rollout, RolloutStatus, rollout_status
from wfm.client.suggestions import suggest
from wfm.errors import UnknownWorkflow, UsageError
from wfm.model.rollout_plan import tenant_in_service
from wfm.model.rows import Document, plain_object
from wfm.model.tenants import Tenant


@dataclass(frozen=True, slots=True)
class LibraryEntry:
    """A workflow of the library: the version chosen (that in force), all of them, and the tenants' rows."""

    workflow_id: str
    known: Known
    versions: tuple[int, ...]
    rows: tuple[Document, ...]

    @property
    def status(self) -> RolloutStatus:
        """The status of the version's last rollout."""
        return rollout_status(Rollout(self.workflow_id, self.known.latest, ""), self.known.record, self.rows)


class LibraryEntries:
    """Reading the library. UnknownWorkflow and UsageError name what there is instead."""

    def __init__(self, aws: Aws) -> None:
        self._aws = aws

    def list(self) -> Sequence[LibraryEntry]:
        """All workflows of the library, by id."""
        rows: defaultdict[str, list[Document]] = defaultdict(list)
        for row in self._aws.tables.workflows.of_all():
            rows[str(row["workflowId"])].append(plain_object(row))
        return [_entry_of(name, records, rows[name]) for name, records in self.by_id().items()]

    def get(self, workflow_id: str, version: int | None = None) -> LibraryEntry:
        """One workflow, with the record in force or that of a version."""
        records = self._aws.tables.library.versions(workflow_id)
        if not records:
            hint = suggest(workflow_id, self.by_id())
            raise UnknownWorkflow(f"workflowId: the library has no workflow {workflow_id!r}; {hint}")
        entry = self._entry(workflow_id, records)
        if version is None:
            return entry
        chosen = [record for record in records if version_of(record) == version]
        if not chosen:
            there = ", ".join(str(number) for number in entry.versions)
            raise UsageError(f"--version: {workflow_id} has no version {version}; allowed: {there}")
        return LibraryEntry(workflow_id, Known.of(chosen), entry.versions, entry.rows)

    def _entry(self, workflow_id: str, records: Sequence[Document]) -> LibraryEntry:
        rows = tuple(plain_object(row) for row in self._aws.tables.library.rows(workflow_id))
        return _entry_of(workflow_id, records, rows)

    def tenants(self) -> Sequence[Tenant]:
        """Those that the library goes to."""
        found = (tenant_in_service(plain_object(row)) for row in self._aws.tables.tenants.all())
        return [tenant for tenant in found if tenant is not None]

    def by_id(self) -> dict[str, Sequence[Document]]:
        """The records of each workflow."""
        records = sorted(self._aws.tables.library.all(), key=lambda record: str(record["workflowId"]))
        return {name: list(group) for name, group in groupby(records, key=lambda record: str(record["workflowId"]))}


def _entry_of(workflow_id: str, records: Sequence[Document], rows: Sequence[Document]) -> LibraryEntry:
    versions = tuple(sorted(version_of(record) for record in records))
    return LibraryEntry(workflow_id, Known.of(records), versions, tuple(rows))
