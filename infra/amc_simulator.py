"""The stack `{name}-amc` of an acceptance: the simulator of AMC, as a Lambda behind a function URL."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import aws_cdk as cdk
import aws_cdk.aws_iam as iam
import aws_cdk.aws_lambda as lambda_
import aws_cdk.aws_logs as logs
from constructs import Construct

from infra.grants import allow, allow_matching
from infra.nag_suppressions import acknowledge
from infra.service_function import ARCHITECTURE, RUNTIME

STATE_KEY: Final = "amc-simulator/state"


@dataclass(frozen=True)
class Acceptance:
    """`assets` begins the name of the acceptance's own bucket, for templates, code and the simulator's state."""

    assets: str

    @property
    def bucket(self) -> str:
        """With the account and the region in its name, since names of buckets are the world's."""
        return f"{self.assets}-${{AWS::AccountId}}-${{AWS::Region}}"

    def synthesizer(self) -> cdk.DefaultStackSynthesizer:
        """Nothing of `cdk bootstrap` is used: neither its bucket nor its roles."""
        return cdk.DefaultStackSynthesizer(file_assets_bucket_name=self.bucket, generate_bootstrap_version_rule=False)


class AmcSimulator(cdk.Stack):
    """A simulated AMC for the deployment `name`, which writes results to buckets `{name}-results-...`.

    The URL asks for no signature, since WFM signs nothing that it sends to AMC. What comes that way needs a token of
    the simulator's, and a token a secret; what steers the simulator comes by lambda:InvokeFunction alone.
    """

    def __init__(self, scope: Construct, construct_id: str, *, name: str, acceptance: Acceptance, asset: Path) -> None:
        super().__init__(
            scope,
            construct_id,
            stack_name=f"{name}-amc",
            synthesizer=acceptance.synthesizer(),
            description=f"A simulated Amazon Marketing Cloud for the acceptance of {name}",
        )
        function = self._function(name, acceptance, asset)
        url = function.add_function_url(auth_type=lambda_.FunctionUrlAuthType.NONE)
        for output, value in {"SimulatorFunction": function.function_name, "SimulatorUrl": url.url}.items():
            cdk.CfnOutput(self, output, value=value)

    def _function(self, name: str, acceptance: Acceptance, asset: Path) -> lambda_.Function:
        function_name = f"{name}-AmcSimulator"
        group = logs.LogGroup(
            self,
            "Logs",
            log_group_name=f"/aws/lambda/{function_name}",
            retention=logs.RetentionDays.ONE_WEEK,
            removal_policy=cdk.RemovalPolicy.DESTROY,
        )
        role = iam.Role(self, "Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
        function = lambda_.Function(
            self,
            "Function",
            function_name=function_name,
            description="Answers as AMC would",
            runtime=RUNTIME,
            architecture=ARCHITECTURE,
            code=lambda_.Code.from_asset(str(asset)),
            handler="local.amc_simulator.function_url.handler",
            environment={"SIMULATOR_BUCKET": cdk.Fn.sub(acceptance.bucket), "SIMULATOR_KEY": STATE_KEY},
            timeout=cdk.Duration.seconds(30),
            memory_size=1024,
            log_group=group,
            role=role,
        )
        group.grant_write(function)
        self._grants(name, acceptance, role)
        acknowledge(function, "AwsSolutions-L1", "The runtime of WFM's own Lambdas.")
        return function

    def _grants(self, name: str, acceptance: Acceptance, role: iam.Role) -> None:
        bucket = f"arn:{cdk.Aws.PARTITION}:s3:::{cdk.Fn.sub(acceptance.bucket)}"
        allow(role, ["s3:GetObject", "s3:PutObject"], f"{bucket}/{STATE_KEY}")
        allow(role, ["s3:ListBucket"], bucket)  # else S3 answers 403 as long as there is no state
        results = f"arn:{cdk.Aws.PARTITION}:s3:::{name}-results-*"
        allow_matching(role, ["s3:PutObject"], f"{results}/*", "The result buckets of the acceptance's own tenants.")
