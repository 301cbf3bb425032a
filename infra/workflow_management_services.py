"""The stack `wfm-{team}-{dataset}`: composition only, each capability has its construct."""

from pathlib import Path

import aws_cdk as cdk
import aws_cdk.aws_lambda as lambda_
import aws_cdk.aws_sns_subscriptions as subscriptions
from constructs import Construct

from infra.amc_access import AmcAccess
from infra.amc_contents import AmcContents
from infra.backfill import Backfill
from infra.comparisons import Comparisons
from infra.deliveries import Deliveries
from infra.digests import Digests
from infra.encryption import Encryption
from infra.event_failures import EventFailures
from infra.events import Events
from infra.execution_lifecycle import ExecutionLifecycle
from infra.execution_tracking import ExecutionTracking
from infra.foundation import Foundation
from infra.library_rollout import LibraryRollout
from infra.monitoring import Monitoring
from infra.parameters import Parameters
from infra.reconciliation import Reconciliation
from infra.results import Results
from infra.scheduling import Scheduling
from infra.service_machine import ServiceMachine
from infra.stack_context import StackContext
from infra.stream_failures import StreamFailures
from infra.table_protection import TableProtection
from infra.tables import Tables
from infra.tenant_access import TenantAccess
from infra.tenant_onboarding import TenantOnboarding
from infra.tracing import sampling_rule
from infra.workflow_sync import WorkflowSync
from wfm.client.stack_names import StackOutput


