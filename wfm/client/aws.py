"""The AWS side of one deployment. Parts are made when they are first used, so boto3 is loaded with the first call."""

from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING

from wfm.client.adapters.amc_contents import AmcContents
from wfm.client.adapters.backfill_machine import BackfillMachine
from wfm.client.adapters.bucket_events import BucketEvents
from wfm.client.adapters.delivery_orders import DeliveryOrders
from wfm.client.adapters.functions import ANSWER_SECONDS, Functions
from wfm.client.adapters.lifecycle_machine import LifecycleMachine
from wfm.client.adapters.machine_reader import MachineReader
from wfm.client.adapters.onboarding_machine import OnboardingMachine
from wfm.client.adapters.queue_messages import QueueMessages
from wfm.client.adapters.result_links import ResultLinks
from wfm.client.adapters.result_objects import ResultObjects
from wfm.client.adapters.rollout_machine import RolloutMachine
from wfm.client.adapters.run_time_resources import RunTimeResources
from wfm.client.adapters.running_executions import RunningExecutions
from wfm.client.adapters.sync_machine import SyncMachine
from wfm.client.adapters.tracking_machine import TrackingMachine
from wfm.client.connection import Connection
from wfm.client.loopback import is_on_this_machine

if TYPE_CHECKING:
    import boto3
    from mypy_boto3_stepfunctions import SFNClient

    from wfm.client.adapters.log_queries import LogQueries
    from wfm.client.adapters.old_tables import OldTables
    from wfm.client.deployment import Deployment
    from wfm.client.tables import Tables


