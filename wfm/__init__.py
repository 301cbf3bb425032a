"""The client library of the Workflow Management Service: `from wfm import Wfm`."""

from wfm.client import Wfm
from wfm.connection import Connection
from wfm.following import StateChange
from wfm.records import Execution, Request, Tenant, Workflow
from wfm.runs import Run

__all__ = ["Connection", "Execution", "Request", "Run", "StateChange", "Tenant", "Wfm", "Workflow"]
