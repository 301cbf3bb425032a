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
    customer_id = event["customerId"]
    bucket = recorded_tenant(customer_id, ports).bucket_name
    if bucket is None:
        return {"watched": False}

    def note() -> None:
        known = (ports.tenants.find(customer_id) or {}).get("watchedBuckets", set())
        ports.tenants.save(customer_id, watchedBuckets={*known, bucket})

    return {"watched": ports.buckets.watch(bucket, note)}
