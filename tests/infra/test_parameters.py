import re
from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.parameters import LOG_RETENTION_DAYS, LONGEST_PREFIX, ParameterError, Parameters

STREAM = "arn:aws:dynamodb:eu-west-1:123456789012:table/tps-CustomerConfig/stream/2026-01-01T00:00:00.000"
KEY = "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
KNOWN = {field.name for field in fields(Parameters)}
NAMES = st.text(max_size=30) | st.from_regex(r"[A-Za-z0-9-]{1,20}")
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
        "connection_arn": CONNECTION,
        "repository": "acme/wfm",
        "branch": "release/2",
        "result_buckets": ["amc-acme-*", "acme-results"],
        "removal": "destroy",
    }

    parameters = Parameters.from_context(given_parameters)

    assert vars(parameters) == given_parameters | {"result_buckets": ("amc-acme-*", "acme-results")}


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
        ("connection_arn", "acme", "connection"),
        ("repository", "wfm", "owner/name"),
        ("branch", "a branch", "branch"),
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


def test_a_key_for_the_tps_table_needs_the_table() -> None:
    assert "only together with tps_table_stream_arn" in _refused({"tps_table_key_arn": KEY})


@pytest.mark.parametrize(
    ("given_parameters", "missing"),
    [({"connection_arn": CONNECTION}, "repository"), ({"repository": "acme/wfm"}, "connection_arn")],
)
def test_half_a_pipeline_is_refused(given_parameters: dict[str, str], missing: str) -> None:
    assert f"wfm_parameters.{missing} in cdk.json is missing" in _refused(given_parameters)


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


def _refused(given_parameters: dict[str, object] | dict[str, str]) -> str:
    with pytest.raises(ParameterError) as refusal:
        Parameters.from_context(given_parameters)
    assert _is_one_sentence(str(refusal.value))
    return str(refusal.value)


def _is_one_sentence(message: str) -> bool:
    return message.endswith(".") and len(message.splitlines()) == 1
