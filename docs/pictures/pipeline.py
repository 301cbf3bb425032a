"""The picture of the whole of WFM.

Where the boxes stand is chosen here; what they are called is asked of the template: the states are the Tasks of
`execution_lifecycle`'s happy path, and each table, function, machine, topic, stream, rule and schedule must be there.
"""

from collections.abc import Iterator
from itertools import pairwise

from docs.pictures.template import NotInTemplateError, Template
from wfm.graph.drawing import Drawing, drawing, parts
from wfm.graph.flow import Arrow, Flow, State
from wfm.graph.grid import Box, Size
from wfm.graph.placement import Cell
from wfm.graph.svg import FAINT, INK, RULE, document, group, heading, rectangle, text

GAP: Size = (70, 46)
HEADING = 66.0
TITLE = "Workflow Management Service"
COMMENT = "How a request becomes a run in Amazon Marketing Cloud (AMC), and how its outcome becomes known"
LIFECYCLE = "execution_lifecycle"
FIRST_ROW, COLUMN = 3, 1  # of its states


def pipeline_picture(template: Template) -> str:
    """The SVG document."""
    whole = pipeline_drawing(template)
    width, height = whole.grid.across.length, whole.grid.down.length + HEADING
    content = [*heading(TITLE, COMMENT), *group(0, HEADING, [*_frame(whole, template), *parts(whole)])]
    return document(width, height, f"{TITLE}: {COMMENT}", content)


def pipeline_drawing(template: Template) -> Drawing:
    placed = list(_placed(template))
    flow = Flow({state.name: state for state, _ in placed}, tuple(_arrows(template)), "wfm run")
    return drawing(flow, {state.name: cell for state, cell in placed}, GAP, {})


def lifecycle_tasks(template: Template) -> list[State]:
    """The Tasks that a run goes through when nothing goes wrong."""
    flow = Flow.of(template.definitions()[template.machine(LIFECYCLE)])
    return [flow.states[name] for name in flow.happy_path() if flow.states[name].kind == "Task"]


def _placed(template: Template) -> Iterator[tuple[State, Cell]]:
    rows = {task.name: FIRST_ROW + i for i, task in enumerate(lifecycle_tasks(template))}
    missing = {"PrepareExecution", "WaitForSlot", "SubmitExecution", "WaitForOutcome", "ReleaseSlot"} - set(rows)
    if missing:
        raise NotInTemplateError(f"{', '.join(sorted(missing))}: no Task of {LIFECYCLE}; it has: {', '.join(rows)}")
    yield from ((task, (rows[task.name], COLUMN)) for task in lifecycle_tasks(template))

    yield State("TPS record", "Sender", ("a tenant, new or changed",)), (0, 0)
    yield State("wfm run", "Sender", ("command and client",)), (0, 1)
    yield State("Schedules", "Sender", ("EventBridge Scheduler",)), (0, 2)
    yield State("Your systems", "Sender", ("any SQS message",)), (0, 3)
    yield State(template.table("CustomerConfig"), "Table", ("table",)), (1, 0)
    yield State("Tenant queue", "Queue", ("SQS FIFO, one per tenant",)), (1, 1)
    yield State("Dead letter queue", "Queue", ("with the reason",)), (1, 2)
    yield State(template.machine("backfill"), "Machine", ("windows of the past",)), (1, 3)
    yield State(template.machine("tenant_onboarding"), "Machine", ("state machine",)), (2, 0)
    yield State(template.function("StartExecution"), "Task", ("Lambda",)), (2, 1)

    yield (
        State(template.table("ExecutionRequests"), "Table", ("how each request stands",)),
        (rows["PrepareExecution"], 0),
    )
    yield State(template.table("Gate"), "Table", ("who holds, who waits",)), (rows["WaitForSlot"], 0)
    amc = rows["SubmitExecution"]
    yield State(template.table("Workflows"), "Table", ("SQL as it should be",)), (amc - 2, 2)
    yield State(template.table("WorkflowLibrary"), "Table", ("for many tenants",)), (amc - 3, 3)
    yield State(template.machine("library_rollout"), "Machine", ("to whom it is for",)), (amc - 2, 3)
    yield State(template.machine("workflow_sync"), "Machine", ("state machine",)), (amc - 1, 2)
    yield State("AMC instance", "Amazon", ("Amazon Ads API",)), (amc, 2)
    yield State("Result bucket", "Bucket", ("the tenant's, in S3",)), (amc, 3)
    news = rows["WaitForOutcome"] + 1
    yield State(template.machine("execution_tracking"), "Machine", ("also every minute",)), (news - 1, 3)
    yield State(template.table("Executions"), "Table", ("every run of the instance",)), (news, 3)
    yield State(template.function("AnnounceExecution"), "Task", ("Lambda",)), (news, 2)
    yield State("EventBridge", "Event", ("source wfm",)), (news + 1, 2)
    yield State(template.topic("ExecutionEvents"), "Event", ("SNS topic",)), (news + 1, 3)


