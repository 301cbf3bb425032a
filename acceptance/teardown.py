"""Takes down all that bears the name of an acceptance, whatever came of it.

It does not ask what was made: it looks for each kind of thing by the name, so it also ends what an earlier acceptance
has left. Each step goes on after what cannot be removed, which is then listed by its name.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from acceptance.naming import Name
from local.emulator.errors import DeploymentError
from local.emulator.stacks import delete_stack

STACK_SECONDS: Final = 3600.0
LOG_GROUPS: Final = ("/aws/lambda/", "/aws/vendedlogs/states/")
_REASONS: Final = (BotoCoreError, ClientError, DeploymentError)
_DELETED_AT_ONCE: Final = 1000  # by S3, in a call
Say = Callable[[str], None]


@dataclass
class Teardown:
    """`poll` is the time between two looks at a stack, in seconds."""

    name: Name
    session: boto3.Session
    account: str
    poll: float
    say: Say
    left: dict[str, str] = field(default_factory=dict)

    def run(self) -> dict[str, str]:
        """Take all down; what could not be removed, by its name, with the reason."""
        for step, remove in self.steps().items():
            self.say(f"removing {step}")
            self._attempt(step, remove)
        return self.left

    def steps(self) -> dict[str, Callable[[], None]]:
        """In this order: first what starts something anew, then what holds it, at last what somebody may look at.

        A machine is deleted once its executions have ended. A queue's consumer goes before the queue, and the function
        that consumes before the key with which it reads.
        """
        return {
            "the consumers of the tenants' queues": self._mappings,
            "executions that are under way": self._executions,
            f"the stack {self.name.text}": partial(self._stack, self.name.text),
            f"the stack {self.name.simulator_stack}": partial(self._stack, self.name.simulator_stack),
            "queues": self._queues,
            "log groups": self._log_groups,
            "buckets": self._buckets,
        }

    def _attempt(self, what: str, remove: Callable[[], object]) -> None:
        try:
            remove()
        except _REASONS as exc:
            self.left[what] = str(exc)

    def _client(self, service: str) -> Any:
        return self.session.client(service)  # type: ignore[call-overload]

    def _mappings(self) -> None:
        """Onboardings made them; the stack's own are on other queues."""
        client = self._client("lambda")
        found = _items(client, "list_event_source_mappings", "EventSourceMappings")
        for mapping in found:
            if f":{self.name.text}-" in mapping["EventSourceArn"] and mapping["EventSourceArn"].endswith(".fifo"):
                self._attempt(
                    f"mapping {mapping['UUID']} of {mapping['EventSourceArn']}",
                    partial(client.delete_event_source_mapping, UUID=mapping["UUID"]),
                )

    def _executions(self) -> None:
        states = self._client("stepfunctions")
        for machine in _items(states, "list_state_machines", "stateMachines"):
            if machine["name"].startswith(f"{self.name.text}-") and machine.get("type") != "EXPRESS":
                arguments = {"stateMachineArn": machine["stateMachineArn"], "statusFilter": "RUNNING"}
                for execution in _items(states, "list_executions", "executions", **arguments):
                    arn = execution["executionArn"]
                    self._attempt(arn, partial(states.stop_execution, executionArn=arn, cause="taken down"))

    def _stack(self, stack: str) -> None:
        delete_stack(stack, self.session, timeout=STACK_SECONDS, poll=self.poll)

    def _queues(self) -> None:
        sqs = self._client("sqs")
        for url in _items(sqs, "list_queues", "QueueUrls", QueueNamePrefix=f"{self.name.text}-"):
            self._attempt(f"queue {url}", partial(sqs.delete_queue, QueueUrl=url))

    def _log_groups(self) -> None:
        """A Lambda that ends late makes its log group anew."""
        logs = self._client("logs")
        for prefix in LOG_GROUPS:
            wanted = {"logGroupNamePrefix": f"{prefix}{self.name.text}-"}
            for group in _items(logs, "describe_log_groups", "logGroups", **wanted):
                name = group["logGroupName"]
                self._attempt(f"log group {name}", partial(logs.delete_log_group, logGroupName=name))

    def _buckets(self) -> None:
        s3 = self._client("s3")
        for bucket in s3.list_buckets()["Buckets"]:
            name = bucket["Name"]
            if name.startswith(f"{self.name.text}-"):
                self._attempt(f"bucket {name}", partial(_remove_bucket, s3, name))


def _remove_bucket(s3: Any, bucket: str) -> None:
    while objects := s3.list_objects_v2(Bucket=bucket, MaxKeys=_DELETED_AT_ONCE).get("Contents", []):
        s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": each["Key"]} for each in objects], "Quiet": True})
    s3.delete_bucket(Bucket=bucket)


def _items(client: Any, operation: str, field_name: str, **arguments: Any) -> Iterator[Any]:
    for page in client.get_paginator(operation).paginate(**arguments):
        yield from page.get(field_name, [])
