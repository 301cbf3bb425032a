"""Builders for the emulated account: functions, state machines, queues and tables in one line each."""

import io
import itertools
import json
import textwrap
import time
import zipfile
from collections.abc import Callable
from typing import Any

from local.emulator import Emulator
from tests.e2e.waiting import pauses

PATIENCE = 60.0  # seconds for what takes one; what is scaled would take longer if it were not
LONG = 10**6  # seconds that no test lasts, on a fast clock too
# Of waits and the pauses between tries, of time-outs and heartbeats, of the intervals of schedules.
WAIT_SCALE, TIMEOUT_SCALE, SCHEDULE_SCALE = 0.1, 0.01, 0.002
ROLE = "arn:aws:iam::000000000000:role/any"

_number = itertools.count(1)


def unique(prefix: str) -> str:
    return f"{prefix}{next(_number)}"


def eventually(look: Callable[[], Any], patience: float = PATIENCE) -> Any:
    """The first truthy answer of `look`; fails when there is none in time."""
    deadline, pause = time.monotonic() + patience, pauses(0.02, 0.1)
    while not (answer := look()):
        assert time.monotonic() < deadline, f"still {answer!r} after {patience} seconds"
        time.sleep(next(pause))
    return answer


class Account:
    """What the tests make in one emulated account."""

    def __init__(self, emulator: Emulator) -> None:
        self.emulator = emulator
        self.functions = emulator.client("lambda")
        self.states = emulator.client("stepfunctions")
        self.queues = emulator.client("sqs")

    def function(self, body: str, *, timeout: int = 900) -> str:
        """A function whose module is `body`, which defines `handler(event, context)`; returns its ARN."""
        return str(
            self.functions.create_function(
                FunctionName=unique("function"),
                Runtime="python3.12",
                Role=ROLE,
                Handler="index.handler",
                Timeout=timeout,
                Code={"ZipFile": _zip({"index.py": textwrap.dedent(body)})},
            )["FunctionArn"]
        )

    def invoke(self, function: str, event: Any = None) -> Any:
        """The decoded payload: the result, or the error object of a function that failed."""
        answer = self.functions.invoke(FunctionName=function, Payload=json.dumps(event))
        return json.loads(answer["Payload"].read())

    def machine(self, states: dict[str, Any], *, language: str = "JSONata", **options: Any) -> str:
        """A machine that starts at the first of `states`; `type` sets Standard or Express; returns its ARN."""
        kind = options.pop("type", "STANDARD")
        definition = {"QueryLanguage": language, "StartAt": next(iter(states)), "States": states, **options}
        return self.machine_of(json.dumps(definition), kind)

    def machine_of(self, definition: str, kind: str = "STANDARD") -> str:
        """A machine of a whole definition; returns its ARN."""
        made = self.states.create_state_machine(
            name=unique("machine"), definition=definition, roleArn=self.role(), type=kind
        )
        return str(made["stateMachineArn"])

    def role(self) -> str:
        name = unique("role")
        created = self.emulator.client("iam").create_role(RoleName=name, AssumeRolePolicyDocument="{}")
        return str(created["Role"]["Arn"])

    def start(self, machine: str, data: Any = None) -> str:
        started = self.states.start_execution(stateMachineArn=machine, input=json.dumps(data or {}))
        return str(started["executionArn"])

    def ended(self, execution: str) -> Any:
        """DescribeExecution, once the execution is no longer running."""

        def look() -> Any:
            described = self.states.describe_execution(executionArn=execution)
            return described if described["status"] != "RUNNING" else None

        return eventually(look)

    def running(self, *executions: str) -> int:
        """How many of them are running."""
        return sum(self.states.describe_execution(executionArn=each)["status"] == "RUNNING" for each in executions)

    def run(self, machine: str, data: Any = None) -> Any:
        return self.ended(self.start(machine, data))

    def history(self, execution: str) -> list[Any]:
        return list(self.states.get_execution_history(executionArn=execution, maxResults=1000)["events"])

    def entered(self, execution: str) -> list[str]:
        """The names of its states in the order in which they were entered, those inside a Map included."""
        pages = self.states.get_paginator("get_execution_history").paginate(executionArn=execution)
        events = [event for page in pages for event in page["events"]]
        return [each["stateEnteredEventDetails"]["name"] for each in events if "stateEnteredEventDetails" in each]

    def queue(self, **attributes: str) -> str:
        suffix = ".fifo" if "FifoQueue" in attributes else ""
        return str(self.queues.create_queue(QueueName=unique("queue") + suffix, Attributes=attributes)["QueueUrl"])

    def queue_arn(self, url: str) -> str:
        answer = self.queues.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
        return str(answer["Attributes"]["QueueArn"])

    def bodies(self, queue: str, count: int, patience: float = PATIENCE) -> list[Any]:
        """The decoded bodies of the first `count` messages, deleted as they are read."""
        found: list[Any] = []

        def look() -> bool:
            for message in self.queues.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages", []):
                self.queues.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
                found.append(json.loads(message["Body"]))
            return len(found) >= count

        eventually(look, patience)
        return found

    def table(self, **options: Any) -> str:
        """A table with the string key `id` and a stream; returns its name."""
        name = unique("table")
        self.emulator.client("dynamodb").create_table(
            TableName=name,
            BillingMode="PAY_PER_REQUEST",
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
            **{"AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}], **options},
        )
        return name

    def put(self, table: str, identity: str) -> None:
        self.emulator.client("dynamodb").put_item(TableName=table, Item={"id": {"S": identity}})

    def stream(self, table: str) -> str:
        return str(self.emulator.client("dynamodb").describe_table(TableName=table)["Table"]["LatestStreamArn"])

    def feed(self, source: str, function: str, **options: Any) -> str:
        """Map the event source to the function; returns the mapping's id."""
        mapping = self.functions.create_event_source_mapping(EventSourceArn=source, FunctionName=function, **options)
        return str(mapping["UUID"])


def _zip(files: dict[str, str]) -> bytes:
    """Without times: the same files are the same archive."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name), content)
    return buffer.getvalue()


def task(function: str, **fields: Any) -> dict[str, Any]:
    """A Task state that invokes `function` with the state's input, and ends unless `Next` is given."""
    return {
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke",
        "Arguments": {"FunctionName": function, "Payload": "{% $states.input %}"},
        **({} if "Next" in fields else {"End": True}),
        **fields,
    }


def sdk_task(action: str, arguments: Any, **fields: Any) -> dict[str, Any]:
    """A Task state that calls `action`, for example `lambda:getFunction`."""
    return {
        "Type": "Task",
        "Resource": f"arn:aws:states:::aws-sdk:{action}",
        "Arguments": arguments,
        **({} if "Next" in fields else {"End": True}),
        **fields,
    }


def waiting_task(queue: str, **fields: Any) -> dict[str, Any]:
    """A Task state that sends its token to `queue` and waits for an answer."""
    return {
        "Type": "Task",
        "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
        "Arguments": {"QueueUrl": queue, "MessageBody": {"token": "{% $states.context.Task.Token %}"}},
        **({} if "Next" in fields else {"End": True}),
        **fields,
    }
