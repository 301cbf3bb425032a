"""The AWS side of one deployment. Everything that needs boto3 hangs on this module, which is loaded late."""

import os
from functools import cached_property
from typing import TYPE_CHECKING, Final

import boto3
from botocore.exceptions import BotoCoreError, ClientError, ProfileNotFound

from wfm.connection import Connection
from wfm.deployment import find_deployment
from wfm.errors import UnreachableError
from wfm.machines import OnboardingMachine
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
        self.records = TpsRecords(dynamodb, self.deployment.customer_config_table)
        self._sqs: SQSClient = session.client("sqs", endpoint_url=endpoint)
        self._session = session
        self._endpoint = endpoint

    @cached_property
    def onboarding(self) -> OnboardingMachine:
        """The machine `tenant_onboarding`."""
        client = self._session.client("stepfunctions", endpoint_url=self._endpoint)
        return OnboardingMachine(client, self.deployment.tenant_onboarding_arn)

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
