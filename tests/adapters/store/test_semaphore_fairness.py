from typing import TYPE_CHECKING

from functions.services.semaphore import dispatch, release
from tests.adapters.builders import CUSTOMER, a_waiter
from tests.adapters.gate import EMPTY, ids
from tests.fakes import FakeTasks
from wfm.model.semaphore import Semaphore
from wfm.store.semaphore_table import SemaphoreTable

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import Table


def enter(semaphores: SemaphoreTable, *workflows: str) -> None:
    """One after the other; each is named after its workflow and number."""
    for number, workflow_id in enumerate(workflows):
        arrival = f"2026-11-23T14:20:{number:02}.000Z"
        semaphores.enter(a_waiter(f"{workflow_id}{number}", workflow_id=workflow_id, arrival=arrival))


def test_whoever_stands_in_line_or_holds_a_slot_is_known_with_the_workflow(semaphores: SemaphoreTable) -> None:
    semaphores.enter(a_waiter(workflow_id="reach"))
    assert semaphores.waiting(CUSTOMER, 1) == [a_waiter(workflow_id="reach")]

    semaphores.grant(a_waiter(workflow_id="reach"), EMPTY, limit=1)

    assert semaphores.holders(CUSTOMER) == [a_waiter(workflow_id="reach")]


def test_a_fair_gate_remembers_whose_turn_it_was(semaphores: SemaphoreTable) -> None:
    semaphores.set_fair(CUSTOMER, fair=True)
    enter(semaphores, "a", "b", "a")
    for waiter in semaphores.waiting(CUSTOMER, 3):
        assert semaphores.grant(waiter, semaphores.read(CUSTOMER), limit=3)

    assert semaphores.read(CUSTOMER) == Semaphore(frozenset({"a0", "b1", "a2"}), 0, fair=True, recent=("b", "a"))


def test_a_gate_that_is_not_fair_keeps_nothing_more(semaphores: SemaphoreTable, gate_rows: "Table") -> None:
    semaphores.set_fair(CUSTOMER, fair=True)
    semaphores.set_fair(CUSTOMER, fair=False)
    enter(semaphores, "a")
    dispatch(semaphores, FakeTasks().notify, CUSTOMER, limit=1)

    gate = gate_rows.get_item(Key={"customerId": CUSTOMER, "sk": "GATE"}, ConsistentRead=True)["Item"]
    assert gate["holders"] == {"a0"}
    assert "recentWorkflows" not in gate


def test_workflows_take_turns_at_the_only_slot(semaphores: SemaphoreTable) -> None:
    tasks, order = FakeTasks(), list[str]()
    semaphores.set_fair(CUSTOMER, fair=True)
    enter(semaphores, "a", "a", "a", "b", "b", "c")

    dispatch(semaphores, tasks.notify, CUSTOMER, limit=1)
    while holders := semaphores.read(CUSTOMER).holders:
        order += holders
        release(semaphores, tasks.notify, CUSTOMER, order[-1], limit=1)

    assert order == ["a0", "b3", "c5", "a1", "b4", "a2"]
    assert ids(semaphores) == []
