"""The deployed alarms, the data that they go by, and what CloudWatch would make of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Self

from tests.e2e.deployment import Deployment, wait_until

COMPARISONS = {"GreaterThanThreshold": lambda value, threshold: value > threshold}
STATE_OF_NO_DATA = {"breaching": "ALARM", "notBreaching": "OK", "ignore": "as it was"}


@dataclass(frozen=True)
class Alarm:
    """As DescribeAlarms gives it: what the template says, with names in place of references."""

    name: str
    said: dict[str, Any]
    since: datetime

    @classmethod
    def deployed(cls, wfm: Deployment, namespace: str, metric: str) -> list[Self]:
        """Those on one metric; they see what is written from now on."""
        now = datetime.now(UTC)
        return [
            cls(each["AlarmName"], each, now)
            for each in all_alarms(wfm)
            if (each["Namespace"], each["MetricName"]) == (namespace, metric)
        ]

    @property
    def of(self) -> str:
        """Whose metric it is; WFM's alarms name one."""
        (dimension,) = self.said["Dimensions"]
        return str(dimension["Value"])

    def value(self, wfm: Deployment) -> float | None:
        """Its statistic of all that was written under exactly its namespace, name and dimensions; None without data."""
        answer = wfm.client("cloudwatch").get_metric_statistics(
            Namespace=self.said["Namespace"],
            MetricName=self.said["MetricName"],
            Dimensions=self.said["Dimensions"],
            StartTime=self.since,
            EndTime=datetime.now(UTC) + timedelta(hours=1),
            Period=7200,
            Statistics=[self.said["Statistic"]],
        )
        return next((float(point[self.said["Statistic"]]) for point in answer["Datapoints"]), None)

    def state(self, periods: Sequence[float | None]) -> str:
        """By what its latest periods have, oldest first (CloudWatch guide, "Alarm evaluation")."""
        latest = list(periods)[-self.said["EvaluationPeriods"] :]
        if all(value is None for value in latest):
            return STATE_OF_NO_DATA[self.said["TreatMissingData"]]
        needed = self.said.get("DatapointsToAlarm", self.said["EvaluationPeriods"])
        return "ALARM" if sum(self._is_breaching(value) for value in latest) >= needed else "OK"

    def _is_breaching(self, value: float | None) -> bool:
        if value is None:
            return bool(self.said["TreatMissingData"] == "breaching")
        return bool(COMPARISONS[self.said["ComparisonOperator"]](value, self.said["Threshold"]))

    def goes_off_and_rests(self, value: float) -> bool:
        """With this value for as long as it asks for it goes off; with none, or none above zero, it does not."""
        asked = self.said["EvaluationPeriods"]
        rests = {self.state([None] * asked), self.state([0.0] * asked), self.state([value, *[None] * asked])}
        return self.state([value] * asked) == "ALARM" and rests == {"OK"}


def all_alarms(wfm: Deployment) -> list[dict[str, Any]]:
    pages = wfm.client("cloudwatch").get_paginator("describe_alarms").paginate(AlarmNamePrefix=f"{wfm.runtime.stack}-")
    return [alarm for page in pages for alarm in page["MetricAlarms"]]


def wait_for_outage(wfm: Deployment, alarms: Sequence[Alarm]) -> None:
    """Each alarm's metric comes to a value with which it goes off."""

    def unseen() -> list[str]:
        return [alarm.name for alarm in alarms if not alarm.goes_off_and_rests(alarm.value(wfm) or 0)]

    wait_until(lambda: not unseen(), f"an outage is seen by {unseen()}")