class WorkflowManagementServices(cdk.Stack):
    """Everything that WFM deploys. `asset` is the staged directory of the Lambda code (`infra.asset`).

    `delivery_asset` is that of the Lambda which delivers results, where `parameters` ask for that.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        parameters: Parameters,
        asset: Path,
        delivery_asset: Path | None = None,
        synthesizer: cdk.IStackSynthesizer | None = None,
    ) -> None:
        super().__init__(
            scope,
            construct_id,
            stack_name=parameters.prefix,
            synthesizer=synthesizer,
            description="Workflow Management Service for Amazon Marketing Cloud",
            suppress_template_indentation=True,  # CloudFormation takes a megabyte, and counts spaces
        )
        key = Encryption(self, "Encryption", parameters=parameters).key
        self.foundation = Foundation(
            prefix=parameters.prefix,
            key=key,
            code=lambda_.Code.from_asset(str(asset)),
            log_retention_days=parameters.log_retention_days,
        )
        sampling_rule(self, "SamplingRule", prefix=parameters.prefix, percent=parameters.trace_percent)
        self.tables = Tables(self, "Tables", key=key, parameters=parameters)
        self.events = Events(self, "Events", prefix=parameters.prefix, key=key)
        self.amc_access = AmcAccess(self, "AmcAccess", key=key, removal=parameters.removal_policy)
        stream_failures = StreamFailures(self, "StreamFailures", foundation=self.foundation)
        event_failures = EventFailures(self, "EventFailures", foundation=self.foundation)
        context = StackContext(
            self.foundation,
            self.tables,
            self.events,
            self.amc_access,
            stream_failures,
            event_failures,
            parameters.result_buckets,
            parameters.idle_poll_minutes,
            parameters.delivers,
        )
        self.execution_lifecycle = ExecutionLifecycle(self, "Lifecycle", context=context)
        self.execution_tracking = ExecutionTracking(self, "Tracking", context=context)
        self.workflow_sync = WorkflowSync(self, "Syncing", context=context)
        self.library_rollout = LibraryRollout(self, "RollingOut", context=context)
        self.scheduling = Scheduling(self, "Scheduling", context=context)
        self.onboarding = TenantOnboarding(
            self, "Onboarding", context=context, rollout=self.library_rollout, scheduling=self.scheduling
        )
        self.backfill = Backfill(self, "Backfilling", context=context)
        Reconciliation(self, "Reconciliation", context=context)
        Digests(self, "Digests", context=context)
        Results(self, "Results", context=context)
        Comparisons(self, "Comparisons", context=context)
        self.deliveries = self._deliveries(context, delivery_asset, parameters)
        AmcContents(self, "AmcContents", context=context)
        TenantAccess(
            self,
            "TenantAccess",
            foundation=self.foundation,
            tables=self.tables,
            amc_callers=list(context.amc_callers.values()),
        )
        self.monitoring = Monitoring(
            self,
            "Monitoring",
            foundation=self.foundation,
            machines=self._machines(),
            failures={
                "stream-failures": stream_failures.queue,
                "schedule-failures": self.scheduling.failures,
                "event-failures": event_failures.queue,
                **({"undelivered-results": self.deliveries.failures} if self.deliveries else {}),
            },
            delivers=parameters.delivers,
        )
        if parameters.alarm_address:
            self.monitoring.topic.add_subscription(subscriptions.EmailSubscription(parameters.alarm_address))
        self._outputs()
        TableProtection(
            self,
            "TableProtection",
            context=context,
            tables=self.tables.own,
            is_protected=parameters.removal == "retain",
        )

    def _deliveries(self, context: StackContext, asset: Path | None, parameters: Parameters) -> Deliveries | None:
        if not parameters.delivers:
            return None
        if asset is None:
            raise ValueError("the code that delivers results is not staged")
        code = lambda_.Code.from_asset(str(asset))
        return Deliveries(self, "Deliveries", context=context, code=code, removal=parameters.removal_policy)

    def _machines(self) -> dict[str, ServiceMachine]:
        """Machines of which each failed execution raises an alarm: all but the one of the requests."""
        return {
            "execution_tracking": self.execution_tracking.machine,
            "tenant_onboarding": self.onboarding.machine,
            "tenant_offboarding": self.onboarding.offboarding,
            "workflow_sync": self.workflow_sync.machine,
            "library_rollout": self.library_rollout.machine,
            "backfill": self.backfill.machine,
        }

    def _outputs(self) -> None:
        """What the client and the local deployment read."""
        machines = self._machines()
        outputs: dict[StackOutput, str] = {
            StackOutput.CUSTOMER_CONFIG_TABLE: self.tables.customer_config.table_name,
            StackOutput.TENANTS_TABLE: self.tables.tenants.table_name,
            StackOutput.WORKFLOW_LIBRARY_TABLE: self.tables.workflow_library.table_name,
            StackOutput.WORKFLOWS_TABLE: self.tables.workflows.table_name,
            StackOutput.SCHEDULES_TABLE: self.tables.schedules.table_name,
            StackOutput.EXECUTION_REQUESTS_TABLE: self.tables.execution_requests.table_name,
            StackOutput.EXECUTIONS_TABLE: self.tables.executions.table_name,
            StackOutput.GATE_TABLE: self.tables.gate.table_name,
            StackOutput.ACCESS_TOKENS_TABLE: self.tables.access_tokens.table_name,
            StackOutput.EXECUTION_LIFECYCLE_ARN: self.execution_lifecycle.machine.state_machine_arn,
            StackOutput.EXECUTION_TRACKING_ARN: machines["execution_tracking"].state_machine_arn,
            StackOutput.TENANT_ONBOARDING_ARN: machines["tenant_onboarding"].state_machine_arn,
            StackOutput.TENANT_OFFBOARDING_ARN: machines["tenant_offboarding"].state_machine_arn,
            StackOutput.WORKFLOW_SYNC_ARN: machines["workflow_sync"].state_machine_arn,
            StackOutput.LIBRARY_ROLLOUT_ARN: machines["library_rollout"].state_machine_arn,
            StackOutput.BACKFILL_ARN: machines["backfill"].state_machine_arn,
            StackOutput.EXECUTION_EVENTS_TOPIC_ARN: self.events.topic.topic_arn,
            StackOutput.ALARMS_TOPIC_ARN: self.monitoring.topic.topic_arn,
            StackOutput.AMC_CREDENTIALS_SECRET_ARN: self.amc_access.secret.secret_arn,
        }
        if self.deliveries:
            outputs[StackOutput.DELIVERY_BUCKET] = self.deliveries.bucket.bucket_name
            outputs[StackOutput.DELIVERY_DATABASE] = self.deliveries.database
        for name, value in outputs.items():
            cdk.CfnOutput(self, name, value=value)
