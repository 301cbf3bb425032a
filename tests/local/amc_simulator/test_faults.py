"""Calls that go wrong on demand, and throttling."""

from typing import Any

import pytest

from tests.local.amc_simulator.builders import World
from tests.local.amc_simulator.in_process import ConnectionCutError

RUNS = "workflowExecutions$"


def fault(amc: World, **rule: Any) -> int:
    return int(amc.control("POST", "/faults", [{"method": "POST", "path": RUNS, **rule}])["ids"][0])


def post(amc: World) -> Any:
    return amc.call("POST", "/workflowExecutions", {"workflowId": "reach"})


def started(amc: World) -> int:
    return len(amc.control("GET", "/executions")["executions"])


def test_a_fault_before_acceptance_starts_nothing(amc: World) -> None:
    fault(amc, status=503, times=1)

    reply = post(amc)

    assert (reply.status, started(amc)) == (503, 0)
    assert post(amc).status == 200


def test_a_fault_after_acceptance_starts_a_run_that_the_caller_does_not_hear_of(amc: World) -> None:
    fault(amc, status=504, when="after", body="gateway", times=1)

    reply = post(amc)

    assert (reply.status, reply.json()) == (504, {"message": "Endpoint request timed out"})
    assert started(amc) == 1


@pytest.mark.parametrize(("when", "runs"), [("before", 0), ("after", 1)])
def test_a_dropped_call_gets_no_answer(amc: World, when: str, runs: int) -> None:
    fault(amc, drop=True, when=when)

    with pytest.raises(ConnectionCutError):
        post(amc)

    call = amc.control("GET", "/journal")["calls"][-1]
    assert (started(amc), call["status"], call["accepted"]) == (runs, None, bool(runs))
    assert bool(call["workflowExecutionId"]) is bool(runs)


@pytest.mark.parametrize("given", [7, "soon", "Wed, 21 Oct 2026 07:28:00 GMT", None])
def test_a_429_comes_with_any_retry_after_or_none(amc: World, given: Any) -> None:
    fault(amc, status=429, body="gateway", retryAfter=given)

    reply = post(amc)

    assert (reply.status, reply.json()) == (429, {"message": "Too Many Requests"})
    assert reply.headers.get("retry-after") == (None if given is None else str(given))


@pytest.mark.parametrize(
    ("body", "start"),
    [
        ("amc", b'{"code":"500"'),
        ("account", b'{"message"'),
        ("html", b"<html>"),
        ("broken-json", b'{"code": "'),
        ("empty", b""),
    ],
)
def test_an_error_body_can_have_any_shape(amc: World, body: str, start: bytes) -> None:
    fault(amc, status=500, body=body, details="oh")

    assert post(amc).body.startswith(start)


def test_rubbish_can_come_with_status_200(amc: World) -> None:
    fault(amc, status=200, body="broken-json", when="after")

    with pytest.raises(ValueError, match="Unterminated"):
        post(amc).json()


def test_a_fault_concerns_its_route_and_instance_only(amc: World) -> None:
    fault(amc, status=500, instanceId="elsewhere")
    fault(amc, status=500, method="DELETE")

    assert post(amc).status == 200
    assert amc.call("GET", "/workflows").status == 200


def test_the_token_route_can_fail_too(amc: World) -> None:
    fault(amc, path="/auth/o2/token", status=503)

    assert amc.http.form("/auth/o2/token", {}).status == 503


def test_a_fault_can_let_calls_pass_first_and_ends_after_its_times(amc: World) -> None:
    number = fault(amc, status=500, skip=1, times=2)

    statuses = [post(amc).status for _ in range(4)]

    assert statuses == [200, 500, 500, 200]
    assert amc.control("GET", "/faults") == {"faults": [], "applied": {str(number): 2}}


def test_a_probable_fault_hits_some_calls_the_same_with_each_seed(amc: World) -> None:
    fault(amc, status=500, probability=0.5)

    statuses = [post(amc).status for _ in range(40)]

    assert set(statuses) == {200, 500}
    twin = World()
    fault(twin, status=500, probability=0.5)
    assert [post(twin).status for _ in range(40)] == statuses


def test_faults_are_cleared_one_by_one_or_all(amc: World) -> None:
    first = fault(amc, status=500)
    fault(amc, status=503)
    statuses = [post(amc).status]

    amc.control("DELETE", f"/faults/{first}")
    statuses.append(post(amc).status)
    amc.control("DELETE", "/faults")
    statuses.append(post(amc).status)

    assert statuses == [500, 503, 200]


@pytest.mark.parametrize(
    "rule",
    [{}, {"status": 500, "drop": True}, {"status": 500, "path": "("}, {"status": 500, "tiems": 1}, {"status": 99}],
)
def test_a_fault_that_makes_no_sense_is_refused(amc: World, rule: dict[str, Any]) -> None:
    reply = amc.http.call("POST", "/_simulator/faults", body=[{"method": "POST", **rule}])

    assert reply.status == 422


def test_a_slow_call_is_carried_out(amc: World) -> None:
    fault(amc, delaySeconds=0.05)

    assert post(amc).status == 200
    assert amc.control("GET", "/journal")["calls"][-1]["durationMs"] >= 50


def test_throttling_lets_a_burst_pass_and_then_its_rate(amc: World) -> None:
    throttling = {"ratePerSecond": 0.5, "burst": 2, "retryAfter": "later"}
    amc.control("POST", "/configuration", {"throttling": throttling})

    statuses = [post(amc).status for _ in range(3)]
    refused = post(amc)
    amc.wall.passes(2)

    assert statuses == [200, 200, 429]
    assert (refused.headers["retry-after"], refused.json()) == ("later", {"message": "Too Many Requests"})
    assert post(amc).status == 200
    assert started(amc) == 3
