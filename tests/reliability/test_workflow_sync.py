"""`workflow_sync` as a whole: however its executions overlap, AMC ends as the row says."""

from collections.abc import Iterable, Iterator
from itertools import count
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builders import a_tenant_row
from tests.fakes import World
from tests.unit.amc_in_memory import BAD_SQL, AmcInMemory
from tests.unit.sync_machine import sync
from tests.unit.turns import GivingWay, Turns
from wfm.model.workflows import definition, definition_hash

IDS = {"customerId": "acme", "workflowId": "reach"}
Wish = dict[str, Any] | None

WISHES: list[Wish] = [  # None: delete the row
    {"sqlQuery": "SELECT 1"},
    {"sqlQuery": "SELECT 2"},
    {"sqlQuery": "SELECT 1", "filteredReasonColumn": "why"},
    {"sqlQuery": "SELECT 1", "inputParameters": [{"name": "p", "dataType": "STRING"}]},
    {"sqlQuery": "SELECT 1", "inputParameters": [{"name": "p", "dataType": "STRING", "defaultValue": "x"}]},
    {"sqlQuery": BAD_SQL},
    None,
]
# What somebody writes, whether WFM's own fields survive it, and how often its event is delivered.
STORIES = st.lists(st.tuples(st.sampled_from(WISHES), st.booleans(), st.integers(1, 2)), min_size=2, max_size=5)
FATES = st.lists(st.sampled_from(["arrives", "arrives", "arrives", "lost", "answer lost"]), max_size=12)


def an_order(seed: int) -> Iterator[tuple[int, int]]:
    """Now and then a long rest for somebody: short turns alone rarely let an execution come much too late."""
    dice = Random(seed)  # noqa: S311 (an order, no secret)
    while True:
        yield dice.randrange(10), dice.choice([1, 1, 2, 3, 5, 30])


def a_world() -> Any:
    """Its ports are about to be replaced."""
    return World(a_tenant_row())


class Story:
    """A row that is written again and again, and the executions that its events start, all at the same time."""

    def __init__(self, choices: Iterable[tuple[int, int]], fates: Iterable[str] = ()) -> None:
        self.turns = Turns(choices)
        self.world = a_world()
        self.rows = self.world.workflows.rows
        self.transport = AmcInMemory(iter(fates), self.turns.give_way)
        self.world.amc = self.transport.client()
        self.world.workflows = GivingWay(self.world.workflows, self.turns)
        self._names = count(1)

    def tell(self, wishes: list[tuple[Wish, bool, int]]) -> None:
        def write() -> None:
            for wish, keeps_ours, deliveries in wishes:
                self.turns.give_way()
                self._write(wish, keeps_ours=keeps_ours)
                for _ in range(deliveries):
                    self._deliver()

        self.turns.start(write)
        self.turns.run()

    def _write(self, wish: Wish, *, keeps_ours: bool) -> None:
        before = self.rows.pop(("acme", "reach"), {})
        ours = {name: value for name, value in before.items() if name not in definition(before)}
        if wish is not None:
            self.rows["acme", "reach"] = (ours if keeps_ours else {}) | IDS | wish

    def _deliver(self) -> None:
        name = f"execution-{next(self._names)}"
        self.turns.start(lambda: sync(self.world, IDS, name))


@settings(max_examples=250, deadline=None)
@given(wishes=STORIES, order=st.integers(0, 2**32), fates=FATES)
def test_amc_ends_as_the_row_stands_whatever_the_order_repetition_overlap_and_losses(
    wishes: list[tuple[Wish, bool, int]], order: int, fates: list[str]
) -> None:
    story = Story(an_order(order), fates)

    story.tell(wishes)

    in_amc, row = story.transport.workflows.get("reach"), story.rows.get(("acme", "reach"))
    if row is None:
        assert in_amc is None
    elif row["sqlQuery"] == BAD_SQL:
        assert row["syncStatus"] == "FAILED"
        assert "Was unable to compile workflow reach" in row["syncReason"]
        assert in_amc is None or in_amc["sqlQuery"] != BAD_SQL
    else:
        assert in_amc == definition(row)
        assert (row["syncStatus"], row["syncReason"]) == ("SYNCED", "")
        assert row["definitionHash"] == definition_hash(row)


ONE, TWO = {"sqlQuery": "SELECT 1"}, {"sqlQuery": "SELECT 2"}
ALL = 1000
WRITER = (0, 2)  # two turns of it are one wish; whoever is started comes behind it, and moves up when it is done


def test_insert_modify_modify_delete_ends_with_nothing_in_amc_though_the_last_event_comes_first() -> None:
    last_first = [(0, ALL), (3, ALL), (2, ALL), (1, ALL), (0, ALL)]
    story = Story(last_first)

    story.tell([(ONE, True, 1), (TWO, True, 1), (ONE, True, 1), (None, True, 1)])

    assert (story.transport.workflows, story.rows) == ({}, {})


@pytest.mark.parametrize("wish", [TWO, ONE | {"filteredReasonColumn": "why"}, None])
@pytest.mark.parametrize("survives", [True, False])
def test_an_execution_that_writes_to_amc_long_after_it_has_read_the_row_puts_it_right_itself(
    wish: Wish, survives: bool
) -> None:
    until_it_is_about_to_write = (1, 3)
    story = Story([WRITER, until_it_is_about_to_write, (0, ALL), (1, ALL), (0, ALL)])

    story.tell([(ONE, True, 1), (wish, survives, 1)])

    if wish is None:
        assert story.transport.workflows == {}
    else:
        assert story.transport.workflows["reach"] == {"workflowId": "reach"} | wish
        assert story.rows["acme", "reach"]["syncStatus"] == "SYNCED"


def test_a_late_failure_of_an_older_execution_leaves_a_newer_success_on_the_row() -> None:
    until_amc_has_refused = (1, 4)
    story = Story([WRITER, until_amc_has_refused, (0, ALL), (1, ALL), (0, ALL)])

    story.tell([({"sqlQuery": BAD_SQL}, True, 1), (ONE, True, 1)])

    assert story.rows["acme", "reach"]["syncStatus"] == "SYNCED"
