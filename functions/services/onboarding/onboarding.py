"""What a tenant's two rows ask for: its TPS record, and WFM's own wishes on its row in Tenants."""

import hashlib
from collections.abc import Callable, Mapping
from typing import Any, Final

from wfm.errors import InvalidRecord, NotReadyYet
from functions.ports import InstanceOwners, Row, Tasks, Tenants
from wfm.model.tenants import Tenant, from_row
from wfm.model.tps_records import read_tps_record

ACTIVE, PAUSED, GONE = "ACTIVE", "PAUSED", "GONE"
SETTLED: Final = (ACTIVE, PAUSED)

Problems = Callable[[Any], list[str]]


def wanted(record: Row | None, tenant: Row | None) -> str:
    """ACTIVE, PAUSED (the row says `paused`), or GONE (there is no TPS record)."""
    if record is None:
        return GONE
    return PAUSED if (tenant or {}).get("paused") else ACTIVE


def read_record(record: Mapping[str, Any], problems: Problems) -> Tenant:
    """The tenant in a record; InvalidRecord names all that is wrong, each field once."""
    found = problems(record)
    try:
        tenant = read_tps_record(record)
    except InvalidRecord as exc:
        named = {problem.partition(":")[0] for problem in found}
        found += [problem for problem in exc.problems if problem.partition(":")[0] not in named]
        raise InvalidRecord(found) from exc
    if found:
        raise InvalidRecord(found)
    return tenant


def fingerprint(tenant: Tenant) -> str:
    """The same for records that mean the same."""
    return hashlib.sha256(repr(tenant).encode()).hexdigest()


def require_checked(tenant: Tenant, known: Row) -> None:
    """The record is the one that ValidateTenant let pass; a change since then has an onboarding of its own."""
    if known.get("checkedRecord") != fingerprint(tenant):
        raise InvalidRecord(["the record was changed while it was worked on; the onboarding of that change follows"])


def needs_no_proof(tenant: Tenant, known: Row) -> bool:
    """Whether the tenant is only to be paused: then nothing new is asked of AMC, which proves itself on resuming.

    So a tenant can be paused also while its AMC is down, or refuses it.
    """
    return bool(known.get("paused")) and known.get("status") in SETTLED and from_row(known) == tenant


def take_lease(customer_id: str, execution_arn: str, tenants: Tenants, tasks: Tasks) -> None:
    """One onboarding at a time works on a tenant. NotReadyYet while another does; a dead one's lease is taken over."""
    holder = (tenants.find(customer_id) or {}).get("onboardingLease")
    if holder and holder != execution_arn and tasks.is_running(holder):
        raise NotReadyYet(f"{customer_id} is being worked on by {holder}")
    if not tenants.lease(customer_id, execution_arn, holder):
        raise NotReadyYet(f"somebody else has just begun to work on {customer_id}")


def claim_instance(tenant: Tenant, known: Row, owners: InstanceOwners, tenants: Tenants) -> None:
    """The AMC instance is this tenant's alone; InvalidRecord names who has it. The claims held stand on the row."""
    key, customer_id = tenant.instance_key, tenant.customer_id
    tenants.save(customer_id, claimedInstances=sorted({*known.get("claimedInstances", ()), key}))
    owner = owners.claim(key, customer_id)
    if owner != customer_id:
        field = "AMC.amcApiEndpoint" if tenant.api_endpoint else "amcInstanceId"
        raise InvalidRecord([f"{field}: {key} belongs to {owner} already; allowed: one tenant an instance"])


def give_up_claims(known: Row, owners: InstanceOwners, tenants: Tenants, keep: str | None = None) -> None:
    """The tenant has no claim but `keep` any more."""
    for key in known.get("claimedInstances", ()):
        if key != keep:
            owners.release(key, known["customerId"])
    tenants.save(known["customerId"], claimedInstances=[keep] if keep else [])
