"""Which tenants lack a table or column that a workflow reads: judged before the workflow goes to them."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from wfm.calendar.timestamps import iso
from wfm.client.workflow_files.folder import WorkflowFile
from wfm.client.workflow_files.sql_check import SqlFinding, table_check
from wfm.model.data_sources import DataSources

LACKS, DEPRECATED, UNKNOWN = "lacks", "deprecated", "unknown"


@dataclass(frozen=True, slots=True)
class TenantSources:
    """A tenant's tables, and when AMC listed them; or None for what is not known, and the problem."""

    customer_id: str
    sources: DataSources | None = None
    read_at: datetime | None = None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """What a person should look at. LACKS is what AMC refuses there; `workflow_id` is "" where nothing is known."""

    customer_id: str
    workflow_id: str
    kind: str
    line: int
    text: str

    def as_json(self) -> dict[str, object]:
        """What `--json` prints."""
        return {
            "customerId": self.customer_id,
            "workflowId": self.workflow_id or None,
            "found": self.kind,
            "line": self.line or None,
            "text": self.text,
        }


@dataclass(frozen=True, slots=True)
class Preflight:
    """What was found in all tenants, by customer and workflow. `since` is the oldest reading of what was checked."""

    found: tuple[Finding, ...]
    checked: int
    unknown: int
    since: datetime | None

    @property
    def lacking(self) -> int:
        """How many tenants lack something."""
        return len({one.customer_id for one in self.found if one.kind == LACKS})

    def summary(self) -> str:
        """One line for people."""
        listed = f", as listed {iso(self.since)[:16].replace('T', ' ')} UTC or later" if self.since else ""
        parts = [f"tables of {_tenants(self.checked)} checked{listed}"] if self.checked else []
        parts += [f"{_tenants(self.lacking)} without what it takes"] if self.lacking else []
        parts += [f"tables of {_tenants(self.unknown)} are unknown"] if self.unknown else []
        return "; ".join(parts if self.found else [*parts, "nothing to look at"])


def preflight(wanted: Mapping[str, Iterable[WorkflowFile]], known: Iterable[TenantSources]) -> Preflight:
    """`wanted` are the workflows by the customer that gets them."""
    checks = _Checks()
    tenants = sorted(known, key=lambda one: one.customer_id)
    found = [each for tenant in tenants for each in _of_tenant(tenant, wanted.get(tenant.customer_id, ()), checks)]
    read = [tenant.read_at for tenant in tenants if tenant.read_at is not None]
    unknown = sum(tenant.sources is None for tenant in tenants)
    return Preflight(tuple(found), len(tenants) - unknown, unknown, min(read, default=None))


def runs_nowhere(wanted: Mapping[str, Sequence[WorkflowFile]], found: Preflight) -> Iterator[str]:
    """A problem, with file and line, for each workflow of which all tenants that get it are known to lack something."""
    lacking: dict[str, dict[str, Finding]] = {}
    for one in found.found:
        if one.kind == LACKS:
            lacking.setdefault(one.workflow_id, {}).setdefault(one.customer_id, one)
    for file in {file.workflow_id: file for files in wanted.values() for file in files}.values():
        gets = [customer for customer, files in wanted.items() if file in files]
        its = lacking.get(file.workflow_id, {})
        if all(customer in its for customer in gets):
            first = its[gets[0]]
            nowhere = f"{_tenants(len(gets))} would get it, and none of these can run it"
            yield f"{file.sql}:{first.line}: sqlQuery: {nowhere}: {first.customer_id}: {first.text}"


class _Checks:
    """Each query is read once, and judged once for all instances that have the same tables, as most have."""

    def __init__(self) -> None:
        self._by_id: dict[str, Callable[[DataSources], list[SqlFinding]]] = {}
        self._seen: list[DataSources] = []
        self._found: dict[tuple[str, int], list[SqlFinding]] = {}

    def findings(self, file: WorkflowFile, sources: DataSources) -> list[SqlFinding]:
        """What the instance lacks of a workflow, by line."""
        if sources not in self._seen:
            self._seen.append(sources)
        key = (file.workflow_id, self._seen.index(sources))
        if key not in self._found:
            if file.workflow_id not in self._by_id:
                self._by_id[file.workflow_id] = table_check(str(file.workflow.definition["sqlQuery"]))
            self._found[key] = self._by_id[file.workflow_id](sources)
        return self._found[key]


def _of_tenant(tenant: TenantSources, files: Iterable[WorkflowFile], checks: _Checks) -> Iterator[Finding]:
    if tenant.sources is None:
        yield Finding(tenant.customer_id, "", UNKNOWN, 0, tenant.problem)
        return
    for file in files:
        for finding in checks.findings(file, tenant.sources):
            kind = LACKS if finding.is_error else DEPRECATED
            yield Finding(tenant.customer_id, file.workflow_id, kind, finding.line, finding.text)


def _tenants(number: int) -> str:
    return "1 tenant" if number == 1 else f"{number} tenants"
