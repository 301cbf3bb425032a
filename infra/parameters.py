"""`wfm_parameters` of cdk.json: read, checked against what AWS allows, and given their defaults."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from difflib import get_close_matches
from typing import Any

import aws_cdk as cdk

LONGEST_PREFIX = 30  # SQS allows 80: {prefix}-{customerId, up to 40}-DLQ.fifo
LOG_RETENTION_DAYS = (
    *(1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731),
    *(1096, 1827, 2192, 2557, 2922, 3288, 3653),
)  # CloudWatch Logs API, PutRetentionPolicy
_NAME = re.compile(r"[A-Za-z0-9]+(-[A-Za-z0-9]+)*")
_PIPELINE = re.compile(r"[A-Za-z0-9.@_-]{1,100}")  # CodePipeline API, PipelineDeclaration.name
_ARN = r"arn:aws[a-z-]*:{}:[a-z0-9-]+:\d{{12}}:{}"
_STREAM = re.compile(_ARN.format("dynamodb", r"table/[A-Za-z0-9_.-]{3,255}/stream/[0-9T:.-]+"))
_KEY = re.compile(_ARN.format("kms", "key/[A-Za-z0-9-]+"))
_CONNECTION = re.compile(_ARN.format("(codeconnections|codestar-connections)", "connection/[A-Za-z0-9-]+"))
_REPOSITORY = re.compile(r"[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)+")
_BUCKET = re.compile(r"[a-z0-9][a-z0-9.*-]{1,61}[a-z0-9*]")
_BRANCH = re.compile(r"[A-Za-z0-9_./-]{1,255}")


class ParameterError(ValueError):
    """A parameter that cannot be deployed; the message is one sentence for the person who wrote cdk.json."""


@dataclass(frozen=True)
class Parameters:
    """The deployment's parameters; a missing or empty one has the default that stands here."""

    team: str = "demoteam"
    pipeline: str = "dlhs"
    dataset: str = "amcdataset"
    tps_table_stream_arn: str | None = None
    tps_table_key_arn: str | None = None
    log_retention_days: int = 90
    connection_arn: str | None = None
    repository: str | None = None
    branch: str = "main"
    result_buckets: tuple[str, ...] = ("amc*",)
    removal: str = "retain"

    @property
    def prefix(self) -> str:
        """Name of the stack, and start of every explicit name in it."""
        return f"wfm-{self.team}-{self.dataset}"

    @property
    def removal_policy(self) -> cdk.RemovalPolicy:
        """What becomes of tables, key and secret when the stack is deleted."""
        is_kept = self.removal == "retain"
        return cdk.RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE if is_kept else cdk.RemovalPolicy.DESTROY

    @classmethod
    def from_context(cls, given: object) -> "Parameters":
        """The parameters out of cdk.json's `wfm_parameters`; raises ParameterError."""
        if given is not None and not isinstance(given, Mapping):
            raise ParameterError(f"wfm_parameters in cdk.json is {given!r}, but must be an object.")
        filled = {key: value for key, value in (given or {}).items() if value not in (None, "")}
        for key in filled:
            _require_known(key)
        checked: dict[str, Any] = {key: _CHECKS[key](key, value) for key, value in filled.items()}
        parameters = cls(**checked)
        _require_consistent(parameters)
        return parameters


def _require_known(key: str) -> None:
    known = [field.name for field in fields(Parameters)]
    if key not in known:
        close = get_close_matches(key, known, n=1, cutoff=0)[0]
        raise ParameterError(
            f"wfm_parameters in cdk.json has the unknown key {key!r} (did you mean {close!r}?);"
            f" known are {', '.join(known)}."
        )


def _require_consistent(parameters: Parameters) -> None:
    excess = len(parameters.prefix) - LONGEST_PREFIX
    if excess > 0:
        raise ParameterError(
            f"wfm_parameters.team {parameters.team!r} and wfm_parameters.dataset {parameters.dataset!r}"
            f" in cdk.json are together {excess} characters too long, allowed are"
            f" {LONGEST_PREFIX - len('wfm--')}: AWS limits the names that are made of them, such as"
            f" {parameters.prefix}-<customerId>-DLQ.fifo."
        )
    if parameters.tps_table_key_arn and not parameters.tps_table_stream_arn:
        raise ParameterError(
            f"wfm_parameters.tps_table_key_arn in cdk.json is {parameters.tps_table_key_arn!r},"
            " but is allowed only together with tps_table_stream_arn."
        )
    if (parameters.connection_arn is None) != (parameters.repository is None):
        missing = "connection_arn" if parameters.connection_arn is None else "repository"
        raise ParameterError(
            f"wfm_parameters.{missing} in cdk.json is missing: the pipeline needs both connection_arn and repository."
        )


def _text(pattern: re.Pattern[str], allowed: str) -> Callable[[str, object], str]:
    def check(key: str, value: object) -> str:
        if isinstance(value, str) and pattern.fullmatch(value):
            return value
        raise ParameterError(f"wfm_parameters.{key} in cdk.json is {value!r}, but must be {allowed}.")

    return check


def _days(key: str, value: object) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and value in LOG_RETENTION_DAYS:
        return value
    allowed = ", ".join(map(str, LOG_RETENTION_DAYS))
    raise ParameterError(f"wfm_parameters.{key} in cdk.json is {value!r}, but must be one of {allowed}.")


def _buckets(key: str, value: object) -> tuple[str, ...]:
    """A pattern of three characters may still be one that any bucket's name fits, but not by chance."""
    given = value if isinstance(value, list) else []
    if given and all(isinstance(each, str) and _BUCKET.fullmatch(each) for each in given):
        return tuple(given)
    allowed = "a list of bucket names, in which * stands for any characters but not at the beginning"
    raise ParameterError(f"wfm_parameters.{key} in cdk.json is {value!r}, but must be {allowed}.")


_NAME_ALLOWED = "letters and digits, in groups joined by single hyphens"
_CHECKS: dict[str, Callable[[str, object], str | int | tuple[str, ...]]] = {
    "team": _text(_NAME, _NAME_ALLOWED),
    "pipeline": _text(_PIPELINE, "1 to 100 letters, digits and . @ _ -"),
    "dataset": _text(_NAME, _NAME_ALLOWED),
    "tps_table_stream_arn": _text(_STREAM, "the ARN of a DynamoDB table's stream"),
    "tps_table_key_arn": _text(_KEY, "the ARN of a KMS key"),
    "log_retention_days": _days,
    "connection_arn": _text(_CONNECTION, "the ARN of a CodeConnections connection"),
    "repository": _text(_REPOSITORY, "a repository as owner/name"),
    "branch": _text(_BRANCH, "the name of a branch"),
    "result_buckets": _buckets,
    "removal": _text(re.compile("retain|destroy"), "retain, or destroy for a deployment whose data nobody needs"),
}
