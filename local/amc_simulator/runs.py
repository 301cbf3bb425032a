"""One workflow execution as AMC holds it, and the plan by which the simulator plays it."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Literal


class Status(StrEnum):
    """Five statuses are documented [OpenAPI]; REJECTED and PUBLISHING are met in practice [Insights on AWS,
    practitioners].
    """

    PENDING = "PENDING"
    RUNNING = "RUNNING"
    PUBLISHING = "PUBLISHING"
    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"
    REJECTED = "REJECTED"

    @property
    def is_final(self) -> bool:
        """Nothing follows on a final status."""
        return self not in (Status.PENDING, Status.RUNNING, Status.PUBLISHING)


Pool = Literal["API", "UI"]
Origin = Literal["api", "external"]


@dataclass(frozen=True)
class Plan:
    """Decided when a run is created: seconds of AMC time per phase, and the end if nobody interferes."""

    pending: float
    running: float
    publishing: float
    outcome: Status
    reason: str | None = None
    rows: int | None = None
    publish_failure: str | None = None
    status_lag: float = 0


@dataclass(frozen=True)
class Order:
    """What was asked for: the body as it came, the definition it resolves to, and who asked.

    `pool` says whose slots it takes (API and console have their own, guide); `origin` is `api` for the HTTP
    interface and `external` for runs that a test started behind the back of the client under test.
    """

    instance_id: str
    account_id: str
    workflow_id: str
    definition: dict[str, Any]
    request: dict[str, Any]
    timeout_seconds: int
    pool: Pool = "API"
    origin: Origin = "api"
    client_id: str | None = None
    dry_run: bool = False


@dataclass
class Run:
    """A run's state. All moments are wall-clock seconds since the epoch, `result_ms` is in milliseconds.

    `asked_at` alone is by the simulator's own clock, which goes faster: when its numbers were read.
    """

    execution_id: str
    sequence: int
    order: Order
    plan: Plan
    created_at: float
    result_ms: int
    updated_at: float
    status: Status = Status.PENDING
    reason: str | None = None
    validated_at: float | None = None
    started_at: float | None = None
    ended_at: float | None = None
    publication: Literal["PENDING", "AVAILABLE", "FAILED", "UNAVAILABLE"] = "PENDING"
    publication_reason: str | None = None
    files: list[str] = field(default_factory=list)
    asked_at: float = 0.0
