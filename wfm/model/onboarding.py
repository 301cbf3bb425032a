"""What a tenant's two rows ask for: its TPS record, and WFM's own wishes on its row in Tenants."""

import hashlib
from collections.abc import Callable
from typing import Final

from wfm.errors import InvalidRecord, Problem
from wfm.model.amc_endpoints import FIELD, INSTEAD, RETIRED
from wfm.model.rows import Document, without_nulls
from wfm.model.statuses import TenantStatus
from wfm.model.tenants import Tenant, from_row
from wfm.model.tps_records import read_tps_record

GONE: Final = "GONE"
SERVICEABLE: Final = (TenantStatus.ACTIVE, TenantStatus.PAUSED)

Problems = Callable[[Document], list[Problem]]


def wanted(record: Document | None, tenant: Document | None) -> str:
    """ACTIVE, PAUSED (the row says `paused`), or GONE (there is no TPS record)."""
    if record is None:
        return GONE
    return TenantStatus.PAUSED if (tenant or {}).get("paused") else TenantStatus.ACTIVE


def read_record(record: Document, problems: Problems) -> Tenant:
    """The tenant in a record; InvalidRecord names all that is wrong, each field once.

    DynamoDB can say of a field that there is nothing: null is as good as no field.
    """
    record = without_nulls(record)
    found = problems(record)
    try:
        tenant = read_tps_record(record)
    except InvalidRecord as exc:
        named = {problem.field for problem in found}
        found += [problem for problem in exc.problems if problem.field not in named]
        raise InvalidRecord(found) from exc
    if tenant.api_endpoint:
        found.append(Problem(FIELD, RETIRED, INSTEAD))
    if found:
        raise InvalidRecord(found)
    return tenant


def fingerprint(tenant: Tenant) -> str:
    """A hash of what the record means."""
    return hashlib.sha256(repr(tenant).encode()).hexdigest()


def require_checked(tenant: Tenant, known: Document) -> None:
    """InvalidRecord unless ValidateTenant accepted this record; a later change has an onboarding of its own."""
    if known.get("checkedRecord") != fingerprint(tenant):
        raise InvalidRecord(
            [Problem("", "the record was changed while it was worked on; the onboarding of that change follows")]
        )


def needs_no_check(tenant: Tenant, known: Document) -> bool:
    """Whether the tenant is only to be paused: then nothing new is asked of AMC, which proves itself on resuming.

    So a tenant can be paused also while its AMC is down, or refuses it.
    """
    return bool(known.get("paused")) and known.get("status") in SERVICEABLE and from_row(known) == tenant
