"""What WFM made in the account while it ran, and no stack knows of: queues, their mappings, schedules."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from wfm.model.queue_policy import owner_in

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_scheduler import EventBridgeSchedulerClient
    from mypy_boto3_sqs import SQSClient


class RunTimeResources:
    """Those of the deployment whose names begin with `prefix`, never another's. Removals are idempotent."""

    def __init__(
        self, sqs: "SQSClient", functions: "LambdaClient", scheduler: "EventBridgeSchedulerClient", prefix: str
    ) -> None:
        self._sqs = sqs
        self._lambda = functions
        self._scheduler = scheduler
        self._prefix = prefix

    def queues(self) -> Iterator[str]:
        """The URLs of the tenants' queues and dead letter queues.

        `wfm-a-b` begins the names of `wfm-a-b-c` too: whose a queue is stands in its policy.
        """
        pages = self._sqs.get_paginator("list_queues").paginate(QueueNamePrefix=f"{self._prefix}-")
        for url in [url for page in pages for url in page.get("QueueUrls", [])]:
            if url.endswith(".fifo") and self._owner(url) == self._prefix:
                yield url

    def _owner(self, queue_url: str) -> str | None:
        """None also for a queue that is gone: SQS lists it for a while."""
        try:
            found = self._sqs.get_queue_attributes(QueueUrl=queue_url, AttributeNames=["Policy"])
        except self._sqs.exceptions.QueueDoesNotExist:
            return None
        return owner_in(found.get("Attributes", {}).get("Policy"))

    def delete_queue(self, queue_url: str) -> None:
        """With all that is in it."""
        try:
            self._sqs.delete_queue(QueueUrl=queue_url)
        except self._sqs.exceptions.QueueDoesNotExist:
            return

    def mappings(self) -> Iterator[str]:
        """The ids of the mappings of tenants' queues to StartExecution; one that is being deleted is none any more."""
        name = f"{self._prefix}-StartExecution"
        try:
            for page in self._lambda.get_paginator("list_event_source_mappings").paginate(FunctionName=name):
                for mapping in page["EventSourceMappings"]:
                    if mapping["EventSourceArn"].endswith(".fifo") and mapping["State"] != "Deleting":
                        yield mapping["UUID"]
        except self._lambda.exceptions.ResourceNotFoundException:  # the stack was deleted before
            return

    def delete_mapping(self, mapping_id: str) -> bool:
        """False while it is in transition: then it takes no change."""
        try:
            self._lambda.delete_event_source_mapping(UUID=mapping_id)
        except self._lambda.exceptions.ResourceInUseException:
            return False
        except self._lambda.exceptions.ResourceNotFoundException:
            return True
        return True

    def schedules(self) -> Iterator[str]:
        """The names of the tenants' schedules in the deployment's group, which has no others."""
        listing = self._scheduler.get_paginator("list_schedules")
        try:
            for page in listing.paginate(GroupName=self._prefix):
                yield from (each["Name"] for each in page["Schedules"])
        except self._scheduler.exceptions.ResourceNotFoundException:
            return

    def delete_schedule(self, name: str) -> None:
        """Its row in Schedules stays."""
        try:
            self._scheduler.delete_schedule(Name=name, GroupName=self._prefix)
        except self._scheduler.exceptions.ResourceNotFoundException:
            return
