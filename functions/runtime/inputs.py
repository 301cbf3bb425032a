"""Inputs that several steps of a machine share.

`input` is the execution's own input as somebody gave it, not checked yet. Machines hand it on beside the ids that they
found in it, since people start executions by hand, and predecessors' callers with another shape: the step that works
reads such a request from it, and the step that records a failure keeps it.
"""

from typing import NotRequired, TypedDict


class TenantInput(TypedDict):
    """The tenant that the step works on."""

    customerId: str


class ActivationInput(TenantInput):
    """`wanted` is what ValidateTenant returned: ACTIVE or PAUSED."""

    wanted: str


class HandOverInput(TenantInput):
    """The execution that hands the tenant over: it holds the tenant's lease."""

    executionArn: str


class ExecutionInput(TypedDict):
    """The execution, by its input, name and ARN."""

    input: object
    executionName: str
    executionArn: str


class WorkflowInput(TenantInput):
    """A tenant's workflow, and the ARN of the execution that works on it. Executions of version 0.1 send no `input`."""

    workflowId: str
    executionArn: str
    input: NotRequired[object]


class FailureInput(ExecutionInput):
    """What Step Functions says of the failure."""

    error: str
    cause: str


class WatchedWorkflow(TypedDict):
    """A workflow whose newest result is to be looked at."""

    customerId: str
    workflowId: str


class WatchedSchedule(TypedDict):
    """A schedule whose watched firing is to be looked at."""

    customerId: str
    name: str
