"""The ports of a running Lambda, each made when a handler first asks for it."""

import json
from datetime import UTC, datetime
from functools import cache, cached_property
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config

from functions.runtime.settings import Settings, settings

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import DynamoDBServiceResource, Table

    from functions.adapters.amc import AmcApi
    from functions.adapters.announcer import EventsAndTopics
    from functions.adapters.buckets import Buckets
    from functions.adapters.customer_config import CustomerConfigTable
    from functions.adapters.event_schedules import EventSchedules
    from functions.adapters.executions_table import ExecutionsTable
    from functions.adapters.gate_table import GateTable
    from functions.adapters.instance_owners import InstanceOwnersTable
    from functions.adapters.library_table import LibraryTable
    from functions.adapters.metrics import CloudWatchMetrics
    from functions.adapters.queues import TenantQueues
    from functions.adapters.requests_table import RequestsTable
    from functions.adapters.schedules_table import SchedulesTable
    from functions.adapters.tasks import StepFunctions
    from functions.adapters.tenant_sessions import Sts
    from functions.adapters.tenants_table import TenantsTable
    from functions.adapters.workflows_table import WorkflowsTable

# A service that hangs is given up, as AwsBusy, before the shortest Lambda's 30 s are over.
_PATIENT = Config(connect_timeout=3, read_timeout=7, retries={"mode": "standard", "max_attempts": 3})


