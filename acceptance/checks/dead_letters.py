"""A message that can never work."""

from typing import Any, Final

from acceptance.check import Check
from acceptance.checks.onboarding import first_tenant
from acceptance.tenants import Tenant
from acceptance.world import World, expect

BAD: Final = "this is no request"


def dead_letter(world: World) -> str:
    """It goes to the dead letter queue with its reason, and its neighbour runs."""
    tenant = first_tenant(world)
    tenant.send_text(BAD)
    neighbour = tenant.send("neighbour")

    letter = world.until(lambda: _letter(world, tenant), "the message is in the dead letter queue") or {}
    attributes = {name: value["StringValue"] for name, value in letter["MessageAttributes"].items()}
    expect("the message", letter["Body"], BAD)
    refused = tenant.request(attributes["requestId"])
    expect("the refused request", (refused["status"], refused["reason"]), ("REJECTED", attributes["reason"]))
    expect("the neighbour", tenant.wait_for(neighbour)["status"], "SUCCEEDED")
    return f"{attributes['errorName']}: {attributes['reason']}; its neighbour SUCCEEDED"


def _letter(world: World, tenant: Tenant) -> dict[str, Any] | None:
    got = world.client("sqs").receive_message(
        QueueUrl=tenant.row()["deadLetterQueueUrl"], MessageAttributeNames=["All"], VisibilityTimeout=0
    )
    return next(iter(got.get("Messages", [])), None)


CHECKS: Final = (
    Check(
        "dead letter",
        dead_letter,
        proves="a message that can never work is parked with its reason, and its neighbours go on",
        needs=("run",),
    ),
)
