"""What is wrong with a deployment, found out from outside: each finding with what to do about it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    CredentialRetrievalError,
    NoCredentialsError,
    SSOError,
    TokenRetrievalError,
)

from wfm.client.adapters.session import open_session
from wfm.client.connection import Connection
from wfm.client.credentials.auth import Auth
from wfm.client.local_state import is_listening
from wfm.client.records import Tenant
from wfm.client.wfm import Wfm
from wfm.errors import UnreachableError, WfmError
from wfm.model.availability import DEGRADED
from wfm.model.rows import text_or_none

if TYPE_CHECKING:
    import boto3
    from mypy_boto3_lambda import LambdaClient

FEW_LAMBDAS: Final = 100  # at a time; a new account of AWS may have ten
SHOWN: Final = 5  # names in a sentence; --json has all
# None are there, or AWS does not take them: everybody who is somebody may ask who they are.
_NOBODY: Final = (ClientError, CredentialRetrievalError, NoCredentialsError, SSOError, TokenRetrievalError)
_WELL: Final = ("ACTIVE", "OFFBOARDED")
_IN_TROUBLE: Final = ("FAILED", DEGRADED)


class Verdict(StrEnum):
    """What a check comes to. UNKNOWN is what AWS did not let us see."""

    GOOD = "GOOD"
    WARNING = "WARNING"
    FAILED = "FAILED"
    UNKNOWN = "UNKNOWN"


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found, in words, and what to do about it."""

    check: str
    verdict: Verdict
    found: str
    advice: str = ""

    def as_json(self) -> dict[str, object]:
        """What `--json` prints."""
        return asdict(self)


def examine(wfm: Wfm) -> Iterator[Finding]:
    """One check after the other; those that need what is missing are left out."""
    if wfm.connection.is_local:
        yield local_runtime(wfm.connection)
    try:
        session = open_session(wfm.connection)
    except UnreachableError as exc:
        yield Finding("credentials", Verdict.FAILED, str(exc), "name a profile, or use another context")
        return
    if not session.region_name:
        allowed = "--region, AWS_REGION, or a region in the context or profile"
        yield Finding("region", Verdict.FAILED, "none is named", allowed)
        return
    yield Finding("region", Verdict.GOOD, session.region_name)
    for check in (credentials, outputs):
        found = asking(check.__name__, check, wfm, session)
        yield found
        if found.verdict is not Verdict.GOOD:
            return
    yield asking("secrets", secrets, wfm, session)
    yield asking("tenants", tenants, wfm, session)
    yield asking("alarms", alarms, wfm, session)
    yield asking("quotas", quotas, wfm, session)


def asking(name: str, check: Callable[[Wfm, "boto3.Session"], Finding], wfm: Wfm, session: "boto3.Session") -> Finding:
    """What the check finds; an error of WFM's is one, and what AWS does not answer is unknown."""
    try:
        return check(wfm, session)
    except WfmError as exc:
        return Finding(name, Verdict.FAILED, str(exc))
    except (BotoCoreError, ClientError) as exc:
        return Finding(name, Verdict.UNKNOWN, f"AWS: {exc}", "your own rights decide what you may see")


def local_runtime(connection: Connection) -> Finding:
    """Whether the AMC simulator listens beside the emulator, without which there is no connection."""
    name = "local runtime"
    if connection.simulator and not is_listening(connection.simulator):
        found = f"the AMC simulator has ended (nothing listens at {connection.simulator})"
        return Finding(name, Verdict.FAILED, found, "wfm local down, then wfm local up; its log is amc_simulator.log")
    return Finding(name, Verdict.GOOD, f"the emulator listens at {connection.endpoint_url}")


def credentials(wfm: Wfm, session: "boto3.Session") -> Finding:
    """Whose they are."""
    try:
        caller = session.client("sts", endpoint_url=wfm.connection.endpoint_url).get_caller_identity()
    except _NOBODY as exc:
        advice = "aws sso login or aws configure; another --profile, or a profile in the context"
        return Finding("credentials", Verdict.FAILED, f"AWS: {exc}", advice)
    return Finding("credentials", Verdict.GOOD, f"account {caller['Account']}, {caller['Arn']}")


