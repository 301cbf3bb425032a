"""The pipeline that deploys the stack from a repository, and updates itself first."""

from collections.abc import Iterable
from pathlib import Path

import aws_cdk as cdk
import aws_cdk.aws_codebuild as codebuild
import aws_cdk.aws_iam as iam
from aws_cdk import pipelines
from constructs import Construct, IConstruct

from infra.nag_suppressions import acknowledge, as_reported
from infra.node import CDK_CLI_VERSION
from infra.parameters import Environment, Parameters, environments
from infra.workflow_management_services import WorkflowManagementServices

_RUNTIMES = {"runtime-versions": {"python": "3.13", "nodejs": "22"}}
_ARTIFACTS = (
    *("Action::s3:Abort*", "Action::s3:DeleteObject*", "Action::s3:GetBucket*"),
    *("Action::s3:GetObject*", "Action::s3:List*"),
    *("Action::kms:GenerateDataKey*", "Action::kms:ReEncrypt*"),
)


class CicdPipeline(cdk.Stack):
    """A CodePipeline named by `wfm_parameters.pipeline`: source, checks and synthesis, self-mutation, then the stages.

    Each environment has a stage, `microservices-{name}`, or `microservices` where there is only the pipeline's own
    account and region. A stage shows what will change, waits for approval if its environment asks for it, and deploys
    `workflow_management_services`.

    `connection_arn` is a CodeConnections connection to the host of `repository` (owner/name).
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        parameters: Parameters,
        connection_arn: str,
        repository: str,
        asset: Path,
        delivery_asset: Path | None = None,
    ) -> None:
        super().__init__(
            scope,
            construct_id,
            stack_name=f"{parameters.prefix}-pipeline",
            env=cdk.Environment(account=parameters.pipeline_account, region=parameters.pipeline_region),
        )
        self._source = pipelines.CodePipelineSource.connection(
            repository, parameters.branch, connection_arn=connection_arn
        )
        self._pipeline = self._code_pipeline(parameters.pipeline)
        self._differences = list[pipelines.CodeBuildStep]()
        for environment in environments(parameters):
            self._add_stage(environment, asset, delivery_asset)
        self._pipeline.build_pipeline()
        self._allow_connection(connection_arn)
        self._acknowledge()

    def _code_pipeline(self, name: str) -> pipelines.CodePipeline:
        return pipelines.CodePipeline(
            self,
            "Pipeline",
            pipeline_name=name,
            synth=pipelines.ShellStep(
                "Synth",
                input=self._source,
                commands=["make test", "make rehearsals", "make synth"],
                primary_output_directory="build/cdk.out",
            ),
            code_build_defaults=pipelines.CodeBuildOptions(
                partial_build_spec=codebuild.BuildSpec.from_object({"phases": {"install": _RUNTIMES}})
            ),
            synth_code_build_defaults=pipelines.CodeBuildOptions(
                build_environment=codebuild.BuildEnvironment(
                    compute_type=codebuild.ComputeType.MEDIUM  # the tests run several emulators: 3 GB may not hold them
                )
            ),
            cli_version=CDK_CLI_VERSION,
            cross_account_keys=True,  # encrypts the artifacts and the builds with a key of their own
            enable_key_rotation=True,
        )

    def _add_stage(self, environment: Environment, asset: Path, delivery_asset: Path | None) -> None:
        name = "-".join(filter(None, ("microservices", environment.name)))
        stage = cdk.Stage(self, name, env=cdk.Environment(account=environment.account, region=environment.region))
        WorkflowManagementServices(
            stage,
            "WorkflowManagementServices",
            parameters=environment.parameters,
            asset=asset,
            delivery_asset=delivery_asset,
        )
        difference = self._difference(stage)
        before: list[pipelines.Step] = [difference]
        if environment.approval:
            approval = pipelines.ManualApprovalStep("Approve")
            approval.add_step_dependency(difference)
            before.append(approval)
        self._differences.append(difference)
        self._pipeline.add_stage(stage, pre=before)

    def _difference(self, stage: cdk.Stage) -> pipelines.CodeBuildStep:
        """What the deployment will change, in the build's log."""
        diff = f"npx --yes aws-cdk@{CDK_CLI_VERSION} diff --app . --method template '{stage.node.path}/*'"
        return pipelines.CodeBuildStep(
            "Difference",
            input=self._pipeline.cloud_assembly_file_set,
            commands=[diff],
            role_policy_statements=[iam.PolicyStatement(actions=["sts:AssumeRole"], resources=[_lookup_role(stage)])],
        )

    def _allow_connection(self, connection_arn: str) -> None:
        """CDK grants the action's older name alone; that of the connection's own ARN has to be granted as well.

        An action's prefix must match the resource's (Developer Tools console user guide, "Renamed to CodeConnections").
        """
        role = self._pipeline.pipeline.stages[0].actions[0].action_properties.role or self._pipeline.pipeline.role
        actions = [f"{service}:UseConnection" for service in ("codestar-connections", "codeconnections")]
        role.add_to_principal_policy(iam.PolicyStatement(actions=actions, resources=[connection_arn]))

    def _acknowledge(self) -> None:
        """State why the wildcards of CDK's own pipeline construct are accepted, each where it is."""
        pipeline = self._pipeline.pipeline
        replicas = pipeline.cross_region_support.values()  # one a region to which the pipeline deploys besides its own
        buckets = [pipeline.artifact_bucket, *(replica.replication_bucket for replica in replicas)]
        for bucket in buckets:
            acknowledge(bucket, "AwsSolutions-S1", "CodePipeline's own history says who put which artifact there.")
        artifacts = [f"Resource::{as_reported(self, bucket.bucket_arn)}/*" for bucket in buckets]
        own = "CDK Pipelines grants these on its own artifacts buckets and keys alone."
        _accept(self._pipeline, own, [*_ARTIFACTS, *artifacts])
        if replicas:
            _accept(pipeline.role, "The keys of other regions, by a condition on their tags.", ["Resource::*"])
        differences = [step.project for step in self._differences]
        for project in (self._pipeline.synth_project, self._pipeline.self_mutation_project, *differences):
            name = self._logical_id(project)
            names = self._build_names(f"<{name}>:*", f"<{name}>-*")
            _accept(project, "CodeBuild names its log streams and reports as it goes.", names)
        update = self._pipeline.node.find_child("UpdatePipeline")
        roles = ("Resource::*", f"Resource::arn:*:iam::{as_reported(self, self.account)}:role/*")
        _accept(update, "Self-mutation assumes the roles of `cdk bootstrap`, picked by their tags.", roles)
        assets = self._pipeline.node.find_child("Assets")
        publishing = ("Resource::*", *self._build_names("*", "*"))
        _accept(assets, "CDK Pipelines shares this role among all builds that publish assets.", publishing)

    def _logical_id(self, resource: IConstruct) -> str:
        child = resource.node.default_child
        if not isinstance(child, cdk.CfnElement):
            raise TypeError(f"{resource.node.path} has no CloudFormation resource")
        return str(self.resolve(child.logical_id))

    def _build_names(self, log_group: str, report_group: str) -> tuple[str, str]:
        partition = as_reported(self, self.partition)
        here = f"{as_reported(self, self.region)}:{as_reported(self, self.account)}"
        return (
            f"Resource::arn:{partition}:logs:{here}:log-group:/aws/codebuild/{log_group}",
            f"Resource::arn:{partition}:codebuild:{here}:report-group/{report_group}",
        )


def _lookup_role(stage: cdk.Stage) -> str:
    """The role of `cdk bootstrap` that may read what is deployed in the stage's account and region."""
    account, region = stage.account or cdk.Aws.ACCOUNT_ID, stage.region or cdk.Aws.REGION
    name = f"cdk-{cdk.DefaultStackSynthesizer.DEFAULT_QUALIFIER}-lookup-role-{account}-{region}"
    return f"arn:{cdk.Aws.PARTITION}:iam::{account}:role/{name}"


def _accept(construct: IConstruct, reason: str, wildcards: Iterable[str]) -> None:
    for wildcard in wildcards:
        acknowledge(construct, f"AwsSolutions-IAM5[{wildcard}]", reason)
