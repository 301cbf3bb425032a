import re
from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.about_parameters import ABOUT, OF_AN_ENVIRONMENT
from infra.parameter_checks import LOG_RETENTION_DAYS, ParameterError
from infra.parameters import LONGEST_PREFIX, NEED_EACH_OTHER, Environment, Parameters, environments

STREAM = "arn:aws:dynamodb:eu-west-1:123456789012:table/tps-CustomerConfig/stream/2026-01-01T00:00:00.000"
KEY = "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
KNOWN = {field.name for field in fields(Parameters)}
NAMES = st.text(max_size=30) | st.from_regex(r"[A-Za-z0-9-]{1,20}")
PIPELINE = {"connection_arn": "arn:aws:codeconnections:eu-west-1:123456789012:connection/a1", "repository": "acme/wfm"}
HERE = {"pipeline_account": "111122223333", "pipeline_region": "eu-west-1"}
DEV: dict[str, object] = {"name": "dev", "account": "111122223333", "region": "eu-west-1", "dataset": "amcdev"}
PROD: dict[str, object] = {"name": "prod", "account": "444455556666", "region": "us-east-1", "approval": True}
CONNECTION = "arn:aws:codeconnections:eu-west-1:123456789012:connection/aEXAMPLE-8aad-4d5d-8878-dfcab0bc441f"


@pytest.mark.parametrize("empty", [None, {}, {"team": "", "pipeline": None, "dataset": ""}])
def test_missing_and_empty_parameters_have_the_documented_defaults(empty: object) -> None:
    parameters = Parameters.from_context(empty)

    assert (parameters.team, parameters.pipeline, parameters.dataset) == ("demoteam", "dlhs", "amcdataset")
    assert parameters.prefix == "wfm-demoteam-amcdataset"


def test_given_parameters_are_taken() -> None:
    given_parameters = {
        "team": "ads",
        "pipeline": "main.line",
        "dataset": "Clean-Room",
        "tps_table_stream_arn": STREAM,
        "tps_table_key_arn": KEY,
        "log_retention_days": 30,
        "trace_percent": 0,
        "connection_arn": CONNECTION,
        "repository": "acme/wfm",
        "branch": "release/2",
        "result_buckets": ["amc-acme-*", "acme-results"],
        "deliveries": "on",
        "idle_poll_minutes": 240,
        "removal": "destroy",
        "alarm_address": "ops@example.com",
        "pipeline_account": "111122223333",
        "pipeline_region": "us-gov-west-1",
        "environments": [DEV],
    }

    parameters = Parameters.from_context(given_parameters)

    as_taken = {"result_buckets": ("amc-acme-*", "acme-results"), "environments": (DEV,)}
    assert vars(parameters) == given_parameters | as_taken


@pytest.mark.parametrize(
    ("key", "meant"),
    [
        ("datset", "dataset"),
        ("Team", "team"),
        ("retention_days", "log_retention_days"),
        ("branhc", "branch"),
    ],
)
def test_an_unknown_key_is_refused_with_the_closest_known_one(key: str, meant: str) -> None:
    message = _refused({key: "x"})

    assert repr(key) in message
    assert f"did you mean '{meant}" in message


