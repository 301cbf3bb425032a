"""The client's part for when something went wrong; each of these is loaded when it is first needed."""

from functools import cached_property
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wfm.client.executions.cancelling import Cancelling
    from wfm.client.executions.resubmitting import Resubmitting
    from wfm.client.queues.dead_letter_queues import DeadLetterQueues
    from wfm.client.queues.queues import Queues


class Operations:
    """What `Wfm` can do about queues, dead letters, and requests that shall end or did not succeed."""

    @cached_property
    def queues(self) -> "Queues":
        """The tenants' queues: how full they are, and emptying them."""
        opened: Queues = import_module("wfm.client.queues.queues").Queues(self)
        return opened

    @cached_property
    def dead_letters(self) -> "DeadLetterQueues":
        """Messages that WFM refused: looking at them, sending them again."""
        opened: DeadLetterQueues = import_module("wfm.client.queues.dead_letter_queues").DeadLetterQueues(self)
        return opened

    @cached_property
    def cancelling(self) -> "Cancelling":
        """Cancelling requests, wherever they stand."""
        opened: Cancelling = import_module("wfm.client.executions.cancelling").Cancelling(self)
        return opened

    @cached_property
    def resubmitting(self) -> "Resubmitting":
        """What ended without success and nothing has made up for, and sending it again."""
        opened: Resubmitting = import_module("wfm.client.executions.resubmitting").Resubmitting(self)
        return opened
