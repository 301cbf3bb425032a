"""Workflow Management Service: `from wfm import Wfm` is the client library.

Lambdas carry this package without the client, and the command starts fast: so the names below are loaded when they are
first used (PEP 562).
"""

from pkgutil import resolve_name
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from wfm.client.connection import Connection
    from wfm.client.machines import Outcome, StateEntered
    from wfm.client.records import Execution, Request, Tenant, Workflow
    from wfm.client.requests.following import StateChange
    from wfm.client.runs.run import Run
    from wfm.client.schedules.schedule import TenantSchedule
    from wfm.client.tenants.onboarding import TenantChange
    from wfm.client.wfm import Wfm

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

_MODULES: Final = {
    "Connection": "connection",
    "Execution": "records",
    "Outcome": "machines",
    "Request": "records",
    "Run": "runs.run",
    "StateChange": "requests.following",
    "StateEntered": "machines",
    "Tenant": "records",
    "TenantChange": "tenants.onboarding",
    "TenantSchedule": "schedules.schedule",
    "Wfm": "wfm",
    "Workflow": "records",
}


def __getattr__(name: str) -> object:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return resolve_name(f"wfm.client.{_MODULES[name]}:{name}")
