"""Onboarding: a change of a TPS record makes, changes or takes down what its tenant needs in WFM."""

import aws_cdk.aws_iam as iam
from constructs import Construct

from infra.access import allow_index, allow_matching, allow_table
from infra.acknowledge import acknowledge
from infra.rolling_out import RollingOut
from infra.scheduling import Scheduling
from infra.service import Service
from infra.service_function import ServiceFunction
from infra.service_machine import ServiceMachine
from state_machines.tenant_onboarding import OnboardingFunctions, tenant_onboarding
from wfm.store.schema import ACTIVE_RUNS

AMC_CALL_SECONDS = 120
_LOOK_UP = ("GetQueueUrl", "GetQueueAttributes")


class Onboarding(Construct):
    """The stream of CustomerConfig, and the machine that it starts. Nothing here may change IAM."""

    def __init__(
        self, scope: Construct, construct_id: str, *, service: Service, rolling_out: RollingOut, scheduling: Scheduling
    ) -> None:
        super().__init__(scope, construct_id)
        self._service = service
        functions = OnboardingFunctions(
            claim_tenant=self._claim_tenant(),
            validate_tenant=self._validate_tenant(),
            prove_credentials=self._prove_credentials(),
            create_queues=self._create_queues(),
            check_queue=self._check_queue(),
            watch_results=self._watch_results(),
            settle_tenant=self._settle_tenant(),
            roll_out_library=rolling_out.roll_out_library,
            apply_schedules=scheduling.apply_schedules,
            record_tenant_failure=self._record_tenant_failure(),
            stop_schedules=scheduling.stop_schedules,
            stop_intake=self._stop_intake(),
            cancel_runs=self._cancel_runs(),
            check_runs=self._check_runs(),
            delete_workflows=self._delete_workflows(),
            take_down=self._take_down(),
        )
        self.machine = ServiceMachine(
            self,
            "TenantOnboarding",
            foundation=service.foundation,
            definition=tenant_onboarding(Construct(self, "States"), functions),
            comment="A tenant becomes what its TPS record asks for",
        )
        route = service.function(self, "RouteTpsEvent", "Starts an onboarding per change of a TPS record")
        service.allow_start(route, "tenant_onboarding")
        service.stream_failures.feed(route, service.tables.customer_config)

    def _function(self, name: str, description: str, *, reads_record: bool = False) -> ServiceFunction:
        """Every step sees and changes the tenant's row; some read the TPS record again, as it is by then."""
        function = self._service.function(self, name, description, seconds=AMC_CALL_SECONDS)
        allow_table(function, self._service.tables.tenants, "GetItem", "UpdateItem")
        if reads_record:
            allow_table(function, self._service.tables.customer_config, "Query")
        return function

    def _claim_tenant(self) -> ServiceFunction:
        function = self._function("ClaimTenant", "Lets one onboarding at a time work on a tenant")
        executions = self._service.machine_arn("tenant_onboarding").replace(":stateMachine:", ":execution:") + ":*"
        reason = "Executions have names of their own; only those of this one machine can be asked about."
        allow_matching(function, ["states:DescribeExecution"], executions, reason)
        return function

    def _validate_tenant(self) -> ServiceFunction:
        function = self._function("ValidateTenant", "Refuses a bad TPS record", reads_record=True)
        allow_table(function, self._service.tables.gate, "GetItem", "PutItem")
        return function

    def _prove_credentials(self) -> ServiceFunction:
        function = self._function("ProveCredentials", "Shows that AMC lets us in", reads_record=True)
        self._service.allow_amc(function)
        return function

    def _create_queues(self) -> ServiceFunction:
        function = self._function("CreateQueues", "Makes or repairs a tenant's queues")
        self._service.allow_queues(function, *_LOOK_UP, "CreateQueue", "SetQueueAttributes")
        self._allow_mappings(function, "List", "Create", "Update")
        return function

    def _check_queue(self) -> ServiceFunction:
        function = self._function("CheckQueue", "Asks whether a queue is connected")
        self._allow_mappings(function, "Get")
        return function

    def _watch_results(self) -> ServiceFunction:
        function = self._function("WatchResults", "Lets a result bucket tell what lands in it", reads_record=True)
        actions = ["s3:GetBucketLocation", "s3:GetBucketNotification", "s3:PutBucketNotification"]
        reason = "AMC's result buckets have names of their own, given by AMC or by their owners."
        allow_matching(function, actions, "*", reason)
        return function

    def _settle_tenant(self) -> ServiceFunction:
        function = self._function("SettleTenant", "Lets a TPS record take effect", reads_record=True)
        self._service.allow_gate(function)
        self._service.allow_announce(function)
        return function

    def _record_tenant_failure(self) -> ServiceFunction:
        function = self._function("RecordTenantFailure", "Records why a TPS record did not take effect")
        allow_table(function, self._service.tables.gate, "DeleteItem")
        return function

    def _stop_intake(self) -> ServiceFunction:
        function = self._function("StopIntake", "Parks what a removed tenant has queued")
        self._service.allow_queues(function, *_LOOK_UP, "ReceiveMessage", "DeleteMessage")
        self._allow_mappings(function, "List", "Delete")
        self._service.allow_close(function)
        return function

    def _cancel_runs(self) -> ServiceFunction:
        function = self._function("CancelRuns", "Cancels a removed tenant's own runs")
        allow_index(function, self._service.tables.executions, ACTIVE_RUNS)
        self._service.allow_amc(function)
        return function

    def _check_runs(self) -> ServiceFunction:
        function = self._function("CheckRuns", "Sees whether a removed tenant's runs have ended")
        self._service.allow_look(function)
        return function

    def _delete_workflows(self) -> ServiceFunction:
        function = self._function("DeleteWorkflows", "Deletes a removed tenant's workflows in AMC")
        allow_table(function, self._service.tables.workflows, "Query", "UpdateItem")
        self._service.allow_amc(function)
        return function

    def _take_down(self) -> ServiceFunction:
        function = self._function("TakeDown", "Removes a tenant's queues")
        self._service.allow_queues(function, *_LOOK_UP, "ReceiveMessage", "DeleteMessage", "DeleteQueue")
        self._allow_mappings(function, "List", "Delete")
        self._service.allow_close(function)
        allow_table(function, self._service.tables.gate, "DeleteItem")
        return function

    def _allow_mappings(self, function: ServiceFunction, *verbs: str) -> None:
        consumer = f"{self._service.foundation.prefix}-StartExecution"
        only = {"ArnLike": {"lambda:FunctionArn": f"arn:*:lambda:*:*:function:{consumer}"}}
        actions = {verb: f"lambda:{verb}EventSourceMapping{'s' if verb == 'List' else ''}" for verb in verbs}
        bound = [action for verb, action in actions.items() if verb != "List"]
        statements = [iam.PolicyStatement(actions=bound, resources=["*"], conditions=only)]
        if "List" in actions:  # the one action that knows no condition either
            statements.append(iam.PolicyStatement(actions=[actions["List"]], resources=["*"]))
        policy = iam.Policy(function, "Mappings", roles=[function.service_role], statements=statements)
        reason = "Event source mappings have no name before they are made: the condition binds them to StartExecution."
        acknowledge(policy, "AwsSolutions-IAM5[Resource::*]", reason)
