"""What stands between Lambdas and the services that they call, shown with a process that is no Lambda."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest
import urllib3

from tests.adapters.scripted_server import ScriptedServer
from tests.e2e.forwarding import Answer, Call, Forward, Forwarding
from tests.e2e.processes import caller, children
from tests.e2e.visible_calls import name_of

POST_ONCE = "import sys, urllib.request; urllib.request.urlopen(sys.argv[1], b'given')"
IDLE = "import sys; sys.stdin.read()"


@pytest.fixture
def target() -> Iterator[ScriptedServer]:
    with ScriptedServer() as server:
        yield server


def handed_on(call: Call, forward: Forward) -> Answer | None:
    return forward()


def test_a_call_and_its_answer_go_through_as_they_are(target: ScriptedServer) -> None:
    target.will_answer({"a": 1}, 409, X_Own="kept")
    with Forwarding(target.url, handed_on) as forwarding:
        answer = urllib3.request("PUT", forwarding.url_for("me") + "/a%2Fb?c=d", body=b"given", headers={"X-Sent": "1"})

    (asked,) = target.asked
    assert (asked.method, asked.path, asked.body, asked.headers["x-sent"]) == ("PUT", "/a%2Fb?c=d", b"given", "1")
    assert (answer.status, answer.json(), answer.headers["X-Own"]) == (409, {"a": 1}, "kept")


def test_a_target_that_hangs_up_makes_the_caller_see_that(target: ScriptedServer) -> None:
    target.will_hang_up()
    with Forwarding(target.url, handed_on) as forwarding, pytest.raises(urllib3.exceptions.HTTPError):
        urllib3.request("GET", forwarding.url_for("me"), retries=False)


@pytest.mark.parametrize(("after", "arrived"), [(False, 0), (True, 1)])
def test_the_process_that_calls_is_found_and_killed_before_or_after_its_call(
    target: ScriptedServer, after: bool, arrived: int
) -> None:
    def kill(call: Call, forward: Forward) -> Answer | None:
        process = caller(os.getpid(), call.port, forwarding.port)
        assert process is not None
        if after:
            forward()
        os.kill(process, signal.SIGKILL)
        return None

    with (
        Forwarding(target.url, kill) as forwarding,
        subprocess.Popen([sys.executable, "-c", IDLE], stdin=subprocess.PIPE) as idle,
        subprocess.Popen([sys.executable, "-c", POST_ONCE, forwarding.url_for("it")]) as calling,
    ):
        assert calling.wait() == -signal.SIGKILL
        assert idle.pid in children(os.getpid())
        assert idle.poll() is None

    assert [asked.body for asked in target.asked] == [b"given"] * arrived


@pytest.mark.parametrize(
    ("headers", "method", "path", "body", "name"),
    [
        ({"x-amz-target": "DynamoDB_20120810.PutItem"}, "POST", "/", '{"TableName": "t1"}', "PutItem Gate"),
        (
            {"x-amz-target": "DynamoDB_20120810.TransactWriteItems"},
            "POST",
            "/",
            '{"TransactItems": [{"Delete": {"TableName": "t1"}}, {"Put": {"TableName": "other"}}]}',
            "TransactWriteItems Gate+other",
        ),
        ({"x-amz-target": "DynamoDB_20120810.GetItem"}, "POST", "/", '{"TableName": "t1"}', None),
        ({"x-amz-target": "AWSStepFunctions.StartExecution"}, "POST", "/", "{}", "StartExecution"),
        ({"x-amz-target": "AWSStepFunctions.DescribeExecution"}, "POST", "/", "{}", None),
        ({"content-type": "application/x-www-form-urlencoded"}, "POST", "/", "Action=Publish&Message=m", "Publish"),
        ({}, "POST", "/amc/reporting/i/workflowExecutions", "{}", "POST workflowExecutions"),
        ({}, "PUT", "/amc/reporting/i/workflowExecutions/run-1", "{}", "PUT workflowExecutions"),
        ({}, "GET", "/amc/reporting/i/workflowExecutions?limit=1", "", None),
    ],
)
def test_a_call_that_others_can_see_has_a_name(
    headers: dict[str, str], method: str, path: str, body: str, name: str | None
) -> None:
    call = Call("me", method, path, headers, body.encode(), port=1, connection=1)

    assert name_of(call, {"t1": "Gate"}) == name
