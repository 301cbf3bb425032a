"""What the tests of the gate share."""

from tests.adapters.builders import CUSTOMER, a_waiter
from wfm.model.semaphore import Semaphore
from wfm.store.semaphore_table import SemaphoreTable

EMPTY = Semaphore(frozenset(), 0)


def ids(gates: SemaphoreTable, most: int = 10) -> list[str]:
    return [waiter.request_id for waiter in gates.line(CUSTOMER, most)]


def hold(gates: SemaphoreTable, *request_ids: str) -> None:
    for request_id in request_ids:
        gates.enter(a_waiter(request_id))
        assert gates.grant(a_waiter(request_id), gates.read(CUSTOMER), limit=10)
