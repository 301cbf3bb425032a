"""Each alarm on a metric of AWS's own, met with its outage: the datum comes under the very names that it goes by."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest

from infra.alarms import OF_STREAMS, ON_THEIR_OWN
from tests.e2e.alarms import Alarm, all_alarms, wait_for_outage
from tests.e2e.deployment import SQL, Deployment, TenantUnderTest, wait_until
from tests.e2e.onboarding import broken, throttled
from tests.e2e.queue_policies import without_events
from wfm.model.delivery_rules import QUEUE
from wfm.model.schedules import schedule_name

TRIED = {
    *(("AWS/Lambda", name) for name in ("Errors", "IteratorAge", "Throttles")),
    *(("AWS/States", name) for name in ("ExecutionsFailed", "ExecutionsTimedOut")),
    ("AWS/Events", "FailedInvocations"),
    ("AWS/SQS", "ApproximateNumberOfMessagesVisible"),
}
LONG = 10**6
GIVEN_UP = f"{QUEUE}-DLQ"
NOWHERE = "arn:aws:states:us-east-1:000000000000:stateMachine:nowhere"
ENDS: dict[str, dict[str, Any]] = {
    "ExecutionsFailed": {"Out": {"Type": "Fail", "Error": "Broken"}},
    "ExecutionsTimedOut": {"Out": {"Type": "Wait", "Seconds": LONG, "End": True}},
}
STOPPED = {
    "execution_lifecycle-stopped": "execution_lifecycle",
    "backfill-stopped": "backfill",
    "machines-stopped": "workflow_sync",
}
SUPERSEDED = "result-superseded"


@pytest.fixture(scope="module")
def tenant(wfm: Deployment) -> TenantUnderTest:
    return wfm.a_tenant("alarmed")


def test_no_other_metric_of_aws_has_an_alarm(wfm: Deployment) -> None:
    metrics = {(each["Namespace"], each["MetricName"]) for each in all_alarms(wfm)}

    assert {each for each in metrics if each[0].startswith("AWS/")} == TRIED


def test_lambdas_that_fail_are_seen(wfm: Deployment) -> None:
    alarms = [each for each in Alarm.deployed(wfm, "AWS/Lambda", "Errors") if step(wfm, each) not in OF_STREAMS]
    assert {step(wfm, each) for each in alarms} == {*ON_THEIR_OWN, "DeliverResult"} - set(OF_STREAMS)

    with ExitStack() as outage:
        for alarm in alarms:
            outage.enter_context(broken(wfm, step(wfm, alarm)))
            wfm.client("lambda").invoke(FunctionName=alarm.of, Payload="{}")

    wait_for_outage(wfm, alarms)


def test_a_queue_whose_lambda_fails_or_is_throttled_is_seen(wfm: Deployment, tenant: TenantUnderTest) -> None:
    name = f"{wfm.runtime.stack}-StartExecution"
    errors = [each for each in Alarm.deployed(wfm, "AWS/Lambda", "Errors") if each.of == name]
    throttles = Alarm.deployed(wfm, "AWS/Lambda", "Throttles")
    assert [each.of for each in (*errors, *throttles)] == [name, name]

    with broken(wfm, "StartExecution"):
        tenant.send("meets-an-error")
        wait_for_outage(wfm, errors)
    with throttled(wfm, "StartExecution"):
        tenant.send("is-throttled")
        wait_for_outage(wfm, throttles)


def test_a_record_that_its_lambda_cannot_take_is_counted(wfm: Deployment) -> None:
    """Lambda's own metric of errors does not have it, since the answer names the record."""
    (alarm,) = Alarm.deployed(wfm, "WFM", "RecordsFailed")
    sqs = wfm.client("sqs")

    queue = sqs.get_queue_url(QueueName=f"{wfm.runtime.stack}-backfill-stopped")["QueueUrl"]
    sqs.send_message(QueueUrl=queue, MessageBody="{}")
    line = wait_until(lambda: metric_line(wfm, "CleanUpBackfill", alarm), "the metric is in the log")

    assert {line[each["Name"]] for each in alarm.said["Dimensions"]} == {alarm.of}
    empty(wfm, "backfill-stopped")


