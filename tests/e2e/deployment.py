"""The synthesized assembly on the emulator, against the simulator, as the end-to-end tests use it."""

import json
import os
import signal
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import cache
from typing import Any, TypeVar

import urllib3

from local.amc_simulator.configuration import Behaviour, Duration
from local.amc_simulator.instances import Instance
from local.emulator.workers import workers
from local.runtime import Runtime
from tests.e2e.waiting import pauses
from wfm.model.rows import plain_object

T = TypeVar("T")
SQL = "SELECT campaign, COUNT(DISTINCT user_id) AS reach FROM dsp_impressions GROUP BY campaign"
ENDED = {"SUCCEEDED", "FAILED", "REJECTED", "CANCELLED"}
PATIENCE = 300.0  # seconds for what takes a few where nothing else runs
WAIT_SCALE = 0.02  # a minute between two looks or tries is 1.2 seconds


def wait_until(look: Callable[[], T], what: str) -> T:
    """The first truthy value that `look` gives; fails with `what` and the last value when patience ends."""
    deadline, pause = time.monotonic() + PATIENCE, pauses(0.05, 0.25)
    while not (found := look()):
        assert time.monotonic() < deadline, f"{what}: not within {PATIENCE} s, last seen {found!r}"
        time.sleep(next(pause))
    return found


class Deployment:
    """One running WFM. Tests share it and keep to tenants of their own."""

    def __init__(self, runtime: Runtime) -> None:
        self.runtime = runtime
        self.amc = runtime.simulator()
        self.outputs = runtime.outputs
        session = runtime.emulator.session()
        self.client = cache(session.client)  # of boto3; made once each, since tests ask ten times a second
        self.table = cache(self._table)
        self._dynamodb = session.resource("dynamodb")

    def _table(self, output: str) -> Any:
        """A table by the name of the stack's output."""
        return self._dynamodb.Table(self.outputs[output])

    def a_tenant(self, name: str, limit: int = 2, **fields: Any) -> "TenantUnderTest":
        """A new ACTIVE tenant with the workflow `reach` in AMC, whose runs take about a second."""
        tenant = self.a_candidate(name)
        tenant.onboard(limit, fields)
        return tenant

    def a_candidate(self, name: str) -> "TenantUnderTest":
        """An AMC instance and its bucket, of which WFM knows nothing yet."""
        tenant = TenantUnderTest(self, f"{name}-{uuid.uuid4().hex[:6]}")
        self.client("s3").create_bucket(Bucket=tenant.bucket)
        known = Instance(instance_id=tenant.instance, entity_id="ENTITY1TEST", bucket_name=tenant.bucket)
        self.amc.add_instances([known])
        return tenant

    @contextmanager
    def impatience(self) -> Iterator[None]:
        """What fails meanwhile has soon used up its tries."""
        self._scale_waits(WAIT_SCALE / 50)
        try:
            yield
        finally:
            self._scale_waits(WAIT_SCALE)

    def _scale_waits(self, scale: float) -> None:
        url = f"{self.runtime.emulator.endpoint}/_ministack/config"
        answer = urllib3.request("POST", url, json={"stepfunctions._SFN_WAIT_SCALE": scale})
        assert answer.json()["applied"] == {"stepfunctions._SFN_WAIT_SCALE": scale}

    def logs_with(self, term: str) -> list[str]:
        """The Lambdas' log groups in which a word stands, however it is written."""
        logs = self.client("logs")
        pages = logs.get_paginator("describe_log_groups").paginate(logGroupNamePrefix="/aws/lambda/")
        groups = [group["logGroupName"] for page in pages for group in page["logGroups"]]
        wanted = {"filterPattern": f'"{term}"'}
        return [name for name in groups if logs.filter_log_events(logGroupName=name, **wanted)["events"]]

    def kill_lambda_workers(self) -> int:
        """Kill every process that runs a Lambda of the emulator right now; how many there were."""
        doomed = workers(self.runtime.emulator.pid)
        for pid in doomed:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        return len(doomed)

    @contextmanager
    def losing_workers(self, until: Callable[[], object], most: int = 20) -> Iterator[list[int]]:
        """All workers are killed again and again, until `most` at least are or it is so; how many each time.

        A deployment in which nothing else goes on has a worker a minute: many come of a test's own work only.
        """
        over, killed = threading.Event(), [self.kill_lambda_workers()]

        def kill() -> None:
            while not over.wait(1.5):
                killed.append(self.kill_lambda_workers())

        killer = threading.Thread(target=kill)
        killer.start()
        try:
            yield killed
            wait_until(lambda: sum(killed) >= most or until(), f"{most} workers are killed, or it is so")
        finally:
            over.set()
            killer.join()

    def transitions(self, execution_name: str) -> list[str]:
        """The states that an execution of the lifecycle entered, in order, once it has ended.

        A request's row says how it ended before the execution has come to its own end.
        """
        arn = self.outputs["ExecutionLifecycleArn"].replace(":stateMachine:", ":execution:") + f":{execution_name}"
        machines = self.client("stepfunctions")
        wait_until(
            lambda: machines.describe_execution(executionArn=arn)["status"] != "RUNNING", f"{execution_name} ends"
        )
        pages = machines.get_paginator("get_execution_history").paginate(executionArn=arn)
        events = [event for page in pages for event in page["events"]]
        return [event["stateEnteredEventDetails"]["name"] for event in events if event["type"].endswith("StateEntered")]


