"""The AWS side of one deployment. Everything that needs boto3 hangs on this module, which is loaded late."""

import os
from typing import TYPE_CHECKING

import boto3
from botocore.exceptions import BotoCoreError, ClientError, ProfileNotFound

from wfm.connection import Connection
from wfm.deployment import find_deployment
from wfm.errors import UnreachableError
from wfm.tables import Tables

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

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
        self.tables = Tables(session.resource("dynamodb", endpoint_url=endpoint), self.deployment)
        self._sqs: SQSClient = session.client("sqs", endpoint_url=endpoint)

    def send(self, queue_url: str, body: str, request_id: str) -> None:
        """Send a request to a tenant's FIFO queue. Groups of one: no request waits for another's delivery."""
        self._sqs.send_message(
            QueueUrl=queue_url,
            MessageBody=body,
            MessageGroupId=request_id,
            MessageDeduplicationId=request_id,
        )


def explain(problem: Exception) -> str | None:
    """A sentence for an error that AWS or the way to it caused, None for any other."""
    return f"AWS: {problem}" if isinstance(problem, (BotoCoreError, ClientError)) else None
