"""A walk in which the messages that WFM sends to a tenant's queue come back as requests."""

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from tests.builders import an_sqs_record
from tests.fakes import FakeQueues
from tests.reliability.calls import Counted
from tests.reliability.walk import RUN_TAKES, Walk
from tests.reliability.world import CountedWorld
from wfm.store.items import to_item

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import DynamoDBServiceResource


class ChainWalk(Walk):
    """Walks a chain of `links`: who runs after whom in the world's one tenant."""

    def __init__(
        self,
        dynamodb: "DynamoDBServiceResource",
        customer_id: str,
        links: dict[str, Any],
        run_takes: timedelta = RUN_TAKES,
    ) -> None:
        world = CountedWorld(dynamodb, customer_id)
        self.sent = FakeQueues()
        world.queues = Counted(self.sent, world.calls, "send")  # type: ignore[assignment]
        for workflow_id in links:
            row = {"customerId": customer_id, "workflowId": workflow_id, "syncStatus": "SYNCED"}
            world.rows["Workflows"].put_item(Item=to_item(row))
        world.tenants.save(customer_id, chainLinks=links)
        world.calls.forget()
        super().__init__(world, run_takes=run_takes)

    def round(self) -> None:
        """What was sent since the last round has arrived."""
        queue = f"{self.world.settings.prefix}-{self.world.customer_id}.fifo"
        at = {"SentTimestamp": str(int(self.world.clock().timestamp() * 1000))}
        for number, (_, document) in enumerate(self.sent.sent):
            name = f"{document['requestId']}-{self.rounds}-{number}"
            self._messages.append({**an_sqs_record(json.dumps(document), name, queue), "attributes": at})
        self.sent.sent.clear()
        super().round()

    @property
    def is_idle(self) -> bool:
        """Whether nothing is left to do."""
        return super().is_idle and not self.sent.sent

    def runs(self) -> dict[str, int]:
        """How many runs of each workflow AMC was asked for."""
        asked = [str(run["workflowId"]) for run in self.world.true_amc.runs]
        return {name: asked.count(name) for name in sorted(set(asked))}
