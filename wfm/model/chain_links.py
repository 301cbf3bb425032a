"""After which workflows another one runs: the field `after` of a workflow, read and checked, and the graph of these."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from difflib import get_close_matches
from enum import StrEnum
from typing import Final

from wfm.calendar.spans import DELAY_STEP, read_span
from wfm.calendar.windows import names_window
from wfm.errors import InvalidRecord, Problem, kind_of
from wfm.model.parameters import PLACE
from wfm.model.parameters import problems as parameter_problems
from wfm.model.rows import Document, list_in, object_in
from wfm.model.statuses import RequestStatus
from wfm.model.workflows import is_workflow_id

AFTER: Final = "after"
MOST_PARENTS: Final = 20
SAME, OWN = "same", "own"
MAX_DELAY: Final = timedelta(days=30)  # rows of requests stay for longer, ids of executions too
_FIELDS: Final = ("workflow", "all", "any", "on", "window", "delay")
_PARENT_FIELDS: Final = ("workflow", "on")
_ONE_OF: Final = "one of workflow, all and any"
_DELAYS: Final = "0, or whole quarters of an hour up to 30 days, such as 45m, 2h or 1d"


class On(StrEnum):
    """How a parent has to end. FAILED is REJECTED too; ENDED is all but CANCELLED, which somebody wanted."""

    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"
    ENDED = "ENDED"


_ACCEPTED: Final[Mapping[On, frozenset[str]]] = {
    On.SUCCEEDED: frozenset({RequestStatus.SUCCEEDED}),
    On.FAILED: frozenset({RequestStatus.FAILED, RequestStatus.REJECTED}),
    On.ENDED: frozenset({RequestStatus.SUCCEEDED, RequestStatus.FAILED, RequestStatus.REJECTED}),
}


@dataclass(frozen=True, slots=True)
class Parent:
    """A workflow that another one runs after, and how it has to end for that."""

    workflow_id: str
    on: On = On.SUCCEEDED

    def accepts(self, status: str) -> bool:
        """Whether the end of a request is one that is waited for."""
        return status in _ACCEPTED[self.on]


@dataclass(frozen=True, slots=True)
class Link:
    """A workflow and those that it runs after: all of them, or any. `window` is SAME (as the parent's) or OWN."""

    workflow_id: str
    parents: tuple[Parent, ...]
    needs_all: bool = True
    window: str = SAME
    delay: timedelta = timedelta()

    @property
    def parent_ids(self) -> tuple[str, ...]:
        """The workflows that it runs after."""
        return tuple(parent.workflow_id for parent in self.parents)

    def accepts(self, workflow_id: str, status: str) -> bool:
        """Whether one of its parents has ended as it has to."""
        return any(parent.workflow_id == workflow_id and parent.accepts(status) for parent in self.parents)


Links = Mapping[str, Link]


def read_link(workflow_id: str, given: object) -> Link:
    """The link that the field `after` of a workflow describes; InvalidRecord names all that is wrong with it."""
    problems: list[Problem] = []
    if not isinstance(given, Mapping):
        raise InvalidRecord([Problem(AFTER, f"{kind_of(given)} is no object", "such as {workflow: daily_sales}")])
    problems += _unknown(given, _FIELDS, AFTER)
    kinds = [name for name in ("workflow", "all", "any") if name in given]
    if len(kinds) != 1:
        found = f"has {' and '.join(kinds)}" if kinds else "names no workflow"
        problems.append(Problem(AFTER, found, _ONE_OF))
    if kinds != ["workflow"] and "on" in given:
        problems.append(Problem(f"{AFTER}.on", "stands beside several workflows", "{workflow: ..., on: ...} for each"))
    named = given.get("workflow"), given.get("on", On.SUCCEEDED)
    parents = [_parent(*named, AFTER, problems)] if kinds == ["workflow"] else []
    parents += [
        one for kind in kinds if kind != "workflow" for one in _several(given[kind], f"{AFTER}.{kind}", problems)
    ]
    problems += _unlike(workflow_id, parents)
    window = given.get("window", SAME)
    if window not in (SAME, OWN):
        problems.append(
            Problem(f"{AFTER}.window", f"{window!r:.60} is unknown{_meant(window, (SAME, OWN))}", "same, own")
        )
    delay = _delay(given.get("delay", 0), problems)
    if problems:
        raise InvalidRecord(problems)
    return Link(workflow_id, tuple(parents), "any" not in given, str(window), delay)


def _several(given: object, place: str, problems: list[Problem]) -> list[Parent]:
    allowed = f"a list of 1 to {MOST_PARENTS} workflows"
    if not isinstance(given, list) or not 1 <= len(given) <= MOST_PARENTS:
        wrong = (
            f"{kind_of(given)} is no list of workflows" if not list_in(given) else f"{len(list_in(given))} are too many"
        )
        problems.append(Problem(place, wrong, allowed))
        return []
    parents = []
    for index, one in enumerate(given):
        where = f"{place}[{index}]"
        if isinstance(one, Mapping):
            problems += _unknown(one, _PARENT_FIELDS, where)
            parents.append(_parent(one.get("workflow"), one.get("on", On.SUCCEEDED), where, problems))
        else:
            parents.append(_parent(one, On.SUCCEEDED, where, problems, own_field=False))
    return parents


def _parent(given: object, on: object, place: str, problems: list[Problem], *, own_field: bool = True) -> Parent:
    if not is_workflow_id(given):
        wrong = "is missing" if given is None else f"{given!r:.60} is no workflow"
        field = f"{place}.workflow" if own_field else place
        problems.append(Problem(field, wrong, "the workflowId of another one"))
    if on not in tuple(On):
        problems.append(Problem(f"{place}.on", f"{on!r:.60} is unknown{_meant(on, tuple(On))}", ", ".join(On)))
        return Parent(str(given))
    return Parent(str(given), On(str(on)))


def _unlike(workflow_id: str, parents: Sequence[Parent]) -> Iterator[Problem]:
    """No workflow runs after itself, or twice after the same one."""
    names = [parent.workflow_id for parent in parents]
    if workflow_id in names:
        yield Problem(AFTER, f"{workflow_id} would run after itself", "other workflows")
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield Problem(AFTER, f"names {name} twice", "each workflow once")


def _delay(given: object, problems: list[Problem]) -> timedelta:
    found, is_zero = read_span(given), type(given) is int and given == 0
    delay = found or timedelta()
    if not (is_zero or found is not None) or delay % DELAY_STEP:
        problems.append(Problem(f"{AFTER}.delay", f"{given!r:.60} is no such time", _DELAYS))
    elif delay > MAX_DELAY:
        problems.append(Problem(f"{AFTER}.delay", f"{given!r:.60} is too long", _DELAYS))
    return delay


def _unknown(given: Document, known: Sequence[str], place: str) -> Iterator[Problem]:
    for name in given:
        if name not in known:
            yield Problem(f"{place}.{name}", f"is no field of it{_meant(name, known)}", ", ".join(known))


def _meant(given: object, known: Sequence[str]) -> str:
    folded = {one.casefold(): one for one in known}
    close = get_close_matches(str(given).casefold(), folded, n=1)
    return f" (did you mean {folded[close[0]]}?)" if close else ""


def link_problems(workflow_id: str, given: object) -> Sequence[Problem]:
    """What is wrong with the field `after` of a workflow; nothing where there is none."""
    if given is None:
        return ()
    try:
        read_link(workflow_id, given)
    except InvalidRecord as exc:
        return exc.problems
    return ()


def linked_defaults(row: Document) -> Iterator[Problem]:
    """What the defaults of a workflow lack for a run after another one, which gives at most a window.

    `row` is the workflow's, or a record of the library.
    """
    payload = object_in(row.get("defaultPayload"))
    values, place = object_in(payload.get(PLACE)), f"defaultPayload.{PLACE}"
    known = [*parameter_problems(values, row, place=place, complete=False)]
    yield from (problem for problem in parameter_problems(values, row, place=place) if problem not in known)
    needs_window = object_in(row.get(AFTER)).get("window") == OWN
    if needs_window and not names_window(payload):
        yield Problem(f"{AFTER}.window", "is own, and defaultPayload has none", "same, or a window in defaultPayload")


def read_links(given: Document) -> dict[str, Link]:
    """The links of a tenant by their workflows, from what each says of itself; one that cannot be read is left out."""
    known = {name: after for name, after in given.items() if not link_problems(name, after)}
    return {name: read_link(name, after) for name, after in known.items()}


def following(links: Links, workflow_id: str) -> list[Link]:
    """Those that run right after the workflow, by id."""
    return sorted(
        (link for link in links.values() if workflow_id in link.parent_ids), key=lambda link: link.workflow_id
    )


def stranded(links: Links, gone: Collection[str]) -> Iterator[tuple[str, list[str]]]:
    """The workflows that could not run any more once others are gone, each with those that it runs after of them."""
    for name, link in sorted(links.items()):
        lost = [parent for parent in link.parent_ids if parent in gone]
        if lost and name not in gone and (link.needs_all or len(lost) == len(link.parents)):
            yield name, lost


def all_following(links: Links, workflow_id: str) -> list[str]:
    """Those that run after the workflow at last, the nearest first."""
    found, left = [workflow_id], [workflow_id]
    while left:
        after = [link.workflow_id for link in following(links, left.pop(0)) if link.workflow_id not in found]
        found += after
        left += after
    return found[1:]


def circles(links: Links) -> list[tuple[str, ...]]:
    """The circles, each as the workflows that follow one another in it, from the first by name back to it."""
    followers = _followers(_without_ends(links))
    found: dict[frozenset[str], tuple[str, ...]] = {}
    for start in sorted(followers):
        path = _way_back(followers, start)
        if path:
            found.setdefault(frozenset(path), path)
    return list(found.values())


def _without_ends(links: Links) -> Links:
    """The links that may be in a circle: what has nothing before it is in none, nor what runs after that alone."""
    followers = _followers(links)
    open_parents = {name: sum(one in links for one in link.parent_ids) for name, link in links.items()}
    done = [name for name, count in open_parents.items() if not count]
    for name in done:
        for after in followers.get(name, ()):
            open_parents[after] -= 1
            if not open_parents[after]:
                done.append(after)
    return {name: link for name, link in links.items() if open_parents[name]}


def _followers(links: Links) -> dict[str, list[str]]:
    """By workflow those that run right after it, by id."""
    found: dict[str, list[str]] = {}
    for name in sorted(links):
        for parent in links[name].parent_ids:
            found.setdefault(parent, []).append(name)
    return found


def _way_back(followers: Mapping[str, Sequence[str]], start: str) -> tuple[str, ...]:
    """The shortest way from a workflow to itself; empty if there is none."""
    came_from: dict[str, str] = {}
    left = [start]
    for name in left:
        for after in followers.get(name, ()):
            if after == start:
                return (*_way(came_from, start, name), start)
            if after not in came_from:
                came_from[after] = name
                left.append(after)
    return ()


def _way(came_from: Mapping[str, str], start: str, end: str) -> list[str]:
    way = [end]
    while way[-1] != start:
        way.append(came_from[way[-1]])
    return way[::-1]


def circle_text(circle: Sequence[str]) -> str:
    """A circle in words."""
    return f"goes in a circle: {' -> '.join(circle)}"


def components(links: Links) -> list[tuple[str, ...]]:
    """The workflows that hang together, each group by the order in which they run; groups by their first workflow."""
    neighbours: dict[str, set[str]] = {}
    for link in links.values():
        for parent in link.parent_ids:
            neighbours.setdefault(parent, set()).add(link.workflow_id)
            neighbours.setdefault(link.workflow_id, set()).add(parent)
    groups: list[set[str]] = []
    left = set(neighbours)
    while left:
        group, reached = set[str](), {min(left)}
        while reached:
            group |= reached
            reached = {other for one in reached for other in neighbours[one]} - group
        left -= group
        groups.append(group)
    return sorted(_in_order(links, group) for group in groups)


def _in_order(links: Links, group: Iterable[str]) -> tuple[str, ...]:
    depth = depths(links)
    return tuple(sorted(group, key=lambda name: (depth[name], name)))


def depths(links: Links) -> dict[str, int]:
    """How many links are before each workflow, on the longest way. There are no circles among `links`."""
    followers = _followers(links)
    found = {parent: 0 for parent in followers if parent not in links}
    open_parents = {name: len(link.parents) for name, link in links.items()}
    left = list(found)
    for name in left:
        for after in followers.get(name, ()):
            found[after] = max(found.get(after, 0), found[name] + 1)
            open_parents[after] -= 1
            if not open_parents[after]:
                left.append(after)
    return found


@dataclass(frozen=True, slots=True)
class TenantLinks:
    """Who follows whom in one tenant: what each workflow says, and why others are left out."""

    links: Document
    problems: Mapping[str, str]


def links_of_rows(rows: Iterable[Document]) -> TenantLinks:
    """The links of a tenant's rows of Workflows. One that cannot be read, or is in a circle, is left out."""
    given = {str(row["workflowId"]): row[AFTER] for row in rows if row.get(AFTER) is not None}
    problems = {
        name: "; ".join(str(problem) for problem in found)
        for name, after in given.items()
        if (found := link_problems(name, after))
    }
    links = {name: after for name, after in given.items() if name not in problems}
    for circle in circles(read_links(links)):
        problems |= dict.fromkeys(circle, f"{AFTER}: {circle_text(circle)}")
    return TenantLinks({name: after for name, after in links.items() if name not in problems}, problems)


def tenant_links(tenant: Document) -> TenantLinks:
    """What a tenant's row says of its links."""
    problems = object_in(tenant.get("chainProblems"))
    return TenantLinks(object_in(tenant.get("chainLinks")), {name: str(text) for name, text in problems.items()})


def links_in(tenant: Document | None) -> dict[str, Link]:
    """The links that stand on a tenant's row."""
    return read_links(tenant_links(object_in(tenant)).links)
