"""A tenant's lease and its claims on AMC instances, and how one machine hands a tenant to the other."""

from datetime import datetime, timedelta
from typing import Final, TypedDict

from functions.ports import InstanceOwners, Tasks, Tenants
from wfm.calendar.timestamps import iso, parse_timestamp_or_none
from wfm.errors import InvalidRecord, NotReadyYet, Problem
from wfm.model.execution_names import event_execution_name
from wfm.model.rows import Document, TenantRow
from wfm.model.tenants import Tenant

QUEUE_DELETION: Final = timedelta(seconds=70)


def acquire_lease(customer_id: str, execution_arn: str, tenants: Tenants, tasks: Tasks) -> None:
    """ClaimTenant: take the tenant's lease. NotReadyYet while its holder runs; a holder that has ended loses it."""
    holder = (tenants.find(customer_id) or {}).get("onboardingLease")
    if holder and holder != execution_arn and tasks.is_running(holder):
        raise NotReadyYet(f"the lease on {customer_id} is held by {holder}")
    if not tenants.lease(customer_id, execution_arn, holder):
        raise NotReadyYet(f"another execution has just taken the lease on {customer_id}")


def require_deleted(known: Document, now: datetime) -> None:
    """CreateQueues: NotReadyYet for a minute after the tenant's queues were deleted.

    SQS may take so long, and meanwhile answers as if the old ones were there (API reference, DeleteQueue).
    """
    deleted = parse_timestamp_or_none(known.get("queuesDeletedAt"))
    if deleted is not None and now < deleted + QUEUE_DELETION:
        raise NotReadyYet(f"its queues were deleted at {iso(deleted)}, and SQS may take a minute for that")


class HandedOver(TypedDict):
    """The ARN of the execution that takes over the tenant."""

    started: str


def hand_over(customer_id: str, execution_arn: str, machine: str, tenants: Tenants, tasks: Tasks) -> HandedOver:
    """StartOnboarding, StartOffboarding: start `machine`, then release the lease.

    Idempotent: one execution is started for each that hands over.
    """
    started = tasks.start(machine, event_execution_name(execution_arn, customer_id), {"customerId": customer_id})
    if (tenants.find(customer_id) or {}).get("onboardingLease") == execution_arn:
        tenants.save(customer_id, onboardingLease=None)
    return {"started": started}


def restart(asked: object, customer_id: str, execution_arn: str, machine: str, tasks: Tasks) -> None:
    """Start `machine` once more after a failed execution with the input `asked`; the new input names it as `after`."""
    if isinstance(asked, dict) and "after" not in asked:
        document = {"customerId": customer_id, "after": execution_arn}
        tasks.start(machine, event_execution_name(execution_arn, customer_id), document)


def claim_instance(tenant: Tenant, known: TenantRow, owners: InstanceOwners, tenants: Tenants) -> None:
    """ValidateTenant: claim the AMC instance; InvalidRecord names another owner. The tenant's row lists its claims."""
    key, customer_id = tenant.instance_key, tenant.customer_id
    tenants.save(customer_id, claimedInstances=sorted({*known.get("claimedInstances", ()), key}))
    owner = owners.claim(key, customer_id)
    if owner != customer_id:
        field = "AMC.amcApiEndpoint" if tenant.api_endpoint else "amcInstanceId"
        raise InvalidRecord([Problem(field, f"{key} belongs to {owner} already", "one tenant an instance")])


def release_claims(known: TenantRow, owners: InstanceOwners, tenants: Tenants, keep: str | None = None) -> None:
    """ActivateTenant, DeprovisionTenant: release all claims of the tenant but `keep`."""
    for key in known.get("claimedInstances", ()):
        if key != keep:
            owners.release(key, known["customerId"])
    tenants.save(known["customerId"], claimedInstances=[keep] if keep else [])
