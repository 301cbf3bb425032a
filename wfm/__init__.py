"""The client library of the Workflow Management Service: `from wfm import Wfm`."""

from wfm.client import Wfm
from wfm.connection import Connection
from wfm.executions.following import StateChange
from wfm.executions.runs import Run
from wfm.machines import Outcome, StateEntered
from wfm.records import Execution, Request, Tenant, Workflow
from wfm.schedules.schedule import TenantSchedule
from wfm.tenants.onboarding import TenantChange

__all__ = [
    "Connection",
    "Execution",
    "Outcome",
    "Request",
    "Run",
    "StateChange",
    "StateEntered",
    "Tenant",
    "TenantChange",
    "TenantSchedule",
    "Wfm",
    "Workflow",
]
