"""What belongs to one tenant and to no other: AMC's instance-level API for WFM, queue and rows for the tenant's people.

One role and one policy serve all tenants. Which tenant a principal stands for is said by a tag (ABAC), so an
onboarding changes nothing in IAM, and IAM's quotas are no limit to the number of tenants. A tag's value can hold no
wildcard (IAM user guide, "Rules for tagging"), and without the tag nothing matches.
"""

from collections.abc import Sequence

import aws_cdk as cdk
import aws_cdk.aws_dynamodb as dynamodb
import aws_cdk.aws_iam as iam
from constructs import Construct

from infra.foundation import Foundation
from infra.nag_suppressions import acknowledge, as_reported
from infra.tables import Tables
from wfm.store.schema import ACTIVE_RUNS, REQUESTS_BY_TIME, RUNS_BY_TIME

PATH = "/wfm/"
CUSTOMER_TAG = "wfm-customerId"
SESSION_TAGS = ("customerId", "apiId", "apiRegion")

_PARTITION, _REGION, _ACCOUNT = cdk.Aws.PARTITION, cdk.Aws.REGION, cdk.Aws.ACCOUNT_ID
_CUSTOMER = f"${{aws:PrincipalTag/{CUSTOMER_TAG}}}"
_NAMED = {f"aws:PrincipalTag/{CUSTOMER_TAG}": "false"}  # under Null: the principal has the tag


def tenant_amc_access_arn(prefix: str) -> str:
    """The ARN of the role, before there is one."""
    return f"arn:{_PARTITION}:iam::{_ACCOUNT}:role{PATH}{prefix}-TenantAmcAccess"


class TenantAccess(Construct):
    """The role `{prefix}-TenantAmcAccess` and the managed policy `{prefix}-TenantAccess`.

    `amc_callers` are the roles of the functions that call AMC: the only ones that may assume the role, and only with
    the three tags that tie the session to one tenant's API.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        foundation: Foundation,
        tables: Tables,
        amc_callers: Sequence[iam.Role],
    ) -> None:
        super().__init__(scope, construct_id)
        self._amc_role(foundation.prefix, amc_callers)
        self._people(foundation, tables)

    def _amc_role(self, prefix: str, callers: Sequence[iam.Role]) -> None:
        boundary = iam.ManagedPolicy(
            self,
            "Boundary",
            managed_policy_name=f"{prefix}-TenantAmcAccessBoundary",
            path=PATH,
            description="All that the role for instance-level AMC APIs can ever be allowed",
            statements=[iam.PolicyStatement(actions=["execute-api:Invoke"], resources=["*"])],
        )
        acknowledge(
            boundary, "AwsSolutions-IAM5[Resource::*]", "A boundary grants nothing; the role's policy is narrow."
        )
        # IAM puts variables into an ARN's resource alone, not into its region: that is for a condition.
        resource = f"arn:{_PARTITION}:execute-api:*:*:${{aws:PrincipalTag/apiId}}/*"
        own_region = {"StringEquals": {"aws:RequestedRegion": "${aws:PrincipalTag/apiRegion}"}}
        statement = iam.PolicyStatement(actions=["execute-api:Invoke"], resources=[resource], conditions=own_region)
        invoke = iam.PolicyDocument(statements=[statement])
        role = iam.CfnRole(
            self,
            "TenantAmcAccess",
            role_name=f"{prefix}-TenantAmcAccess",
            path=PATH,
            description="Calls the instance-level AMC API that the session's tags name",
            assume_role_policy_document=_trust(callers),
            permissions_boundary=boundary.managed_policy_arn,
            policies=[iam.CfnRole.PolicyProperty(policy_name="InvokeOneApi", policy_document=invoke)],
        )
        # cfn-lint's pattern for ARNs takes the colon of a policy variable for one of the ARN's.
        role.add_metadata("cfn-lint", {"config": {"ignore_checks": ["W1032"]}})
        reason = "The APIs are in AMC's own accounts, which only AMC knows; the session's tags name the one API."
        acknowledge(role, f"AwsSolutions-IAM5[Resource::{as_reported(role, resource)}]", reason)

    def _people(self, foundation: Foundation, tables: Tables) -> None:
        iam.ManagedPolicy(
            self,
            "People",
            managed_policy_name=f"{foundation.prefix}-TenantAccess",
            path=PATH,
            description=f"For a tenant's own people: its queue and its rows, by the principal's tag {CUSTOMER_TAG}",
            statements=[_own_queue(foundation.prefix), _own_rows(tables), _key_behind_both(foundation)],
        )


def _trust(callers: Sequence[iam.Role]) -> iam.PolicyDocument:
    """The trust policy: every tag must be given, none is left to the role's own, and no others."""
    return iam.PolicyDocument(
        statements=[
            iam.PolicyStatement(
                principals=[iam.ArnPrincipal(caller.role_arn) for caller in callers],
                actions=["sts:AssumeRole", "sts:TagSession"],
                conditions={
                    "StringLike": {f"aws:RequestTag/{tag}": "?*" for tag in SESSION_TAGS},
                    "ForAllValues:StringEquals": {"aws:TagKeys": list(SESSION_TAGS)},
                },
            )
        ]
    )


def _own_queue(prefix: str) -> iam.PolicyStatement:
    return iam.PolicyStatement(
        sid="OwnQueue",
        actions=["sqs:SendMessage", "sqs:GetQueueUrl", "sqs:GetQueueAttributes"],
        resources=[f"arn:{_PARTITION}:sqs:{_REGION}:{_ACCOUNT}:{prefix}-{_CUSTOMER}.fifo"],
        conditions={"Null": _NAMED},
    )


def _own_rows(tables: Tables) -> iam.PolicyStatement:
    """Tables and indexes whose partition key is customerId."""
    own: list[dynamodb.Table] = [tables.executions, tables.execution_requests, tables.workflows, tables.schedules]
    runs, requests = tables.executions, tables.execution_requests
    indexes = [(runs, ACTIVE_RUNS), (runs, RUNS_BY_TIME), (requests, REQUESTS_BY_TIME)]
    return iam.PolicyStatement(
        sid="OwnRows",
        actions=["dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query"],
        resources=[
            *(table.table_arn for table in own),
            *(f"{table.table_arn}/index/{index.name}" for table, index in indexes),
        ],
        conditions={
            "ForAllValues:StringEquals": {"dynamodb:LeadingKeys": [_CUSTOMER]},
            "Null": {**_NAMED, "dynamodb:LeadingKeys": "false"},
        },
    )


def _key_behind_both(foundation: Foundation) -> iam.PolicyStatement:
    """SQS and DynamoDB use the key with the caller's rights; nothing else may."""
    services = [f"{service}.{_REGION}.{cdk.Aws.URL_SUFFIX}" for service in ("sqs", "dynamodb")]
    return iam.PolicyStatement(
        sid="KeyBehindBoth",
        actions=["kms:Decrypt", "kms:GenerateDataKey"],
        resources=[foundation.key.key_arn],
        conditions={"StringEquals": {"kms:ViaService": services}, "Null": _NAMED},
    )