@pytest.mark.parametrize(
    ("key", "value", "allowed"),
    [
        ("team", "demo team", "letters and digits"),
        ("team", "-demo", "letters and digits"),
        ("team", "demo_team", "letters and digits"),
        ("team", "démo", "letters and digits"),
        ("team", "demo\n", "letters and digits"),
        ("dataset", 7, "letters and digits"),
        ("dataset", ["amc"], "letters and digits"),
        ("pipeline", "a b", "1 to 100"),
        ("pipeline", "x" * 101, "1 to 100"),
        ("tps_table_stream_arn", "arn:aws:dynamodb:eu-west-1:123456789012:table/tps", "stream"),
        ("tps_table_key_arn", "alias/tps", "KMS key"),
        ("log_retention_days", 31, "30, 60"),
        ("log_retention_days", True, "30, 60"),
        ("removal", "keep", "retain, or destroy"),
        ("log_retention_days", "90", "30, 60"),
        ("trace_percent", 101, "0 to 100"),
        ("trace_percent", -1, "0 to 100"),
        ("trace_percent", 0.5, "0 to 100"),
        ("trace_percent", True, "0 to 100"),
        ("connection_arn", "acme", "connection"),
        ("repository", "wfm", "owner/name"),
        ("branch", "a branch", "branch"),
        ("alarm_address", "ops", "one e-mail address"),
        ("alarm_address", "a@example.com, b@example.com", "one e-mail address"),
        ("pipeline_account", 111122223333, "12 digits"),
        ("pipeline_account", "1111", "12 digits"),
        ("pipeline_region", "Frankfurt", "eu-west-1"),
        ("environments", "dev", "a list of objects"),
        ("environments", {"name": "dev"}, "a list of objects"),
        ("environments", ["dev"], "a list of objects"),
        ("result_buckets", "amc-acme-*", "a list of bucket names"),
        ("idle_poll_minutes", 9, "from 10 to 1440"),
        ("idle_poll_minutes", 60.5, "from 10 to 1440"),
        ("idle_poll_minutes", True, "from 10 to 1440"),
        ("idle_poll_minutes", "60", "from 10 to 1440"),
        ("result_buckets", ["*"], "a list of bucket names"),
        ("deliveries", "yes", "off, or on"),
        ("deliveries", True, "off, or on"),
    ],
)
def test_a_value_that_aws_would_refuse_is_refused_by_name(key: str, value: object, allowed: str) -> None:
    message = _refused({key: value})

    assert f"wfm_parameters.{key} " in message
    assert repr(value) in message
    assert allowed in message


def test_names_too_long_together_say_by_how_much() -> None:
    message = _refused({"team": "t" * 15, "dataset": "d" * 12})

    assert "'ttttttttttttttt'" in message
    assert "'dddddddddddd'" in message
    assert "2 characters too long, allowed are 25" in message


@pytest.mark.parametrize("context", ["team=x", 7, ["team"]])
def test_parameters_that_are_no_object_are_refused(context: object) -> None:
    with pytest.raises(ParameterError, match="must be an object"):
        Parameters.from_context(context)


@given(team=NAMES, dataset=NAMES)
def test_whatever_is_accepted_makes_names_that_aws_accepts(team: str, dataset: str) -> None:
    try:
        prefix = Parameters.from_context({"team": team, "dataset": dataset}).prefix
    except ParameterError:
        return

    longest_queue = f"{prefix}-{'c' * 40}-DLQ.fifo"
    assert re.fullmatch(r"[a-zA-Z][-a-zA-Z0-9]*", prefix)
    assert len(longest_queue) <= 80
    assert len(prefix) <= LONGEST_PREFIX


@given(st.dictionaries(st.text().filter(lambda key: key not in KNOWN), st.text(min_size=1), min_size=1))
def test_rubbish_ends_in_one_sentence(rubbish: dict[str, str]) -> None:
    _refused(rubbish)


@given(st.sampled_from(LOG_RETENTION_DAYS))
def test_every_retention_of_cloudwatch_logs_is_allowed(days: int) -> None:
    assert Parameters.from_context({"log_retention_days": days}).log_retention_days == days


def test_an_environment_has_its_own_parameters_and_shares_the_others() -> None:
    dev, prod = _environments(DEV | {"log_retention_days": 7, "removal": "destroy"}, PROD, log_retention_days=365)

    assert (dev.name, dev.account, dev.region, dev.approval) == ("dev", "111122223333", "eu-west-1", False)
    assert (dev.parameters.prefix, dev.parameters.log_retention_days) == ("wfm-demoteam-amcdev", 7)
    assert dev.parameters.removal == "destroy"
    assert (prod.parameters.prefix, prod.parameters.log_retention_days) == ("wfm-demoteam-amcdataset", 365)
    assert (prod.approval, prod.parameters.removal) == (True, "retain")


