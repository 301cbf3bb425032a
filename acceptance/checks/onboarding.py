"""A TPS record makes a tenant."""

from typing import Final

from acceptance.check import Check
from acceptance.tenants import Tenant
from acceptance.world import World, expect

FIRST: Final = "first"


def first_tenant(world: World) -> Tenant:
    """The tenant that the other checks use."""
    return Tenant(world, FIRST)


def onboard(world: World) -> str:
    """A record is put; the tenant has its queues, their consumer, and events of its bucket."""
    tenant = first_tenant(world)
    tenant.onboard()

    row = tenant.row()
    mapping = world.client("lambda").get_event_source_mapping(UUID=row["eventSourceMappingId"])
    expect("the queue's event source mapping", mapping["State"], "Enabled")
    told = world.client("s3").get_bucket_notification_configuration(Bucket=tenant.bucket)
    expect("the bucket sends events", "EventBridgeConfiguration" in told, wanted=True)
    return f"{tenant.id} is ACTIVE; {row['queueUrl'].rpartition('/')[2]}, its mapping and events of {tenant.bucket}"


CHECKS: Final = (
    Check(
        "onboard",
        onboard,
        proves="one TPS record makes a tenant, and a workflow row comes to AMC",
        on_account="streams, SQS, S3 and Login with Amazon work under the stack's roles and key",
    ),
)
