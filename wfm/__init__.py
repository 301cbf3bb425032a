"""Workflow Management Service: `from wfm import Wfm` is the client library.

All that a script needs is here: the client, what it gives back, and the errors that it raises, each a `WfmError`.
Lambdas carry this package without the client, and the command starts fast: so what is not an error is loaded when it is
first used (PEP 562).
"""

from pkgutil import resolve_name
from typing import TYPE_CHECKING, Final

from wfm.errors import (
    ClientError,
    InvalidFilesError,
    InvalidRecord,
    InvalidRequest,
    NotEndedInTimeError,
    NotSucceededError,
    PermanentError,
    UnknownCustomer,
    UnknownRunError,
    UnknownWorkflow,
    UnreachableError,
    UsageError,
    WfmError,
)

if TYPE_CHECKING:
    from wfm.client.adoption.found import Found
    from wfm.client.backfills.started import BackfillStarted
    from wfm.client.backfills.status import BackfillStatus
    from wfm.client.chains.chains import ChainLink
    from wfm.client.chains.status import ChainStatus, ChainStep
    from wfm.client.connection import Connection
    from wfm.client.frames import to_pandas
    from wfm.client.library.entries import LibraryEntry
    from wfm.client.library.plan import Change
    from wfm.client.library.pull import Pulled
    from wfm.client.library.rollouts import Rollout, RolloutStatus
    from wfm.client.machines import Outcome, StateEntered
    from wfm.client.queues.dead_letters import DeadLetter
    from wfm.client.queues.queues import QueueStatus
    from wfm.client.records import Execution, Request, Tenant, Workflow
    from wfm.client.requests.cancel import Cancellation
    from wfm.client.requests.following import StateChange
    from wfm.client.requests.reader import RequestFilter
    from wfm.client.requests.resubmit import ResubmitResult
    from wfm.client.requests.sender import PreparedRequest
    from wfm.client.requests.submitted import SubmittedRequest
    from wfm.client.results.comparing import Comparison
    from wfm.client.results.results import Result
    from wfm.client.runs.run import Run
    from wfm.client.runs.search import RunFilter
    from wfm.client.schedules.many import ScheduleChanged
    from wfm.client.schedules.schedule import TenantSchedule
    from wfm.client.tenants.changed import Changed
    from wfm.client.tenants.details import TenantDetails, TenantSummary
    from wfm.client.tenants.onboarding import TenantChange
    from wfm.client.tenants.status import TenantStatus
    from wfm.client.wfm import Wfm
    from wfm.client.workflow_files.folder import Folder, WorkflowFile
    from wfm.client.workflows.syncing import SyncStarted
    from wfm.client.workflows.workflows import DriftReport, WorkflowDetails

__all__ = [
    "BackfillStarted",
    "BackfillStatus",
    "Cancellation",
    "ChainLink",
    "ChainStatus",
    "ChainStep",
    "Change",
    "Changed",
    "ClientError",
    "Comparison",
    "Connection",
    "DeadLetter",
    "DriftReport",
    "Execution",
    "Folder",
    "Found",
    "InvalidFilesError",
    "InvalidRecord",
    "InvalidRequest",
    "LibraryEntry",
    "NotEndedInTimeError",
    "NotSucceededError",
    "Outcome",
    "PermanentError",
    "PreparedRequest",
    "Pulled",
    "QueueStatus",
    "Request",
    "RequestFilter",
    "ResubmitResult",
    "Result",
    "Rollout",
    "RolloutStatus",
    "Run",
    "RunFilter",
    "ScheduleChanged",
    "StateChange",
    "StateEntered",
    "SubmittedRequest",
    "SyncStarted",
    "Tenant",
    "TenantChange",
    "TenantDetails",
    "TenantSchedule",
    "TenantStatus",
    "TenantSummary",
    "UnknownCustomer",
    "UnknownRunError",
    "UnknownWorkflow",
    "UnreachableError",
    "UsageError",
    "Wfm",
    "WfmError",
    "Workflow",
    "WorkflowDetails",
    "WorkflowFile",
    "to_pandas",
]

_MODULES: Final = {
    "BackfillStarted": "backfills.started",
    "BackfillStatus": "backfills.status",
    "Cancellation": "requests.cancel",
    "ChainLink": "chains.chains",
    "ChainStatus": "chains.status",
    "ChainStep": "chains.status",
    "Change": "library.plan",
    "Changed": "tenants.changed",
    "Comparison": "results.comparing",
    "Connection": "connection",
    "DeadLetter": "queues.dead_letters",
    "DriftReport": "workflows.workflows",
    "Execution": "records",
    "Folder": "workflow_files.folder",
    "Found": "adoption.found",
    "LibraryEntry": "library.entries",
    "Outcome": "machines",
    "PreparedRequest": "requests.sender",
    "Pulled": "library.pull",
    "QueueStatus": "queues.queues",
    "Request": "records",
    "RequestFilter": "requests.reader",
    "ResubmitResult": "requests.resubmit",
    "Result": "results.results",
    "Rollout": "library.rollouts",
    "RolloutStatus": "library.rollouts",
    "Run": "runs.run",
    "RunFilter": "runs.search",
    "ScheduleChanged": "schedules.many",
    "StateChange": "requests.following",
    "StateEntered": "machines",
    "SubmittedRequest": "requests.submitted",
    "SyncStarted": "workflows.syncing",
    "Tenant": "records",
    "TenantChange": "tenants.onboarding",
    "TenantDetails": "tenants.details",
    "TenantSchedule": "schedules.schedule",
    "TenantStatus": "tenants.status",
    "TenantSummary": "tenants.details",
    "Wfm": "wfm",
    "Workflow": "records",
    "WorkflowDetails": "workflows.workflows",
    "WorkflowFile": "workflow_files.folder",
    "to_pandas": "frames",
}


def __getattr__(name: str) -> object:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return resolve_name(f"wfm.client.{_MODULES[name]}:{name}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
