"""Onboarding and off-boarding: a change of a TPS record makes, changes or removes what its tenant needs in WFM."""

import aws_cdk as cdk
import aws_cdk.aws_iam as iam
from constructs import Construct

from infra.grants import allow_index, allow_matching, allow_table
from infra.library_rollout import LibraryRollout
from infra.nag_suppressions import acknowledge
from infra.scheduling import Scheduling
from infra.service_function import ServiceFunction
from infra.service_machine import ServiceMachine
from infra.stack_context import StackContext
from state_machines.tenant import TenantFunctions
from state_machines.tenant_offboarding import TenantOffboardingFunctions, tenant_offboarding
from state_machines.tenant_onboarding import TenantOnboardingFunctions, tenant_onboarding
from wfm.store.schema import ACTIVE_RUNS, CUSTOMER_CONFIG

AMC_CALL_SECONDS = 120
_READ_QUEUE = ("GetQueueUrl", "GetQueueAttributes")


class TenantOnboarding(Construct):
    """The stream of CustomerConfig, the machine `tenant_onboarding` that it starts, and `tenant_offboarding`.

    No function may change IAM. Both machines are in one construct: CloudFormation cannot move a Lambda to another
    construct under the same name.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        context: StackContext,
        rollout: LibraryRollout,
        scheduling: Scheduling,
    ) -> None:
        super().__init__(scope, construct_id)
        self._context = context
        shared = TenantFunctions(self._claim_tenant(), self._validate_tenant(), self._record_tenant_failure())
        self.machine = self._onboarding(shared, rollout, scheduling)
        self.offboarding = self._offboarding(shared, scheduling)
        route = context.function(self, "RouteTpsEvent", "Starts an onboarding per change of a TPS record")
        context.allow_start(route, "tenant_onboarding")
        context.stream_failures.feed(route, context.tables.customer_config, CUSTOMER_CONFIG)

    def _onboarding(self, shared: TenantFunctions, rollout: LibraryRollout, scheduling: Scheduling) -> ServiceMachine:
        functions = TenantOnboardingFunctions(
            **vars(shared),
            verify_credentials=self._verify_credentials(),
            watch_results=self._watch_results(),
            create_queues=self._create_queues(),
            check_queue=self._check_queue(),
            activate_tenant=self._activate_tenant(),
            roll_out_library=rollout.roll_out_library,
            apply_schedules=scheduling.apply_schedules,
            start_offboarding=self._hand_over("StartOffboarding", "tenant_offboarding"),
        )
        return ServiceMachine(
            self,
            "TenantOnboarding",
            foundation=self._context.foundation,
            definition=tenant_onboarding(Construct(self, "States"), functions),
            comment="A tenant becomes what its TPS record asks for",
        )

    def _offboarding(self, shared: TenantFunctions, scheduling: Scheduling) -> ServiceMachine:
        functions = TenantOffboardingFunctions(
            **vars(shared),
            stop_schedules=scheduling.stop_schedules,
            drain_queue=self._drain_queue(),
            cancel_runs=self._cancel_runs(),
            check_runs=self._check_runs(),
            delete_workflows=self._delete_workflows(),
            deprovision_tenant=self._deprovision_tenant(),
            start_onboarding=self._hand_over("StartOnboarding", "tenant_onboarding"),
        )
        return ServiceMachine(
            self,
            "TenantOffboarding",
            foundation=self._context.foundation,
            definition=tenant_offboarding(Construct(self, "OffboardingStates"), functions),
            comment="A tenant without a TPS record goes, and its history stays",
        )

    def _function(self, name: str, description: str, *, reads_record: bool = False) -> ServiceFunction:
        """A step's function, which may read and write the tenant's row, and with `reads_record` read the TPS record."""
        function = self._context.function(self, name, description, seconds=AMC_CALL_SECONDS)
        allow_table(function, self._context.tables.tenants, "GetItem", "UpdateItem")
        if reads_record:
            allow_table(function, self._context.tables.customer_config, "Query")
        return function

    def _claim_tenant(self) -> ServiceFunction:
        function = self._function("ClaimTenant", "Lets one execution at a time work on a tenant")
        reason = "Executions have names of their own; only those of a tenant's two machines can be asked about."
        for machine in ("tenant_onboarding", "tenant_offboarding"):
            executions = self._context.machine_arn(machine).replace(":stateMachine:", ":execution:") + ":*"
            allow_matching(function, ["states:DescribeExecution"], executions, reason)
        return function

    def _validate_tenant(self) -> ServiceFunction:
        function = self._function("ValidateTenant", "Refuses a bad TPS record", reads_record=True)
        allow_table(function, self._context.tables.gate, "GetItem", "PutItem")
        return function

    def _verify_credentials(self) -> ServiceFunction:
        function = self._function("VerifyCredentials", "Checks that AMC accepts the credentials", reads_record=True)
        self._context.allow_amc(function)
        return function

    def _create_queues(self) -> ServiceFunction:
        function = self._function("CreateQueues", "Makes or repairs a tenant's queues")
        self._context.allow_queues(function, *_READ_QUEUE, "CreateQueue", "SetQueueAttributes")
        self._allow_mappings(function, "List", "Create", "Update")
        return function

    def _check_queue(self) -> ServiceFunction:
        function = self._function("CheckQueue", "Asks whether a queue is connected")
        self._allow_mappings(function, "Get")
        return function

    def _watch_results(self) -> ServiceFunction:
        function = self._function("WatchResults", "Has a result bucket send events of new results", reads_record=True)
        reason = "AMC's result buckets have names of their own; wfm_parameters.result_buckets says which they may be."
        for pattern in self._context.result_buckets:
            actions = ["s3:GetBucketNotification", "s3:PutBucketNotification"]
            allow_matching(function, actions, f"arn:{cdk.Aws.PARTITION}:s3:::{pattern}", reason)
        allow_matching(
            function, ["s3:GetBucketLocation"], "*", "It tells whether a bucket that is named exists at all."
        )
        return function

    def _activate_tenant(self) -> ServiceFunction:
        function = self._function("ActivateTenant", "Puts a TPS record into effect", reads_record=True)
        self._context.allow_semaphore(function)
        self._context.allow_announce(function)
        return function

    def _record_tenant_failure(self) -> ServiceFunction:
        function = self._function("RecordTenantFailure", "Records why a TPS record did not take effect")
        allow_table(function, self._context.tables.gate, "DeleteItem")
        self._context.allow_start(function, "tenant_onboarding")
        return function

    def _hand_over(self, name: str, machine: str) -> ServiceFunction:
        function = self._function(name, f"Hands a tenant to {machine}")
        self._context.allow_start(function, machine)
        return function

    def _drain_queue(self) -> ServiceFunction:
        function = self._function("DrainQueue", "Parks what a removed tenant has queued")
        self._context.allow_queues(function, *_READ_QUEUE, "ReceiveMessage", "DeleteMessage")
        self._allow_mappings(function, "List", "Delete")
        self._context.allow_complete(function)
        return function

    def _cancel_runs(self) -> ServiceFunction:
        function = self._function("CancelRuns", "Cancels a removed tenant's own runs")
        allow_index(function, self._context.tables.executions, ACTIVE_RUNS)
        self._context.allow_amc(function)
        return function

    def _check_runs(self) -> ServiceFunction:
        function = self._function("CheckRuns", "Sees whether a removed tenant's runs have ended")
        self._context.allow_poll(function)
        return function

    def _delete_workflows(self) -> ServiceFunction:
        function = self._function("DeleteWorkflows", "Deletes a removed tenant's workflows in AMC")
        allow_table(function, self._context.tables.workflows, "Query", "UpdateItem")
        self._context.allow_amc(function)
        return function

    def _deprovision_tenant(self) -> ServiceFunction:
        function = self._function("DeprovisionTenant", "Removes a tenant's queues")
        self._context.allow_queues(function, *_READ_QUEUE, "ReceiveMessage", "DeleteMessage", "DeleteQueue")
        self._allow_mappings(function, "List", "Delete")
        self._context.allow_complete(function)
        allow_table(function, self._context.tables.gate, "DeleteItem")
        return function

    def _allow_mappings(self, function: ServiceFunction, *verbs: str) -> None:
        consumer = f"{self._context.foundation.prefix}-StartExecution"
        only = {"ArnLike": {"lambda:FunctionArn": f"arn:*:lambda:*:*:function:{consumer}"}}
        actions = {verb: f"lambda:{verb}EventSourceMapping{'s' if verb == 'List' else ''}" for verb in verbs}
        bound = [action for verb, action in actions.items() if verb != "List"]
        statements = [iam.PolicyStatement(actions=bound, resources=["*"], conditions=only)]
        if "List" in actions:  # the only action that takes no condition
            statements.append(iam.PolicyStatement(actions=[actions["List"]], resources=["*"]))
        policy = iam.Policy(function, "Mappings", roles=[function.service_role], statements=statements)
        reason = "Event source mappings have no name before they are made: the condition binds them to StartExecution."
        acknowledge(policy, "AwsSolutions-IAM5[Resource::*]", reason)
