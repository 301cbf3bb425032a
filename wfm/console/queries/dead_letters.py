"""What Dead letters shows: how many each tenant has, or those of one tenant."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

from wfm.client.queues.dead_letters import DeadLetter
from wfm.client.runs.search import AT_A_TIME
from wfm.client.tenants.status import served
from wfm.client.wfm import Wfm
from wfm.console.given import Given

PAGE_SIZE: Final = 50  # tenants, of whom one call each tells the number
MOST_LETTERS: Final = 100
WITH_MESSAGE: Final = "message"


@dataclass(frozen=True, slots=True)
class DeadLetters:
    """`letters` are those of `tenant`, None where the address names none; `counts` are those of a page of tenants."""

    tenant: str
    letters: Sequence[DeadLetter] | None
    counts: Sequence[tuple[str, int]]
    shown: str
    number: int
    last: int
    most: int = MOST_LETTERS


def read_dead_letters(wfm: Wfm, given: Given) -> DeadLetters:
    """The letters of one tenant, or the counts of many. The text of a letter, which may hold SQL, only when asked."""
    tenant, shown, number = given.text("tenant"), given.text("show"), given.number("page", 1)
    if tenant:
        letters = wfm.queues.dead_letters.list(tenant, MOST_LETTERS)
        return DeadLetters(tenant, letters, (), shown, 1, 1)
    tenants = [one for one in served(wfm.tenants.list()) if one.dead_letter_queue_url]
    page, messages = tenants[(number - 1) * PAGE_SIZE : number * PAGE_SIZE], wfm.aws.messages
    with ThreadPoolExecutor(AT_A_TIME) as pool:
        depths = pool.map(lambda one: messages.depth(one.dead_letter_queue_url or ""), page)
        counts = [(one.customer_id, depth.waiting if depth else 0) for one, depth in zip(page, depths, strict=True)]
    counts.sort(key=lambda count: -count[1])
    return DeadLetters("", None, counts, shown, number, max((len(tenants) + PAGE_SIZE - 1) // PAGE_SIZE, 1))
