"""What SQS hands to the handlers around the lifecycle."""

import json
from typing import Any

from tests.builders import a_message, an_sqs_record
from tests.reliability.world import MACHINE, CountedWorld


def arn_of(name: str) -> str:
    """Of an execution of the lifecycle."""
    return f"{MACHINE.replace(':stateMachine:', ':execution:')}:{name}"


def queued(world: CountedWorld, request_id: str, **fields: Any) -> dict[str, Any]:
    """A request's message in its tenant's queue, sent now."""
    body = json.dumps(a_message(customerId=world.customer_id, requestId=request_id, **fields))
    queue = f"{world.settings.prefix}-{world.customer_id}.fifo"
    sent = {"SentTimestamp": str(int(world.clock().timestamp() * 1000))}
    return {**an_sqs_record(body, f"message-{request_id}", queue), "attributes": sent}


def status_change(name: str, status: str, given: str, delivery: int) -> dict[str, Any]:
    """EventBridge's word that an execution of the input `given` ended so."""
    body = json.dumps(
        {"detail": {"executionArn": name, "stateMachineArn": "", "name": name, "status": status, "input": given}}
    )
    return {"body": body, "messageId": f"{name}-{delivery}"}
