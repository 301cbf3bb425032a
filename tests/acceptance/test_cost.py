"""What it costs, and what is said before it begins."""

import json
from pathlib import Path
from typing import Any

import pytest

from acceptance import prices
from acceptance.announcement import announcement
from acceptance.checks import CHECKS
from acceptance.cost import HOURS, Counted, Item, counted, estimate, total
from tests.acceptance.targets import NAME

RESOURCES = Counted(
    {"AWS::CloudWatch::Alarm": 50, "AWS::KMS::Key": 1, "AWS::Lambda::Function": 55, "AWS::DynamoDB::Table": 9}, 11
)


def test_the_resources_of_all_stacks_are_counted(tmp_path: Path) -> None:
    ours, aws = {"Namespace": "WFM", "MetricName": "QueueWait"}, {"Namespace": "AWS/Lambda", "MetricName": "Errors"}
    alarms = [{"Type": "AWS::CloudWatch::Alarm", "Properties": each} for each in (ours, ours, aws)]
    queue: dict[str, Any] = {"Type": "AWS::SQS::Queue"}
    stacks: dict[str, list[dict[str, Any]]] = {"One": [*alarms, queue], "Two": [queue]}
    for stack, resources in stacks.items():
        named = {f"R{number}": resource for number, resource in enumerate(resources)}
        (tmp_path / f"{stack}.template.json").write_text(json.dumps({"Resources": named}))

    assert counted(tmp_path) == Counted({"AWS::CloudWatch::Alarm": 3, "AWS::SQS::Queue": 2}, metrics=1)


def test_what_stands_there_costs_its_share_of_the_month() -> None:
    items = {item.what: item.dollars for item in estimate(RESOURCES)}

    share = HOURS / 730
    assert items[f"50 Alarms for {HOURS} hours"] == pytest.approx(50 * 0.10 * share)
    assert items[f"1 Keys for {HOURS} hours"] == pytest.approx(1.00 * share)
    assert items[f"11 metrics for {HOURS} hours"] == pytest.approx(11 * 0.30 * share)
    assert items[f"0 Secrets for {HOURS} hours"] == 0


def test_more_resources_cost_more() -> None:
    more = Counted({**RESOURCES.types, "AWS::CloudWatch::Alarm": 100}, RESOURCES.metrics)

    assert sum(item.dollars for item in estimate(more)) > sum(item.dollars for item in estimate(RESOURCES))


@pytest.mark.parametrize(("dollars", "shown"), [(0.0, 0.0), (0.001, 0.05), (0.05, 0.05), (0.0501, 0.10), (1.234, 1.25)])
def test_the_total_is_rounded_up(dollars: float, shown: float) -> None:
    assert total([Item("something", dollars)]) == pytest.approx(shown)


def test_before_it_begins_it_says_what_it_makes_where_under_which_name_and_what_that_costs() -> None:
    cost = estimate(RESOURCES)

    text = "\n".join(announcement(NAME, "account 123456789012, eu-west-1", CHECKS, RESOURCES, cost, is_account=True))

    for said in (
        "account 123456789012, eu-west-1",
        "wfm-acceptance-abc123 (WFM)",
        "wfm-acceptance-abc123-amc (a simulated AMC)",
        "115 resources, among them 55 Lambdas and 9 tables",
        f"{len(CHECKS)} checks: onboard, run,",
        "removes all of that again, also after a failure and after Ctrl-C",
        f"It costs at most ${total(cost):.2f} for {HOURS} hours, by list prices of us-east-1 of {prices.AS_OF}",
        "seven days later",
    ):
        assert said in text
    assert all(f"${item.dollars:.3f}  {item.what}" in text for item in cost)


def test_a_rehearsal_says_that_it_costs_nothing() -> None:
    text = "\n".join(announcement(NAME, "an emulated account", CHECKS, RESOURCES, [], is_account=False))

    assert "Here it costs nothing; on an account, at most $0.00 for" in text
    assert "seven days later" not in text
