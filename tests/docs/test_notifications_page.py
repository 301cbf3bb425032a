"""`docs/notifications.md` is true: its tables are the schemas, its examples keep them, its commands are taken."""

import json
import re
import shlex
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import reduce
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.model import Shape
from moto import mock_aws

from functions.services.notifications.digest_text import Digest, as_text
from tests.builders import a_run
from wfm.model.events import ATTRIBUTES, run_detail
from wfm.model.json_schema import problems
from wfm.model.runs import WFM_FIELDS, run_row
from wfm.model.subscriptions import topic_problems
from wfm.model.tps_records import read_tps_record

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "notifications.md").read_text(encoding="utf-8")
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
TOPIC = "arn:aws:sns:us-east-1:123456789012:wfm-demoteam-amcdataset-ExecutionEvents"
EVENTS = sorted(path.stem for path in (ROOT / "schemas").glob("*_event.json"))
WORDS = re.compile(r"(?<!^)(?=[A-Z])")


def block(kind: str) -> str:
    """The one code block of that kind."""
    (found,) = re.findall(rf"^```{kind}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    return str(found)


def described(schema: dict[str, Any], prefix: str = "") -> Iterator[str]:
    """The rows of a table of a schema's fields."""
    required = schema.get("required", ())
    for name, node in schema["properties"].items():
        yield f"| `{prefix}{name}` | {node['description']}{' (always there)' if name in required else ''} |"
        if "properties" in node:
            yield from described(node, f"{prefix}{name}.")


@pytest.mark.parametrize("name", EVENTS)
def test_the_fields_on_the_page_are_those_of_the_schema(name: str) -> None:
    schema = json.loads((ROOT / "schemas" / f"{name}.json").read_text(encoding="utf-8"))
    section = PAGE.partition(f"\n## {schema['title']}\n")[2].partition("\n## ")[0]

    assert set(re.findall(r"^\| `.*\|$", section, re.MULTILINE)) == set(described(schema))
    assert f"schemas/{name}.json" in section


@pytest.mark.parametrize("name", EVENTS)
def test_the_events_on_the_page_keep_the_schema(name: str) -> None:
    event = json.loads(block(f"json {name}"))

    assert problems(name, event) == []
    assert set(event) <= set(json.loads((ROOT / "schemas" / f"{name}.json").read_text(encoding="utf-8"))["properties"])


def test_the_page_has_every_attribute_that_can_be_filtered_by() -> None:
    (told,) = re.findall(r"by these attributes, as far as they are set: (.*?)\.\n", PAGE, re.DOTALL)

    assert re.findall(r"`(\w+)`", told) == [*ATTRIBUTES, "labels", "digest"]


def test_the_page_has_every_field_that_wfm_adds_to_a_run() -> None:
    section = PAGE.partition("\n## What is kept\n")[2].partition("|---|---|\n")[2]
    named = [name for row in section.splitlines() for name in re.findall(r"`(\w+)`", row.split("|")[1])]

    assert sorted(named) == sorted(set(WFM_FIELDS) - {"customerId"})


def test_the_record_on_the_page_is_one_that_is_onboarded() -> None:
    record = json.loads(block("json record"))

    assert problems("tps_record", record) + topic_problems(record, TOPIC) == []
    assert read_tps_record(record).topic_arn == record["snsTopicArn"]
    fields = json.loads((ROOT / "schemas" / "tps_record.json").read_text(encoding="utf-8"))["properties"]
    for name in ("ignoreStatusList", "snsTopicArn", "digest"):
        assert f"| `{name}` | {fields[name]['description']}" in PAGE


def test_the_digest_on_the_page_is_what_a_mail_says() -> None:
    document: Digest = {
        "digest": "daily",
        "customerId": "acme",
        "from": "2026-11-22T06:00:00.000Z",
        "until": "2026-11-23T06:00:00.000Z",
        "statuses": {"SUCCEEDED": 1, "FAILED": 2},
        "workflows": {"reach": {"FAILED": 1, "SUCCEEDED": 1}, "sales": {"FAILED": 1}},
        "failures": [{"reason": "out of memory", "runs": 2}],
        "waits": [
            {"id": "3c2b6e1a", "workflowId": "reach", "queueWait": 20.0, "slotWait": 3600.0, "amcQueueTime": 300.0}
        ],
    }

    assert block("text digest") == as_text(document)


class Shell:
    """Runs the page's `aws` commands as the AWS CLI would; an answer's ARNs fill the {places} of the next ones."""

    def __init__(self) -> None:
        self.answers: dict[str, str] = {}
        self.called: list[tuple[str, dict[str, Any]]] = []

    def run(self, command: str) -> None:
        for name, value in self.answers.items():
            command = command.replace(f"{{{name}}}", value)
        program, service, operation, *options = shlex.split(command)
        client: Any = boto3.client(service, region_name="us-east-1")  # type: ignore[call-overload]
        name = "".join(word.title() for word in operation.split("-"))
        members = client.meta.service_model.operation_model(name).input_shape.members
        known = {_option(service, member): (member, shape) for member, shape in members.items()}
        pairs = zip(options[::2], options[1::2], strict=True)
        given = {known[option][0]: _read(value, known[option][1]) for option, value in pairs}
        answer = getattr(client, operation.replace("-", "_"))(**given)
        assert program == "aws"
        assert not answer.get("FailedEntryCount")
        self.answers |= {key: value for key, value in answer.items() if key.endswith("Arn")}
        self.called.append((operation, given))


def _option(service: str, member: str) -> str:
    """What the AWS CLI calls a parameter; the endpoint of a subscription it calls by a name of its own."""
    name = "NotificationEndpoint" if (service, member) == ("sns", "Endpoint") else member
    return "--" + WORDS.sub("-", name).lower()


def _read(text: str, shape: Shape) -> Any:
    """A parameter's value: JSON for what is no text; of text that is JSON, it must be right too."""
    if shape.type_name in ("structure", "map", "list", "integer"):
        return json.loads(text)
    if text.startswith("{"):
        json.loads(text)
    return text


@pytest.fixture(scope="module")
def called() -> Iterator[list[tuple[str, dict[str, Any]]]]:
    """What the commands of the page ask for, all of which AWS takes."""
    text = "".join(re.findall(r"^```sh\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)).replace("\\\n", " ")
    with pytest.MonkeyPatch.context() as patch, mock_aws():
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            patch.setenv(name, "test")
        boto3.client("sns", region_name="us-east-1").create_topic(Name=TOPIC.rpartition(":")[2])
        shell = Shell()
        for command in re.split(r"\n(?=aws )", text.strip()):
            shell.run(command)
        yield shell.called


def test_the_commands_of_the_page_are_taken(called: list[tuple[str, dict[str, Any]]]) -> None:
    operations = [operation for operation, _ in called]

    assert operations.count("subscribe") == operations.count("put-rule") == operations.count("put-targets") == 2
    assert len(operations) == 13


def test_subscriptions_of_the_page_filter_by_what_there_is(called: list[tuple[str, dict[str, Any]]]) -> None:
    policies = [json.loads(given["Attributes"]["FilterPolicy"]) for name, given in called if name == "subscribe"]

    assert {name for policy in policies for name in policy} <= {*ATTRIBUTES, "digest"}


def test_rules_of_the_page_match_what_they_say(called: list[tuple[str, dict[str, Any]]]) -> None:
    slack, machine = (json.loads(given["EventPattern"]) for name, given in called if name == "put-rule")
    failed, succeeded, dry = an_event("FAILED"), an_event("SUCCEEDED"), an_event("SUCCEEDED")
    dry["detail"]["dryRun"] = True

    assert [matches(slack, failed), matches(slack, succeeded)] == [True, False]
    assert [matches(machine, event) for event in (failed, succeeded, dry)] == [False, True, False]


def test_a_message_to_slack_says_what_happened(called: list[tuple[str, dict[str, Any]]]) -> None:
    ((target,), _) = (given["Targets"] for name, given in called if name == "put-targets")
    transformer, event = target["InputTransformer"], an_event("FAILED")
    text = transformer["InputTemplate"]
    for name, path in transformer["InputPathsMap"].items():
        text = text.replace(f"<{name}>", str(reduce(lambda at, key: at[key], path.split(".")[1:], event)))

    assert json.loads(text) == {"text": "acme: reach FAILED (r1)"}


def an_event(status: str, **fields: Any) -> dict[str, Any]:
    row = {**run_row("acme", a_run(status=status, **fields), NOON), "source": "wfm", "requestId": "r1"}
    return {"source": "wfm", "detail-type": "Execution Status Change", "detail": run_detail(row, "RUNNING")}


def matches(pattern: dict[str, Any], event: dict[str, Any]) -> bool:
    """EventBridge's rule, as far as the pages use it: one of the values, deeper fields, `exists` and `numeric`."""
    return all(_allows(allowed, name, event) for name, allowed in pattern.items())


def _allows(allowed: Any, name: str, event: dict[str, Any]) -> bool:
    if isinstance(allowed, dict):
        return matches(allowed, event[name])
    bounds = [rule["numeric"] for rule in allowed if isinstance(rule, dict) and "numeric" in rule]
    is_within = isinstance(event.get(name), float) and any(_compares(event[name], *bound) for bound in bounds)
    return event.get(name) in allowed or {"exists": name in event} in allowed or is_within


def _compares(value: float, sign: str, bound: float) -> bool:
    return value > bound if sign == ">" else value < bound
