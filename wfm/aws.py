"""The AWS side of one deployment. Everything that needs boto3 hangs on this module, which is loaded late."""

import os
from functools import cached_property
from typing import TYPE_CHECKING, Final

import boto3
from botocore.exceptions import BotoCoreError, ClientError, ProfileNotFound

from wfm.backfill_machine import BackfillMachine
from wfm.connection import Connection
from wfm.deployment import find_deployment
from wfm.errors import UnreachableError
from wfm.library_table import LibraryTable
from wfm.lifecycle import LifecycleMachine
from wfm.machines import OnboardingMachine, SyncMachine, TrackingMachine
from wfm.queue_messages import QueueMessages
from wfm.request_changes import RequestChanges
from wfm.result_links import ResultLinks
from wfm.result_objects import ResultObjects
from wfm.run_tables import RunTables
from wfm.schedule_table import ScheduleTable
from wfm.standing_tables import StandingTables
from wfm.tables import Tables
from wfm.tenant_details import QueueDepth
from wfm.tps_records import TpsRecords

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

WAITING: Final = "ApproximateNumberOfMessages"
IN_FLIGHT: Final = "ApproximateNumberOfMessagesNotVisible"
LOCAL_KEY = "test"  # any key does for the emulator; its account is 000000000000


def open_session(connection: Connection) -> boto3.Session:
    """A boto3 session; UnreachableError if the profile does not exist."""
    if connection.is_local:
        return boto3.Session(LOCAL_KEY, LOCAL_KEY, region_name=connection.region)
    region = connection.region or os.environ.get("AWS_REGION")  # which boto3 alone of all AWS tools does not read
    try:
        return boto3.Session(profile_name=connection.profile, region_name=region)
    except ProfileNotFound as exc:
        known = ", ".join(boto3.Session().available_profiles) or "none"
        raise UnreachableError(f"there is no AWS profile {connection.profile!r}; there are: {known}") from exc


class Aws:
    """One deployment's tables and queues."""

    def __init__(self, connection: Connection, stack: str) -> None:
        session = open_session(connection)
        endpoint = connection.endpoint_url
        cloudformation = session.client("cloudformation", endpoint_url=endpoint)
        self.deployment = find_deployment(cloudformation, stack)
        dynamodb = session.resource("dynamodb", endpoint_url=endpoint)
        self.tables = Tables(dynamodb, self.deployment)
        self.runs = RunTables(dynamodb, self.deployment)
        self.standing = StandingTables(dynamodb, self.deployment)
        self.library = LibraryTable(dynamodb, self.deployment)
        self.request_changes = RequestChanges(dynamodb.Table(self.deployment.execution_requests_table))
        self.schedules = ScheduleTable(dynamodb.Table(self.deployment.schedules_table))
        self.records = TpsRecords(dynamodb, self.deployment.customer_config_table)
        self._sqs: SQSClient = session.client("sqs", endpoint_url=endpoint)
        self._session = session
        self._endpoint = endpoint

    @cached_property
    def onboarding(self) -> OnboardingMachine:
        """The machine `tenant_onboarding`."""
        client = self._session.client("stepfunctions", endpoint_url=self._endpoint)
        return OnboardingMachine(client, self.deployment.tenant_onboarding_arn)

    @cached_property
    def syncing(self) -> SyncMachine:
        """The machine `workflow_sync`."""
        client = self._session.client("stepfunctions", endpoint_url=self._endpoint)
        return SyncMachine(client, self.deployment.workflow_sync_arn)

    @cached_property
    def tracking(self) -> TrackingMachine:
        """The machine `execution_tracking`."""
        client = self._session.client("stepfunctions", endpoint_url=self._endpoint)
        return TrackingMachine(client, self.deployment.execution_tracking_arn)

    @cached_property
    def lifecycle(self) -> LifecycleMachine:
        """The machine `execution_lifecycle`."""
        client = self._session.client("stepfunctions", endpoint_url=self._endpoint)
        return LifecycleMachine(client, self.deployment.execution_lifecycle_arn)

    @cached_property
    def objects(self) -> ResultObjects:
        """What is in the tenants' buckets."""
        return ResultObjects(self._session.client("s3", endpoint_url=self._endpoint))

    @cached_property
    def links(self) -> ResultLinks:
        """AMC's own links to results."""
        client = self._session.client("lambda", endpoint_url=self._endpoint)
        return ResultLinks(client, f"{self.deployment.stack}-GetResultUrls")

    @cached_property
    def messages(self) -> QueueMessages:
        """What is in the tenants' queues."""
        return QueueMessages(self._sqs)

    @cached_property
    def backfills(self) -> BackfillMachine:
        """The machine `backfill`."""
        client = self._session.client("stepfunctions", endpoint_url=self._endpoint)
        return BackfillMachine(client, self.deployment.backfill_arn)

    def send(self, queue_url: str, body: str, request_id: str) -> None:
        """Send a request to a tenant's FIFO queue. Groups of one: no request waits for another's delivery."""
        self._sqs.send_message(
            QueueUrl=queue_url,
            MessageBody=body,
            MessageGroupId=request_id,
            MessageDeduplicationId=request_id,
        )

    def depth(self, queue_url: str) -> QueueDepth | None:
        """How much is in a queue; None if there is no such queue."""
        try:
            answer = self._sqs.get_queue_attributes(QueueUrl=queue_url, AttributeNames=[WAITING, IN_FLIGHT])
        except self._sqs.exceptions.QueueDoesNotExist:
            return None
        return QueueDepth(int(answer["Attributes"][WAITING]), int(answer["Attributes"][IN_FLIGHT]))


def explain(problem: Exception) -> str | None:
    """A sentence for an error that AWS or the way to it caused, None for any other."""
    return f"AWS: {problem}" if isinstance(problem, (BotoCoreError, ClientError)) else None
