"""The ports of a running Lambda, each created at its first use."""

import json
from datetime import UTC, datetime
from functools import cache, cached_property
from typing import TYPE_CHECKING

from botocore.config import Config

from functions.runtime.sdk import sdk_session
from functions.runtime.settings import Settings, settings

if TYPE_CHECKING:
    import boto3
    from mypy_boto3_dynamodb.service_resource import DynamoDBServiceResource, Table

    from functions.amc.api import AmcApi
    from functions.amc.tenant_sessions import Sts
    from functions.aws.announcer import EventsAndTopics
    from functions.aws.buckets import Buckets
    from functions.aws.delivery_queue import DeliveryQueue
    from functions.aws.event_schedules import EventSchedules
    from functions.aws.messages_in_hand import MessagesInHand
    from functions.aws.metrics import CloudWatchMetrics
    from functions.aws.queues import TenantQueues
    from functions.aws.stack_answers import StackAnswers
    from functions.aws.stopped_executions import StoppedExecutions
    from functions.aws.table_protection import DeletionProtection
    from functions.aws.tasks import StepFunctions
    from functions.delivery.deliver import Delivery
    from functions.delivery.result_source import ResultSource
    from wfm.store.account_slots import AccountSlotsTable
    from wfm.store.chains_table import ChainsTable
    from wfm.store.customer_config import CustomerConfigTable
    from wfm.store.durations_table import DurationsTable
    from wfm.store.executions_table import ExecutionsTable
    from wfm.store.instance_owners import InstanceOwnersTable
    from wfm.store.library_table import LibraryTable
    from wfm.store.requests_table import RequestsTable
    from wfm.store.schedules_table import SchedulesTable
    from wfm.store.semaphore_table import SemaphoreTable
    from wfm.store.sweeps_table import SweepsTable
    from wfm.store.tenants_table import TenantsTable
    from wfm.store.workflows_table import WorkflowsTable

# A service that hangs is given up, as AwsBusy, before the shortest Lambda's 30 s are over.
_CLIENT_CONFIG = Config(connect_timeout=3, read_timeout=7, retries={"mode": "standard", "max_attempts": 3})
# The sweep has ten minutes, and may have more to ask for than Step Functions answers at once (15 a second).
_PATIENT = Config(retries={"mode": "standard", "max_attempts": 10})


