"""Onboarding: a change of a TPS record brings a tenant's queue, its mapping and its row up to date."""

import aws_cdk.aws_iam as iam
from constructs import Construct

from infra.access import allow_table
from infra.acknowledge import acknowledge
from infra.service import Service
from infra.service_function import ServiceFunction
from infra.service_machine import ServiceMachine
from state_machines.tenant_onboarding import OnboardingFunctions, tenant_onboarding

_QUEUES = ("CreateQueue", "GetQueueUrl", "GetQueueAttributes", "SetQueueAttributes")


class Onboarding(Construct):
    """The stream of CustomerConfig, and the machine that it starts."""

    def __init__(self, scope: Construct, construct_id: str, *, service: Service) -> None:
        super().__init__(scope, construct_id)
        self._service = service
        functions = OnboardingFunctions(
            validate_tenant=self._validate_tenant(),
            create_queues=self._create_queues(),
            check_queue=self._check_queue(),
            record_tenant=self._record_tenant(),
        )
        self.machine = ServiceMachine(
            self,
            "TenantOnboarding",
            foundation=service.foundation,
            definition=tenant_onboarding(Construct(self, "States"), functions),
            comment="A TPS record becomes an ACTIVE tenant",
        )
        route = service.function(self, "RouteTpsEvent", "Starts an onboarding per change of a TPS record")
        service.allow_start(route, "tenant_onboarding")
        service.stream_failures.feed(route, service.tables.customer_config)

    def _validate_tenant(self) -> ServiceFunction:
        function = self._service.function(self, "ValidateTenant", "Reads a TPS record")
        allow_table(function, self._service.tables.customer_config, "GetItem")
        allow_table(function, self._service.tables.tenants, "GetItem", "UpdateItem")
        return function

    def _create_queues(self) -> ServiceFunction:
        service = self._service
        function = service.function(self, "CreateQueues", "Makes or repairs a tenant's queues")
        allow_table(function, service.tables.tenants, "UpdateItem")
        service.allow_queues(function, *_QUEUES)
        self._allow_mappings(function, "lambda:CreateEventSourceMapping", "lambda:ListEventSourceMappings")
        return function

    def _check_queue(self) -> ServiceFunction:
        function = self._service.function(self, "CheckQueue", "Asks whether a queue is connected")
        self._allow_mappings(function, "lambda:GetEventSourceMapping")
        return function

    def _allow_mappings(self, function: ServiceFunction, *actions: str) -> None:
        consumer = f"{self._service.foundation.prefix}-StartExecution"
        only = {"ArnLike": {"lambda:FunctionArn": f"arn:*:lambda:*:*:function:{consumer}"}}
        listing = [action for action in actions if action.startswith("lambda:List")]
        others = [action for action in actions if action not in listing]
        statements = [iam.PolicyStatement(actions=others, resources=["*"], conditions=only)]
        if listing:  # the one action that knows no condition either
            statements.append(iam.PolicyStatement(actions=listing, resources=["*"]))
        policy = iam.Policy(function, "Mappings", roles=[function.service_role], statements=statements)
        reason = "Event source mappings have no name before they are made: the condition binds them to StartExecution."
        acknowledge(policy, "AwsSolutions-IAM5[Resource::*]", reason)

    def _record_tenant(self) -> ServiceFunction:
        function = self._service.function(self, "RecordTenant", "Records how an onboarding ended")
        allow_table(function, self._service.tables.tenants, "GetItem", "UpdateItem")
        self._service.allow_gate(function)
        return function
