"""What tests of the simulator are made of: a clock that stands still, a caller with its headers, bodies, runs."""

from typing import Any

from local.amc_simulator.app import create_app
from local.amc_simulator.configuration import Behaviour, Configuration, Duration
from local.amc_simulator.delivery import deliver
from local.amc_simulator.instances import Instance
from local.amc_simulator.oauth import Credential
from local.amc_simulator.runs import Order, Plan, Status
from local.amc_simulator.simulator import Simulator
from tests.local.amc_simulator.in_process import InProcess, Reply

NOON = 1_795_435_200.0  # 2026-11-23T12:00:00Z
SQL = "SELECT campaign, COUNT(DISTINCT user_id) AS reach FROM dsp_impressions GROUP BY campaign"
INSTANCE = "amcone"
STEADY = Behaviour(pending=Duration(median=10), running=Duration(median=100))


class FakeWall:
    """Time passes only when told to."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> float:
        return self.now

    def passes(self, seconds: float) -> None:
        self.now += seconds


class MemoryStore:
    """A bucket for results; refuses everything while `error` is set."""

    def __init__(self) -> None:
        self.objects: dict[tuple[str, str], str] = {}
        self.error: str | None = None

    def put(self, bucket: str, key: str, content: str) -> None:
        if self.error:
            raise OSError(self.error)
        self.objects[bucket, key] = content


class World:
    """A simulator with one instance and one saved workflow, and a client that may use them."""

    def __init__(self, configuration: Configuration | None = None) -> None:
        self.wall = FakeWall()
        self.store = MemoryStore()
        self.simulator = Simulator(
            configuration or Configuration(default_behaviour=STEADY, echo="verbatim"), wall=self.wall, store=self.store
        )
        self.http = InProcess(create_app(self.simulator))
        self.credential = Credential()
        self.instance = Instance(instance_id=INSTANCE, entity_id="ENTITYONE", bucket_name="bucket-one")
        self.simulator.instances[INSTANCE] = self.instance
        self.headers = self.headers_with(self.token())
        assert self.call("POST", "/workflows", {"workflowId": "reach", "sqlQuery": SQL}).status == 200

    def token(self) -> str:
        fields = {
            "grant_type": "refresh_token",
            "refresh_token": self.credential.refresh_token,
            "client_id": self.credential.client_id,
            "client_secret": self.credential.client_secret,
        }
        return str(self.http.form("/auth/o2/token", fields).json()["access_token"])

    def headers_with(self, token: str) -> dict[str, str]:
        return {
            "Authorization": f"Bearer {token}",
            "Amazon-Advertising-API-ClientId": self.credential.client_id,
            "Amazon-Advertising-API-AdvertiserId": self.instance.entity_id,
            "Amazon-Advertising-API-MarketplaceId": self.instance.marketplace_id,
        }

    def call(self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None) -> Reply:
        """A call to the instance's reporting API."""
        changed = {**self.headers, **(headers or {})}
        return self.http.call(method, f"/amc/reporting/{INSTANCE}{path}", changed, body)

    def control(self, method: str, path: str, body: Any = None) -> Any:
        reply = self.http.call(method, f"/_simulator{path}", body=body)
        assert reply.status == 200, reply.body
        return reply.json()

    def run(self, **body: Any) -> str:
        """Start a run; its id."""
        reply = self.call("POST", "/workflowExecutions", {"workflowId": "reach", **body})
        assert reply.status == 200, reply.body
        return str(reply.json()["workflowExecutionId"])

    def show(self, execution_id: str) -> Any:
        return self.call("GET", f"/workflowExecutions/{execution_id}").json()

    def listed(self, query: str) -> list[str]:
        """Ids of the first page."""
        page = self.call("GET", f"/workflowExecutions?{query}").json()
        return [execution["workflowExecutionId"] for execution in page["executions"]]

    def deliver(self) -> None:
        """What the background task does with ended runs."""
        self.simulator.advance()
        for run in self.simulator.take_finished():
            deliver(run, self.simulator.instances[run.order.instance_id], self.simulator.store)


def an_order(instance_id: str = INSTANCE, **changes: Any) -> Order:
    """A run of a saved workflow, asked for through the API."""
    fields: dict[str, Any] = {
        "instance_id": instance_id,
        "account_id": "ENTITYONE",
        "workflow_id": "reach",
        "definition": {"sqlQuery": SQL},
        "request": {"workflowId": "reach"},
        "timeout_seconds": 21_600,
    }
    return Order(**{**fields, **changes})


def a_plan(pending: float = 0, running: float = 100, **changes: Any) -> Plan:
    """A run that succeeds."""
    fields: dict[str, Any] = {"publishing": 0, "outcome": Status.SUCCEEDED}
    return Plan(pending=pending, running=running, **{**fields, **changes})
