"""Rows of WFM's tables, field names as users know them, and objects of JSON that nobody has checked yet.

The rows of people and of AMC may hold anything: what WFM does not write itself is narrowed where it is read. No field
is required, since a projection leaves some out and older versions of WFM did not write all of them.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final, Literal, TypedDict

Document = Mapping[str, object]  # who reads a field says what it has to be
# Of the rows that WFM writes: a release in which a sweep has to bring old ones to a new form counts it up.
DATA_VERSION: Final = 2
# Of a run that is made again at an age of its window: in its message, and on its rows.
LINEAGE: Final[Sequence[Literal["refreshOf", "refreshAge", "supersedes"]]] = ("refreshOf", "refreshAge", "supersedes")


CHANGE: Final = "change"  # of a run that was made again: how much its result differs


class Lineage(TypedDict, total=False):
    """Which request's run is made again, at which age of its window, and the AMC run before it."""

    refreshOf: str
    refreshAge: str
    supersedes: str


class TenantRow(TypedDict, total=False):
    """Tenants: the record in effect, and WFM's own state of a tenant. Times are ISO UTC."""

    customerId: str
    customerName: str
    amcInstanceId: str
    bucketName: str
    maximumConcurrentWorkflowExecutions: int
    toggles: list[str]
    retentionDays: int
    ignoreStatusList: list[str]
    snsTopicArn: str
    digest: str
    digestedUntil: str
    status: str
    reason: str
    paused: bool
    removal: "Removal"
    onboardingLease: str
    onboardingExecution: str
    checkedRecord: str
    claimedInstances: list[str]
    formerAccounts: list[str]  # of AMC, whose slots the tenant has yet to leave for good
    queueUrl: str
    deadLetterQueueUrl: str
    resultsWatched: bool
    watchedBuckets: set[str]  # those whose events to EventBridge WFM turned on; nobody else had
    degradedSince: str
    degradedReason: str
    degradedUntil: str
    refusedPosts: int
    postAcceptedAt: str
    untold: set[str]
    backlogSince: str
    dataVersion: int  # of all rows of the tenant; without it, as version 0.1 wrote them
    requestsIndexed: str  # how far Reconcile is with the requests of version 0.1: the last one's id
    queuesDeletedAt: str
    polled: str
    pollDueAt: str
    hasActiveRuns: bool
    lookingSince: str
    wakeUps: int
    lastLookedAt: str
    lookFailure: str
    lookProblems: list[str]
    failingSince: str
    unavailableSince: str
    driftCheckedAt: str
    driftFailure: str
    recordWarnings: list[str]
    chainLinks: Document  # by workflow after which others it runs; of those that can be read and go in no circle
    chainProblems: Document  # why others are left out, by workflow


class Removal(TypedDict, total=False):
    """How a tenant is to go."""

    cancelRuns: bool
    deleteWorkflows: bool


class SyncFields(TypedDict, total=False):
    """What WFM remembers on a row of Workflows for its own comparisons; nobody else needs it."""

    definitionHash: str
    syncExecution: str
    libraryHash: str
    amcEcho: Document
    amcBefore: Document
    amcAdds: list[str]  # of older versions
    resultCheckAt: str  # when to look next at its newest result, with `freshness`
    resultWatchedSince: str


class WorkflowRow(SyncFields, total=False):
    """Workflows: a tenant's desired workflow, and its state in AMC."""

    customerId: str
    workflowId: str
    sqlQuery: str
    defaultPayload: Document
    metadata: Document
    after: object
    delivery: object
    freshness: object
    resultStatus: str  # of its newest result, with `freshness`: FRESH or STALE
    newestWindowEnd: str  # of the windows that succeeded
    staleSince: str
    libraryVersion: int
    syncStatus: str
    syncReason: str
    syncedAt: str
    amcRefusal: str
    drift: str
    driftFoundAt: str
    durations: Document


class RequestRow(TypedDict, total=False):
    """ExecutionRequests: what was asked, by whom, and how it stands."""

    customerId: str
    requestId: str
    workflowId: str
    status: str
    priority: str
    source: str
    scheduledTime: str
    backfillId: str
    labels: dict[str, str]
    tryNumber: int
    refreshOf: str  # the request of which it makes the run again, at an age of the window
    refreshAge: str
    supersedes: str  # the AMC run before it, of the same window
    supersededBy: str
    linksSent: bool  # what runs after it was sent, and it is still open
    refreshDue: str  # when to look whether it is to be made again
    refreshes: Document  # by age, what is planned or was made of it
    notRun: list[str]  # workflows that run after its own, and did not since it ended as it did
    chainProblem: str  # why what runs after it could not be sent
    request: object  # what was sent, however unreadable
    execution: Document
    expected: Document
    valuesUsed: dict[str, str]  # a digest of each of the tenant's values that a parameter refers to, by its name
    definitionHash: str  # of the definition that AMC had then, its beginning; until there is a run, as the next one
    libraryVersion: int  # of that definition, if it is one of the library
    requestedAt: str
    queuedAt: str
    waitingAt: str
    submittingAt: str
    runningAt: str
    endedAt: str
    # As long as it has not ended, or what runs after it is not sent; what version 0.1 wrote gets it from Reconcile.
    openSince: str
    attempts: int
    attemptedAt: str
    stoppedAt: str
    attemptEndedAt: str
    workflowExecutionId: str
    placeInLine: str
    outcomeToken: str
    executionName: str
    executionArn: str
    expireTimestamp: int
    reason: str
    errorName: str
    amcRefusal: str
    stopReason: str
    refusals: int
    refusedAt: str
    resubmitAt: str  # when it will be sent again, with a pause between tries
    isFailureCounted: bool  # for the `pauseAfter` of its schedule
    resubmittedAs: str
    resubmittedBy: str  # the person who had it sent again
    refusedMessage: str  # the message as which it was refused before anything began
    warnings: list[str]  # what it says that nobody reads, what AMC has no data for, and doubtful zones
    answer: object  # to a request for something else than a run
    traceId: str