class Ports:
    """The adapters. Each is imported in its property: a cold start loads only what its handler uses."""

    def __init__(self, config: Settings) -> None:
        self.settings = config

    def clock(self) -> datetime:
        """Now, in UTC."""
        return datetime.now(UTC)

    @cached_property
    def _sdk(self) -> "boto3.Session":
        return sdk_session()

    @cached_property
    def _dynamodb(self) -> "DynamoDBServiceResource":
        return self._sdk.resource("dynamodb", config=_CLIENT_CONFIG)

    def _table(self, name: str) -> "Table":
        return self._dynamodb.Table(name)

    @cached_property
    def customer_config(self) -> "CustomerConfigTable":
        """`functions.ports.CustomerConfig`."""
        from wfm.store.customer_config import CustomerConfigTable

        return CustomerConfigTable(self._table(self.settings.customer_config_table))

    @cached_property
    def account_slots(self) -> "AccountSlotsTable":
        """`functions.ports.AccountSlots`."""
        from wfm.store.account_slots import AccountSlotsTable

        return AccountSlotsTable(self._table(self.settings.gate_table))

    @cached_property
    def instance_owners(self) -> "InstanceOwnersTable":
        """`functions.ports.InstanceOwners`."""
        from wfm.store.instance_owners import InstanceOwnersTable

        return InstanceOwnersTable(self._table(self.settings.gate_table))

    @cached_property
    def sweeps(self) -> "SweepsTable":
        """`functions.ports.Sweeps`."""
        from wfm.store.sweeps_table import SweepsTable

        return SweepsTable(self._table(self.settings.gate_table))

    @cached_property
    def buckets(self) -> "Buckets":
        """The tenants' result buckets."""
        from functions.aws.buckets import Buckets

        return Buckets(self._sdk.client("s3", config=_CLIENT_CONFIG))

    @cached_property
    def stack_answers(self) -> "StackAnswers":
        """What CloudFormation is told."""
        from functions.aws.stack_answers import StackAnswers

        return StackAnswers()

    @cached_property
    def table_protection(self) -> "DeletionProtection":
        """`functions.ports.TableProtection`."""
        from functions.aws.table_protection import DeletionProtection

        return DeletionProtection(self._sdk.client("dynamodb", config=_CLIENT_CONFIG))

    @cached_property
    def tenants(self) -> "TenantsTable":
        """`functions.ports.Tenants`."""
        from wfm.store.tenants_table import TenantsTable

        return TenantsTable(self._table(self.settings.tenants_table))

    @cached_property
    def requests(self) -> "RequestsTable":
        """`functions.ports.Requests`."""
        from wfm.store.requests_table import RequestsTable

        config = self.settings
        return RequestsTable(self._table(config.execution_requests_table), self._table(config.tenants_table))

    @cached_property
    def chains(self) -> "ChainsTable":
        """`functions.ports.Chains`."""
        from wfm.store.chains_table import ChainsTable

        return ChainsTable(self._table(self.settings.execution_requests_table))

    @cached_property
    def executions(self) -> "ExecutionsTable":
        """`functions.ports.Executions`."""
        from wfm.store.executions_table import ExecutionsTable

        config = self.settings
        return ExecutionsTable(
            self._dynamodb, self._table(config.executions_table), self._table(config.execution_requests_table)
        )

    @cached_property
    def workflows(self) -> "WorkflowsTable":
        """`functions.ports.Workflows`."""
        from wfm.store.workflows_table import WorkflowsTable

        return WorkflowsTable(self._table(self.settings.workflows_table))

    @cached_property
    def durations(self) -> "DurationsTable":
        """`functions.ports.LearntDurations`."""
        from wfm.store.durations_table import DurationsTable

        return DurationsTable(self._table(self.settings.gate_table), self._table(self.settings.workflows_table))

    @cached_property
    def library(self) -> "LibraryTable":
        """`functions.ports.Library`."""
        from wfm.store.library_table import LibraryTable

        return LibraryTable(self._table(self.settings.workflow_library_table))

    @cached_property
    def schedules(self) -> "SchedulesTable":
        """`functions.ports.Schedules`."""
        from wfm.store.schedules_table import SchedulesTable

        return SchedulesTable(self._table(self.settings.schedules_table))

    @cached_property
    def scheduler(self) -> "EventSchedules":
        """`functions.ports.Scheduler`."""
        from functions.aws.event_schedules import EventSchedules

        config, client = self.settings, self._sdk.client("scheduler", config=_CLIENT_CONFIG)
        return EventSchedules(client, config.schedule_group, config.schedule_role_arn, config.schedule_failures_arn)

    @cached_property
    def semaphores(self) -> "SemaphoreTable":
        """`functions.ports.Semaphores`."""
        from wfm.store.semaphore_table import SemaphoreTable

        return SemaphoreTable(self._dynamodb, self._table(self.settings.gate_table))

    @cached_property
    def tasks(self) -> "StepFunctions":
        """`functions.ports.Tasks`."""
        from functions.aws.tasks import StepFunctions, with_own_traces

        return StepFunctions(with_own_traces(self._sdk.client("stepfunctions", config=_CLIENT_CONFIG)))

    @cached_property
    def stopped_executions(self) -> "StoppedExecutions":
        """`functions.ports.StoppedExecutions`."""
        from functions.aws.stopped_executions import StoppedExecutions

        states = self._sdk.client("stepfunctions", config=_CLIENT_CONFIG.merge(_PATIENT))
        return StoppedExecutions(states, self._sdk.client("sqs", config=_CLIENT_CONFIG))

    @cached_property
    def announcer(self) -> "EventsAndTopics":
        """`functions.ports.Announcer`."""
        from functions.aws.announcer import EventsAndTopics

        events, sns = self._sdk.client("events", config=_CLIENT_CONFIG), self._sdk.client("sns", config=_CLIENT_CONFIG)
        return EventsAndTopics(events, sns, self.settings.execution_events_topic_arn, self.tenants.find, self.clock)

    @cached_property
    def metrics(self) -> "CloudWatchMetrics":
        """`functions.ports.Metrics`."""
        from functions.aws.metrics import CloudWatchMetrics

        return CloudWatchMetrics(self.settings.prefix)

    @cached_property
    def queues(self) -> "TenantQueues":
        """The tenants' queues."""
        from functions.aws.queues import TenantQueues

        config = self.settings
        sqs, functions = (
            self._sdk.client("sqs", config=_CLIENT_CONFIG),
            self._sdk.client("lambda", config=_CLIENT_CONFIG),
        )
        return TenantQueues(sqs, functions, config.prefix, config.key_arn, config.start_execution_function)

    @cached_property
    def delivery_orders(self) -> "DeliveryQueue":
        """`functions.ports.DeliveryOrders`."""
        from functions.aws.delivery_queue import DeliveryQueue

        return DeliveryQueue(self._sdk.client("sqs", config=_CLIENT_CONFIG), self.settings.delivery_queue)

    @cached_property
    def messages_in_hand(self) -> "MessagesInHand":
        """`functions.ports.MessagesInHand`."""
        from functions.aws.messages_in_hand import MessagesInHand

        return MessagesInHand(self._sdk.client("sqs", config=_CLIENT_CONFIG))

    @cached_property
    def results(self) -> "ResultSource":
        """`functions.ports.Results`."""
        from functions.amc.http import http_client
        from functions.delivery.result_source import ResultSource
        from functions.services.amc_contents import tenant_to_read

        def links(customer_id: str, run_id: str) -> list[str]:
            return self.amc.result_urls(tenant_to_read({"customerId": customer_id}, self.tenants), run_id)

        return ResultSource(http_client(), self._sdk.client("s3", config=_CLIENT_CONFIG), links)

    @cached_property
    def delivery(self) -> "Delivery":
        """What makes a file of a result; only DeliverResult has the libraries for it."""
        from functions.delivery.deliver import Delivery
        from functions.delivery.result_bucket import ResultBucket
        from functions.delivery.result_catalog import ResultCatalog

        config, s3 = self.settings, self._sdk.client("s3", config=_CLIENT_CONFIG)
        glue = self._sdk.client("glue", config=_CLIENT_CONFIG)
        return Delivery(
            self.results,
            ResultBucket(s3, config.delivery_bucket),
            ResultCatalog(glue, config.delivery_database, config.delivery_bucket),
        )

    @cached_property
    def amc(self) -> "AmcApi":
        """`functions.ports.Amc`."""
        from functions.amc.access_tokens import AccessTokens
        from functions.amc.ads_api import AdsApiTransport
        from functions.amc.api import AmcApi
        from functions.amc.http import http_client
        from functions.amc.instance_endpoint import InstanceEndpointTransport
        from functions.amc.login_with_amazon import LoginWithAmazon
        from functions.amc.rate_limited_transport import RateLimitedTransport
        from functions.amc.tenant_sessions import TenantSessions
        from wfm.store.access_tokens_table import AccessTokensTable
        from wfm.store.rate_limits import RateLimits

        endpoints, http = json.loads(self.settings.amc_endpoints), http_client()
        login = LoginWithAmazon(http, {region: each["token"] for region, each in endpoints.items()})
        table = AccessTokensTable(self._table(self.settings.access_tokens_table))
        rate_limits = RateLimits(self._table(self.settings.access_tokens_table))
        tokens = AccessTokens(login, table, self._credentials)
        sessions = TenantSessions(self._sts, self.settings.tenant_amc_access_role)
        ads_api = AdsApiTransport(http, tokens, {region: each["api"] for region, each in endpoints.items()})
        return AmcApi(
            RateLimitedTransport(ads_api, rate_limits, self.metrics),
            RateLimitedTransport(InstanceEndpointTransport(http, sessions), rate_limits, self.metrics),
        )

    def _sts(self) -> "Sts":
        client: Sts = self._sdk.client("sts", config=_CLIENT_CONFIG)
        return client

    def _credentials(self) -> str | None:
        """The secret's text; None while nobody has stored a value."""
        secrets = self._sdk.client("secretsmanager", config=_CLIENT_CONFIG)
        try:
            return secrets.get_secret_value(SecretId=self.settings.amc_credentials_secret_arn)["SecretString"]
        except secrets.exceptions.ResourceNotFoundException:
            return None


@cache
def ports() -> Ports:
    """This Lambda's ports, created once."""
    return Ports(settings())