def _arrows(template: Template) -> Iterator[Arrow]:
    tasks = [task.name for task in lifecycle_tasks(template)]
    yield from (Arrow(task, following) for task, following in pairwise(tasks))
    yield Arrow("TPS record", "CustomerConfig")
    template.stream("CustomerConfig", "RouteTpsEvent")
    yield Arrow("CustomerConfig", "tenant_onboarding", "stream")
    yield Arrow("tenant_onboarding", "Tenant queue", "makes")
    yield from (Arrow(sender, "Tenant queue") for sender in ("wfm run", "Schedules", "Your systems", "backfill"))
    yield Arrow("Tenant queue", "StartExecution")
    yield Arrow("StartExecution", "Dead letter queue", "can never work", dashed=True)
    yield Arrow("StartExecution", tasks[0], "starts, once")
    yield Arrow("PrepareExecution", "ExecutionRequests", "writes")
    yield Arrow("WaitForSlot", "Gate", "asks")
    yield Arrow("ReleaseSlot", "Gate", "frees")
    yield Arrow("SubmitExecution", "AMC instance", "posts")
    template.stream("WorkflowLibrary", "RouteLibraryEvent")
    yield Arrow("WorkflowLibrary", "library_rollout", "stream")
    yield Arrow("library_rollout", "Workflows", "writes")
    template.stream("Workflows", "RouteWorkflowEvent")
    yield Arrow("Workflows", "workflow_sync", "stream")
    yield Arrow("workflow_sync", "AMC instance", "creates, updates, deletes")
    yield Arrow("AMC instance", "Result bucket", "results")
    template.starter("result-landed", "execution_tracking")
    yield Arrow("Result bucket", "execution_tracking", "object created")
    template.starter("tracking", "execution_tracking")
    yield Arrow("execution_tracking", "AMC instance", "one list call")
    yield Arrow("execution_tracking", "Executions", "what changed")
    template.stream("Executions", "AnnounceExecution")
    yield Arrow("Executions", "AnnounceExecution", "stream")
    yield Arrow("AnnounceExecution", "WaitForOutcome", "wakes")
    yield Arrow("AnnounceExecution", "EventBridge")
    yield Arrow("AnnounceExecution", "ExecutionEvents")


def _frame(whole: Drawing, template: Template) -> list[str]:
    """A frame around the states of the lifecycle, with its name below them."""
    boxes = [whole.grid.boxes[task.name] for task in lifecycle_tasks(template)]
    top, bottom = boxes[0].y - boxes[0].height / 2 - 10, boxes[-1].y + boxes[-1].height / 2 + 46
    left = boxes[0].x - boxes[0].width / 2
    frame = Box(boxes[0].x, (top + bottom) / 2, boxes[0].width + 18, bottom - top)
    return [
        rectangle(frame, fill="#fbf3f8", stroke=RULE, radius=8, width=1),
        text(left, bottom - 24, LIFECYCLE, size=13, fill=INK, bold=True),
        text(left, bottom - 9, "one execution per run", fill=FAINT),
    ]
