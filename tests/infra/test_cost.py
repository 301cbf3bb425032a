"""What `wfm cost` counts in the template and the definitions is there."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from infra.alarms import METRIC_ALARMS, OF_DELIVERIES
from infra.deliveries import MEMORY_MB as DELIVERY_MEMORY_MB
from infra.parameters import Parameters
from infra.service_function import MEMORY_MB
from tests.infra.template import Template
from wfm.cost import delivered, ours
from wfm.cost.counts import DELIVERIES_STACK, STACK, TRANSITIONS, StackCounts
from wfm.cost.uses import LOG_RETENTION_DAYS

MINUTES = {"minute": 1, "minutes": 1, "hour": 60}


def targets(template: Template) -> Iterator[Any]:
    """Where the mappings of Lambda poll."""
    for mapping in template.properties("AWS::Lambda::EventSourceMapping").values():
        yield mapping["EventSourceArn"]["Fn::GetAtt"][1]


def test_what_is_paid_by_the_month_is_the_template_s(template: Template) -> None:
    alarms, parameters = template.properties("AWS::CloudWatch::Alarm"), Parameters()

    assert (
        StackCounts(
            len(alarms),
            len(template.of_type("AWS::CloudWatch::Dashboard")),
            len(METRIC_ALARMS),
            len(template.of_type("AWS::KMS::Key")),
            len(template.of_type("AWS::SecretsManager::Secret")),
            list(targets(template)).count("Arn"),
            parameters.trace_percent,
        )
        == STACK
    )
    assert not any("Metrics" in alarm for alarm in alarms.values())
    assert list(targets(template)).count("StreamArn") == 5
    assert parameters.log_retention_days == LOG_RETENTION_DAYS
    assert ours.MEMORY_GB * 1024 == MEMORY_MB


def test_what_deliveries_add_is_the_template_s(template: Template, whole_template: Template) -> None:
    fewer, more = (
        [
            len(each.of_type("AWS::CloudWatch::Alarm")),
            len(each.of_type("AWS::CloudWatch::Dashboard")),
            len(each.of_type("AWS::KMS::Key")),
            len(each.of_type("AWS::SecretsManager::Secret")),
            list(targets(each)).count("Arn"),
        ]
        for each in (template, whole_template)
    )

    added, known = [after - before for before, after in zip(fewer, more, strict=True)], DELIVERIES_STACK
    assert added == [known.alarms, known.dashboards, known.keys, known.secrets, known.polled_queues]
    assert known.metrics == len(OF_DELIVERIES)
    assert (delivered.MEMORY_GB * 1024, delivered.ANNOUNCING_GB) == (DELIVERY_MEMORY_MB, ours.MEMORY_GB)


def test_the_ticks_and_sweeps_of_a_day_are_the_template_s(template: Template) -> None:
    days = [_a_day(each["ScheduleExpression"]) for each in template.properties("AWS::Scheduler::Schedule").values()]

    assert sorted(days) == [1, 24, ours.SWEEPS_A_DAY, 24 * 60]
    assert ours.OTHER_SWEEPS_A_DAY == 1 + 24


def _a_day(expression: str) -> int:
    rate = re.fullmatch(r"rate\((\d+) (\w+)\)", expression)
    return 24 * 60 // (int(rate[1]) * MINUTES[rate[2]]) if rate else 1


@pytest.fixture
def machines(template: Template) -> dict[str, Any]:
    found = {}
    for properties in template.properties("AWS::StepFunctions::StateMachine").values():
        name = str(properties["StateMachineName"]).rpartition("-")[2]
        parts = properties["DefinitionString"]["Fn::Join"][1]
        found[name] = json.loads("".join(part if isinstance(part, str) else "x" for part in parts))
    return found


def usual(definition: dict[str, Any]) -> list[dict[str, Any]]:
    """The states from the start to the end; of a question the usual answer."""
    passed, name = list[dict[str, Any]](), definition["StartAt"]
    while name:
        state = definition["States"][name]
        passed.append(state)
        name = state.get("Next") or state.get("Default")
    return passed


def test_a_run_has_so_many_transitions(machines: dict[str, Any]) -> None:
    definition = machines["execution_lifecycle"]
    kinds = [state["Type"] for state in usual(definition)]

    # The walk takes each question's default; a run that succeeds ends in another state, after as many.
    assert len(kinds) == TRANSITIONS
