"""What tenants have, or lack, that does not go with what a push brings: schedules that cancel runs, parents."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

from wfm.client.library.plan import CHANGED, EXTRA, NEW, Change
from wfm.client.workflow_files.folder import WorkflowFile
from wfm.client.workflow_files.links import WrittenLink, overlap_place, replaces
from wfm.client.workflow_files.tenant_values import names
from wfm.model.chain_links import AFTER, circle_text, circles, following, links_in, read_links, stranded
from wfm.model.rollout_plan import is_librarys, is_wanted, workflow_of
from wfm.model.rows import Document
from wfm.model.schedule_rules import OVERLAP, REPLACE
from wfm.model.tenants import Tenant

_ALLOWED = "queue or skip"


def changing(changes: Iterable[Change]) -> list[tuple[Change, WorkflowFile]]:
    """What a push writes."""
    return [(one, one.file) for one in changes if one.file and one.kind in (NEW, CHANGED)]


def schedules_against(changes: Iterable[Change], schedules: Iterable[Document]) -> Iterator[str]:
    """A sentence for each link of a file whose runs a schedule of a tenant's own would cancel.

    `schedules` are the rows of all tenants; those of the library are judged by its files.
    """
    cancelling = [row for row in schedules if row.get(OVERLAP) == REPLACE and not is_librarys(row)]
    for change, file in changing(changes):
        if file.workflow.after is None:
            continue
        written = WrittenLink(file.workflow_id, file.workflow.after, file)
        chain = {file.workflow_id, *written.link.parent_ids}
        for row in cancelling:
            if row["customerId"] in change.reach.gets and workflow_of(row) in chain:
                whose = f"the schedule {row['Name']} of {row['customerId']} has {OVERLAP} {REPLACE!r}"
                problem = f"{whose}, which cancels runs of {workflow_of(row)}"
                yield f"{written.place}: {AFTER}: {problem}; allowed: {_ALLOWED} there"


def links_against(changes: Iterable[Change], tenants: Iterable[Document], known: Collection[str]) -> Iterator[str]:
    """A sentence for each schedule of a file that would cancel runs which a workflow of a tenant's own runs after.

    `known` are the ids of the library's workflows, which are judged by their files.
    """
    rows = {str(row["customerId"]): row for row in tenants}
    for change, file in changing(changes):
        for customer in change.reach.gets if replaces(file.workflow.schedule) else ():
            own = {name: link for name, link in links_in(rows.get(customer)).items() if name not in known}
            if after := [link.workflow_id for link in following(own, file.workflow_id)]:
                problem = f"{REPLACE!r} would cancel runs that {', '.join(after)} of {customer} runs after"
                yield f"{overlap_place(file)}: {problem}; allowed: {_ALLOWED}"


def links_after_nothing(
    changes: Sequence[Change], tenants: Iterable[Tenant], rows: Callable[[str], Iterable[Document]]
) -> Iterator[str]:
    """A sentence for each link that would run in none of the tenants that it reaches: none has what it runs after.

    `rows` are those of Workflows with an id. A tenant has what stands there, and what the library has for it.
    """
    library = {one.workflow_id: one.file.workflow if one.file else one.known.workflow for one in changes}
    known = list(tenants)
    for change, file in changing(changes):
        if file.workflow.after is None or not change.reach.gets:
            continue
        written = WrittenLink(file.workflow_id, file.workflow.after, file)
        link, reached = written.link, set(change.reach.gets)
        having = {
            parent: reached
            & (
                {str(row["customerId"]) for row in rows(parent)}
                | {one.customer_id for one in known if is_wanted(library.get(parent), one)}
            )
            for parent in link.parent_ids
        }
        if not (set.intersection if link.needs_all else set.union)(*having.values()):
            nowhere = [parent for parent, having_it in having.items() if not having_it] or link.parent_ids
            problem = f"none of the tenants that it reaches, {names(change.reach.gets)}, has {' and '.join(nowhere)}"
            yield f"{written.place}: {AFTER}: {problem}; allowed: workflows that one of them has"


def circles_with_own(changes: Iterable[Change], tenants: Iterable[Document], known: Collection[str]) -> Iterator[str]:
    """A sentence for each file whose link would close a circle through workflows of a tenant's own.

    `known` are the ids of the library's workflows, whose own circles the files are judged for. In such a tenant no
    workflow of the circle would run after another any more.
    """
    rows = {str(row["customerId"]): row for row in tenants}
    brought = [(change.reach.gets, file) for change, file in changing(changes)]
    written = [
        (WrittenLink(file.workflow_id, file.workflow.after, file), gets)
        for gets, file in brought
        if file.workflow.after is not None
    ]
    found: dict[tuple[str, ...], list[str]] = {}
    for customer in sorted({customer for _, gets in written for customer in gets}):
        there = links_in(rows.get(customer))
        replaced = {file.workflow_id for gets, file in brought if customer in gets}
        stays = {name: link for name, link in there.items() if name not in replaced}
        whole = {**stays, **{one.workflow_id: one.link for one, gets in written if customer in gets}}
        for circle in circles(whole) if there.keys() - set(known) else ():
            if any(name not in known for name in circle):
                found.setdefault(circle, []).append(customer)
    for circle, customers in found.items():
        for one, _ in written:
            if one.workflow_id in circle:
                problem = f"{circle_text(circle)}, by workflows that {names(customers)} has"
                yield f"{one.place}: {AFTER}: {problem}; allowed: workflows that do not run after it"


def pruned_parents(changes: Sequence[Change], rows: Callable[[str], Iterable[Document]]) -> Iterator[str]:
    """A sentence for each link that stays, and runs after what is in the library alone and goes with `--prune`.

    `rows` are those of Workflows with an id: a tenant's own workflow stays.
    """
    gone = [one.workflow_id for one in changes if one.kind == EXTRA]
    files = {one.workflow_id: one.file for one in changes if one.file and one.file.workflow.after is not None}
    links = read_links({name: file.workflow.after for name, file in files.items()})
    for name, lost in stranded(links, [one for one in gone if all(map(is_librarys, rows(one)))]):
        problem = f"{' and '.join(lost)} is not in the folder, and would be removed"
        yield f"{files[name].at(AFTER)}: {AFTER}: {problem}; allowed: workflows that stay, or no --prune"
