"""`wfm doctor`: each check finds what is wrong, and says what to do."""

import json
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.exceptions import ClientError, NoCredentialsError, UnauthorizedSSOTokenError
from botocore.stub import Stubber

from tests.wfm.commands import Run
from tests.wfm.deployed import ACCOUNT, session
from tests.wfm.granting import entry
from wfm.client.connection import Connection
from wfm.client.credentials.amc_access import AmcAccess
from wfm.client.diagnosis import Verdict, local_runtime

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient

STACK = "wfm-demoteam-amcdataset"


class Ward:
    """A deployment with a secret, alarms and the quota of Lambda."""

    def __init__(self, deployed: Any) -> None:
        self.deployed = deployed
        self.secrets = boto3.client("secretsmanager")
        self.arn = self.secrets.create_secret(Name="AmcCredentials")["ARN"]
        self.alarms: Any = boto3.client("cloudwatch")
        self.functions: LambdaClient
        self.may_run(1000)

    def put_secret(self, *auth_ids: str) -> None:
        self.secrets.put_secret_value(SecretId=self.arn, SecretString=json.dumps({one: entry(1) for one in auth_ids}))

    def put_alarm(self, name: str, state: Any = "OK") -> None:
        self.alarms.put_metric_alarm(
            AlarmName=f"{STACK}-{name}", ComparisonOperator="GreaterThanThreshold", EvaluationPeriods=1
        )
        self.alarms.set_alarm_state(AlarmName=f"{STACK}-{name}", StateValue=state, StateReason="as the test wants")

    def may_run(self, unreserved: int) -> None:
        limits = {"ConcurrentExecutions": unreserved, "UnreservedConcurrentExecutions": unreserved}
        self._stubbed().add_response("get_account_settings", {"AccountLimit": limits})

    def may_not_ask(self) -> None:
        self._stubbed().add_client_error("get_account_settings", "AccessDeniedException", "not for you")

    def _stubbed(self) -> Stubber:
        self.functions = boto3.Session(**ACCOUNT).client("lambda")  # not the one that all tests share
        stubber = Stubber(self.functions)
        stubber.activate()
        return stubber

    def client(self, name: str, **options: Any) -> Any:
        """moto lacks Lambda's account settings."""
        shared: Any = session()
        return self.functions if name == "lambda" else shared.client(name, **options)


@pytest.fixture
def ward(deployed: Any, monkeypatch: pytest.MonkeyPatch) -> Ward:
    """Nothing is wrong with it."""
    ward = Ward(deployed)
    access = AmcAccess({}, ward.arn, "AccessTokens")
    monkeypatch.setattr("wfm.client.credentials.auth.find_amc_access", lambda *_: access)
    monkeypatch.setattr(
        "wfm.client.diagnosis.open_session", lambda _: SimpleNamespace(region_name="us-east-1", client=ward.client)
    )
    ward.put_secret("default")
    ward.put_alarm("TrackerLag-High")
    deployed.put_tenant()
    return ward


def test_a_deployment_with_which_nothing_is_wrong(ward: Ward, command: Run) -> None:
    ended = command("doctor", "--json")

    found = {one["check"]: (one["verdict"], one["found"]) for one in json.loads(ended.out)}
    assert ended.code == 0
    assert list(found) == ["region", "credentials", "outputs", "secrets", "tenants", "alarms", "quotas"]
    assert {verdict for verdict, _ in found.values()} == {"GOOD"}
    assert "account 123456789012, arn:aws:" in found["credentials"][1]
    assert found["alarms"][1] == "none of 1 is in ALARM"


