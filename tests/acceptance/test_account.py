"""Before anything is made, what is missing is said by its name."""

import subprocess
import sys
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError, NoCredentialsError

from acceptance.account import NEEDED, access
from acceptance.errors import AcceptanceError
from acceptance.naming import Name
from infra.asset import ROOT

ROLE = "arn:aws:iam::123456789012:role/people/Admin"
SESSION = "arn:aws:sts::123456789012:assumed-role/Admin/someone"


def refusal(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": f"{code}, it says"}}, "Operation")


class Account:
    """A session of boto3 with an account behind it."""

    region_name: str | None = "eu-west-1"

    def __init__(self) -> None:
        self.caller: str | Exception = SESSION
        self.denied: set[str] = set()
        self.iam_refuses: ClientError | None = None
        self.concurrency = 1000
        self.asked_about: list[str] = []

    def client(self, service: str) -> "Account":
        return self

    def get_caller_identity(self) -> dict[str, str]:
        if isinstance(self.caller, Exception):
            raise self.caller
        return {"Arn": self.caller, "Account": "123456789012"}

    def get_role(self, **asked: str) -> dict[str, Any]:
        assert asked == {"RoleName": "Admin"}
        return {"Role": {"Arn": ROLE}}

    def get_paginator(self, operation: str) -> "Account":
        assert operation == "simulate_principal_policy"
        return self

    def paginate(self, **asked: Any) -> list[dict[str, Any]]:
        if self.iam_refuses:
            raise self.iam_refuses
        self.asked_about.append(asked["PolicySourceArn"])
        decisions = {True: "implicitDeny", False: "allowed"}
        found = [
            {"EvalActionName": name, "EvalDecision": decisions[name in self.denied]} for name in asked["ActionNames"]
        ]
        half = len(found) // 2
        return [{"EvaluationResults": found[:half]}, {"EvaluationResults": found[half:]}]

    def get_account_settings(self) -> dict[str, Any]:
        return {"AccountLimit": {"ConcurrentExecutions": self.concurrency}}


@pytest.fixture
def account() -> Any:
    return Account()


def refused(account: Any, **environment: str) -> str:
    with pytest.raises(AcceptanceError) as caught:
        access(account, environment)
    return str(caught.value)


def test_an_administrator_may_begin(account: Any) -> None:
    given = access(account, {})

    assert (given.account, given.caller, given.region, list(given.notes)) == ("123456789012", SESSION, "eu-west-1", [])
    assert account.asked_about == [ROLE]


def test_no_region_is_said(account: Any) -> None:
    account.region_name = None

    assert refused(account) == "no region: set AWS_REGION, or REGION=eu-west-1"


@pytest.mark.parametrize("error", [NoCredentialsError(), refusal("ExpiredToken")])
def test_no_credentials_are_said_with_what_to_do(account: Any, error: Exception) -> None:
    account.caller = error

    assert refused(account) == f"no credentials that AWS accepts: {error}; set AWS_PROFILE, or run `aws sso login`"


def test_rights_that_are_missing_are_named_each(account: Any) -> None:
    account.denied = {"iam:CreateRole", "sqs:DeleteQueue"}

    assert (
        refused(account) == f"{SESSION} may not: iam:CreateRole, sqs:DeleteQueue; use credentials of an administrator"
    )


@pytest.mark.parametrize("code", ["AccessDenied", "NoSuchEntity"])
def test_rights_that_cannot_be_asked_for_are_a_note_and_no_refusal(account: Any, code: str) -> None:
    account.iam_refuses = refusal(code)

    (note,) = access(account, {}).notes
    assert "iam:SimulatePrincipalPolicy" in note


def test_an_account_as_new_ones_are_is_told_of(account: Any) -> None:
    account.concurrency = 10

    (note,) = access(account, {}).notes
    assert note.startswith("At most 10 Lambdas run at once")


def test_an_emulator_is_no_account(account: Any) -> None:
    told = refused(account, AWS_ENDPOINT_URL="http://127.0.0.1:4566")

    assert told == "AWS_ENDPOINT_URL is 'http://127.0.0.1:4566', which is no account: unset it, or TARGET=local"


def test_actions_are_named_as_iam_names_them() -> None:
    services = set(boto3.Session().get_available_services())
    prefixes = {name.partition(":")[0] for name in NEEDED}

    assert prefixes - services == {"states"}  # boto3 calls it stepfunctions
    assert len(set(NEEDED)) == len(NEEDED)


@pytest.mark.parametrize("text", ["wfm-demoteam-amcdataset", "wfm-acceptance-", "wfm-acceptance-ABC123", ""])
def test_only_what_an_acceptance_made_can_be_removed_by_name(text: str) -> None:
    with pytest.raises(AcceptanceError, match="is no name of an acceptance"):
        Name.read(text)


def test_a_new_name_is_one_that_can_be_removed_by_name() -> None:
    name = Name.new()

    assert Name.read(name.text) == name
    assert len(name.results("returning")) <= 63
    assert len(name.assets("123456789012", "ap-southeast-1")) <= 63


def test_the_command_without_credentials_makes_nothing_and_says_why(tmp_path: Any) -> None:
    nothing = {"PATH": "/usr/bin:/bin", "AWS_EC2_METADATA_DISABLED": "true", "HOME": str(tmp_path)}

    done = subprocess.run(
        [sys.executable, "-m", "acceptance", "--region", "eu-west-1"],
        cwd=ROOT,
        env=nothing,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 4
    assert done.stderr.startswith("acceptance: no credentials that AWS accepts: Unable to locate credentials")
    assert len(done.stderr.splitlines()) == 1
    assert done.stdout == ""