class TenantUnderTest:
    """One tenant of the deployment."""

    def __init__(self, deployment: Deployment, customer_id: str) -> None:
        self.deployment = deployment
        self.id = customer_id
        self.instance = "amc" + customer_id.replace("-", "")
        self.bucket = f"{self.instance}-results"

    def onboard(self, limit: int, fields: Mapping[str, Any]) -> None:
        """TPS record, workflow."""
        self.put_record(limit, **fields)
        wait_until(lambda: self.row().get("status") == "ACTIVE", f"{self.id} is onboarded")
        self.put_workflow("reach")

    def put_record(self, limit: Any, **fields: Any) -> None:
        """The tenant's TPS record."""
        record = {
            "customerId": self.id,
            "amcInstanceId": self.instance,
            "amcAmazonAdsAdvertiserId": "ENTITY1TEST",
            "amcAmazonAdsMarketplaceId": "ATVPDKIKX0DER",
            "BucketName": self.bucket,
            "maximumConcurrentWorkflowExecutions": limit,
        }
        self.deployment.table("CustomerConfigTable").put_item(Item=record | fields)

    def remove_record(self) -> None:
        """The TPS record is gone."""
        self.deployment.table("CustomerConfigTable").delete_item(Key={"customerId": self.id})

    def let_queues_go(self) -> None:
        """A minute has passed since the tenant's queues were deleted, for which WFM waits before it makes new ones."""
        self.deployment.table("TenantsTable").update_item(
            Key={"customerId": self.id}, UpdateExpression="REMOVE queuesDeletedAt"
        )

    def put_workflow(self, workflow_id: str, seconds: float = 1.0, sql: str = SQL, **behaviour: Any) -> None:
        """A workflow whose runs take `seconds` of the wall's clock, once it is in AMC."""
        self.set_behaviour(workflow_id, seconds, **behaviour)
        self.put_definition(workflow_id, sqlQuery=sql)

    def set_behaviour(self, workflow_id: str, seconds: float = 1.0, **behaviour: Any) -> None:
        """How the workflow's later runs go."""
        factor = self.deployment.amc.configuration().clock_factor
        running = Duration(median=seconds * factor)
        self.deployment.amc.set_behaviour(
            workflow_id, Behaviour(pending=Duration(median=0), running=running, **behaviour), self.instance
        )

    def put_definition(self, workflow_id: str, **fields: Any) -> None:
        """A row of Workflows, once it is in AMC."""
        key = {"customerId": self.id, "workflowId": workflow_id}
        table = self.deployment.table("WorkflowsTable")
        table.put_item(Item=key | fields)
        wait_until(lambda: table.get_item(Key=key)["Item"].get("syncStatus") == "SYNCED", f"{workflow_id} is in AMC")

    def row(self) -> dict[str, Any]:
        """The row in Tenants."""
        found = self.deployment.table("TenantsTable").get_item(Key={"customerId": self.id}, ConsistentRead=True)
        row: dict[str, Any] = plain_object(found.get("Item", {}))
        return row

    def send(self, *request_ids: str, **fields: Any) -> None:
        """A message per request id; `fields` overrule the payload, `body` the whole message."""
        sqs, queue = self.deployment.client("sqs"), self.row()["queueUrl"]
        envelope = {
            name: fields.pop(name)
            for name in ("priority", "source", "labels", "refresh", "customerId")
            if name in fields
        }
        payload = {"workflowId": "reach", "timeWindowStart": "TODAY(-7)", "timeWindowEnd": "TODAY(0)"} | fields
        for request_id in request_ids:
            body = {"customerId": self.id, "requestId": request_id, "payload": payload} | envelope
            self.send_text(json.dumps(body), request_id, sqs, queue)

    def send_text(self, body: str, group: str, sqs: Any = None, queue: str = "") -> None:
        """Any text as a message."""
        (sqs or self.deployment.client("sqs")).send_message(
            QueueUrl=queue or self.row()["queueUrl"],
            MessageBody=body,
            MessageGroupId=group,
            MessageDeduplicationId=uuid.uuid4().hex,
        )

    def requests(self) -> dict[str, dict[str, Any]]:
        """The rows in ExecutionRequests by request id."""
        return {row["requestId"]: row for row in self._query("ExecutionRequestsTable")}

    def executions(self) -> list[dict[str, Any]]:
        """The rows in Executions."""
        return self._query("ExecutionsTable")

    def gate(self) -> dict[str, Any]:
        """The row GATE."""
        return next((row for row in self._query("GateTable") if row["sk"] == "GATE"), {})

    def _query(self, output: str) -> list[dict[str, Any]]:
        condition = {"KeyConditionExpression": "customerId = :c", "ExpressionAttributeValues": {":c": self.id}}
        found = self.deployment.table(output).query(ConsistentRead=True, **condition)["Items"]
        return [plain_object(item) for item in found]

    def wait_for(self, *request_ids: str, status: set[str] | None = None) -> dict[str, Any]:
        """All rows once the named requests have reached one of `status` (default: have ended)."""
        wanted = status or ENDED
        wait_until(lambda: self.have_reached(wanted, *request_ids), f"{request_ids} reach {wanted}")
        return self.requests()

    def have_reached(self, wanted: set[str], *request_ids: str) -> bool:
        """Whether all the named requests are in one of these statuses."""
        rows = self.requests()
        return all(rows.get(request_id, {}).get("status") in wanted for request_id in request_ids)

    def runs_in_amc(self) -> list[dict[str, Any]]:
        """What really ran, from the simulator."""
        return [run for run in self.deployment.amc.executions() if run["instanceId"] == self.instance]

    def end_runs(self) -> None:
        """What AMC runs for the tenant comes to its end now."""
        for run in self.runs_in_amc():
            self.deployment.amc.finish(run["workflowExecutionId"])

    def calls(self, operation: str) -> list[dict[str, Any]]:
        """The journal's calls of one operation, such as `POST workflowExecutions`."""
        journal = self.deployment.amc.journal()
        return [call for call in journal if call["instanceId"] == self.instance and call["operation"] == operation]

    def dead_letters(self) -> list[dict[str, Any]]:
        """The messages in the DLQ, with their attributes; they come into sight again at once."""
        found = self.deployment.client("sqs").receive_message(
            QueueUrl=self.row()["deadLetterQueueUrl"],
            MaxNumberOfMessages=10,
            MessageAttributeNames=["All"],
            VisibilityTimeout=0,
        )
        return list(found.get("Messages", []))
