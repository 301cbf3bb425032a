"""WatchResults: the result bucket tells EventBridge what lands in it, so that runs are seen to end within seconds."""

from functools import partial
from typing import Any

from functions.adapters.json_schema import problems
from functions.domain.onboarding import read_record
from functions.runtime.entry import entry
from functions.runtime.wiring import Ports

_problems = partial(problems, "tps_record")


@entry
def handler(event: dict[str, Any], ports: Ports) -> dict[str, Any]:
    """`{customerId}` -> `{watched}`. Without a bucket, or where its owner forbids it, the minute's tick has to do."""
    tenant = read_record(ports.customer_config.find(event["customerId"]) or {}, _problems)
    watched = tenant.bucket_name is not None and ports.buckets.watch(tenant.bucket_name)
    return {"watched": watched}
