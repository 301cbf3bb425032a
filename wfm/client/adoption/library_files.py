"""Workflows that were found in AMC as workflows of the library: one for each id, for the tenants that hold it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from wfm.client.adoption.found import LEFT_OUT, Found
from wfm.client.library.plan import Known
from wfm.client.workflow_files.definitions import content
from wfm.errors import InvalidRecord
from wfm.model.library_workflows import LibraryWorkflow, read_library_record
from wfm.model.rows import Document
from wfm.model.workflows import AMC_FIELDS


@dataclass(frozen=True, slots=True)
class Taken:
    """The library workflows, and for the others why not, after customer and workflow id."""

    workflows: Sequence[LibraryWorkflow]
    left_out: Sequence[tuple[str, str, str]]


def for_library(found: Sequence[Found], library: Mapping[str, Known]) -> Taken:
    """Each workflow with what its file has to say. `library` is what the library has, by id.

    What several tenants hold alike becomes one workflow for them alone; what they hold otherwise is never merged.
    """
    usable = sorted((one for one in found if one.kind != LEFT_OUT), key=lambda one: one.workflow_id)
    workflows: list[LibraryWorkflow] = []
    left_out = [(one.customer_id, one.workflow_id, one.problem) for one in found if one.kind == LEFT_OUT]
    for workflow_id, group in groupby(usable, key=lambda one: one.workflow_id):
        same = list(group)
        taken, problem = _of_one_id(same, library.get(workflow_id))
        workflows += [taken] if taken else []
        left_out += [(one.customer_id, workflow_id, problem) for one in same if problem]
    return Taken(workflows, left_out)


def _of_one_id(same: Sequence[Found], known: Known | None) -> tuple[LibraryWorkflow | None, str]:
    """The library workflow of one id, or why there is none. Nothing and "" if the library has it so already."""
    first = same[0]
    if len({content(one.definition) for one in same}) > 1:
        names = ", ".join(one.customer_id for one in same)
        return None, f"{names} hold it with different content; take it from one of them, and rename the others in AMC"
    if known is None:
        customers = sorted(one.customer_id for one in same)
        return read_library_record({"version": 1, **first.definition, "customerIds": customers}), ""
    if known.workflow and content(known.workflow.definition) == content(first.definition):
        return None, ""
    if not all(one.is_librarys for one in same):
        return None, "the library has another workflow of this id; rename it in AMC, or keep it as the tenant's own"
    return _changed(known, first.definition)


def _changed(known: Known, taken: Document) -> tuple[LibraryWorkflow | None, str]:
    """The library's workflow with AMC's definition: for whom it is, its schedule and its window stay."""
    rest = {name: value for name, value in known.record.items() if name not in AMC_FIELDS and name != "version"}
    try:
        return read_library_record({"version": 1, **rest, **taken}), ""
    except InvalidRecord as exc:
        return None, f"the library's record cannot be read: {exc}"
