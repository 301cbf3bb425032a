"""Executions of the deployment's machines."""

import json
from collections.abc import Mapping
from typing import Any

from acceptance.world import World


def start(world: World, machine: str, name: str, given: Mapping[str, object]) -> str:
    """Start one of the machine whose ARN is the output; its ARN."""
    started = world.client("stepfunctions").start_execution(
        stateMachineArn=world.outputs[machine], name=name, input=json.dumps(given)
    )
    return str(started["executionArn"])


def wait_for_end(world: World, arn: str) -> dict[str, Any]:
    """The execution once it is over."""
    states = world.client("stepfunctions")
    world.until(
        lambda: states.describe_execution(executionArn=arn)["status"] != "RUNNING", f"{arn.rpartition(':')[2]} ends"
    )
    ended: dict[str, Any] = states.describe_execution(executionArn=arn)
    return ended


def states_of(world: World, arn: str) -> list[str]:
    """The states that it entered, in order."""
    pages = world.client("stepfunctions").get_paginator("get_execution_history").paginate(executionArn=arn)
    events = [event for page in pages for event in page["events"]]
    return [event["stateEnteredEventDetails"]["name"] for event in events if event["type"].endswith("StateEntered")]