def test_a_stream_that_stands_still_is_seen_and_so_is_what_lambda_gives_up(
    wfm: Deployment, tenant: TenantUnderTest
) -> None:
    errors = [each for each in Alarm.deployed(wfm, "AWS/Lambda", "Errors") if step(wfm, each) in OF_STREAMS]
    ages = Alarm.deployed(wfm, "AWS/Lambda", "IteratorAge")
    assert {step(wfm, each) for each in errors} == {step(wfm, each) for each in ages} == set(OF_STREAMS)
    given_up = depth(wfm, "stream-failures")

    with ExitStack() as outage:
        for name in OF_STREAMS:
            outage.enter_context(broken(wfm, name))
        change_every_table(tenant)
        wait_for_outage(wfm, [*errors, *ages])
        with no_retries(wfm, "ApplySchedule"):
            wait_for_outage(wfm, [given_up])

    empty(wfm, "stream-failures")


@pytest.mark.parametrize("rule", STOPPED)
def test_a_rule_whose_queue_refuses_it_is_seen(wfm: Deployment, rule: str) -> None:
    name = f"{wfm.runtime.stack}-{rule}"
    failed = [each for each in Alarm.deployed(wfm, "AWS/Events", "FailedInvocations") if each.of == name]
    buried = depth(wfm, "event-failures")
    assert len(failed) == 1

    with refusing(wfm, name), replaced(wfm, machine(wfm, STOPPED[rule]), ENDS["ExecutionsTimedOut"]) as start:
        wfm.client("stepfunctions").stop_execution(executionArn=start())
        wait_for_outage(wfm, [*failed, buried])

    empty(wfm, "event-failures")


def test_the_rule_of_runs_that_take_anothers_place_is_seen_when_its_queue_refuses_it(wfm: Deployment) -> None:
    name = f"{wfm.runtime.stack}-{SUPERSEDED}"
    failed = [each for each in Alarm.deployed(wfm, "AWS/Events", "FailedInvocations") if each.of == name]
    buried, ids = depth(wfm, "event-failures"), ("customerId", "workflowExecutionId", "supersedes")
    detail = json.dumps({"executionStatus": "SUCCEEDED", **dict.fromkeys(ids, "alarmed")})
    event = {"Source": "wfm", "DetailType": "Execution Status Change", "Detail": detail}
    assert len(failed) == 1

    with refusing(wfm, name):
        wfm.client("events").put_events(Entries=[event])
        wait_for_outage(wfm, [*failed, buried])

    empty(wfm, "event-failures")


def test_a_rule_whose_machine_is_gone_is_seen(wfm: Deployment, tenant: TenantUnderTest) -> None:
    events, rule = wfm.client("events"), f"{wfm.runtime.stack}-result-landed"
    failed = [each for each in Alarm.deployed(wfm, "AWS/Events", "FailedInvocations") if each.of == rule]
    (target,) = events.list_targets_by_rule(Rule=rule)["Targets"]

    events.put_targets(Rule=rule, Targets=[{**target, "Arn": NOWHERE}])
    try:
        wfm.client("s3").put_object(Bucket=tenant.bucket, Key="workflow=reach/schedule=adhoc/run-1.csv", Body=b"a,b")
        wait_for_outage(wfm, failed)
    finally:
        events.put_targets(Rule=rule, Targets=[target])
    assert [each.of for each in failed] == [rule]
    empty(wfm, "event-failures")


def test_every_rule_with_an_alarm_is_tried(wfm: Deployment) -> None:
    rules = {each.of for each in Alarm.deployed(wfm, "AWS/Events", "FailedInvocations")}

    assert rules == {f"{wfm.runtime.stack}-{rule}" for rule in (*STOPPED, "result-landed", SUPERSEDED)}


