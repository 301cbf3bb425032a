"""The tenant that a customer's TPS record describes, as the record is now."""

from functions.adapters.json_schema import problems
from functions.domain.onboarding import read_record
from functions.domain.ports import Row
from functions.domain.tenants import Tenant
from functions.runtime.wiring import Ports


def tenant_in(record: Row) -> Tenant:
    """The tenant in a record; InvalidRecord names all that is wrong."""
    return read_record(record, lambda document: problems("tps_record", document))


def recorded_tenant(customer_id: str, ports: Ports) -> Tenant:
    """The tenant in the customer's record; a record that has gone meanwhile lacks every field."""
    return tenant_in(ports.customer_config.find(customer_id) or {})
