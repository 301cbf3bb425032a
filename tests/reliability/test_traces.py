"""One trace id names a run in all rows and log lines, from its message to AMC's answer."""

import io
import json
from collections import defaultdict
from typing import TYPE_CHECKING, Any

import pytest

from functions.runtime.entry import logger
from tests.reliability.walk import Walk
from tests.reliability.world import CountedWorld
from wfm.errors import AmcUnavailable

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import DynamoDBServiceResource

# Those that only begin to wait say nothing of it.
OF_A_RUN = {
    *("start_execution", "prepare_execution", "submit_execution"),
    *("track_tenant", "announce_execution", "release_slot"),
}


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    """What the handlers log."""
    written = io.StringIO()
    monkeypatch.setattr(logger.registered_handler, "stream", written)
    return written


def by_request(log: io.StringIO) -> dict[str, list[dict[str, Any]]]:
    """The lines by the request that they are about; each is about one."""
    found = defaultdict(list)
    for line in map(json.loads, log.getvalue().splitlines()):
        found[line["requestId"]].append(line)
    return found


@pytest.mark.parametrize("fault", [None, AmcUnavailable("it answered 503")])
def test_every_line_about_a_run_carries_its_request_and_its_trace(
    dynamodb: "DynamoDBServiceResource", log: io.StringIO, fault: Exception | None
) -> None:
    world = CountedWorld(dynamodb, "traced")
    world.true_amc.faults = [("before", fault)] if fault else []
    walk = Walk(world)
    walk.send("r1", "r2")
    walk.run()

    lines = by_request(log)
    traces = {request_id: world.request(request_id)["traceId"] for request_id in ("r1", "r2")}
    assert set(lines) == set(traces)
    assert len(set(traces.values())) == len(traces)
    for request_id, trace_id in traces.items():
        run = world.executions.find("traced", world.request(request_id)["workflowExecutionId"]) or {}
        assert run["traceId"] == trace_id
        assert {line["handler"] for line in lines[request_id]} == OF_A_RUN
        assert {line["traceId"] for line in lines[request_id]} == {trace_id}
    failures = [line for each in lines.values() for line in each if line["message"] == "failed"]
    assert bool(failures) == bool(fault)


def test_the_lines_of_a_run_that_is_stopped_carry_its_trace_to_the_end(
    dynamodb: "DynamoDBServiceResource", log: io.StringIO
) -> None:
    world = CountedWorld(dynamodb, "stopped")
    walk = Walk(world)
    walk.send("r1")
    walk.round()
    walk.stop(next(iter(walk.executions)))
    walk.run()

    lines = by_request(log)["r1"]
    assert {line["traceId"] for line in lines} == {world.request("r1")["traceId"]}
    assert [line["status"] for line in lines if line["handler"] == "clean_up_execution"] == ["CANCELLED"] * 2
