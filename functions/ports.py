"""What the domain asks of the world. Adapters keep these; tests hand in fakes that behave."""

from functions.services.execution.slots import GateStore, Waiter, Wake
from wfm.model.outcomes import Outcome
from functions.ports_needs import (
    AnnouncingPorts,
    CatchUpPorts,
    ClosingPorts,
    SchedulingPorts,
    SubmissionPorts,
    TrackingPorts,
)
from functions.ports_services import Amc, Announcer, Metrics, Queues, Scheduler, Tasks
from functions.ports_tables import (
    CustomerConfig,
    Executions,
    InstanceOwners,
    Library,
    Requests,
    Schedules,
    Tenants,
    Workflows,
)
from functions.ports_values import Clock, Row

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
