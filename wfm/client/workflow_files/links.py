"""Whether what files say of `after` can be: no circle, and no parent that is nowhere; each with file and line."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from wfm.client.suggestions import suggest
from wfm.model.chain_links import AFTER, Link, circle_text, circles, following, read_link
from wfm.model.rows import object_in
from wfm.model.schedule_rules import OVERLAP, REPLACE


class Written(Protocol):
    """The file of a workflow, which tells where in it a field is."""

    @property
    def workflow_id(self) -> str: ...

    def at(self, *path: str) -> str:
        """`reach.yaml:4`: the file, and the line of the field."""


@dataclass(frozen=True, slots=True)
class WrittenLink:
    """What the file of a workflow says that it runs after."""

    workflow_id: str
    after: object
    file: Written

    @property
    def link(self) -> Link:
        """The link, which was checked with the file."""
        return read_link(self.workflow_id, self.after)

    @property
    def place(self) -> str:
        """The file and the line."""
        return self.file.at(AFTER)


def circle_problems(written: Sequence[WrittenLink], others: Mapping[str, Link]) -> Iterator[str]:
    """A sentence for each file in a circle, which may go through `others` that are in no file."""
    places = {one.workflow_id: one for one in written}
    for circle in circles({**others, **{one.workflow_id: one.link for one in written}}):
        for name in circle[:-1]:
            if name in places:
                problem = f"{AFTER}: {circle_text(circle)}; allowed: workflows that do not run after {name}"
                yield f"{places[name].place}: {problem}"


def replaces(schedule: object) -> bool:
    """Whether a schedule's row has a firing cancel the run before."""
    return object_in(schedule).get(OVERLAP) == REPLACE


def overlap_place(file: Written) -> str:
    """The file, the line and the field where its schedule says so."""
    return f"{file.at('schedule', OVERLAP)}: schedule.{OVERLAP}"


def replace_problems(
    schedules: Iterable[tuple[Written, object]], written: Sequence[WrittenLink], others: Mapping[str, Link]
) -> Iterator[str]:
    """A sentence for each schedule that would cancel runs which others wait for.

    `schedules` are files with their schedules' rows. A replaced run's window would be missing
    in its chain.
    """
    links = {**others, **{one.workflow_id: one.link for one in written}}
    for file, schedule in schedules:
        after = [link.workflow_id for link in following(links, file.workflow_id)]
        if after and replaces(schedule):
            problem = f"{REPLACE!r} would cancel runs that {', '.join(after)} runs after"
            yield f"{overlap_place(file)}: {problem}; allowed: queue or skip"


def replaced_parents(written: Sequence[WrittenLink], schedules: Mapping[str, object]) -> Iterator[str]:
    """A sentence for each link after a workflow that is in no file, and whose schedule would cancel what it waits for.

    `schedules` are the rows of schedules by those workflows.
    """
    for one in written:
        for parent in one.link.parent_ids:
            if replaces(schedules.get(parent)):
                problem = f"the library's schedule of {parent} has {OVERLAP} {REPLACE!r}, which would cancel its runs"
                yield f"{one.place}: {AFTER}: {problem}; allowed: workflows whose schedule has queue or skip"


def parent_problems(
    written: Sequence[WrittenLink], known: Sequence[str], is_some_tenants: Callable[[str], bool]
) -> Iterator[str]:
    """A sentence for each parent that is not `known`, and no tenant's own workflow."""
    parents = {parent for one in written for parent in one.link.parent_ids if parent not in known}
    missing = {parent for parent in sorted(parents) if not is_some_tenants(parent)}
    for one in written:
        for parent in one.link.parent_ids:
            if parent in missing:
                problem = f"{AFTER}: neither the library nor a tenant has a workflow {parent!r}"
                yield f"{one.place}: {problem}; {suggest(parent, known)}"
