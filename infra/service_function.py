"""A Lambda function of WFM: the one asset, and the handler named after the construct."""

import re
from collections.abc import Mapping

import aws_cdk as cdk
import aws_cdk.aws_iam as iam
import aws_cdk.aws_lambda as lambda_
from constructs import Construct

from infra.foundation import Foundation
from infra.log_group import log_group
from infra.nag_suppressions import acknowledge
from infra.tracing import allow_tracing

RUNTIME = lambda_.Runtime.PYTHON_3_13
# Graviton costs a fifth less per GB-second, and the only native wheel in the asset (rpds-py, of jsonschema)
# is published for it.
ARCHITECTURE = lambda_.Architecture.ARM_64
MEMORY_MB = 512  # ten times what is held, for the share of a vCPU: a cold start within a second (decision 31)


class ServiceFunction(lambda_.Function):
    """`SubmitExecution` runs `functions.handlers.submit_execution.handler` as `{prefix}-SubmitExecution`.

    `environment` holds the handler's settings (`Settings.to_environment()`); `code` is an asset of its own, if it has
    one. Its construct adds grants by `infra.grants`; here are only those that every function needs.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        foundation: Foundation,
        description: str,
        environment: Mapping[str, str],
        timeout: cdk.Duration | None = None,
        memory_mb: int = MEMORY_MB,
        code: lambda_.Code | None = None,
    ) -> None:
        name = f"{foundation.prefix}-{construct_id}"
        group = log_group(scope, f"{construct_id}Logs", name=f"/aws/lambda/{name}", foundation=foundation)
        role = iam.Role(scope, f"{construct_id}Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
        super().__init__(
            scope,
            construct_id,
            function_name=name,
            description=description,
            runtime=RUNTIME,
            architecture=ARCHITECTURE,
            code=code or foundation.code,
            handler=f"functions.handlers.{module_name(construct_id)}.handler",
            environment={"POWERTOOLS_SERVICE_NAME": construct_id, "POWERTOOLS_LOG_LEVEL": "INFO", **environment},
            timeout=timeout or cdk.Duration.seconds(30),
            memory_size=memory_mb,
            log_group=group,
            logging_format=lambda_.LoggingFormat.JSON,
            application_log_level_v2=lambda_.ApplicationLogLevel.INFO,
            # Of Lambda's own lines those about failures: START and REPORT of each call are more than all of WFM's.
            system_log_level_v2=lambda_.SystemLogLevel.WARN,
            role=role,
        )
        self.service_role = role
        group.grant_write(self)
        resource = self.node.default_child
        if not isinstance(resource, lambda_.CfnFunction):
            raise TypeError(f"{self.node.path} has no CloudFormation resource")
        # What the machine has decided counts: by itself Lambda traces the first invocation of each second.
        resource.tracing_config = lambda_.CfnFunction.TracingConfigProperty(mode="PassThrough")
        allow_tracing(self, role)
        acknowledge(
            resource,
            "AwsSolutions-L1",
            "The emulator runs the handlers on the developer's Python: 3.13 is the newest both sides have.",
        )

    @property
    def resource_arns_for_grant_invoke(self) -> list[str]:
        """The function itself only: CDK would add `:*`, for versions and aliases, and WFM has none."""
        return [self.function_arn]


def module_name(construct_id: str) -> str:
    """`SubmitExecution` -> `submit_execution`."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", construct_id).lower()
