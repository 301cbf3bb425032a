"""The error answers of AMC and of the layers in front of it.

AMC itself answers `{"code": "<status as text>", "details": "<text>"}` [OpenAPI], the gateway in front
`{"message": ...}` [Insights on AWS], the accounts route `{"message", "requestId"}` [OpenAPI].
"""

import uuid
from typing import Any, Literal

Shape = Literal["amc", "gateway", "account"]


class AmcError(Exception):
    """An answer other than 200, raised anywhere below a route."""

    def __init__(self, status: int, details: str, shape: Shape = "amc") -> None:
        super().__init__(details)
        self.status = status
        self.details = details
        self.shape = shape


def error_body(status: int, details: str, shape: Shape) -> dict[str, Any]:
    """The JSON body of an error in one of the three shapes."""
    if shape == "gateway":
        return {"message": details}
    if shape == "account":
        return {"message": details, "requestId": str(uuid.uuid4())}
    return {"code": str(status), "details": details}


def unauthorized() -> AmcError:
    """Bearer token or client id missing, unknown or expired. [Insights on AWS: 401, refresh, once more]"""
    return AmcError(401, "Not authorized to access this resource.")


def forbidden() -> AmcError:
    """Wrong entity, marketplace, client or instance: AMC does not say which. [practitioners]"""
    return AmcError(403, "Unauthorized request.")


def terms_not_accepted() -> AmcError:
    """Until someone accepts the terms in AMC's console; listing instances still works. [guide]"""
    return AmcError(403, "Terms and conditions must be accepted to continue")


def unknown_workflow(workflow_id: str, status: int = 404) -> AmcError:
    """404 where the workflow is in the path, 400 where an execution names it.

    [text: practitioners; 400: ours]
    """
    return AmcError(status, f"Workflow with ID {workflow_id} does not exist")


def workflow_in_use(workflow_id: str, schedule_ids: list[str]) -> AmcError:
    """A schedule references the workflow that is to be deleted. [rule: guide; text and status: ours]"""
    return AmcError(400, f"Workflow with ID {workflow_id} is referenced by schedules: {', '.join(schedule_ids)}.")


def unknown_schedule(schedule_id: str) -> AmcError:
    """As for workflows. [text: ours]"""
    return AmcError(404, f"Schedule with ID {schedule_id} does not exist")


def duplicate_schedule(schedule_id: str) -> AmcError:
    """As for workflows. [text: ours]"""
    return AmcError(400, f"Schedule with ID {schedule_id} already exists.")


def unknown_execution(execution_id: str, status: int) -> AmcError:
    """400 in practice [practitioners] and 404 in the OpenAPI; the configuration says which."""
    return AmcError(status, f"Workflow execution with ID {execution_id} does not exist.")


def not_downloadable(execution_id: str) -> AmcError:
    """Asked for links before the result is there. [text: guide; 404: practitioners]"""
    return AmcError(404, f"Execution with ID {execution_id} is unavailable for download.")
