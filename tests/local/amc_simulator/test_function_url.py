"""The simulator as a Lambda: events of a function URL, and a state that outlives and is shared by environments."""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import pytest

from local.amc_simulator.client import SimulatorClient
from local.amc_simulator.function_url import Gateway
from local.amc_simulator.instances import Instance
from local.amc_simulator.oauth import Credential
from local.amc_simulator.saved_state import ChangedMeanwhile, Saved
from tests.local.amc_simulator.builders import INSTANCE, SQL

ENTITY = "ENTITY1TEST"
OURS = Credential(client_id="ours", client_secret="hush", refresh_token="Atzr|ours")


@dataclass
class Objects:
    """An object with versions, and a bucket. `before_write` is what others do meanwhile."""

    saved: Saved = field(default_factory=Saved)
    reads: int = 0
    files: dict[tuple[str, str], str] = field(default_factory=dict)
    before_write: list[Any] = field(default_factory=list)

    def read(self) -> Saved:
        self.reads += 1
        return self.saved

    def write(self, content: bytes, version: str | None) -> None:
        if self.before_write:
            self.before_write.pop()()
        if version != self.saved.version:
            raise ChangedMeanwhile
        self.saved = Saved(content, str(int(version or 0) + 1))

    def put(self, bucket: str, key: str, content: str) -> None:
        self.files[bucket, key] = content


def by_url(method: str, path: str, headers: Mapping[str, str] | None = None, body: str = "") -> dict[str, Any]:
    """As Lambda's developer guide shows it under "Request payload format"."""
    path, _, query = path.partition("?")
    return {
        "version": "2.0",
        "rawPath": path,
        "rawQueryString": query,
        "headers": {"content-type": "application/json", **(headers or {})},
        "requestContext": {"http": {"method": method, "path": path}, "domainName": "x.lambda-url.us-east-1.on.aws"},
        "body": base64.b64encode(body.encode()).decode(),
        "isBase64Encoded": True,
    }


def ask_for_token(secret: str = OURS.client_secret) -> dict[str, Any]:
    form = {
        "grant_type": "refresh_token",
        "client_id": OURS.client_id,
        "client_secret": secret,
        "refresh_token": OURS.refresh_token,
    }
    return by_url("POST", "/auth/o2/token", {"content-type": "application/x-www-form-urlencoded"}, urlencode(form))


def steer(gateway: Gateway) -> SimulatorClient:
    def send(method: str, path: str, body: object) -> tuple[int, bytes]:
        text = None if body is None else json.dumps(body)
        answer = gateway.answer({"steer": {"method": method, "path": path, "body": text}})
        return answer["statusCode"], base64.b64decode(answer.get("body", ""))

    return SimulatorClient(send)


def content(answer: Mapping[str, Any]) -> Any:
    return json.loads(base64.b64decode(answer["body"]))


@pytest.fixture
def objects() -> Objects:
    return Objects()


@pytest.fixture
def gateway(objects: Objects) -> Gateway:
    made = Gateway(objects, objects)
    amc = steer(made)
    amc.add_credential(OURS)
    amc.add_instances([Instance(instance_id=INSTANCE, entity_id=ENTITY, bucket_name="results")])
    return made


def caller(gateway: Gateway) -> dict[str, str]:
    token = content(gateway.answer(ask_for_token()))["access_token"]
    return {
        "authorization": f"Bearer {token}",
        "amazon-advertising-api-clientid": OURS.client_id,
        "amazon-advertising-api-advertiserid": ENTITY,
        "amazon-advertising-api-marketplaceid": "ATVPDKIKX0DER",
    }


def workflows(headers: Mapping[str, str], method: str = "GET", body: str = "") -> dict[str, Any]:
    return by_url(method, f"/amc/reporting/{INSTANCE}/workflows", headers, body)


DEFINITION = json.dumps({"workflowId": "reach", "sqlQuery": SQL})


def test_a_call_that_comes_to_a_new_environment_finds_what_another_has_done(objects: Objects, gateway: Gateway) -> None:
    headers = caller(gateway)
    gateway.answer(workflows(headers, "POST", DEFINITION))

    answer = Gateway(objects, objects).answer(workflows(headers))

    assert answer["statusCode"] == 200
    assert [each["workflowId"] for each in content(answer)["workflows"]] == ["reach"]
    assert answer["headers"]["x-amz-rid"]


def test_two_environments_that_answer_at_once_lose_nothing(objects: Objects, gateway: Gateway) -> None:
    headers, other = caller(gateway), Gateway(objects, objects)
    second = json.dumps({**json.loads(DEFINITION), "workflowId": "second"})
    objects.before_write.append(lambda: other.answer(workflows(headers, "POST", second)))

    gateway.answer(workflows(headers, "POST", DEFINITION))

    assert set(steer(gateway).workflows(INSTANCE)) == {"reach", "second"}
    assert steer(gateway).journal_summary()["byInstance"][INSTANCE] == {"POST workflows": 2}


def test_a_run_ends_in_an_environment_that_did_not_begin_it_and_leaves_its_files(
    objects: Objects, gateway: Gateway
) -> None:
    headers = caller(gateway)
    gateway.answer(workflows(headers, "POST", DEFINITION))
    run = {"workflowId": "reach", "timeWindowType": "MOST_RECENT_DAY"}
    asked = by_url("POST", f"/amc/reporting/{INSTANCE}/workflowExecutions", headers, json.dumps(run))
    started = content(gateway.answer(asked))["workflowExecutionId"]
    amc = steer(Gateway(objects, objects))
    amc.configure(clock_factor=1_000_000)

    amc.finish(started)
    ends = [each["status"] for each in steer(gateway).executions()]

    assert ends == ["SUCCEEDED"]
    assert {bucket for bucket, _ in objects.files} == {"results"}


@pytest.mark.parametrize(
    ("event", "status"),
    [
        (by_url("GET", "/_simulator/executions"), 404),
        (by_url("POST", "/_simulator/reset", {"authorization": "Bearer made-up"}), 404),
        (workflows({}), 401),
        (workflows({"authorization": "Bearer made-up", "amazon-advertising-api-clientid": "ours"}), 401),
        (by_url("GET", "/nowhere", {"authorization": "Bearer made-up"}), 404),
        (ask_for_token("guessed"), 401),
        (by_url("POST", "/auth/o2/token"), 400),
        (by_url("GET", "/amc-output/x/result/1?ends=9999999999&X-Amz-Signature=made-up&X-Amz-Expires=1"), 403),
        (by_url("GET", "/docs"), 401),
    ],
)
def test_whoever_only_knows_the_url_learns_nothing_and_leaves_nothing(
    objects: Objects, gateway: Gateway, event: dict[str, Any], status: int
) -> None:
    before = objects.saved

    answer = gateway.answer(event)

    assert answer["statusCode"] == status
    assert objects.saved == before


def test_without_a_credential_that_was_put_there_is_none(objects: Objects) -> None:
    gateway = Gateway(objects, objects)
    known = Credential()
    form = {
        "grant_type": "refresh_token",
        "client_id": known.client_id,
        "client_secret": known.client_secret,
        "refresh_token": known.refresh_token,
    }
    kind = {"content-type": "application/x-www-form-urlencoded"}

    answer = gateway.answer(by_url("POST", "/auth/o2/token", kind, urlencode(form)))

    assert content(answer)["error"] == "invalid_client"
    assert objects.saved == Saved()