def test_a_firing_that_cannot_be_sent_is_seen(wfm: Deployment, tenant: TenantUnderTest) -> None:
    """Its target is what WFM writes, save that the queue is nowhere."""
    scheduler, buried = wfm.client("scheduler"), depth(wfm, "schedule-failures")
    put_schedule(tenant, "yearly")
    made = {"Name": schedule_name(tenant.id, "yearly"), "GroupName": wfm.runtime.stack}
    target = wait_until(lambda: target_of(wfm, made), "the schedule is in EventBridge")

    scheduler.create_schedule(
        Name=f"lost-{tenant.id}",
        GroupName=made["GroupName"],
        ScheduleExpression="at(2020-01-01T00:00:00)",
        FlexibleTimeWindow={"Mode": "OFF"},
        ActionAfterCompletion="DELETE",
        Target={**target, "Arn": target["Arn"].replace(tenant.id, "nobody")},
    )

    wait_for_outage(wfm, [buried])
    empty(wfm, "schedule-failures")


def test_a_result_whose_delivery_is_given_up_is_seen(wfm: Deployment) -> None:
    buried = depth(wfm, GIVEN_UP)

    with broken(wfm, "DeliverResult"), soon_given_up(wfm, QUEUE) as queue:
        wfm.client("sqs").send_message(QueueUrl=queue, MessageBody="{}")
        wait_for_outage(wfm, [buried])

    empty(wfm, GIVEN_UP)


def test_every_queue_with_an_alarm_is_tried(wfm: Deployment) -> None:
    queues = {each.of for each in Alarm.deployed(wfm, "AWS/SQS", "ApproximateNumberOfMessagesVisible")}

    failures = (*(f"{name}-failures" for name in ("stream", "schedule", "event")), GIVEN_UP)
    assert queues == {f"{wfm.runtime.stack}-{name}" for name in failures}


@pytest.mark.parametrize("end", ENDS)
def test_executions_that_end_badly_are_seen(wfm: Deployment, end: str, nobody_cleans_up: None) -> None:
    alarms = Alarm.deployed(wfm, "AWS/States", end)
    assert len({each.of for each in alarms}) == len(alarms) == 6

    for alarm in alarms:
        with replaced(wfm, alarm.of, ENDS[end]) as start:
            start()

    wait_for_outage(wfm, alarms)


@pytest.fixture
def nobody_cleans_up(wfm: Deployment) -> Iterator[None]:
    """What ends here is of nobody."""
    names = [f"{wfm.runtime.stack}-{rule}" for rule in STOPPED]
    for name in names:
        wfm.client("events").disable_rule(Name=name)
    yield
    for name in names:
        wfm.client("events").enable_rule(Name=name)


def step(wfm: Deployment, alarm: Alarm) -> str:
    return alarm.of.removeprefix(f"{wfm.runtime.stack}-")


def machine(wfm: Deployment, name: str) -> str:
    return wfm.outputs["ExecutionLifecycleArn"].replace("execution_lifecycle", name)


def depth(wfm: Deployment, queue: str) -> Alarm:
    """The alarm on one queue of failures, which is empty."""
    empty(wfm, queue)
    alarms = Alarm.deployed(wfm, "AWS/SQS", "ApproximateNumberOfMessagesVisible")
    (alarm,) = [each for each in alarms if each.of == f"{wfm.runtime.stack}-{queue}"]
    assert alarm.value(wfm) == 0
    return alarm


def metric_line(wfm: Deployment, function: str, alarm: Alarm) -> dict[str, Any]:
    """The line of a Lambda's log from which CloudWatch takes the alarm's metric; empty without one."""
    group, words = f"/aws/lambda/{wfm.runtime.stack}-{function}", f'"{alarm.said["MetricName"]}"'
    found = wfm.client("logs").filter_log_events(logGroupName=group)["events"]
    lines = [json.loads(each["message"]) for each in found if words in each["message"]]
    return next((line for line in lines if alarm.said["MetricName"] in line), {})


def empty(wfm: Deployment, queue: str) -> None:
    sqs = wfm.client("sqs")
    sqs.purge_queue(QueueUrl=sqs.get_queue_url(QueueName=f"{wfm.runtime.stack}-{queue}")["QueueUrl"])


