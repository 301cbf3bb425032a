"""Alarms go off, and somebody hears of it."""

from typing import Final

from acceptance.check import Check
from acceptance.inbox import Inbox
from acceptance.world import World, expect
from functions.aws.metrics import DIMENSION, NAMESPACE
from wfm.client.stack_names import StackOutput

THROTTLED: Final = "AmcThrottled"
MORE_THAN_ITS_THRESHOLD: Final = 1000


def alarm(world: World) -> str:
    """A datum above its threshold brings an alarm into ALARM, and the topic tells of it."""
    name, inbox = f"{world.name.text}-WFM-{THROTTLED}-High", Inbox(world)
    inbox.subscribe(world.outputs[StackOutput.ALARMS_TOPIC_ARN])

    datum = {
        "MetricName": THROTTLED,
        "Dimensions": [{"Name": DIMENSION, "Value": world.name.text}],
        "Value": MORE_THAN_ITS_THRESHOLD,
        "Unit": "Count",
    }
    world.client("cloudwatch").put_metric_data(Namespace=NAMESPACE, MetricData=[datum])

    world.until(lambda: _has_been_in_alarm(world, name), f"{name} is in ALARM")
    told = inbox.wait_for("the alarm", AlarmName=name, NewStateValue="ALARM")
    return f"{name}: {told['NewStateReason']}"


def alarm_from_log(world: World) -> str:
    """The dead letter of the check before has been written to a log, of which CloudWatch makes a metric."""
    name = f"{world.name.text}-WFM-RequestsRefused-High"
    known = world.client("cloudwatch").describe_alarms(AlarmNames=[name])["MetricAlarms"]
    expect(f"alarms called {name}", len(known), 1)
    world.until(lambda: _has_been_in_alarm(world, name), f"{name} has been in ALARM")
    return f"{name} was in ALARM"


def _has_been_in_alarm(world: World, name: str) -> bool:
    history = world.client("cloudwatch").describe_alarm_history(AlarmName=name, HistoryItemType="StateUpdate")
    return any("to ALARM" in item["HistorySummary"] for item in history["AlarmHistoryItems"])


CHECKS: Final = (
    Check(
        "alarm",
        alarm,
        proves="an alarm goes into ALARM, and the topic's subscribers are told",
        on_account="CloudWatch may use the key of the encrypted topic",
        needs=("onboard",),
    ),
    Check(
        "alarm from a log",
        alarm_from_log,
        on_account="CloudWatch makes metrics of the Lambdas' log lines, by which the alarms go off",
        needs=("dead letter",),
    ),
)