class Ports:
    """Adapters are imported where they are made: a cold start pays only for what its handler uses."""

    def __init__(self, config: Settings) -> None:
        self.settings = config

    def clock(self) -> datetime:
        """Now, in UTC."""
        return datetime.now(UTC)

    @cached_property
    def _dynamodb(self) -> "DynamoDBServiceResource":
        return boto3.resource("dynamodb", config=_PATIENT)

    def _table(self, name: str) -> "Table":
        return self._dynamodb.Table(name)

    @cached_property
    def customer_config(self) -> "CustomerConfigTable":
        """`functions.domain.ports.CustomerConfig`."""
        from functions.adapters.customer_config import CustomerConfigTable

        return CustomerConfigTable(self._table(self.settings.customer_config_table))

    @cached_property
    def instance_owners(self) -> "InstanceOwnersTable":
        """`functions.domain.ports.InstanceOwners`."""
        from functions.adapters.instance_owners import InstanceOwnersTable

        return InstanceOwnersTable(self._table(self.settings.gate_table))

    @cached_property
    def buckets(self) -> "Buckets":
        """The tenants' result buckets."""
        from functions.adapters.buckets import Buckets

        return Buckets(boto3.client("s3", config=_PATIENT))

    @cached_property
    def tenants(self) -> "TenantsTable":
        """`functions.domain.ports.Tenants`."""
        from functions.adapters.tenants_table import TenantsTable

        return TenantsTable(self._table(self.settings.tenants_table))

    @cached_property
    def requests(self) -> "RequestsTable":
        """`functions.domain.ports.Requests`."""
        from functions.adapters.requests_table import RequestsTable

        return RequestsTable(self._table(self.settings.execution_requests_table))

    @cached_property
    def executions(self) -> "ExecutionsTable":
        """`functions.domain.ports.Executions`."""
        from functions.adapters.executions_table import ExecutionsTable

        config = self.settings
        return ExecutionsTable(
            self._dynamodb, self._table(config.executions_table), self._table(config.execution_requests_table)
        )

    @cached_property
    def workflows(self) -> "WorkflowsTable":
        """`functions.domain.ports.Workflows`."""
        from functions.adapters.workflows_table import WorkflowsTable

        return WorkflowsTable(self._table(self.settings.workflows_table))

    @cached_property
    def library(self) -> "LibraryTable":
        """`functions.domain.ports.Library`."""
        from functions.adapters.library_table import LibraryTable

        return LibraryTable(self._table(self.settings.workflow_library_table))

    @cached_property
    def schedules(self) -> "SchedulesTable":
        """`functions.domain.ports.Schedules`."""
        from functions.adapters.schedules_table import SchedulesTable

        return SchedulesTable(self._table(self.settings.schedules_table))

    @cached_property
    def scheduler(self) -> "EventSchedules":
        """`functions.domain.ports.Scheduler`."""
        from functions.adapters.event_schedules import EventSchedules

        config, client = self.settings, boto3.client("scheduler", config=_PATIENT)
        return EventSchedules(client, config.schedule_group, config.schedule_role_arn, config.schedule_failures_arn)

    @cached_property
    def gates(self) -> "GateTable":
        """`functions.domain.execution_lifecycle.gate.GateStore`."""
        from functions.adapters.gate_table import GateTable

        return GateTable(self._dynamodb, self._table(self.settings.gate_table))

    @cached_property
    def tasks(self) -> "StepFunctions":
        """`functions.domain.ports.Tasks`."""
        from functions.adapters.tasks import StepFunctions

        return StepFunctions(boto3.client("stepfunctions", config=_PATIENT))

    @cached_property
    def announcer(self) -> "EventsAndTopics":
        """`functions.domain.ports.Announcer`."""
        from functions.adapters.announcer import EventsAndTopics

        events, sns = boto3.client("events", config=_PATIENT), boto3.client("sns", config=_PATIENT)
        return EventsAndTopics(events, sns, self.settings.execution_events_topic_arn, self.tenants.find, self.clock)

    @cached_property
    def metrics(self) -> "CloudWatchMetrics":
        """`functions.domain.ports.Metrics`."""
        from functions.adapters.metrics import CloudWatchMetrics

        return CloudWatchMetrics(self.settings.prefix)

    @cached_property
    def queues(self) -> "TenantQueues":
        """The tenants' queues."""
        from functions.adapters.queues import TenantQueues

        config = self.settings
        sqs, functions = boto3.client("sqs", config=_PATIENT), boto3.client("lambda", config=_PATIENT)
        return TenantQueues(sqs, functions, config.prefix, config.key_arn, config.start_execution_function)

    @cached_property
    def amc(self) -> "AmcApi":
        """`functions.domain.ports.Amc`."""
        from functions.adapters.access_tokens import AccessTokens
        from functions.adapters.access_tokens_table import AccessTokensTable
        from functions.adapters.ads_api import AdsApiTransport
        from functions.adapters.amc import AmcApi
        from functions.adapters.http import http_client
        from functions.adapters.instance_endpoint import InstanceEndpointTransport
        from functions.adapters.login_with_amazon import LoginWithAmazon
        from functions.adapters.paced_transport import PacedTransport
        from functions.adapters.paces import Paces
        from functions.adapters.tenant_sessions import TenantSessions

        endpoints, http = json.loads(self.settings.amc_endpoints), http_client()
        login = LoginWithAmazon(http, {region: each["token"] for region, each in endpoints.items()})
        table = AccessTokensTable(self._table(self.settings.access_tokens_table))
        paces = Paces(self._table(self.settings.access_tokens_table))
        tokens = AccessTokens(login, table, self._credentials)
        sessions = TenantSessions(self._sts, self.settings.tenant_amc_access_role)
        ads_api = AdsApiTransport(http, tokens, {region: each["api"] for region, each in endpoints.items()})
        return AmcApi(
            PacedTransport(ads_api, paces, self.metrics),
            PacedTransport(InstanceEndpointTransport(http, sessions), paces, self.metrics),
        )

    def _sts(self) -> "Sts":
        client: Sts = boto3.client("sts", config=_PATIENT)
        return client

    def _credentials(self) -> str | None:
        """The secret's text; None as long as nobody has put a value into it."""
        secrets = boto3.client("secretsmanager", config=_PATIENT)
        try:
            return secrets.get_secret_value(SecretId=self.settings.amc_credentials_secret_arn)["SecretString"]
        except secrets.exceptions.ResourceNotFoundException:
            return None


@cache
def ports() -> Ports:
    """This Lambda's ports, made once."""
    return Ports(settings())
