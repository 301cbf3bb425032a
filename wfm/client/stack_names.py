"""The names by which a deployment is found: of its stack's outputs, and of the parameter that says where AMC is.

They are a contract: the stack makes them from this, and all other code takes them from here. WFM has no parameters in
the Parameter Store; the one that its template reads there, the version of `cdk bootstrap`, is CDK's.
"""

from enum import StrEnum
from typing import Final

AMC_ENDPOINTS: Final = "AmcEndpoints"  # JSON: region -> {"api": url, "token": url}
SAME_VERSION: Final = (  # what to do where the command and the deployment are of two versions
    "deploy the version of the command (docs/upgrade.md), or install the command of the version that is deployed"
)


class StackOutput(StrEnum):
    """The keys of the stack's outputs: names of tables, ARNs of everything else."""

    CUSTOMER_CONFIG_TABLE = "CustomerConfigTable"
    TENANTS_TABLE = "TenantsTable"
    WORKFLOW_LIBRARY_TABLE = "WorkflowLibraryTable"
    WORKFLOWS_TABLE = "WorkflowsTable"
    SCHEDULES_TABLE = "SchedulesTable"
    EXECUTION_REQUESTS_TABLE = "ExecutionRequestsTable"
    EXECUTIONS_TABLE = "ExecutionsTable"
    GATE_TABLE = "GateTable"
    ACCESS_TOKENS_TABLE = "AccessTokensTable"
    EXECUTION_LIFECYCLE_ARN = "ExecutionLifecycleArn"
    EXECUTION_TRACKING_ARN = "ExecutionTrackingArn"
    TENANT_ONBOARDING_ARN = "TenantOnboardingArn"
    TENANT_OFFBOARDING_ARN = "TenantOffboardingArn"
    WORKFLOW_SYNC_ARN = "WorkflowSyncArn"
    LIBRARY_ROLLOUT_ARN = "LibraryRolloutArn"
    BACKFILL_ARN = "BackfillArn"
    EXECUTION_EVENTS_TOPIC_ARN = "ExecutionEventsTopicArn"
    ALARMS_TOPIC_ARN = "AlarmsTopicArn"
    DELIVERY_BUCKET = "DeliveryBucket"  # this and the next of a deployment that delivers results
    DELIVERY_DATABASE = "DeliveryDatabase"
    AMC_CREDENTIALS_SECRET_ARN = "AmcCredentialsSecretArn"  # noqa: S105 - the name of an ARN
