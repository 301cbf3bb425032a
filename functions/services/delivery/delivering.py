"""DeliverResult: delivers the result of a run, says how that came out, and writes it onto the run's row."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from functions.ports import Ports
from wfm.calendar.timestamps import iso
from wfm.errors import AmcRefused, CredentialsRefused, NotReadyYet, PermanentError
from wfm.model.delivery_states import DeliveryState, delivery_about, delivery_fields
from wfm.model.result_deliveries import Delivered, DeliveryOrder, DeliveryOutcome
from wfm.model.rows import RunRow

PATIENCE: Final = timedelta(days=1)  # after the order: AMC publishes within minutes, and may be away for hours
NOT_DELIVERED: Final = "ResultsNotDelivered"  # a metric
_STATES: Final[Mapping[DeliveryOutcome, DeliveryState]] = {
    DeliveryOutcome.DELIVERED: DeliveryState.DELIVERED,
    DeliveryOutcome.SUPERSEDED: DeliveryState.SUPERSEDED,
    DeliveryOutcome.REFUSED: DeliveryState.REFUSED,
    DeliveryOutcome.NOT_THERE: DeliveryState.FAILED,
}

Deliver = Callable[[DeliveryOrder], Delivered]


@dataclass(frozen=True)
class ResultDelivery:
    """The use case; `deliver` writes file and table."""

    ports: Ports
    deliver: Deliver

    def run(self, order: DeliveryOrder, sent_at: datetime) -> DeliveryState | None:
        """How it came out; None for a run of which WFM keeps nothing any more. NotReadyYet: AMC does not give it yet.

        The event is sent before the row is written: after a crash in between it is sent again, with the same `eventId`.
        """
        row = self.ports.executions.find(order.customer_id, order.run_id)
        if row is None:
            return None
        delivered = self._delivered(order)
        if delivered.outcome == DeliveryOutcome.NOT_THERE and self.ports.clock() - sent_at < PATIENCE:
            self._record(order, DeliveryState.WAITING, delivered)
            raise NotReadyYet(delivered.reason)
        return self._finish(order, row, delivered)

    def _delivered(self, order: DeliveryOrder) -> Delivered:
        try:
            return self.deliver(order)
        except (AmcRefused, CredentialsRefused) as exc:  # until somebody has put the tenant's access right
            return Delivered(DeliveryOutcome.NOT_THERE, str(exc))
        except PermanentError as exc:
            return Delivered(DeliveryOutcome.REFUSED, str(exc))

    def _finish(self, order: DeliveryOrder, row: RunRow, delivered: Delivered) -> DeliveryState:
        state = _STATES[delivered.outcome]
        if state.is_news:
            self.ports.announcer.delivery(row, state, delivery_about(order, delivered))
        if state.is_bad:
            self.ports.metrics.count(NOT_DELIVERED)
        self._record(order, state, delivered)
        return state

    def _record(self, order: DeliveryOrder, state: DeliveryState, delivered: Delivered) -> None:
        fields = delivery_fields(state, delivered, iso(self.ports.clock()))
        self.ports.executions.record_delivery(order.customer_id, order.run_id, fields)