def outputs(wfm: Wfm, _session: "boto3.Session") -> Finding:
    """Whether the stack is there with all that the client needs."""
    return Finding("outputs", Verdict.GOOD, f"stack {wfm.aws.deployment.stack} has all that are needed")


def secrets(wfm: Wfm, _session: "boto3.Session") -> Finding:
    """Whether each tenant's authId has credentials; no secret is shown."""
    known = Auth(wfm.connection, wfm.stack).auth_ids()
    lacking = [one for one in wfm.tenants.list() if one.status != "OFFBOARDED" and _auth_id(one) not in known]
    if lacking:
        wanted = sorted({_auth_id(one) for one in lacking})
        found = f"{_named(lacking)}: no credentials for authId {', '.join(wanted)}"
        return Finding("secrets", Verdict.FAILED, found, f"wfm auth --auth-id {wanted[0]}")
    if not known:
        return Finding("secrets", Verdict.WARNING, "there are no credentials for AMC yet", "wfm auth")
    return Finding("secrets", Verdict.GOOD, f"credentials for authId {', '.join(known)}")


def _auth_id(tenant: Tenant) -> str:
    return text_or_none(tenant.row.get("authId")) or "default"


def tenants(wfm: Wfm, _session: "boto3.Session") -> Finding:
    """Which of them do not work, and which are paused."""
    found = wfm.tenants.list()
    trouble = [one for one in found if one.status in _IN_TROUBLE or (one.status in _WELL and one.poll_error)]
    if trouble:
        reasons = "; ".join(f"{one.customer_id} is {one.status}: {one.why}" for one in trouble[:SHOWN])
        return Finding("tenants", Verdict.FAILED, f"{reasons}{_more(trouble)}", "docs/operations.md has each reason")
    if waiting := [one for one in found if one.status not in _WELL]:
        states = ", ".join(f"{one.customer_id} is {one.status}" for one in waiting[:SHOWN])
        return Finding("tenants", Verdict.WARNING, f"{states}{_more(waiting)}", "wfm tenants show CUSTOMER")
    return Finding("tenants", Verdict.GOOD, f"{len(found)}, none in trouble")


def alarms(wfm: Wfm, session: "boto3.Session") -> Finding:
    """Which of the deployment's alarms ring."""
    cloudwatch: Any = session.client("cloudwatch", endpoint_url=wfm.connection.endpoint_url)
    pages = cloudwatch.get_paginator("describe_alarms").paginate(AlarmNamePrefix=f"{wfm.stack}-")
    known = {each["AlarmName"]: each["StateValue"] for page in pages for each in page["MetricAlarms"]}
    ringing = sorted(name for name, state in known.items() if state == "ALARM")
    if ringing:
        return Finding("alarms", Verdict.FAILED, ", ".join(ringing), "docs/operations.md says what to do about each")
    if not known:
        return Finding("alarms", Verdict.WARNING, f"there are none named {wfm.stack}-...", "deploy the stack again")
    return Finding("alarms", Verdict.GOOD, f"none of {len(known)} is in ALARM")


def quotas(wfm: Wfm, session: "boto3.Session") -> Finding:
    """How many Lambdas the account runs at a time: the quota that a new account meets first."""
    functions: LambdaClient = session.client("lambda", endpoint_url=wfm.connection.endpoint_url)
    limits = functions.get_account_settings()["AccountLimit"]
    left = limits["UnreservedConcurrentExecutions"]
    found = f"Lambda runs {left} at a time that are not reserved, of {limits['ConcurrentExecutions']}"
    if left < FEW_LAMBDAS:
        advice = "ask AWS for more in Service Quotas (Lambda, concurrent executions); docs/limits.md"
        return Finding("quotas", Verdict.WARNING, found, advice)
    return Finding("quotas", Verdict.GOOD, found)


def _named(found: Sequence[Tenant]) -> str:
    return ", ".join(one.customer_id for one in found[:SHOWN]) + _more(found)


def _more(found: Sequence[Tenant]) -> str:
    return f" and {len(found) - SHOWN} more" if len(found) > SHOWN else ""