def test_without_environments_a_pipeline_deploys_to_its_own_account_and_region() -> None:
    parameters = Parameters.from_context(PIPELINE)

    assert environments(parameters) == [Environment("", None, None, approval=False, parameters=parameters)]


@pytest.mark.parametrize(
    ("environment", "fault"),
    [
        ({"account": "111122223333", "region": "eu-west-1"}, "environments[1].name in cdk.json is missing"),
        ({"name": "dev", "region": "eu-west-1"}, "environments[1].account in cdk.json is missing"),
        ({"name": "dev", "account": "111122223333"}, "environments[1].region in cdk.json is missing"),
        (DEV | {"datset": "x"}, "environments[1] in cdk.json has the unknown key 'datset' (did you mean 'dataset'?)"),
        (DEV | {"pipeline": "x"}, "environments[1] in cdk.json has the unknown key 'pipeline'"),
        (DEV | {"branch": "x"}, "environments[1] in cdk.json has the unknown key 'branch'"),
        (DEV | {"account": 1111}, "environments[1].account in cdk.json is 1111, but must be the 12 digits"),
        (DEV | {"approval": "yes"}, "environments[1].approval in cdk.json is 'yes', but must be true or false"),
        (DEV | {"log_retention_days": 31}, "environments[1].log_retention_days in cdk.json is 31"),
        (DEV | {"name": "prod"}, "environments[0].name in cdk.json is 'prod', which another environment has too"),
        (PROD | {"name": "prod-2"}, "give one of them another team or dataset"),
        (DEV | {"tps_table_key_arn": KEY}, "environments[1].tps_table_key_arn in cdk.json"),
        (DEV | {"region": "eu-west-2", "tps_table_stream_arn": STREAM}, "is in 'eu-west-1', and Lambda reads streams"),
    ],
)  # fmt: skip
def test_an_environment_that_cannot_be_is_refused(environment: dict[str, object], fault: str) -> None:
    with pytest.raises(ParameterError) as refusal:
        _environments(PROD, environment)

    assert fault in str(refusal.value)
    assert _is_one_sentence(str(refusal.value))


@pytest.mark.parametrize(("given_name", "missing", "why"), NEED_EACH_OTHER)
def test_parameters_that_need_each_other_say_so(given_name: str, missing: str, why: str) -> None:
    neighbours = [needed for given, needed, _ in NEED_EACH_OTHER if given == given_name]
    beside = set(neighbours[: neighbours.index(missing)])
    if "connection_arn" in beside:
        beside.add("repository")

    message = _refused({name: ABOUT[name].example for name in {given_name, *beside}})

    assert message == f"wfm_parameters.{given_name} in cdk.json is given, but {missing} is missing: {why}."


def test_each_parameter_is_described() -> None:
    assert list(ABOUT) == [field.name for field in fields(Parameters)]


@pytest.mark.parametrize("name", ABOUT)
def test_the_example_of_a_parameter_is_allowed(name: str) -> None:
    assert ABOUT[name].check(name, ABOUT[name].example)


@pytest.mark.parametrize("name", OF_AN_ENVIRONMENT)
def test_the_example_of_what_an_environment_has_is_allowed(name: str) -> None:
    assert OF_AN_ENVIRONMENT[name].check(name, OF_AN_ENVIRONMENT[name].example)


def _environments(*given_environments: dict[str, object], **shared: object) -> list[Environment]:
    return environments(
        Parameters.from_context({**PIPELINE, **HERE, **shared, "environments": list(given_environments)})
    )


def _refused(given_parameters: dict[str, object] | dict[str, str]) -> str:
    with pytest.raises(ParameterError) as refusal:
        Parameters.from_context(given_parameters)
    assert _is_one_sentence(str(refusal.value))
    return str(refusal.value)


def _is_one_sentence(message: str) -> bool:
    return message.endswith(".") and len(message.splitlines()) == 1
