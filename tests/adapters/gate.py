"""What the tests of the gate share."""

from tests.adapters.builders import CUSTOMER, a_waiter
from wfm.model.semaphore import Semaphore
from wfm.store.semaphore_table import SemaphoreTable

EMPTY = Semaphore(frozenset(), 0)


def ids(semaphores: SemaphoreTable, most: int = 10) -> list[str]:
    return [waiter.request_id for waiter in semaphores.waiting(CUSTOMER, most)]


def hold(semaphores: SemaphoreTable, *request_ids: str) -> None:
    for request_id in request_ids:
        semaphores.enter(a_waiter(request_id))
        assert semaphores.grant(a_waiter(request_id), semaphores.read(CUSTOMER), limit=10)
