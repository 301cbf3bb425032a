"""WatchResults: the result bucket tells EventBridge what lands in it, so that runs are seen to end within seconds."""

from typing import Any

from functions.runtime.entry import entry
from functions.runtime.records import recorded_tenant
from functions.runtime.wiring import Ports


@entry
def handler(event: dict[str, Any], ports: Ports) -> dict[str, Any]:
    """`{customerId}` -> `{watched}`. Without a bucket, or where its owner forbids it, the minute's tick has to do."""
    tenant = recorded_tenant(event["customerId"], ports)
    watched = tenant.bucket_name is not None and ports.buckets.watch(tenant.bucket_name)
    return {"watched": watched}
