"""EventBridge Scheduler: schedules of the deployment's group, which send to the tenants' queues."""

from typing import TYPE_CHECKING, Final

from botocore.exceptions import ClientError

from wfm.errors import InvalidRecord, NotReadyYet, Problem
from wfm.model.rows import Document, object_in

if TYPE_CHECKING:
    from mypy_boto3_scheduler import EventBridgeSchedulerClient

# What cannot become right by itself (API reference, "Errors" of CreateSchedule).
_REFUSED_CODES: Final = frozenset({"ValidationException", "ServiceQuotaExceededException"})
_BUSY_CODES: Final = frozenset({"ThrottlingException", "TooManyRequestsException", "InternalServerException"})


class EventSchedules:
    """Implements `functions.ports.Scheduler`. Tenants' queues are named after the group, as in `TenantQueues`."""

    def __init__(self, client: "EventBridgeSchedulerClient", group: str, role_arn: str, dead_letter_arn: str) -> None:
        self._client = client
        self._group = group
        self._role_arn = role_arn
        self._dead_letter_arn = dead_letter_arn

    def put(self, name: str, customer_id: str, definition: Document) -> None:
        """Create the schedule, or replace it. InvalidRecord if EventBridge refuses it."""
        fields = {**definition, "Target": self._target(customer_id, object_in(definition["Target"]))}
        if self._call("update_schedule", name, fields) or self._call("create_schedule", name, fields):
            return
        raise NotReadyYet(f"the schedule group {self._group} is not there")

    def _target(self, customer_id: str, target: Document) -> Document:
        here = self._dead_letter_arn.rpartition(":")[0]
        return {
            **target,
            "Arn": f"{here}:{self._group}-{customer_id}.fifo",
            "RoleArn": self._role_arn,
            "DeadLetterConfig": {"Arn": self._dead_letter_arn},
        }

    def delete(self, name: str) -> None:
        """Delete the schedule in EventBridge. Idempotent."""
        self._call("delete_schedule", name, {})

    def _call(self, operation: str, name: str, fields: Document) -> bool:
        """False if the schedule or its group does not exist; NotReadyYet for transient errors and conflicts."""
        try:
            getattr(self._client, operation)(Name=name, GroupName=self._group, **fields)
        except ClientError as exc:
            code, message = exc.response["Error"]["Code"], exc.response["Error"].get("Message", "")
            if code == "ResourceNotFoundException":
                return False
            if code in _REFUSED_CODES:
                raise InvalidRecord([Problem("", f"EventBridge Scheduler does not take it: {message}")]) from exc
            if code == "ConflictException" or code in _BUSY_CODES:
                raise NotReadyYet(f"EventBridge Scheduler, for {name}: {code}: {message}") from exc
            raise
        return True
