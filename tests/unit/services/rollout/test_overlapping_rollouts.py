"""Rollouts that meet each other, edits of the library and changes of the tenant, their steps in every order."""

from collections.abc import Callable, Mapping
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builders import a_library_record
from tests.fakes import World
from tests.unit.services.rollout.library_world import a_world, roll_out, versions
from tests.unit.turns import GivingWay, Turns
from wfm.model.tenants import TOGGLES


def _put(**fields: Any) -> Callable[[World], None]:
    return lambda world: world.library.put(a_library_record(**fields))


def _save(**fields: Any) -> Callable[[World], None]:
    return lambda world: world.tenants.save("acme", **fields)


LIBRARY_EDITS: list[Callable[[World], None]] = [
    _put(version=2, sqlQuery="SELECT 2"),
    _put(version=3, schedule=None),
    _put(version=2, customerIds=["globex"]),
    _put(sqlQuery="SELECT 3", schedule={"Name": "nightly", "ScheduleExpression": "daily 02:00"}),
    lambda world: world.library.records.clear(),
]
TENANT_EDITS = [_save(toggles=[]), _save(toggles=list(TOGGLES)), _save(status="OFFBOARDING")]
SOME_TURNS = st.lists(st.tuples(st.integers(0, 2), st.integers(1, 6)), max_size=20)


@settings(max_examples=100, deadline=None)
@given(turns=SOME_TURNS, edits=st.lists(st.sampled_from(LIBRARY_EDITS), min_size=1, max_size=2), known=st.booleans())
def test_rollouts_that_overlap_leave_what_the_library_says_last(
    turns: list[tuple[int, int]], edits: list[Callable[[World], None]], known: bool
) -> None:
    """Each edit starts a rollout while earlier ones run, with their steps in every order."""
    world, fresh = a_world(a_library_record()), a_world()
    if known:
        roll_out(world)

    _overlap(world, turns, edits)

    fresh.library = world.library
    roll_out(fresh)
    assert contents(world) == contents(fresh)


@settings(max_examples=100, deadline=None)
@given(turns=SOME_TURNS, edits=st.lists(st.sampled_from(LIBRARY_EDITS + TENANT_EDITS), min_size=1, max_size=2))
def test_rollouts_that_overlap_leave_nothing_to_do(
    turns: list[tuple[int, int]], edits: list[Callable[[World], None]]
) -> None:
    world = a_world(a_library_record())

    _overlap(world, turns, edits)

    assert roll_out(world).changes == 0


@settings(max_examples=100, deadline=None)
@given(turns=SOME_TURNS)
def test_no_rollout_ever_puts_an_older_version_over_a_newer_one(turns: list[tuple[int, int]]) -> None:
    world, written = a_world(a_library_record()), []
    put = world.workflows.put_desired

    def put_and_tell(row: Mapping[str, Any], seen: Any) -> bool:
        done = put(row, seen)
        written.extend([row["libraryVersion"]] if done else [])
        return done

    world.workflows.put_desired = put_and_tell  # type: ignore[method-assign]
    _overlap(world, turns, [_put(version=2), _put(version=3)])

    assert written == sorted(written)
    assert versions(world) == {"reach": 3, "schedule reach": 3}


def contents(world: World) -> list[Any]:
    rows = [*world.workflows.rows.values(), *world.schedules.rows.values()]
    return sorted((row["customerId"], row["libraryHash"]) for row in rows)


def _overlap(world: World, turns: list[tuple[int, int]], edits: list[Callable[[World], None]]) -> None:
    order = Turns(turns)
    order.start(lambda: roll_out(_giving_way(world, order)))
    for edit in edits:
        order.start(_edit_and_roll_out(edit, world, order))
    order.run()


def _edit_and_roll_out(edit: Callable[[World], None], world: World, order: Turns) -> Callable[[], None]:
    def job() -> None:
        order.give_way()
        edit(world)
        roll_out(_giving_way(world, order))

    return job


def _giving_way(world: World, order: Turns) -> Any:
    slow = World()
    for name in ("tenants", "library", "workflows", "schedules"):
        setattr(slow, name, GivingWay(getattr(world, name), order))
    return slow
