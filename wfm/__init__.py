"""The client library of the Workflow Management Service: `from wfm import Wfm`."""

from wfm.client import Wfm
from wfm.connection import Connection
from wfm.following import StateChange
from wfm.machines import StateEntered
from wfm.onboarding import Outcome, TenantChange
from wfm.records import Execution, Request, Tenant, Workflow
from wfm.runs import Run
from wfm.schedules import TenantSchedule

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
