"""WFM's tables, their keys and indexes: the stack makes them from this, and all other code takes names from it."""

from dataclasses import dataclass
from typing import Final

TTL_ATTRIBUTE: Final = "expireTimestamp"  # seconds since 1970, after which DynamoDB deletes the row


@dataclass(frozen=True, slots=True)
class Index:
    """A global secondary index; `only` are the attributes that it holds besides keys, None for all of them.

    A row that lacks one of the index's own keys is not in it.
    """

    name: str
    partition_key: str
    sort_key: str | None = None
    only: tuple[str, ...] | None = None

    @property
    def keys(self) -> tuple[str, ...]:
        """The names of the partition key, and of the sort key if there is one."""
        return (self.partition_key, self.sort_key) if self.sort_key else (self.partition_key,)


@dataclass(frozen=True, slots=True)
class Table:
    """A table by its name in the stack, of which CloudFormation makes the name in the account."""

    name: str
    partition_key: str
    sort_key: str | None = None
    indexes: tuple[Index, ...] = ()
    numbers: frozenset[str] = frozenset()  # keys that are numbers; all others are strings
    stream: bool = False
    expires: bool = False
    mark: str | None = None  # on a row until a change of it is dealt with; that it goes is no news (stream_filters.py)

    @property
    def keys(self) -> tuple[str, ...]:
        """Its partition key, and its sort key if it has one."""
        return (self.partition_key, self.sort_key) if self.sort_key else (self.partition_key,)

    def key(self, *values: str | int) -> dict[str, str | int]:
        """The key of one row."""
        return dict(zip(self.keys, values, strict=True))


POLL_DUE: Final = Index("pollDueAt", "polled", "pollDueAt", only=())
OLD_POLL_DUE: Final = Index("status-nextPollAt", "status", "nextPollAt")  # of 0.1; rows have no such time any more
BY_BUCKET: Final = Index("bucketName", "bucketName", only=())
BY_WORKFLOW: Final = Index(
    "workflowId", "workflowId", "customerId",
    only=("syncStatus", "syncReason", "syncedAt", "definitionHash", "libraryVersion", "libraryHash", "drift"),
)  # fmt: skip
RESULTS: Final = Index("resultStatus", "resultStatus", "resultCheckAt", only=("staleSince",))
CATCH_UP: Final = Index("catchUp", "catchUp", only=())
REQUESTS_BY_TIME: Final = Index("requestedAt", "customerId", "requestedAt")
DEADLINES: Final = Index("checkAt", "watched", "checkAt", only=())
OPEN_REQUESTS: Final = Index("openSince", "customerId", "openSince", only=("executionArn", "executionName"))
BY_BACKFILL: Final = Index("backfillId", "backfillId", "status", only=())
ACTIVE_RUNS: Final = Index("unsettled", "customerId", "unsettledSince")
UNANNOUNCED: Final = Index("unannounced", "unannounced", "unannouncedSince", only=())
RUNS_BY_TIME: Final = Index(
    "createTime", "customerId", "createTime",
    only=(
        "workflowId", "executionStatus", "source", "requestId", "statusReason", "lastUpdatedTime", "executionTime",
        "timeWindowStart", "timeWindowEnd", "outputS3URI", "firstSeenAt", "recordedAt",
        "requestedBy", "backfillId", "queueWait", "slotWait", "amcQueueTime", "runTime",
    ),
)  # fmt: skip

CUSTOMER_CONFIG: Final = Table("CustomerConfig", "customerId", stream=True)
TENANTS: Final = Table("Tenants", "customerId", indexes=(POLL_DUE, OLD_POLL_DUE, BY_BUCKET))
WORKFLOW_LIBRARY: Final = Table("WorkflowLibrary", "workflowId", "version", numbers=frozenset({"version"}), stream=True)
WORKFLOWS: Final = Table("Workflows", "customerId", "workflowId", (BY_WORKFLOW, RESULTS), stream=True)
SCHEDULES: Final = Table("Schedules", "customerId", "Name", (CATCH_UP, DEADLINES), stream=True)
REQUESTS: Final = Table(
    "ExecutionRequests", "customerId", "requestId", (REQUESTS_BY_TIME, BY_BACKFILL, OPEN_REQUESTS), expires=True
)
EXECUTIONS: Final = Table(
    "Executions", "customerId", "workflowExecutionId", (ACTIVE_RUNS, RUNS_BY_TIME, UNANNOUNCED),
    stream=True, expires=True, mark="toAnnounce",
)  # fmt: skip
GATE: Final = Table("Gate", "customerId", "sk")
ACCESS_TOKENS: Final = Table("AccessTokens", "authId", expires=True)
TABLES: Final = (
    CUSTOMER_CONFIG, TENANTS, WORKFLOW_LIBRARY, WORKFLOWS, SCHEDULES, REQUESTS, EXECUTIONS, GATE,
    ACCESS_TOKENS,
)  # fmt: skip

# What may be kept when WFM goes: without slots of runs that are over, and without tokens.
HISTORY: Final = (CUSTOMER_CONFIG, TENANTS, WORKFLOW_LIBRARY, WORKFLOWS, SCHEDULES, REQUESTS, EXECUTIONS)
OF_CUSTOMERS: Final = tuple(table for table in HISTORY if table != WORKFLOW_LIBRARY)


@dataclass(frozen=True, slots=True, kw_only=True)
class TableNames:
    """What the tables of one deployment are called in its account: outputs of its stack, settings of its Lambdas."""

    customer_config_table: str
    tenants_table: str
    workflow_library_table: str
    workflows_table: str
    schedules_table: str
    execution_requests_table: str
    executions_table: str
    gate_table: str
