"""Inputs that several steps of a tenant's machines share."""

from typing import TypedDict


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
    """The execution, and its `input` as somebody gave it: not checked yet."""

    input: object
    executionName: str
    executionArn: str


class FailureInput(ExecutionInput):
    """What Step Functions says of the failure."""

    error: str
    cause: str
