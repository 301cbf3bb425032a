"""The client library of the Workflow Management Service: `from wfm import Wfm`."""

from wfm.client.wfm import Wfm
from wfm.client.connection import Connection
from wfm.client.executions.following import StateChange
from wfm.client.executions.runs import Run
from wfm.client.machines import Outcome, StateEntered
from wfm.client.records import Execution, Request, Tenant, Workflow
from wfm.client.schedules.schedule import TenantSchedule
from wfm.client.tenants.onboarding import TenantChange

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
