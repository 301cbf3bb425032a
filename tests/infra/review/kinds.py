"""Tables, alarms, the dashboard and machines in words of their own; what they take they take out of the properties."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from tests.infra.review.machine import heading
from tests.infra.review.text import as_text

Properties = dict[str, Any]


def in_own_words(kind: str, properties: Properties) -> list[str]:
    words_of = _KINDS.get(kind)
    return list(words_of(properties)) if words_of else []


def _table(properties: Properties) -> Iterator[str]:
    types = _pairs(properties.pop("AttributeDefinitions", []), "AttributeName", "AttributeType")
    schemas = {"key": properties.pop("KeySchema", [])}
    rests = {}
    for index in properties.pop("GlobalSecondaryIndexes", []):
        title = f"index {index.get('IndexName')}"
        schemas[title] = index.get("KeySchema", [])
        rests[title] = {name: part for name, part in index.items() if name not in ("IndexName", "KeySchema")}
    named = {title: _pairs(schema, "AttributeName", "KeyType") for title, schema in schemas.items()}
    for title, keys in named.items():
        text = ", ".join(f"{name} ({types.get(name, 'of no type')}, {kind})" for name, kind in keys.items())
        yield f"{title}: {text}" + (f"; {as_text(rests[title])}" if title in rests else "")
    used = {name for keys in named.values() for name in keys}
    yield from (f"attribute {name} ({kind}) of no key" for name, kind in types.items() if name not in used)


def _pairs(given: list[dict[str, Any]], key: str, value: str) -> dict[str, str]:
    """`{name: type}`; an object that is anything else is its own name."""
    return {as_text(each[key] if each.keys() == {key, value} else each): as_text(each.get(value)) for each in given}


_ALARM = (
    *("Statistic", "Namespace", "MetricName", "ComparisonOperator"),
    *("Threshold", "DatapointsToAlarm", "EvaluationPeriods", "Period"),
)
_SIGNS = {"GreaterThanThreshold": ">", "LessThanThreshold": "<"}


def _alarm(properties: Properties) -> Iterator[str]:
    said = {key: properties.pop(key, "?") for key in _ALARM}
    if properties.get("AlarmDescription") == f"Threshold of {said['Threshold']} has been breached.":
        properties["AlarmDescription"] = "Threshold of {Threshold} has been breached."  # as of every other
    dimensions = _pairs(properties.pop("Dimensions", []), "Name", "Value")
    of = ", ".join(f"{key} = {value}" for key, value in dimensions.items())
    operator = _SIGNS.get(said["ComparisonOperator"], said["ComparisonOperator"])
    yield (
        f"{said['Statistic']} of {said['Namespace']} {said['MetricName']} ({of}) {operator} {said['Threshold']}"
        f" in {said['DatapointsToAlarm']} of {said['EvaluationPeriods']} periods of {said['Period']} s"
    )


def _dashboard(properties: Properties) -> Iterator[str]:
    """Fields, headings, titles, metrics and queries; sizes, colours and places are for the eye."""
    board = json.loads(properties.pop("DashboardBody", "{}"))
    sections: dict[str, list[str]] = {}
    title = ""
    for widget in board.get("widgets", []):
        shown = widget["properties"]
        if widget["type"] == "text":
            title = re.sub(r"\[(.*)]\(.*\)", r"\1", shown["markdown"])
        else:
            sections.setdefault(title, []).append(_widget(shown))
    for variable in board.get("variables", []):
        yield f"asks for {variable['label']}, in place of {variable['pattern']}"
    yield from (f"{title}: {', '.join(widgets)}" for title, widgets in sections.items())


def _widget(shown: Properties) -> str:
    if "query" in shown:
        groups, _, query = re.sub(r"SOURCE '[^']*/([^'/]+)' \|? ?", r"\1 ", shown["query"]).partition(" ")
        return f"{shown['title']} ({groups} {query})".replace("\n", " ")
    return f"{shown['title']} ({', '.join(dict.fromkeys(map(_metric, shown['metrics'])))})"


def _metric(metric: list[Any]) -> str:
    """`[namespace, name, dimension, ...]`, or an expression."""
    return str(metric[1] if len(metric) > 1 else metric[0]["expression"])


def _machine(properties: Properties) -> Iterator[str]:
    """Its states have lines of their own."""
    yield heading(properties.pop("DefinitionString", {}))


_KINDS: Mapping[str, Callable[[Properties], Iterator[str]]] = {
    "AWS::CloudWatch::Alarm": _alarm,
    "AWS::CloudWatch::Dashboard": _dashboard,
    "AWS::DynamoDB::Table": _table,
    "AWS::StepFunctions::StateMachine": _machine,
}
