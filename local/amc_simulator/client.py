"""A typed client of the `/_simulator` routes, for tests and for the demo."""

import base64
import json
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Literal, Self, cast

import urllib3

from local.amc_simulator.configuration import Behaviour, Configuration
from local.amc_simulator.faults import Fault
from local.amc_simulator.instances import Instance
from local.amc_simulator.oauth import Credential
from wfm.errors import LocalRuntimeError

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient

Send = Callable[[str, str, object], tuple[int, bytes]]
_PAGE = 2_000


def _pool() -> urllib3.PoolManager:
    return urllib3.PoolManager(timeout=urllib3.Timeout(connect=5, read=60), retries=False)


class SimulatorError(LocalRuntimeError):
    """The simulator refused, or does not answer; the text says why."""


class SimulatorClient:
    """Answers are the JSON documents of the routes, see `control.py`."""

    def __init__(self, send: Send) -> None:
        """`send(method, path, body)` gives the status and the content of the answer."""
        self._send = send

    @classmethod
    def by_http(cls, url: str) -> Self:
        """Of a simulator that is a process on this machine."""
        base, http = f"{url.rstrip('/')}/_simulator", _pool()

        def send(method: str, path: str, body: object) -> tuple[int, bytes]:
            try:
                answer = http.request(method, base + path, json=body)
            except urllib3.exceptions.HTTPError as exc:
                raise SimulatorError(f"the AMC simulator does not answer: {exc}") from exc
            return answer.status, answer.data

        return cls(send)

    @classmethod
    def by_invocation(cls, client: "LambdaClient", function: str) -> Self:
        """Of a simulator that is a Lambda (`local.amc_simulator.function_url`)."""

        def send(method: str, path: str, body: object) -> tuple[int, bytes]:
            call = {"method": method, "path": path, "body": None if body is None else json.dumps(body)}
            answer = client.invoke(FunctionName=function, Payload=json.dumps({"steer": call}).encode())
            content = answer["Payload"].read()
            if answer.get("FunctionError"):
                return 500, content
            said = json.loads(content)
            return int(said["statusCode"]), base64.b64decode(said.get("body", ""))

        return cls(send)

    def advance(self) -> None:
        """Let happen what is due, also where nothing happens between two calls."""
        self._get("/health")

    def add_instances(self, instances: Sequence[Instance]) -> None:
        """Make instances, or change them."""
        self._post("/instances", [instance.model_dump(by_alias=True) for instance in instances])

    def add_credential(self, credential: Credential) -> None:
        """Add a client that Login with Amazon knows."""
        self._post("/credentials", credential.model_dump(by_alias=True))

    def revoke_credential(self, client_id: str) -> None:
        """Its refresh token stops working."""
        self._post(f"/credentials/{client_id}/revoke")

    def expire_access_tokens(self) -> None:
        """Every access token is too old from now on."""
        self._post("/access-tokens/expire")

    def authorization_code(self, client_id: str) -> str:
        """A code for the authorization_code grant."""
        return cast(str, self._post("/authorization-codes", {"clientId": client_id})["code"])

    def configuration(self) -> Configuration:
        """The configuration in force."""
        return Configuration.model_validate(self._get("/configuration"))

    def configure(self, **changes: object) -> Configuration:
        """Change some fields, by their Python names: `configure(clock_factor=100)`."""
        changed = Configuration.model_validate(changes)
        document = changed.model_dump(by_alias=True, include=changed.model_fields_set)
        return Configuration.model_validate(self._post("/configuration", document))

    def set_behaviour(self, workflow_id: str, behaviour: Behaviour | None, instance_id: str | None = None) -> None:
        """Durations and outcome of a workflow's later runs; None takes the setting away."""
        document = behaviour.model_dump(by_alias=True) if behaviour else None
        self._post("/behaviours", {"workflowId": workflow_id, "instanceId": instance_id, "behaviour": document})

    def behaviours(self) -> list[dict[str, Any]]:
        """What is set of workflows' later runs, in all instances (`instanceId` None) or one."""
        return cast(list[dict[str, Any]], self._get("/behaviours")["behaviours"])

    def add_faults(self, *faults: Fault) -> list[int]:
        """Put rules behind those in force; their numbers."""
        return cast(list[int], self._post("/faults", [fault.model_dump(by_alias=True) for fault in faults])["ids"])

    def clear_faults(self, number: int | None = None) -> None:
        """Drop one rule, or all."""
        self._call("DELETE", "/faults" if number is None else f"/faults/{number}")

    def faults(self) -> dict[str, Any]:
        """Rules in force, and how often each was applied."""
        return self._get("/faults")

    def start_externally(
        self, instance_id: str, execution: dict[str, Any], pool: Literal["API", "UI"] = "UI"
    ) -> dict[str, Any]:
        """Start a run behind the client's back; the run's ground truth."""
        return self._post("/executions", {"instanceId": instance_id, "execution": execution, "pool": pool})

    def finish(self, execution_id: str) -> None:
        """Let a run come to its end now, however long it was to take."""
        self._post(f"/executions/{execution_id}/finish")

    def change_by_hand(self, instance_id: str, workflow_id: str, definition: dict[str, Any] | None) -> None:
        """Make, change or (None) delete a workflow behind the client's back."""
        document = {"instanceId": instance_id, "workflowId": workflow_id, "definition": definition}
        self._post("/workflows", document)

    def schedule_by_hand(self, instance_id: str, workflow_id: str, schedule_id: str) -> None:
        """Make one of AMC's own schedules."""
        document = {"instanceId": instance_id, "workflowId": workflow_id, "scheduleId": schedule_id}
        self._post("/schedules", document)

    def workflows(self, instance_id: str) -> dict[str, dict[str, Any]]:
        """Ground truth of an instance's workflows, by id."""
        found = self._get(f"/workflows/{instance_id}")["workflows"]
        return {definition["workflowId"]: definition for definition in found}

    def executions(self, since: int = 0) -> list[dict[str, Any]]:
        """Ground truth of the runs from sequence number `since` on."""
        return self._all("/executions", "executions", since)

    def latest_executions(self, most: int) -> list[dict[str, Any]]:
        """Ground truth of the newest runs, the oldest of them first."""
        return self.executions(max(int(self._get("/health")["executions"]) - most, 0))

    def concurrency(self) -> dict[str, Any]:
        """By instance id: runs at the same time, now and at most."""
        return cast(dict[str, Any], self._get("/concurrency")["instances"])

    def journal(self, since: int = 0) -> list[dict[str, Any]]:
        """Calls with a number above `since`."""
        return self._all("/journal", "calls", since)

    def journal_summary(self) -> dict[str, Any]:
        """Counts of calls, by instance and operation."""
        return self._get("/journal/summary")

    def reset(self) -> None:
        """Forget everything."""
        self._post("/reset")

    def _all(self, path: str, field: str, since: int) -> list[dict[str, Any]]:
        """Pages, so that no single answer keeps the simulator from its other callers for long."""
        found: list[dict[str, Any]] = []
        while page := self._get(f"{path}?since={since + len(found)}&limit={_PAGE}")[field]:
            found += page
        return found

    def _get(self, path: str) -> dict[str, Any]:
        return self._call("GET", path)

    def _post(self, path: str, body: object = None) -> dict[str, Any]:
        return self._call("POST", path, body)

    def _call(self, method: str, path: str, body: object = None) -> dict[str, Any]:
        status, content = self._send(method, path, body)
        if status != 200:
            raise SimulatorError(f"{method} {path}: {status} {content.decode('utf-8', 'replace')}")
        return cast(dict[str, Any], json.loads(content))
