"""What a tenant's two rows ask for: its TPS record, and WFM's own wishes on its row in Tenants."""

from functions.ports import InstanceOwners, Tasks, Tenants
from wfm.errors import InvalidRecord, NotReadyYet, Problem
from wfm.model.execution_names import event_execution_name
from wfm.model.rows import Row
from wfm.model.tenants import Tenant


def acquire_lease(customer_id: str, execution_arn: str, tenants: Tenants, tasks: Tasks) -> None:
    """One onboarding at a time works on a tenant. NotReadyYet while another does; a dead one's lease is taken over."""
    holder = (tenants.find(customer_id) or {}).get("onboardingLease")
    if holder and holder != execution_arn and tasks.is_running(holder):
        raise NotReadyYet(f"{customer_id} is being worked on by {holder}")
    if not tenants.lease(customer_id, execution_arn, holder):
        raise NotReadyYet(f"somebody else has just begun to work on {customer_id}")


def hand_over(customer_id: str, execution_arn: str, machine: str, tenants: Tenants, tasks: Tasks) -> str:
    """Start `machine`, which reads the rows anew, and give it the lease: once, however often an execution does so."""
    started = tasks.start(machine, event_execution_name(execution_arn, customer_id), {"customerId": customer_id})
    if (tenants.find(customer_id) or {}).get("onboardingLease") == execution_arn:
        tenants.save(customer_id, onboardingLease=None)
    return started


def restart(asked: object, customer_id: str, execution_arn: str, machine: str, tasks: Tasks) -> None:
    """Start `machine` once more after an execution that failed and was `asked` this; `after` is in its input."""
    if isinstance(asked, dict) and "after" not in asked:
        document = {"customerId": customer_id, "after": execution_arn}
        tasks.start(machine, event_execution_name(execution_arn, customer_id), document)


def claim_instance(tenant: Tenant, known: Row, owners: InstanceOwners, tenants: Tenants) -> None:
    """The AMC instance is this tenant's alone; InvalidRecord names who has it. The claims held stand on the row."""
    key, customer_id = tenant.instance_key, tenant.customer_id
    tenants.save(customer_id, claimedInstances=sorted({*known.get("claimedInstances", ()), key}))
    owner = owners.claim(key, customer_id)
    if owner != customer_id:
        field = "AMC.amcApiEndpoint" if tenant.api_endpoint else "amcInstanceId"
        raise InvalidRecord([Problem(field, f"{key} belongs to {owner} already", "one tenant an instance")])


def release_claims(known: Row, owners: InstanceOwners, tenants: Tenants, keep: str | None = None) -> None:
    """The tenant has no claim but `keep` any more."""
    for key in known.get("claimedInstances", ()):
        if key != keep:
            owners.release(key, known["customerId"])
    tenants.save(known["customerId"], claimedInstances=[keep] if keep else [])
