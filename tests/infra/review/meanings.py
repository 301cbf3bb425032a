"""What an alarm means: the title under which the dashboard shows its metric."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from tests.infra.template import Resource


def meaning(resource: Resource, resources: Mapping[str, Resource]) -> str:
    """`: the title`, or nothing for what is no alarm."""
    if resource["Type"] != "AWS::CloudWatch::Alarm":
        return ""
    metric = resource["Properties"].get("MetricName")
    titles = dict.fromkeys(
        widget["properties"]["title"] for widget in _widgets(resources) if metric in _metrics(widget["properties"])
    )
    return f": {next(iter(titles), 'the dashboard does not show it')}"


def _metrics(shown: Mapping[str, Any]) -> list[Any]:
    return [metric[1] for metric in shown.get("metrics", []) if len(metric) > 1]


def _widgets(resources: Mapping[str, Resource]) -> Iterator[Mapping[str, Any]]:
    for resource in resources.values():
        if resource["Type"] == "AWS::CloudWatch::Dashboard":
            yield from json.loads(resource["Properties"]["DashboardBody"])["widgets"]
