"""What a push would do: each workflow of a folder against what the library has, and whom it would reach."""

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from wfm.client.workflow_files.folder import WorkflowFile, texts
from wfm.errors import InvalidRecord
from wfm.model.library_workflows import LibraryWorkflow, in_force, read_library_record
from wfm.model.rollout_plan import is_librarys, is_wanted
from wfm.model.rows import Document, plain_object, whole_number
from wfm.model.tenants import TOGGLES, Tenant

NEW, CHANGED, UNCHANGED, EXTRA = "new", "changed", "unchanged", "not in the folder"
CREATE, UPDATE, REMOVE, *_ = TOGGLES
_CONTEXT: Final = 2  # lines around a difference
_NAMED: Final = 5  # tenants that are named; the others are counted


@dataclass(frozen=True, slots=True)
class Reach:
    """Customer ids, by what becomes of the workflow there.

    `stays_out` has pairs: a tenant to which nothing happens, and the toggle that is missing in its TPS record.
    """

    gets: tuple[str, ...] = ()
    loses: tuple[str, ...] = ()
    stays_out: tuple[tuple[str, str], ...] = ()
    has_its_own: tuple[str, ...] = ()

    def as_json(self) -> dict[str, object]:
        """What `--json` prints."""
        return {
            "gets": list(self.gets),
            "loses": list(self.loses),
            "staysOut": [{"customerId": name, "lacks": toggle} for name, toggle in self.stays_out],
            "hasItsOwn": list(self.has_its_own),
        }


@dataclass(frozen=True, slots=True)
class Known:
    """What the library has of a workflow: the version in force, if it can be read, and why not."""

    latest: int = 0
    workflow: LibraryWorkflow | None = None
    record: Document = field(default_factory=dict, repr=False)
    problem: str = ""

    @classmethod
    def of(cls, records: Iterable[Document]) -> "Known":
        """What a workflow's records say; nothing if there are none."""
        record = in_force(records)
        if record is None:
            return cls()
        found: Document = plain_object(record)
        version = version_of(found)
        try:
            return cls(version, read_library_record(found), found)
        except InvalidRecord as exc:
            return cls(version, None, found, str(exc))


@dataclass(frozen=True, slots=True)
class Change:
    """One workflow: how the folder and the library differ. `version` is what a push writes, 0 if nothing."""

    workflow_id: str
    kind: str
    known: Known
    file: WorkflowFile | None = None
    version: int = 0
    reach: Reach = field(default_factory=Reach)

    def as_json(self) -> dict[str, object]:
        """What `--json` prints. `version` is what a push writes, `inForce` what the library has."""
        return {
            "workflowId": self.workflow_id,
            "change": self.kind,
            "version": self.version or None,
            "inForce": self.known.latest or None,
            "difference": self.difference() if self.kind == CHANGED else [],
            "tenants": self.reach.as_json(),
        }

    def difference(self) -> list[str]:
        """Unified, the SQL first and then the settings; no line if they say the same."""
        before = texts(self.known.workflow) if self.known.workflow else ("", "")
        after = texts(self.file.workflow) if self.file else ("", "")
        lines: list[str] = []
        for old, new, suffix in zip(before, after, (".sql", ".yaml"), strict=True):
            names = (f"{self.workflow_id}{suffix} in WFM", f"{self.workflow_id}{suffix}")
            diff = difflib.unified_diff(old.splitlines(), new.splitlines(), *names, n=_CONTEXT, lineterm="")
            lines += diff
        return lines


def version_of(record: Document) -> int:
    """The version of a record of the library, which is in its key."""
    return whole_number(record["version"], 0)


def compare(file: WorkflowFile, known: Known) -> tuple[Change | None, str]:
    """How a workflow differs, or else what is wrong with the version that its file asks for."""
    same = known.workflow is not None and texts(known.workflow) == texts(file.workflow)
    latest, wanted = known.latest, file.version
    if same and wanted in (None, latest):
        return Change(file.workflow_id, UNCHANGED, known, file), ""
    if wanted is not None and wanted <= latest:
        problem = f"{file.yaml}: version: {latest} is in WFM, {'also' if same else 'and says something else'}"
        return None, f"{problem}; allowed: {latest + 1} or more, or no version, which takes the next one"
    return Change(file.workflow_id, CHANGED if latest else NEW, known, file, wanted or latest + 1), ""


def reach(workflow: LibraryWorkflow | None, tenants: Sequence[Tenant], rows: Iterable[Document]) -> Reach:
    """Which tenants get `workflow`, lose it or stay out; None: the library no longer has it. `rows`: Workflows."""
    there = {str(row["customerId"]): row for row in rows}
    gets, loses, own = [], [], []
    out: list[tuple[str, str]] = []
    for tenant in tenants:
        name, row = tenant.customer_id, there.get(tenant.customer_id)
        if row is not None and not is_librarys(row):
            own += [name] if is_wanted(workflow, tenant) else []
        elif is_wanted(workflow, tenant):
            toggle = CREATE if row is None else UPDATE
            gets += [name] if toggle in tenant.toggles else []
            out += [] if toggle in tenant.toggles else [(name, toggle)]
        elif row is not None:
            loses += [name] if REMOVE in tenant.toggles else []
            out += [] if REMOVE in tenant.toggles else [(name, REMOVE)]
    return Reach(tuple(gets), tuple(loses), tuple(out), tuple(own))


def reach_lines(reach: Reach) -> list[str]:
    """A line for each thing that becomes of tenants."""
    out = {toggle: [name for name, other in reach.stays_out if other == toggle] for _, toggle in reach.stays_out}
    lines = [
        ("reaches", reach.gets, ""),
        ("is taken from", reach.loses, ""),
        ("leaves alone", reach.has_its_own, ", which has a workflow of its own with this id"),
        *(("leaves as it is", tuple(names), f", where {toggle} is off") for toggle, names in out.items()),
    ]
    shown = [f"{verb} {named(names)}{why}" for verb, names, why in lines if names]
    return shown if reach.gets or reach.loses else ["reaches no tenant", *shown]


def named(names: Sequence[str]) -> str:
    """`3 tenants: a, b, c`."""
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return f"{len(names)} tenant{'' if len(names) == 1 else 's'}: {', '.join(names[:_NAMED])}{more}"
