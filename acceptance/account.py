"""TARGET=account: a real account, reached with whatever credentials boto3 finds.

It needs no Node, no Docker and no `cdk bootstrap`. What is missing is said before anything is made.
"""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from acceptance.deployed import Deployed
from acceptance.errors import AcceptanceError
from acceptance.naming import Name
from acceptance.world import Pace
from wfm.client.connection import Connection

# The tracker polls each minute, an alarm looks at five, and a deleted queue is there for one.
PACE: Final = Pace(patience=900, look=3, run=20, ahead=150, checks_seconds=2 * 3600)
ENDPOINTS: Final = ("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_CLOUDFORMATION")
# One of each kind of thing that is made: CloudFormation makes them with the rights of who calls it.
NEEDED: Final = (
    *("cloudformation:CreateStack", "cloudformation:UpdateStack", "cloudformation:DeleteStack"),
    *("cloudwatch:PutDashboard", "cloudwatch:PutMetricAlarm", "cloudwatch:PutMetricData"),
    *("dynamodb:CreateTable", "dynamodb:DeleteTable", "dynamodb:PutItem", "events:PutRule"),
    *("iam:CreatePolicy", "iam:CreateRole", "iam:DeleteRole", "iam:PassRole", "iam:PutRolePolicy"),
    *("kms:CreateKey", "kms:Decrypt", "kms:ScheduleKeyDeletion", "lambda:AddPermission", "lambda:CreateFunction"),
    *("lambda:CreateFunctionUrlConfig", "lambda:InvokeFunction", "logs:CreateLogGroup", "logs:DeleteLogGroup"),
    *("s3:CreateBucket", "s3:DeleteBucket", "s3:PutObject", "scheduler:CreateScheduleGroup"),
    *("secretsmanager:CreateSecret", "secretsmanager:PutSecretValue", "sns:CreateTopic", "sns:Subscribe"),
    *("sqs:CreateQueue", "sqs:DeleteQueue", "states:CreateStateMachine", "states:StopExecution"),
)
_NOT_KNOWN: Final = ("AccessDenied", "AccessDeniedException")


@dataclass(frozen=True)
class Access:
    """An account that may be used. `notes` are for the person, before the question."""

    session: boto3.Session
    account: str
    caller: str
    notes: Sequence[str] = ()

    @property
    def region(self) -> str:
        """Where it is deployed."""
        return str(self.session.region_name)


def access(session: boto3.Session, environment: Mapping[str, str] = os.environ) -> Access:
    """Who calls, and that they may do it; AcceptanceError names all that is missing."""
    set_up = next((name for name in ENDPOINTS if environment.get(name)), None)
    if set_up:
        raise AcceptanceError(f"{set_up} is {environment[set_up]!r}, which is no account: unset it, or TARGET=local")
    if not session.region_name:
        raise AcceptanceError("no region: set AWS_REGION, or REGION=eu-west-1")
    try:
        caller = session.client("sts").get_caller_identity()
    except (BotoCoreError, ClientError) as exc:
        raise AcceptanceError(
            f"no credentials that AWS accepts: {exc}; set AWS_PROFILE, or run `aws sso login`"
        ) from exc
    denied, notes = _denied(session, caller["Arn"])
    if denied:
        raise AcceptanceError(f"{caller['Arn']} may not: {', '.join(denied)}; use credentials of an administrator")
    return Access(session, caller["Account"], caller["Arn"], [*notes, *_concurrency(session)])


def _denied(session: boto3.Session, caller: str) -> tuple[list[str], list[str]]:
    """The needed actions that the caller's policies deny, and a note where that cannot be known."""
    if caller.endswith(":root"):
        return [], []
    iam = session.client("iam")
    try:
        found: list[Any] = []
        pages = iam.get_paginator("simulate_principal_policy").paginate(
            PolicySourceArn=_principal(iam, caller), ActionNames=list(NEEDED)
        )
        for page in pages:
            found += page["EvaluationResults"]
    except ClientError as exc:
        if exc.response["Error"]["Code"] in (*_NOT_KNOWN, "NoSuchEntity"):
            return [], ["Whether your rights suffice is not known: you may not ask IAM (iam:SimulatePrincipalPolicy)."]
        raise
    return [each["EvalActionName"] for each in found if each["EvalDecision"] != "allowed"], []


def _principal(iam: Any, caller: str) -> str:
    """The ARN of the user, or of the role of an assumed one, whose path its session's ARN leaves out."""
    kind, _, rest = caller.rpartition(":")[2].partition("/")
    if kind != "assumed-role":
        return caller
    return str(iam.get_role(RoleName=rest.partition("/")[0])["Role"]["Arn"])


def _concurrency(session: boto3.Session) -> list[str]:
    try:
        limit = session.client("lambda").get_account_settings()["AccountLimit"]["ConcurrentExecutions"]
    except ClientError:
        return []
    if limit >= 100:
        return []
    return [f"At most {limit} Lambdas run at once in this account and region, as in new ones: checks may take longer."]


def on_account(name: Name, assembly: Path, given: Access, profile: str | None) -> Deployed:
    """The target."""
    chosen = {"AWS_REGION": given.region, "AWS_DEFAULT_REGION": given.region}
    return Deployed(
        name,
        assembly,
        given.session,
        Connection(profile=profile, region=given.region, stack=name.text),
        os.environ | chosen | ({"AWS_PROFILE": profile} if profile else {}),
        account=given.account,
        pace=PACE,
        is_account=True,
        reach=lambda _, url: url,
        let_queues_go=lambda _deployed, _customer_id: None,
    )
