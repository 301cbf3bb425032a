"""What the constructs of the stack share: foundation, tables, and how functions are made and get permissions."""

from dataclasses import dataclass, field

import aws_cdk as cdk
import aws_cdk.aws_iam as iam
import aws_cdk.aws_lambda as lambda_
from constructs import Construct

from functions.runtime.settings import Settings
from infra.amc_access import AmcAccess
from infra.event_failures import EventFailures
from infra.events import Events
from infra.foundation import Foundation
from infra.grants import allow, allow_index, allow_key, allow_matching, allow_publish, allow_secret, allow_table
from infra.service_function import MEMORY_MB, ServiceFunction
from infra.stream_failures import StreamFailures
from infra.tables import Tables
from infra.tenant_access import tenant_amc_access_arn
from wfm.model.delivery_rules import QUEUE
from wfm.store.schema import ACTIVE_RUNS, RUNS_BY_TIME


@dataclass(frozen=True)
class StackContext:
    """Formats the ARNs of machines, so that a Lambda which answers its own machine causes no circular dependency."""

    foundation: Foundation
    tables: Tables
    events: Events
    amc_access: AmcAccess
    stream_failures: StreamFailures
    event_failures: EventFailures
    result_buckets: tuple[str, ...]
    idle_poll_minutes: int
    delivers: bool
    amc_callers: dict[str, iam.Role] = field(default_factory=dict)

    def function(
        self,
        scope: Construct,
        construct_id: str,
        description: str,
        *,
        seconds: int = 60,
        memory_mb: int = MEMORY_MB,
        code: lambda_.Code | None = None,
        settings: Settings | None = None,
    ) -> ServiceFunction:
        """The Lambda `{prefix}-{construct_id}`; `code` and `settings` are its own, where it has any."""
        return ServiceFunction(
            scope,
            construct_id,
            foundation=self.foundation,
            description=description,
            environment=(settings or self.settings()).to_environment(),
            timeout=cdk.Duration.seconds(seconds),
            memory_mb=memory_mb,
            code=code,
        )

    def allow_amc(self, function: ServiceFunction) -> None:
        """Call AMC for a tenant: its row, the credentials and their tokens, or the role for its instance's own API."""
        allow_table(function, self.tables.tenants, "GetItem")
        allow_secret(function, self.amc_access.secret, self.foundation.key)
        allow_table(function, self.tables.access_tokens, "GetItem", "PutItem", "UpdateItem")
        allow(function, ["sts:AssumeRole", "sts:TagSession"], self._tenant_amc_access_arn)
        self.amc_callers[function.function_name] = function.service_role

    def allow_semaphore(self, function: ServiceFunction) -> None:
        """Change a tenant's semaphore, and notify requests that are granted a slot."""
        operations = ("GetItem", "Query", "PutItem", "UpdateItem", "DeleteItem", "ConditionCheckItem")
        allow_table(function, self.tables.gate, *operations)
        allow_table(function, self.tables.tenants, "GetItem")
        self.allow_task_tokens(function)
        executions = self.machine_arn("execution_lifecycle").replace(":stateMachine:", ":execution:") + ":*"
        reason = "Executions have names of their own; only those of this one machine can be asked about."
        allow_matching(function, ["states:DescribeExecution"], executions, reason)

    def allow_task_tokens(self, function: ServiceFunction) -> None:
        """Answer the task tokens of `execution_lifecycle`."""
        allow(function, ["states:SendTaskSuccess"], self.machine_arn("execution_lifecycle"))

    def allow_announce(self, function: ServiceFunction) -> None:
        """Put events on the default bus and publish to the topics."""
        allow(function, ["events:PutEvents"], f"arn:{_PARTITION}:events:{_HERE}:event-bus/default")
        self.allow_topics(function)

    def allow_topics(self, function: ServiceFunction) -> None:
        """Publish to the common topic, and to the topics that tenants' rows name."""
        allow_publish(function, self.events.topic, self.foundation.key)
        allow_table(function, self.tables.tenants, "GetItem")
        topics = f"arn:{_PARTITION}:sns:{_HERE}:{self.foundation.prefix}-tenant-*"
        allow_matching(function, ["sns:Publish"], topics, "Tenants may have topics of their own, which people make.")

    def allow_request_and_tenant(self, function: ServiceFunction) -> None:
        """Read a request's row and its tenant's in one call."""
        for table in (self.tables.execution_requests, self.tables.tenants):
            allow_table(function, table, "BatchGetItem")

    def allow_complete(self, function: ServiceFunction) -> None:
        """Complete a request: its row, its slot, its announcement."""
        self.allow_request_and_tenant(function)
        allow_table(function, self.tables.execution_requests, "GetItem", "PutItem", "UpdateItem")
        allow_table(function, self.tables.executions, "GetItem")
        self.allow_semaphore(function)
        self.allow_announce(function)

    def allow_refusal(self, function: ServiceFunction) -> None:
        """Keep the input of an execution that somebody started with another shape, as a refused request."""
        allow_table(function, self.tables.execution_requests, "GetItem", "PutItem")
        allow_table(function, self.tables.tenants, "GetItem")

    def allow_poll(self, function: ServiceFunction) -> None:
        """Poll a tenant's AMC instance and record what changed."""
        allow_table(function, self.tables.tenants, "UpdateItem")
        allow_table(function, self.tables.executions, "BatchGetItem", "UpdateItem")
        allow_index(function, self.tables.executions, ACTIVE_RUNS)
        allow_index(function, self.tables.executions, RUNS_BY_TIME)
        allow_table(function, self.tables.execution_requests, "GetItem")
        allow_table(function, self.tables.workflows, "GetItem", "UpdateItem")
        self.allow_amc(function)
        self.allow_semaphore(function)
        self.allow_announce(function)

    def allow_queues(self, function: ServiceFunction, *actions: str) -> None:
        """Call these SQS actions on the tenants' queues and dead letter queues, which are made at run time."""
        queues = f"arn:{_PARTITION}:sqs:{_HERE}:{self.foundation.prefix}-*.fifo"
        reason = "Each tenant has a queue of its own, made when it is onboarded."
        allow_matching(function, [f"sqs:{action}" for action in actions], queues, reason)
        allow_key(function, self.foundation.key, "sqs")

    def allow_deliveries(self, function: ServiceFunction) -> None:
        """Have results delivered, where the deployment does so."""
        if self.delivers:
            allow_table(function, self.tables.workflows, "GetItem")
            allow(function, ["sqs:GetQueueUrl", "sqs:SendMessage"], self.queue_arn(QUEUE))
            allow_key(function, self.foundation.key, "sqs")

    def allow_results(self, function: ServiceFunction) -> None:
        """Read what AMC has published into the tenants' buckets, also where the stack's key encrypts them."""
        reason = "AMC publishes into buckets of the tenants, which people make; result_buckets names them."
        for pattern in self.result_buckets:
            bucket = f"arn:{_PARTITION}:s3:::{pattern}"
            allow_matching(function, ["s3:ListBucket"], bucket, reason)
            allow_matching(function, ["s3:GetObject"], f"{bucket}/*", reason)
        allow_key(function, self.foundation.key, "s3")

    def allow_start(self, function: ServiceFunction, machine: str) -> None:
        """Start executions of the named machine."""
        allow(function, ["states:StartExecution"], self.machine_arn(machine))

    def machine_arn(self, name: str) -> str:
        """The ARN of the machine `{prefix}-{name}`."""
        return f"arn:{_PARTITION}:states:{_HERE}:stateMachine:{self.foundation.prefix}-{name}"

    def queue_arn(self, name: str) -> str:
        """The ARN of the queue `{prefix}-{name}`."""
        return f"arn:{_PARTITION}:sqs:{_HERE}:{self.foundation.prefix}-{name}"

    @property
    def _tenant_amc_access_arn(self) -> str:
        return tenant_amc_access_arn(self.foundation.prefix)

    def settings(self) -> Settings:
        """What the Lambdas are told of the deployment."""
        tables = self.tables
        return Settings(
            prefix=self.foundation.prefix,
            customer_config_table=tables.customer_config.table_name,
            tenants_table=tables.tenants.table_name,
            workflow_library_table=tables.workflow_library.table_name,
            workflows_table=tables.workflows.table_name,
            schedules_table=tables.schedules.table_name,
            execution_requests_table=tables.execution_requests.table_name,
            executions_table=tables.executions.table_name,
            gate_table=tables.gate.table_name,
            access_tokens_table=tables.access_tokens.table_name,
            execution_lifecycle_arn=self.machine_arn("execution_lifecycle"),
            tenant_onboarding_arn=self.machine_arn("tenant_onboarding"),
            tenant_offboarding_arn=self.machine_arn("tenant_offboarding"),
            workflow_sync_arn=self.machine_arn("workflow_sync"),
            library_rollout_arn=self.machine_arn("library_rollout"),
            backfill_arn=self.machine_arn("backfill"),
            schedule_group=self.foundation.prefix,
            schedule_role_arn=schedule_role_arn(self.foundation.prefix),
            schedule_failures_arn=f"arn:{_PARTITION}:sqs:{_HERE}:{self.foundation.prefix}-schedule-failures",
            execution_events_topic_arn=self.events.topic.topic_arn,
            amc_credentials_secret_arn=self.amc_access.secret.secret_arn,
            tenant_amc_access_role=self._tenant_amc_access_arn,
            key_arn=self.foundation.key.key_arn,
            start_execution_function=f"{self.foundation.prefix}-StartExecution",
            amc_endpoints=self.amc_access.endpoints.value_as_string,
            idle_poll_minutes=str(self.idle_poll_minutes),
            delivery_queue=f"{self.foundation.prefix}-{QUEUE}" if self.delivers else "",
        )


def schedule_role_arn(prefix: str) -> str:
    """The ARN of the role with which EventBridge Scheduler sends to the tenants' queues, before there is one."""
    return f"arn:{_PARTITION}:iam::{cdk.Aws.ACCOUNT_ID}:role/wfm/{prefix}-Scheduler"


_PARTITION = cdk.Aws.PARTITION
_HERE = f"{cdk.Aws.REGION}:{cdk.Aws.ACCOUNT_ID}"