class Aws:
    """One deployment's tables, queues, machines and buckets. Making it asks nothing of AWS.

    UnreachableError can come with the first use. A part is not made twice by two threads if it was used before them.
    """

    def __init__(self, connection: Connection, stack: str) -> None:
        self._connection = connection
        self._stack = stack

    @cached_property
    def _session(self) -> "boto3.Session":
        from wfm.client.adapters.session import open_session

        return open_session(self._connection)

    @cached_property
    def deployment(self) -> "Deployment":
        """The names of its tables, queues and machines."""
        from wfm.client.deployment import find_deployment

        return find_deployment(
            self._session.client("cloudformation", endpoint_url=self._connection.endpoint_url), self._stack
        )

    @cached_property
    def tables(self) -> "Tables":
        """The deployment's tables."""
        from wfm.client.tables import Tables

        dynamodb = self._session.resource("dynamodb", endpoint_url=self._connection.endpoint_url)
        return Tables(dynamodb, self.deployment)

    def old_tables(self, profile: str | None, region: str | None) -> "OldTables":
        """The predecessors' tables, where another profile or region is given than the deployment's own."""
        from wfm.client.adapters.old_tables import OldTables
        from wfm.client.adapters.session import open_session

        other = Connection(profile, region or self._connection.region, self._connection.endpoint_url)
        return OldTables(open_session(other) if profile or region else self._session, self._connection.endpoint_url)

    @cached_property
    def delivery_orders(self) -> DeliveryOrders:
        """Which results are to be delivered."""
        return DeliveryOrders(self._session.client("sqs", endpoint_url=self._connection.endpoint_url), self._stack)

    @cached_property
    def messages(self) -> QueueMessages:
        """What is in the tenants' queues."""
        return QueueMessages(self._session.client("sqs", endpoint_url=self._connection.endpoint_url))

    @cached_property
    def _stepfunctions(self) -> "SFNClient":
        return self._session.client("stepfunctions", endpoint_url=self._connection.endpoint_url)

    @cached_property
    def onboarding(self) -> OnboardingMachine:
        """The machines `tenant_onboarding` and `tenant_offboarding`."""
        known = self.deployment
        return OnboardingMachine(self._stepfunctions, known.tenant_onboarding_arn, known.tenant_offboarding_arn)

    @cached_property
    def syncing(self) -> SyncMachine:
        """The machine `workflow_sync`."""
        return SyncMachine(self._stepfunctions, self.deployment.workflow_sync_arn)

    @cached_property
    def rollouts(self) -> RolloutMachine:
        """The machine `library_rollout`."""
        return RolloutMachine(self._stepfunctions, self.deployment.library_rollout_arn)

    @cached_property
    def tracking(self) -> TrackingMachine:
        """The machine `execution_tracking`."""
        return TrackingMachine(self._stepfunctions, self.deployment.execution_tracking_arn)

    @cached_property
    def lifecycle(self) -> LifecycleMachine:
        """The machine `execution_lifecycle`."""
        return LifecycleMachine(self._stepfunctions, self.deployment.execution_lifecycle_arn)

    @cached_property
    def logs(self) -> "LogQueries":
        """What its Lambdas and machines have logged."""
        from wfm.client.adapters.log_queries import LogQueries

        logs = self._session.client("logs", endpoint_url=self._connection.endpoint_url)
        return LogQueries(logs, self.deployment.stack)

    @cached_property
    def backfills(self) -> BackfillMachine:
        """The machine `backfill`."""
        return BackfillMachine(self._stepfunctions, self.deployment.backfill_arn)

    @cached_property
    def running(self) -> RunningExecutions:
        """What has not ended, of all machines whose executions last."""
        from wfm.client.deployment import EXPRESS

        machines = self.deployment.machines
        return RunningExecutions(self._stepfunctions, [arn for name, arn in machines.items() if name != EXPRESS])

    @cached_property
    def run_time_resources(self) -> RunTimeResources:
        """Queues, mappings and schedules of the tenants."""
        session, endpoint = self._session, self._connection.endpoint_url
        return RunTimeResources(
            session.client("sqs", endpoint_url=endpoint),
            session.client("lambda", endpoint_url=endpoint),
            session.client("scheduler", endpoint_url=endpoint),
            self._stack,
        )

    @cached_property
    def bucket_events(self) -> BucketEvents:
        """Which buckets send events to EventBridge, and to whom."""
        session, endpoint = self._session, self._connection.endpoint_url
        return BucketEvents(
            session.client("s3", endpoint_url=endpoint),
            session.client("events", endpoint_url=endpoint),
            session.client("cloudformation", endpoint_url=endpoint),
            self._stack,
        )

    @cached_property
    def caller(self) -> str:
        """Who works here, for the rows that they change: as CloudTrail names them, the user or the session of a role.

        On this machine's emulator, and where STS does not answer, the user of this machine.
        """
        from getpass import getuser

        from botocore.exceptions import BotoCoreError, ClientError

        endpoint = self._connection.endpoint_url
        if not self._connection.is_local and not is_on_this_machine(endpoint or ""):
            with suppress(BotoCoreError, ClientError):
                identity = self._session.client("sts", endpoint_url=endpoint).get_caller_identity()
                return str(identity["Arn"]).rpartition(":")[2].rpartition("/")[2]
        return getuser()

    @cached_property
    def machines(self) -> MachineReader:
        """Executions of all machines."""
        return MachineReader(self._stepfunctions)

    @cached_property
    def objects(self) -> ResultObjects:
        """What is in the tenants' buckets."""
        return ResultObjects(self._session.client("s3", endpoint_url=self._connection.endpoint_url))

    @cached_property
    def _functions(self) -> Functions:
        from botocore.config import Config

        client = self._session.client(
            "lambda",
            endpoint_url=self._connection.endpoint_url,
            config=Config(read_timeout=ANSWER_SECONDS),
        )
        return Functions(client, self.deployment.stack)

    @cached_property
    def links(self) -> ResultLinks:
        """AMC's own links to results."""
        return ResultLinks(self._functions)

    @cached_property
    def amc(self) -> AmcContents:
        """What the tenants' AMC instances hold."""
        return AmcContents(self._functions)


def explain(problem: Exception) -> str | None:
    """A sentence for an error that AWS or the way to it caused, None for any other."""
    from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError, NoRegionError

    if isinstance(problem, (NoCredentialsError, NoRegionError)):
        return f"AWS: {str(problem).rstrip('.')}; `wfm doctor` says what to do"
    return f"AWS: {problem}" if isinstance(problem, (BotoCoreError, ClientError)) else None
