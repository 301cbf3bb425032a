"""The client's part that looks at tenants."""

from abc import ABC, abstractmethod
from datetime import timedelta
from typing import TYPE_CHECKING

from wfm.client.records import Tenant
from wfm.client.suggestions import suggest
from wfm.client.tenants.details import GateUse, QueueDepth, TenantDetails, TenantSummary
from wfm.errors import UnknownCustomer
from wfm.model.tenants import retention_of
from wfm.store.items import plain

if TYPE_CHECKING:
    from wfm.client.aws import Aws


class Tenants(ABC):
    """What `Wfm` can tell of tenants."""

    @property
    @abstractmethod
    def aws(self) -> "Aws":
        """The deployment's tables, queues and machines."""

    def tenants(self) -> list[Tenant]:
        """All tenants, by id."""
        return [Tenant.from_row(row) for row in self.aws.tables.tenants()]

    def tenant(self, customer_id: str) -> Tenant:
        """One tenant, whatever its status; UnknownCustomer with close matches."""
        row = self.aws.tables.tenant(customer_id)
        if row is None:
            known = [str(other["customerId"]) for other in self.aws.tables.tenants()]
            raise UnknownCustomer(f"customerId: no customer {customer_id!r}; {suggest(customer_id, known)}")
        return Tenant.from_row(row)

    def retention(self, customer_id: str) -> timedelta:
        """How long what is over is remembered of the customer, known or not."""
        return retention_of(self.aws.tables.tenant(customer_id))

    def tenant_summaries(self) -> list[TenantSummary]:
        """All tenants, by id, with their runs. The line is looked at only where slots may be lacking."""
        tenants, tables = self.tenants(), self.aws.tables
        gates = tables.gates([tenant.customer_id for tenant in tenants])
        summaries = []
        for tenant in tenants:
            running = GateUse.of(gates[tenant.customer_id], []).running
            may_wait = tenant.status != "ACTIVE" or running >= tenant.limit
            waiting = len(tables.line(tenant.customer_id)) if may_wait else 0
            summaries.append(TenantSummary(tenant, running, waiting))
        return summaries

    def tenant_details(self, customer_id: str) -> TenantDetails:
        """Everything of one tenant; UnknownCustomer if there is neither a row nor a record of it."""
        records = self.aws.records.all_of(customer_id)
        seen = self.aws.tables.tenant(customer_id)
        tenant = Tenant.from_row({"customerId": customer_id}) if records and not seen else self.tenant(customer_id)
        gate = self.aws.tables.gates([customer_id])[customer_id]
        return TenantDetails(
            tenant,
            plain(records[0]) if records else None,
            self._depth(tenant.queue_url),
            self._depth(tenant.row.get("deadLetterQueueUrl")),
            GateUse.of(gate, self.aws.tables.line(customer_id)),
        )

    def _depth(self, queue_url: str | None) -> QueueDepth | None:
        return self.aws.messages.depth(queue_url) if queue_url else None
