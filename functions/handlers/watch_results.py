"""WatchResults: has the tenant's result bucket send its events to EventBridge, so that results start a poll."""

from typing import TypedDict

from functions.runtime.entry import entry
from functions.runtime.inputs import TenantInput
from functions.runtime.records import recorded_tenant
from functions.runtime.wiring import Ports


class WatchResultsOutput(TypedDict):
    """False without a bucket, or if its owner forbids it: then only the tick starts polls."""

    watched: bool


@entry
def handler(event: TenantInput, ports: Ports) -> WatchResultsOutput:
    """InvalidRecord if there is no such bucket."""
    tenant = recorded_tenant(event["customerId"], ports)
    watched = tenant.bucket_name is not None and ports.buckets.watch(tenant.bucket_name)
    return {"watched": watched}
