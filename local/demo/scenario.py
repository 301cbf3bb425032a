"""What the demo does to WFM: who asks for what, what AMC does meanwhile, and when."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from local.amc_simulator.configuration import Behaviour, Configuration, Duration
from local.amc_simulator.faults import Fault
from local.examples import ExampleTenant

SHARES: Final = (12, 18, 30)  # requests of each tenant; 60 in all
CLOCK_FACTOR: Final = 40  # an AMC run of four minutes takes six seconds
FAULTS_FROM: Final = 6.0  # seconds after the burst
FAULTS_FOR: Final = 20.0
LONGEST: Final = 160.0  # seconds after the burst; what has not ended then is lost

_EXECUTIONS: Final = r"/workflowExecutions$"
FAULTS: Final = (
    # AMC accepts, and its answer never arrives: the one fault that makes a blind repetition run twice.
    Fault(method="POST", path=_EXECUTIONS, when="after", drop=True, times=4, probability=0.5),
    Fault(method="POST", path=_EXECUTIONS, status=503, body="gateway", times=2, probability=0.3),
    Fault(method="POST", path=_EXECUTIONS, status=429, retry_after=1, probability=0.4),
    Fault(method="GET", path=_EXECUTIONS, status=429, retry_after=None, probability=0.2),
    Fault(method="GET", path=_EXECUTIONS, status=503, body="gateway", times=3, probability=0.2),
)
CONFIGURATION: Final = Configuration(
    clock_factor=CLOCK_FACTOR,
    default_behaviour=Behaviour(running=Duration(median=240, sigma=0.4, low=60, high=900)),
)
EXTERNAL: Final = Behaviour(running=Duration(median=40 * CLOCK_FACTOR))  # about 40 s of ours, most of the burst


@dataclass(frozen=True, slots=True)
class Planned:
    """One request of the burst; `arguments` are those of `Wfm.run` beyond workflow and customer."""

    request_id: str
    customer_id: str
    workflow_id: str
    arguments: Mapping[str, Any]


def plan(tenants: Sequence[ExampleTenant], workflow_ids: Sequence[str], today: date) -> list[Planned]:
    """The burst, the tenants' requests mixed as they would come."""
    lines = [
        [_planned(tenant, workflow_ids[number % len(workflow_ids)], number, today) for number in range(share)]
        for tenant, share in zip(tenants, SHARES, strict=True)
    ]
    ordered = [((number + 0.5) / len(line), request) for line in lines for number, request in enumerate(line)]
    return [request for _, request in sorted(ordered, key=lambda item: item[0])]


def _planned(tenant: ExampleTenant, workflow_id: str, number: int, today: date) -> Planned:
    """A tenant's requests: of each five one with the workflow's window, two as a schedule sends, two of a backfill."""
    priority = ("interactive", "scheduled", "scheduled", "backfill", "backfill")[number % 5]
    start = today - timedelta(days=16 + 7 * number)
    week = {"start": f"{start}T00:00:00", "end": f"{start + timedelta(days=7)}T00:00:00"}
    window = {} if priority == "interactive" else week
    arguments = {**window, "priority": priority, "source": "demo"}
    request_id = f"{tenant.customer_id.partition('-')[0]}-{number + 1:02}"
    return Planned(request_id, tenant.customer_id, workflow_id, arguments)


def external_execution(workflow_id: str, today: date) -> dict[str, Any]:
    """What somebody starts in AMC behind WFM's back."""
    return {
        "workflowId": workflow_id,
        "timeWindowType": "EXPLICIT",
        "timeWindowStart": f"{today - timedelta(days=400)}T00:00:00",
        "timeWindowEnd": f"{today - timedelta(days=370)}T00:00:00",
    }
