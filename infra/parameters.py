"""`wfm_parameters` of cdk.json: read, checked, and given their defaults."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import aws_cdk as cdk

from infra.about_parameters import ABOUT, OF_A_STACK, OF_AN_ENVIRONMENT
from infra.parameter_checks import Environments, ParameterError, require_known

LONGEST_PREFIX: Final = 30  # SQS allows 80: {prefix}-{customerId, up to 40}-DLQ.fifo
ROOT: Final = "wfm_parameters"
_A_PIPELINE = "the pipeline is made of connection_arn and repository together"
_ITS_PLACE = "a pipeline with environments has to know its own account and region"
NEED_EACH_OTHER: Final = (
    ("tps_table_key_arn", "tps_table_stream_arn", "the key is that of the stream's table"),
    ("connection_arn", "repository", _A_PIPELINE),
    ("repository", "connection_arn", _A_PIPELINE),
    ("pipeline_account", "connection_arn", _A_PIPELINE),
    ("pipeline_region", "connection_arn", _A_PIPELINE),
    ("environments", "connection_arn", _A_PIPELINE),
    ("environments", "pipeline_account", _ITS_PLACE),
    ("environments", "pipeline_region", _ITS_PLACE),
)


@dataclass(frozen=True)
class Parameters:
    """The deployment's parameters; a missing or empty one has the default that stands here."""

    team: str = "demoteam"
    dataset: str = "amcdataset"
    tps_table_stream_arn: str | None = None
    tps_table_key_arn: str | None = None
    log_retention_days: int = 90
    trace_percent: int = 5
    result_buckets: tuple[str, ...] = ("amc*",)
    deliveries: str = "off"
    idle_poll_minutes: int = 60
    removal: str = "retain"
    alarm_address: str | None = None
    pipeline: str = "dlhs"
    connection_arn: str | None = None
    repository: str | None = None
    branch: str = "main"
    pipeline_account: str | None = None
    pipeline_region: str | None = None
    environments: Environments = ()

    @property
    def prefix(self) -> str:
        """Name of the stack, and start of every explicit name in it."""
        return f"wfm-{self.team}-{self.dataset}"

    @property
    def delivers(self) -> bool:
        """Whether results are delivered."""
        return self.deliveries == "on"

    @property
    def removal_policy(self) -> cdk.RemovalPolicy:
        """What becomes of tables, key and secret when the stack is deleted."""
        is_kept = self.removal == "retain"
        return cdk.RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE if is_kept else cdk.RemovalPolicy.DESTROY

    @classmethod
    def from_context(cls, given: object, where: str = ROOT) -> "Parameters":
        """The parameters out of cdk.json's `wfm_parameters`; raises ParameterError, which names `where` they stand."""
        if given is not None and not isinstance(given, Mapping):
            raise ParameterError(f"{where} in cdk.json is {given!r}, but must be an object.")
        filled = {key: value for key, value in (given or {}).items() if value not in (None, "")}
        require_known(where, filled, list(ABOUT))
        checked: dict[str, Any] = {key: ABOUT[key].check(f"{where}.{key}", value) for key, value in filled.items()}
        parameters = cls(**checked)
        _require_consistent(parameters, where)
        return parameters


@dataclass(frozen=True)
class Environment:
    """One place that the pipeline deploys to: its account, its region, and the parameters of its stack.

    `account` and `region` are None for the pipeline's own. With `approval`, a person has to agree first.
    """

    name: str
    account: str | None
    region: str | None
    approval: bool
    parameters: Parameters


def environments(parameters: Parameters) -> list[Environment]:
    """Where the pipeline deploys to, in its order; what an environment does not say is as `parameters` have it.

    Raises ParameterError.
    """
    if not parameters.environments:
        return [Environment("", None, None, approval=False, parameters=parameters)]
    shared = {key: getattr(parameters, key) for key in OF_A_STACK}
    found = [
        _environment(given, shared, f"{ROOT}.environments[{index}]")
        for index, given in enumerate(parameters.environments)
    ]
    _require_apart(found)
    return found


def _environment(given: Mapping[str, object], shared: Mapping[str, object], where: str) -> Environment:
    require_known(where, given, [*OF_AN_ENVIRONMENT, *OF_A_STACK])
    own = {key: about.check(f"{where}.{key}", given[key]) for key, about in OF_AN_ENVIRONMENT.items() if key in given}
    for key in ("name", "account", "region"):
        if key not in own:
            raise ParameterError(
                f"{where}.{key} in cdk.json is missing, but must be {OF_AN_ENVIRONMENT[key].check.allowed}."
            )
    stack = {**shared, **{key: value for key, value in given.items() if key in OF_A_STACK}}
    environment = Environment(
        str(own["name"]),
        str(own["account"]),
        str(own["region"]),
        approval=bool(own.get("approval")),
        parameters=Parameters.from_context(stack, where),
    )
    _require_same_region(environment, where)
    return environment


def _require_same_region(environment: Environment, where: str) -> None:
    """Lambda reads a stream of its own region alone (Lambda developer guide, "Using AWS Lambda with DynamoDB")."""
    stream = environment.parameters.tps_table_stream_arn
    region = stream.split(":")[3] if stream else environment.region
    if region != environment.region:
        raise ParameterError(
            f"{where}.region in cdk.json is {environment.region!r}, but the table of its tps_table_stream_arn is in"
            f" {region!r}, and Lambda reads streams of its own region alone."
        )


def _require_apart(environments: list[Environment]) -> None:
    names = Counter(environment.name for environment in environments)
    places = Counter((each.account, each.region, each.parameters.prefix) for each in environments)
    for index, each in enumerate(environments):
        where = f"{ROOT}.environments[{index}]"
        if names[each.name] > 1:
            raise ParameterError(f"{where}.name in cdk.json is {each.name!r}, which another environment has too.")
        if places[each.account, each.region, each.parameters.prefix] > 1:
            raise ParameterError(
                f"{where} in cdk.json is {each.parameters.prefix} in {each.account} and {each.region}, as another"
                " environment is: give one of them another team or dataset."
            )


def _require_consistent(parameters: Parameters, where: str) -> None:
    for problem in _problems(parameters, where):
        raise ParameterError(problem)


def _problems(parameters: Parameters, where: str) -> Iterator[str]:
    excess = len(parameters.prefix) - LONGEST_PREFIX
    if excess > 0:
        yield (
            f"{where}.team {parameters.team!r} and {where}.dataset {parameters.dataset!r}"
            f" in cdk.json are together {excess} characters too long, allowed are"
            f" {LONGEST_PREFIX - len('wfm--')}: AWS limits the names that are made of them, such as"
            f" {parameters.prefix}-<customerId>-DLQ.fifo."
        )
    for given, needed, why in NEED_EACH_OTHER:
        if getattr(parameters, given) and not getattr(parameters, needed):
            yield f"{where}.{given} in cdk.json is given, but {needed} is missing: {why}."