class DeliveryFields(TypedDict, total=False):
    """How the delivery of a run's result came out, or stands; a size is that of the file."""

    state: str
    at: str
    reason: str
    location: str
    table: str
    rows: int
    bytes: int
    suppressedRows: int


class ColumnChangeFields(TypedDict, total=False):
    """A column's totals before and after; exact numbers are texts."""

    name: str
    before: str
    after: str
    percent: str


class ChangeFields(TypedDict, total=False):
    """How much a run's result differs from that of the run whose place it takes, or why that cannot be said."""

    at: str
    reason: str
    rowsBefore: int
    rowsAfter: int
    rowsPercent: str
    columns: list[ColumnChangeFields]
    moreColumns: int  # how many there are besides
    sameDefinition: bool  # missing where nobody knows it of one of the two


class RunRow(TypedDict, total=False):
    """Executions: an AMC run of an instance. What AMC says stands there as AMC said it."""

    customerId: str
    workflowExecutionId: str
    workflowId: str
    executionStatus: str
    statusReason: object
    source: str
    requestId: str
    requestedBy: str
    backfillId: str
    labels: dict[str, str]  # of its request
    refreshOf: str  # of its request, as the next two
    refreshAge: str
    supersedes: str
    supersededBy: str  # the run that was made of the same window later
    valuesUsed: dict[str, str]  # of its request, as the next two
    definitionHash: str
    libraryVersion: int
    traceId: str  # of its request
    createTime: str
    lastUpdatedTime: str
    firstSeenAt: str
    recordedAt: str
    unsettledSince: str
    expected: Document
    announced: list[str]
    toAnnounce: str  # the status as it was recorded, until it or another one was announced; what filters go by
    unannounced: str  # END, as long as its end, or that its result was not delivered, was not announced
    unannouncedSince: str
    overdueAt: str
    overdueReason: str
    delivery: DeliveryFields  # of a workflow whose results are delivered
    change: ChangeFields  # of one that supersedes another
    parameterValues: object
    executionTime: object
    attempts: int
    queueWait: float
    slotWait: float
    amcQueueTime: float
    runTime: float


class ScheduleRow(TypedDict, total=False):
    """Schedules: what people and the library want, unchecked, and what WFM notes on it."""

    customerId: str
    Name: str
    State: object
    Input: object
    paused: object
    pauseSetBy: str  # who paused or resumed it last
    ScheduleExpression: object
    ScheduleExpressionTimezone: object
    libraryVersion: int
    libraryHash: str
    scheduleStatus: str
    scheduleReason: str
    scheduleHash: str
    appliedAt: str
    nextRunAt: str
    lastRunAt: str
    lastRequestId: str
    coveredUntil: str
    coveredCalendar: str
    scheduleWarnings: list[str]
    goingOn: str  # with a rule about overlap: the request that was begun last
    failedFirings: set[str]  # with pauseAfter: the times of those that failed since the last success
    failuresSince: str  # with pauseAfter: the newest firing that succeeded; failures of earlier ones count no more
    pauseUntold: str  # since when WFM has paused it, until that is announced
    watched: str  # with dueBy, as long as a firing is watched: the key of an index
    watchedFiring: str
    checkAt: str  # when to look at it next
    riskTold: bool
    lastSkippedAt: str  # the last firing that its rules left out


class RolloutFields(TypedDict, total=False):
    """WFM's fields of a record of WorkflowLibrary: the progress of its rollout."""

    rolloutStatus: str
    rolloutReason: str | None
    rolloutTenants: int | None
    rolloutDone: int
    rolledOutAt: str
    rolloutExecution: str
    rolloutBatches: list[str]
    rolloutWarnings: list[str] | None
    rolloutContent: str
    rolloutContentSince: str
    rolloutAskedBy: str  # for once more; nobody where a change of the record began it


class LibraryRecord(RolloutFields, total=False):
    """WorkflowLibrary: a version of a workflow as people wrote it, unchecked, with WFM's own fields."""

    workflowId: str
    version: int
    sqlQuery: object
    schedule: object


def object_in(value: object) -> Document:
    """The value if it is an object, else an empty one."""
    return value if isinstance(value, Mapping) else {}


def list_in(value: object) -> list[object]:
    """The value if it is a list, else an empty one."""
    return value if isinstance(value, list) else []


def text_or_none(value: object) -> str | None:
    """The value as text; None for what is missing or empty."""
    return str(value) if value else None


def without_nulls(document: Document) -> Document:
    """The document without the fields that are null, at any depth of objects."""
    return {
        name: without_nulls(value) if isinstance(value, Mapping) else value
        for name, value in document.items()
        if value is not None
    }


def whole_number(value: object, default: int) -> int:
    """The value as a whole number; the default where it is no number."""
    return int(value) if isinstance(value, int | float | Decimal) else default


def plain(value: object, collect: Callable[[Iterable[Any]], object] = sorted) -> object:
    """A stored value as JSON has it: DynamoDB's numbers become int or float, its sets what `collect` makes of them."""
    match value:
        case Decimal():
            return int(value) if value == value.to_integral_value() else float(value)
        case Mapping():
            return {key: plain(item, collect) for key, item in value.items()}
        case list():
            return [plain(item, collect) for item in value]
        case set() | frozenset():
            return collect(plain(item, collect) for item in value)
        case _:
            return value


def plain_object(row: Document) -> dict[str, object]:
    """A row, or an object in one, as JSON has it."""
    return {name: plain(value) for name, value in row.items()}
