"""The pipeline that deploys the stack from a repository, and updates itself first."""

from collections.abc import Iterable
from pathlib import Path

import aws_cdk as cdk
import aws_cdk.aws_codebuild as codebuild
import aws_cdk.aws_iam as iam
from aws_cdk import pipelines
from constructs import Construct, IConstruct

from infra.nag_suppressions import acknowledge
from infra.parameters import Parameters
from infra.workflow_management_services import WorkflowManagementServices

CDK_CLI_VERSION = "2.1148.1"  # the first that reads assemblies of the pinned aws-cdk-lib (schema 55)
_PYTHON = {"runtime-versions": {"python": "3.13"}}
_ARTIFACTS = (
    *("Action::s3:Abort*", "Action::s3:DeleteObject*", "Action::s3:GetBucket*"),
    *("Action::s3:GetObject*", "Action::s3:List*"),
    *("Action::kms:GenerateDataKey*", "Action::kms:ReEncrypt*"),
)


class CicdPipeline(cdk.Stack):
    """A CodePipeline named by `wfm_parameters.pipeline`: source, `make synth`, self-mutation, deployment.

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
    ) -> None:
        super().__init__(scope, construct_id, stack_name=f"{parameters.prefix}-pipeline")
        source = pipelines.CodePipelineSource.connection(repository, parameters.branch, connection_arn=connection_arn)
        self._pipeline = pipelines.CodePipeline(
            self,
            "Pipeline",
            pipeline_name=parameters.pipeline,
            synth=pipelines.ShellStep(
                "Synth",
                input=source,
                commands=["make synth"],
                primary_output_directory="build/cdk.out",
            ),
            synth_code_build_defaults=pipelines.CodeBuildOptions(
                partial_build_spec=codebuild.BuildSpec.from_object({"phases": {"install": _PYTHON}})
            ),
            cli_version=CDK_CLI_VERSION,
            cross_account_keys=True,  # encrypts the artifacts and the builds with a key of their own
            enable_key_rotation=True,
        )
        stage = cdk.Stage(self, "Deploy")
        WorkflowManagementServices(stage, "WorkflowManagementServices", parameters=parameters, asset=asset)
        self._pipeline.add_stage(stage)
        self._pipeline.build_pipeline()
        self._allow_connection(connection_arn)
        self._acknowledge()

    def _allow_connection(self, connection_arn: str) -> None:
        """CDK grants the action's older name alone; that of the connection's own ARN has to be granted as well.

        An action's prefix must match the resource's (Developer Tools console user guide, "Renamed to CodeConnections").
        """
        role = self._pipeline.pipeline.stages[0].actions[0].action_properties.role or self._pipeline.pipeline.role
        actions = [f"{service}:UseConnection" for service in ("codestar-connections", "codeconnections")]
        role.add_to_principal_policy(iam.PolicyStatement(actions=actions, resources=[connection_arn]))

    def _acknowledge(self) -> None:
        """State why the wildcards of CDK's own pipeline construct are accepted, each where it is."""
        bucket = self._pipeline.pipeline.artifact_bucket
        acknowledge(bucket, "AwsSolutions-S1", "CodePipeline's own history says who put which artifact there.")
        own = (*_ARTIFACTS, f"Resource::<{self._logical_id(bucket)}.Arn>/*")
        _accept(self._pipeline, "CDK Pipelines grants these on its own artifacts bucket and key alone.", own)
        for project in (self._pipeline.synth_project, self._pipeline.self_mutation_project):
            names = _build_names(f"<{self._logical_id(project)}>:*", f"<{self._logical_id(project)}>-*")
            _accept(project, "CodeBuild names its log streams and reports as it goes.", names)
        update = self._pipeline.node.find_child("UpdatePipeline")
        roles = ("Resource::*", "Resource::arn:*:iam::<AWS::AccountId>:role/*")
        _accept(update, "Self-mutation assumes the roles of `cdk bootstrap`, picked by their tags.", roles)
        assets = self._pipeline.node.find_child("Assets")
        publishing = ("Resource::*", *_build_names("*", "*"))
        _accept(assets, "CDK Pipelines shares this role among all builds that publish assets.", publishing)

    def _logical_id(self, resource: IConstruct) -> str:
        child = resource.node.default_child
        if not isinstance(child, cdk.CfnElement):
            raise TypeError(f"{resource.node.path} has no CloudFormation resource")
        return str(self.resolve(child.logical_id))


def _accept(construct: IConstruct, reason: str, wildcards: Iterable[str]) -> None:
    for wildcard in wildcards:
        acknowledge(construct, f"AwsSolutions-IAM5[{wildcard}]", reason)


def _build_names(log_group: str, report_group: str) -> tuple[str, str]:
    here = "<AWS::Region>:<AWS::AccountId>"
    return (
        f"Resource::arn:<AWS::Partition>:logs:{here}:log-group:/aws/codebuild/{log_group}",
        f"Resource::arn:<AWS::Partition>:codebuild:{here}:report-group/{report_group}",
    )