@contextmanager
def no_retries(wfm: Deployment, function: str) -> Iterator[None]:
    """As after the last of them."""
    client = wfm.client("lambda")
    (mapping,) = client.list_event_source_mappings(FunctionName=f"{wfm.runtime.stack}-{function}")[
        "EventSourceMappings"
    ]
    client.update_event_source_mapping(UUID=mapping["UUID"], MaximumRetryAttempts=0)
    try:
        yield
    finally:
        client.update_event_source_mapping(UUID=mapping["UUID"], MaximumRetryAttempts=mapping["MaximumRetryAttempts"])


@contextmanager
def refusing(wfm: Deployment, queue: str) -> Iterator[None]:
    """A queue that lets no rule send."""
    sqs, wanted = wfm.client("sqs"), ["Policy", "QueueArn"]
    url = sqs.get_queue_url(QueueName=queue)["QueueUrl"]
    kept = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=wanted)["Attributes"]
    sqs.set_queue_attributes(QueueUrl=url, Attributes=without_events(kept["QueueArn"]))
    try:
        yield
    finally:
        sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": kept["Policy"]})


@contextmanager
def soon_given_up(wfm: Deployment, name: str) -> Iterator[str]:
    """A queue that gives a message up after its first receive; its address."""
    sqs, wanted = wfm.client("sqs"), ["RedrivePolicy", "VisibilityTimeout"]
    url = sqs.get_queue_url(QueueName=f"{wfm.runtime.stack}-{name}")["QueueUrl"]
    kept = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=wanted)["Attributes"]
    redrive = json.dumps(json.loads(kept["RedrivePolicy"]) | {"maxReceiveCount": 1})
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"RedrivePolicy": redrive, "VisibilityTimeout": "1"})
    try:
        yield url
    finally:
        sqs.set_queue_attributes(QueueUrl=url, Attributes=kept)


@contextmanager
def replaced(wfm: Deployment, arn: str, states: dict[str, Any]) -> Iterator[Callable[[], str]]:
    """A machine of other states, out of time in less than a second; what starts it."""
    client = wfm.client("stepfunctions")
    kept = client.describe_state_machine(stateMachineArn=arn)["definition"]
    out = {"QueryLanguage": "JSONata", "StartAt": "Out", "States": states, "TimeoutSeconds": 300}
    client.update_state_machine(stateMachineArn=arn, definition=json.dumps(out))
    try:
        yield lambda: str(client.start_execution(stateMachineArn=arn, input="{}")["executionArn"])
    finally:
        client.update_state_machine(stateMachineArn=arn, definition=kept)


def put_schedule(tenant: TenantUnderTest, name: str) -> None:
    """One that does not fire while the tests run, on whatever day they do."""
    window = {"timeWindowStart": "TODAY(-7)", "timeWindowEnd": "TODAY(0)"}
    row = {
        "customerId": tenant.id,
        "Name": name,
        "ScheduleExpression": "cron(0 8 1 1 ? *)",
        "Input": {"payload": {"workflowId": "reach", **window}},
    }
    tenant.deployment.table("SchedulesTable").put_item(Item=row)


def target_of(wfm: Deployment, schedule: dict[str, str]) -> dict[str, Any]:
    """Empty until the schedule is there."""
    scheduler = wfm.client("scheduler")
    try:
        return dict(scheduler.get_schedule(**schedule)["Target"])
    except scheduler.exceptions.ResourceNotFoundException:
        return {}


def change_every_table(tenant: TenantUnderTest) -> None:
    """A record on every stream that a Lambda reads."""
    tenant.put_record(3)
    key = {"customerId": tenant.id, "workflowId": "standstill"}
    tenant.deployment.table("WorkflowsTable").put_item(Item=key | {"sqlQuery": SQL})
    tenant.deployment.table("WorkflowLibraryTable").put_item(
        Item={"workflowId": f"standstill-{tenant.id}", "version": 1, "sqlQuery": SQL, "tags": [tenant.id]}
    )
    put_schedule(tenant, "standstill")
    tenant.send(f"standstill-{tenant.id}")
