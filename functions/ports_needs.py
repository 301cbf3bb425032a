"""What it takes to do one thing: the ports that are asked for together, composed of those that have one each."""

from typing import Protocol

from functions.services.execution.slots import GateStore
from functions.ports_services import Amc, Announcer, Metrics, Queues, Scheduler, Tasks
from functions.ports_tables import Executions, Library, Requests, Schedules, Tenants, Workflows
from functions.ports_values import Clock


class HasClock(Protocol):
    @property
    def clock(self) -> Clock: ...


class HasTenants(Protocol):
    @property
    def tenants(self) -> Tenants: ...


class HasRequests(Protocol):
    @property
    def requests(self) -> Requests: ...


class HasExecutions(Protocol):
    @property
    def executions(self) -> Executions: ...


class HasWorkflows(Protocol):
    @property
    def workflows(self) -> Workflows: ...


class HasLibrary(Protocol):
    @property
    def library(self) -> Library: ...


class HasSchedules(Protocol):
    @property
    def schedules(self) -> Schedules: ...


class HasGates(Protocol):
    @property
    def gates(self) -> GateStore: ...


class HasAmc(Protocol):
    @property
    def amc(self) -> Amc: ...


class HasTasks(Protocol):
    @property
    def tasks(self) -> Tasks: ...


class HasAnnouncer(Protocol):
    @property
    def announcer(self) -> Announcer: ...


class HasMetrics(Protocol):
    @property
    def metrics(self) -> Metrics: ...


class HasQueues(Protocol):
    @property
    def queues(self) -> Queues: ...


class HasScheduler(Protocol):
    @property
    def scheduler(self) -> Scheduler: ...


class SubmissionPorts(HasClock, HasRequests, HasExecutions, HasAmc, Protocol):
    """What it takes to submit a request."""


class ClosingPorts(SubmissionPorts, HasTenants, HasGates, HasTasks, HasAnnouncer, Protocol):
    """What it takes to close one."""


class AnnouncingPorts(HasRequests, HasExecutions, HasTasks, HasAnnouncer, HasMetrics, Protocol):
    """What it takes to tell of a run."""


class SchedulingPorts(HasClock, HasTenants, HasSchedules, HasScheduler, Protocol):
    """What it takes to bring a schedule to EventBridge."""


class CatchUpPorts(HasClock, HasTenants, HasSchedules, HasRequests, HasQueues, Protocol):
    """What it takes to make up for missed times."""


class TrackingPorts(
    HasClock,
    HasAnnouncer,
    HasMetrics,
    HasTenants,
    HasExecutions,
    HasRequests,
    HasWorkflows,
    HasGates,
    HasTasks,
    HasAmc,
    Protocol,
):
    """What it takes to look at a tenant's AMC instance."""
