"""A Step Functions state machine of WFM."""

import aws_cdk.aws_iam as iam
import aws_cdk.aws_stepfunctions as sfn
from constructs import Construct

from infra.foundation import Foundation
from infra.grants import account_condition
from infra.log_group import log_group
from infra.nag_suppressions import acknowledge
from infra.service_function import module_name
from infra.tracing import allow_tracing

_LOG_DELIVERY = [
    "logs:CreateLogDelivery",
    "logs:DeleteLogDelivery",
    "logs:DescribeLogGroups",
    "logs:DescribeResourcePolicies",
    "logs:GetLogDelivery",
    "logs:ListLogDeliveries",
    "logs:PutResourcePolicy",
    "logs:UpdateLogDelivery",
]


class ServiceMachine(sfn.StateMachine):
    """`ExecutionLifecycle` is the machine `{prefix}-execution_lifecycle`, JSONata, traced and logged.

    Logs never hold state (`include_execution_data` is off): a request may carry confidential parameter values. A
    Standard machine logs errors only, since Step Functions keeps every execution's history for 90 days; an Express
    machine keeps none, so its log has every event. State carries ids only, so AWS's own key encrypts it: with a
    customer's key every caller of StartExecution would need that key, and EventBridge would hide the executions' input.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        foundation: Foundation,
        definition: sfn.IChainable,
        express: bool = False,
        comment: str | None = None,
    ) -> None:
        name = f"{foundation.prefix}-{module_name(construct_id)}"
        role = iam.Role(
            scope,
            f"{construct_id}Role",
            assumed_by=iam.ServicePrincipal("states.amazonaws.com", conditions=account_condition()),
        )
        super().__init__(
            scope,
            construct_id,
            state_machine_name=name,
            state_machine_type=sfn.StateMachineType.EXPRESS if express else sfn.StateMachineType.STANDARD,
            query_language=sfn.QueryLanguage.JSONATA,
            definition_body=sfn.DefinitionBody.from_chainable(definition),
            comment=comment,
            role=role,
        )
        resource = self.node.default_child
        if not isinstance(resource, sfn.CfnStateMachine):
            raise TypeError(f"{self.node.path} has no CloudFormation resource")
        self._log(resource, role, name, foundation)
        history = "Step Functions keeps a Standard execution's history."
        acknowledge(resource, "AwsSolutions-SF1", "A tick that went well tells nothing." if express else history)
        resource.tracing_configuration = sfn.CfnStateMachine.TracingConfigurationProperty(enabled=True)
        allow_tracing(self, role)

    def _log(self, resource: sfn.CfnStateMachine, role: iam.Role, name: str, foundation: Foundation) -> None:
        # The path keeps Step Functions from growing the account's log resource policy past its limit.
        group = log_group(self, "Logs", name=f"/aws/vendedlogs/states/{name}", foundation=foundation)
        resource.logging_configuration = sfn.CfnStateMachine.LoggingConfigurationProperty(
            level="ERROR",  # of an Express execution this is all that stays: what failed in it
            include_execution_data=False,
            destinations=[
                sfn.CfnStateMachine.LogDestinationProperty(
                    cloud_watch_logs_log_group=sfn.CfnStateMachine.CloudWatchLogsLogGroupProperty(
                        log_group_arn=group.log_group_arn
                    )
                )
            ],
        )
        statement = iam.PolicyStatement(actions=_LOG_DELIVERY, resources=["*"])
        delivery = iam.Policy(self, "LogDelivery", roles=[role], statements=[statement])
        acknowledge(delivery, "AwsSolutions-IAM5[Resource::*]", "Log deliveries know no resource-level permissions.")
        resource.node.add_dependency(delivery)
