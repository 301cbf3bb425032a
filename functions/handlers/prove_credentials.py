"""ProveCredentials: a real call to the tenant's AMC instance; a refusal says which id is wrong."""

from functools import partial
from typing import Any

from functions.adapters.json_schema import problems
from functions.domain.onboarding import read_record
from functions.domain.proof import prove
from functions.runtime.entry import entry
from functions.runtime.wiring import Ports

_problems = partial(problems, "tps_record")


@entry
def handler(event: dict[str, Any], ports: Ports) -> None:
    """`{customerId}`."""
    record = ports.customer_config.find(event["customerId"]) or {}
    prove(read_record(record, _problems), ports.amc, ports.clock())