def test_what_is_wrong_is_told_with_what_to_do(ward: Ward, command: Run) -> None:
    ward.put_alarm("TrackerLag-High", "ALARM")
    ward.put_secret("other")
    ward.deployed.put_tenant("globex", "FAILED", reason="AMC refused with 403")
    ward.may_run(10)

    ended = command("doctor")

    lines = {line.split()[0]: " ".join(line.split()) for line in ended.out.splitlines()}
    assert ended.code == 1
    assert "FAILED acme, globex: no credentials for authId default wfm auth --auth-id default" in lines["secrets"]
    assert "FAILED globex is FAILED: AMC refused with 403" in lines["tenants"]
    assert f"FAILED {STACK}-TrackerLag-High" in lines["alarms"]
    assert "WARNING Lambda runs 10 at a time that are not reserved, of 10" in lines["quotas"]


def test_what_only_waits_is_a_warning_and_no_failure(ward: Ward, command: Run) -> None:
    for number in range(7):
        ward.deployed.put_tenant(f"t{number}", "PAUSED")
    ward.alarms.delete_alarms(AlarmNames=[f"{STACK}-TrackerLag-High"])

    ended = command("doctor", "--json")

    found = {one["check"]: one for one in json.loads(ended.out)}
    assert ended.code == 0
    assert [found[name]["verdict"] for name in ("tenants", "alarms")] == ["WARNING", "WARNING"]
    assert found["tenants"]["found"].endswith("t4 is PAUSED and 2 more")
    assert found["alarms"]["found"] == f"there are none named {STACK}-..."


def test_what_may_not_be_seen_is_unknown(ward: Ward, command: Run) -> None:
    ward.may_not_ask()

    ended = command("doctor", "--json")

    (found,) = [one for one in json.loads(ended.out) if one["check"] == "quotas"]
    assert (ended.code, found["verdict"]) == (0, "UNKNOWN")
    assert "AccessDeniedException" in found["found"]


def test_without_a_way_to_aws_nothing_else_is_checked(aws_settings: None, command: Run) -> None:
    ended = command("--profile", "nobody", "doctor", "--json")

    (found,) = json.loads(ended.out)
    assert (ended.code, found["check"], found["verdict"]) == (1, "credentials", "FAILED")
    assert "there is no AWS profile 'nobody'" in found["found"]


def test_a_region_that_is_missing_is_named(aws_settings: None, command: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_DEFAULT_REGION")

    (found,) = json.loads(command("doctor", "--json").out)

    assert (found["check"], found["verdict"]) == ("region", "FAILED")


@pytest.mark.parametrize(
    "problem",
    [
        NoCredentialsError(),
        UnauthorizedSSOTokenError(),
        ClientError({"Error": {"Code": "ExpiredToken", "Message": "expired"}}, "GetCallerIdentity"),
    ],
)
def test_credentials_that_are_none_are_a_failure_and_no_lack_of_rights(
    aws_settings: None, command: Run, monkeypatch: pytest.MonkeyPatch, problem: Exception
) -> None:
    def refuse() -> None:
        raise problem

    client = SimpleNamespace(get_caller_identity=refuse)
    session = SimpleNamespace(region_name="us-east-1", client=lambda *_, **__: client)
    monkeypatch.setattr("wfm.client.diagnosis.open_session", lambda _: session)

    ended = command("doctor", "--json")

    found = json.loads(ended.out)[-1]
    assert (ended.code, found["check"], found["verdict"]) == (1, "credentials", "FAILED")
    assert "aws sso login" in found["advice"]


def test_a_simulator_that_has_ended_is_found() -> None:
    found = local_runtime(Connection(is_local=True, simulator="http://127.0.0.1:1"))

    assert (found.verdict, found.found) == (
        Verdict.FAILED,
        "the AMC simulator has ended (nothing listens at http://127.0.0.1:1)",
    )


@pytest.mark.parametrize(("unreserved", "verdict"), [(99, Verdict.WARNING), (100, Verdict.GOOD)])
def test_few_lambdas_at_a_time_are_warned_of(ward: Ward, command: Run, unreserved: int, verdict: Verdict) -> None:
    ward.may_run(unreserved)

    found = json.loads(command("doctor", "--json").out)[-1]
    assert (found["check"], found["verdict"]) == ("quotas", verdict)
