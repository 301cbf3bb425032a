"""What the domain asks of the world. Adapters keep these; tests hand in fakes that behave."""

from functions.domain.execution_lifecycle.gate import GateStore, Waiter, Wake
from functions.domain.execution_lifecycle.outcomes import Outcome
from functions.domain.ports.needs import (
    AnnouncingPorts,
    CatchUpPorts,
    ClosingPorts,
    SchedulingPorts,
    SubmissionPorts,
    TrackingPorts,
)
from functions.domain.ports.services import Amc, Announcer, Metrics, Queues, Scheduler, Tasks
from functions.domain.ports.tables import (
    CustomerConfig,
    Executions,
    InstanceOwners,
    Library,
    Requests,
    Schedules,
    Tenants,
    Workflows,
)
from functions.domain.ports.values import Clock, Row

__all__ = [
    "Amc",
    "Announcer",
    "AnnouncingPorts",
    "CatchUpPorts",
    "Clock",
    "ClosingPorts",
    "CustomerConfig",
    "Executions",
    "GateStore",
    "InstanceOwners",
    "Library",
    "Metrics",
    "Outcome",
    "Queues",
    "Requests",
    "Row",
    "Scheduler",
    "Schedules",
    "SchedulingPorts",
    "SubmissionPorts",
    "Tasks",
    "Tenants",
    "TrackingPorts",
    "Waiter",
    "Wake",
    "Workflows",
]
