"""The AWS side of one deployment. Everything that needs boto3 hangs on this module, which is loaded late."""

import os
from functools import cached_property
from typing import TYPE_CHECKING, Final

import boto3
import botocore.session
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, ProfileNotFound

from wfm.client.backfills.machine import BackfillMachine
from wfm.client.connection import Connection
from wfm.client.deployment import find_deployment
from wfm.client.executions.machines import LifecycleMachine, TrackingMachine
from wfm.client.loopback import endpoint_of, proxies
from wfm.client.queues.messages import QueueMessages
from wfm.client.results.links import ResultLinks
from wfm.client.results.objects import ResultObjects
from wfm.client.tenants.machine import OnboardingMachine
from wfm.client.tenants.tps_records import TpsRecords
from wfm.client.workflows.machine import SyncMachine
from wfm.errors import UnreachableError
from wfm.store.library_records import LibraryRecords
from wfm.store.request_changes import RequestChanges
from wfm.store.run_history import RunHistory
from wfm.store.schedule_records import ScheduleRecords
from wfm.store.tables import Tables
from wfm.store.tenant_status import TenantStatusReader

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient

LOCAL_KEY: Final = "test"  # any key does for the emulator; its account is 000000000000


def open_session(connection: Connection) -> boto3.Session:
    """A boto3 session; UnreachableError if the profile does not exist."""
    core = botocore.session.get_session()
    core.set_default_client_config(Config(proxies=proxies(endpoint_of(os.environ, connection.endpoint_url))))
    if connection.is_local:
        return boto3.Session(LOCAL_KEY, LOCAL_KEY, region_name=connection.region, botocore_session=core)
    region = connection.region or os.environ.get("AWS_REGION")  # which boto3 alone of all AWS tools does not read
    try:
        return boto3.Session(profile_name=connection.profile, region_name=region, botocore_session=core)
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
        self.runs = RunHistory(dynamodb, self.deployment)
        self.standing = TenantStatusReader(dynamodb, self.deployment)
        self.library = LibraryRecords(dynamodb, self.deployment)
        self.request_changes = RequestChanges(dynamodb.Table(self.deployment.execution_requests_table))
        self.schedules = ScheduleRecords(dynamodb.Table(self.deployment.schedules_table))
        self.records = TpsRecords(dynamodb, self.deployment.customer_config_table)
        self.messages = QueueMessages(session.client("sqs", endpoint_url=endpoint))
        self._session = session
        self._endpoint = endpoint

    @cached_property
    def _stepfunctions(self) -> "SFNClient":
        return self._session.client("stepfunctions", endpoint_url=self._endpoint)

    @cached_property
    def onboarding(self) -> OnboardingMachine:
        """The machine `tenant_onboarding`."""
        return OnboardingMachine(self._stepfunctions, self.deployment.tenant_onboarding_arn)

    @cached_property
    def syncing(self) -> SyncMachine:
        """The machine `workflow_sync`."""
        return SyncMachine(self._stepfunctions, self.deployment.workflow_sync_arn)

    @cached_property
    def tracking(self) -> TrackingMachine:
        """The machine `execution_tracking`."""
        return TrackingMachine(self._stepfunctions, self.deployment.execution_tracking_arn)

    @cached_property
    def lifecycle(self) -> LifecycleMachine:
        """The machine `execution_lifecycle`."""
        return LifecycleMachine(self._stepfunctions, self.deployment.execution_lifecycle_arn)

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
    def backfills(self) -> BackfillMachine:
        """The machine `backfill`."""
        return BackfillMachine(self._stepfunctions, self.deployment.backfill_arn)


def explain(problem: Exception) -> str | None:
    """A sentence for an error that AWS or the way to it caused, None for any other."""
    return f"AWS: {problem}" if isinstance(problem, (BotoCoreError, ClientError)) else None
