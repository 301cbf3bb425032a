"""A tenant of the acceptance's own, with an instance of the simulated AMC and a result bucket."""

import json
import uuid
from collections.abc import Mapping
from typing import Any, Final

from acceptance.world import World
from local.amc_simulator.configuration import Behaviour, Duration
from local.amc_simulator.instances import Instance
from wfm.client.stack_names import StackOutput
from wfm.model.rows import plain_object

ENTITY: Final = "ENTITY1ACCEPTANCE"
SQL: Final = "SELECT campaign, COUNT(DISTINCT user_id) AS reach FROM dsp_impressions GROUP BY campaign"
ENDED: Final = frozenset({"SUCCEEDED", "FAILED", "REJECTED", "CANCELLED"})
WINDOW: Final = {"timeWindowStart": "TODAY(-7)", "timeWindowEnd": "TODAY(0)"}
ENDLESS: Final = 3600.0  # seconds that a run takes that is to be stopped


class Tenant:
    """A tenant by its customer id; making it changes nothing."""

    def __init__(self, world: World, customer_id: str) -> None:
        self.world = world
        self.id = customer_id
        self.instance = f"amc{customer_id}{world.name.dataset}"
        self.bucket = world.name.results(customer_id)
        self.record: dict[str, Any] = {
            "customerId": self.id,
            "amcInstanceId": self.instance,
            "amcAmazonAdsAdvertiserId": ENTITY,
            "amcAmazonAdsMarketplaceId": "ATVPDKIKX0DER",
            "BucketName": self.bucket,
            "maximumConcurrentWorkflowExecutions": 2,
        }

    def onboard(self, *, limit: int = 2) -> None:
        """Have AMC know it, put its record, and wait until it is ACTIVE and has the workflow `reach` in AMC."""
        self.world.amc.add_instances([Instance(instance_id=self.instance, entity_id=ENTITY, bucket_name=self.bucket)])
        make_bucket(self.world, self.bucket)
        self.record["maximumConcurrentWorkflowExecutions"] = limit
        self.world.wfm.tenants.put(self.record)
        self.wait_for_status("ACTIVE")
        self.put_workflow("reach")

    def put_workflow(self, workflow_id: str, seconds: float | None = None, **behaviour: Any) -> None:
        """A workflow whose runs take `seconds`, once it is in AMC."""
        running = Duration(median=self.world.pace.run if seconds is None else seconds)
        self.world.amc.set_behaviour(
            workflow_id, Behaviour(pending=Duration(median=0), running=running, **behaviour), self.instance
        )
        key = {"customerId": self.id, "workflowId": workflow_id}
        table = self.world.table(StackOutput.WORKFLOWS_TABLE)
        table.put_item(Item=key | {"sqlQuery": SQL})
        self.world.until(
            lambda: table.get_item(Key=key).get("Item", {}).get("syncStatus") == "SYNCED", f"{workflow_id} is in AMC"
        )

    def row(self) -> dict[str, Any]:
        """The row in Tenants."""
        found = self.world.table(StackOutput.TENANTS_TABLE).get_item(Key={"customerId": self.id}, ConsistentRead=True)
        row: dict[str, Any] = plain_object(found.get("Item", {}))
        return row

    def wait_for_status(self, status: str) -> None:
        """The tenant has come there, and no execution works on it any more."""

        def reached() -> bool:
            row = self.row()
            return row.get("status") == status and "onboardingLease" not in row

        self.world.until(reached, f"{self.id} is {status}")

    def send(self, name: str, workflow_id: str = "reach", **envelope: Any) -> str:
        """A message to its queue; its request id, which begins with the name and is no other request's."""
        request_id = f"{name}-{uuid.uuid4().hex[:6]}"
        payload = {"workflowId": workflow_id, **WINDOW}
        self.send_text(json.dumps({"customerId": self.id, "requestId": request_id, "payload": payload} | envelope))
        return request_id

    def send_text(self, body: str) -> None:
        """Any text as a message."""
        self.world.client("sqs").send_message(
            QueueUrl=self.row()["queueUrl"],
            MessageBody=body,
            MessageGroupId=uuid.uuid4().hex,
            MessageDeduplicationId=uuid.uuid4().hex,
        )

    def request(self, request_id: str) -> dict[str, Any]:
        """The row in ExecutionRequests."""
        key = {"customerId": self.id, "requestId": request_id}
        found = self.world.table(StackOutput.EXECUTION_REQUESTS_TABLE).get_item(Key=key, ConsistentRead=True)
        row: dict[str, Any] = plain_object(found.get("Item", {}))
        return row

    def wait_for(self, request_id: str, *statuses: str) -> Mapping[str, Any]:
        """The request's row once it has one of the statuses, by default once it has ended."""
        wanted = set(statuses) or ENDED
        self.world.until(
            lambda: self.request(request_id).get("status") in wanted, f"{request_id} is {' or '.join(sorted(wanted))}"
        )
        return self.request(request_id)

    def runs_in_amc(self) -> list[dict[str, Any]]:
        """What really ran."""
        return [run for run in self.world.amc.executions() if run["instanceId"] == self.instance]


def make_bucket(world: World, bucket: str) -> None:
    """A bucket of the deployment's region."""
    s3, region = world.client("s3"), world.target.session.region_name
    place = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
    s3.create_bucket(Bucket=bucket, **place)
