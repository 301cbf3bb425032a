"""The stack `wfm-{team}-{dataset}`: only composition, each capability is a construct of its own."""

from pathlib import Path

import aws_cdk as cdk
import aws_cdk.aws_lambda as lambda_
from constructs import Construct

from infra.amc_access import AmcAccess
from infra.backfill import Backfilling
from infra.digests import Digests
from infra.encryption import Encryption
from infra.events import Events
from infra.execution_lifecycle import Lifecycle
from infra.execution_tracking import Tracking
from infra.foundation import Foundation
from infra.library_rollout import RollingOut
from infra.monitoring import Monitoring
from infra.onboarding import Onboarding
from infra.parameters import Parameters
from infra.results import Results
from infra.scheduling import Scheduling
from infra.service_machine import ServiceMachine
from infra.stack_context import Service
from infra.stream_failures import StreamFailures
from infra.tables import Tables
from infra.tenant_access import TenantAccess
from infra.workflow_sync import Syncing


class WorkflowManagementServices(cdk.Stack):
    """Everything that WFM deploys. `asset` is the staged directory of the Lambda code (`infra.asset`)."""

    def __init__(self, scope: Construct, construct_id: str, *, parameters: Parameters, asset: Path) -> None:
        super().__init__(
            scope,
            construct_id,
            stack_name=parameters.prefix,
            description="Workflow Management Service for Amazon Marketing Cloud",
        )
        key = Encryption(self, "Encryption", prefix=parameters.prefix).key
        self.foundation = Foundation(
            prefix=parameters.prefix,
            key=key,
            code=lambda_.Code.from_asset(str(asset)),
            log_retention_days=parameters.log_retention_days,
        )
        self.tables = Tables(self, "Tables", key=key, parameters=parameters)
        self.events = Events(self, "Events", prefix=parameters.prefix, key=key)
        self.amc_access = AmcAccess(self, "AmcAccess", key=key)
        stream_failures = StreamFailures(self, "StreamFailures", foundation=self.foundation)
        service = Service(self.foundation, self.tables, self.events, self.amc_access, stream_failures)
        self.lifecycle = Lifecycle(self, "Lifecycle", service=service)
        self.tracking = Tracking(self, "Tracking", service=service)
        self.syncing = Syncing(self, "Syncing", service=service)
        self.rolling_out = RollingOut(self, "RollingOut", service=service)
        self.scheduling = Scheduling(self, "Scheduling", service=service)
        self.onboarding = Onboarding(
            self, "Onboarding", service=service, rolling_out=self.rolling_out, scheduling=self.scheduling
        )
        self.backfilling = Backfilling(self, "Backfilling", service=service)
        Digests(self, "Digests", service=service)
        Results(self, "Results", service=service)
        TenantAccess(
            self,
            "TenantAccess",
            foundation=self.foundation,
            tables=self.tables,
            amc_callers=list(service.amc_callers.values()),
        )
        self.monitoring = Monitoring(
            self,
            "Monitoring",
            foundation=self.foundation,
            machines=self._machines(),
            failures={"stream-failures": stream_failures.queue, "schedule-failures": self.scheduling.failures},
        )
        self._outputs()

    def _machines(self) -> dict[str, ServiceMachine]:
        """Those whose every failure is somebody's to look at; how runs end is another matter."""
        return {
            "execution_tracking": self.tracking.machine,
            "tenant_onboarding": self.onboarding.machine,
            "tenant_offboarding": self.onboarding.offboarding,
            "workflow_sync": self.syncing.machine,
            "library_rollout": self.rolling_out.machine,
            "backfill": self.backfilling.machine,
        }

    def _outputs(self) -> None:
        """What the client and the local deployment read; the names are a contract."""
        outputs = {
            "CustomerConfigTable": self.tables.customer_config.table_name,
            "TenantsTable": self.tables.tenants.table_name,
            "WorkflowLibraryTable": self.tables.workflow_library.table_name,
            "WorkflowsTable": self.tables.workflows.table_name,
            "SchedulesTable": self.tables.schedules.table_name,
            "ExecutionRequestsTable": self.tables.execution_requests.table_name,
            "ExecutionsTable": self.tables.executions.table_name,
            "GateTable": self.tables.gate.table_name,
            "AccessTokensTable": self.tables.access_tokens.table_name,
            "ExecutionLifecycleArn": self.lifecycle.machine.state_machine_arn,
            "ExecutionTrackingArn": self.tracking.machine.state_machine_arn,
            "TenantOnboardingArn": self.onboarding.machine.state_machine_arn,
            "TenantOffboardingArn": self.onboarding.offboarding.state_machine_arn,
            "WorkflowSyncArn": self.syncing.machine.state_machine_arn,
            "LibraryRolloutArn": self.rolling_out.machine.state_machine_arn,
            "BackfillArn": self.backfilling.machine.state_machine_arn,
            "ExecutionEventsTopicArn": self.events.topic.topic_arn,
            "AlarmsTopicArn": self.monitoring.topic.topic_arn,
            "AmcCredentialsSecretArn": self.amc_access.secret.secret_arn,
        }
        for name, value in outputs.items():
            cdk.CfnOutput(self, name, value=value)
