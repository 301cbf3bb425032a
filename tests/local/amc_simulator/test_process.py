"""The simulator as a process: sockets, real time, the typed client."""

import http.client
import json
import os
import select
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import urllib3

from local.amc_simulator.client import SimulatorClient, SimulatorError
from local.amc_simulator.configuration import Behaviour, Configuration, Duration
from local.amc_simulator.faults import Fault
from local.amc_simulator.instances import Instance
from local.amc_simulator.oauth import Credential
from local.amc_simulator.process import AmcSimulator
from tests.local.amc_simulator.builders import SQL

PATIENCE = 60.0  # seconds
SLOW = Behaviour(pending=Duration(median=0), running=Duration(median=10_000))
QUICK = Behaviour(pending=Duration(median=0), running=Duration(median=1))
CREDENTIAL = Credential()


class Caller:
    """Speaks to a simulator over HTTP, as WFM does."""

    def __init__(self, url: str) -> None:
        self.http = urllib3.PoolManager(maxsize=60, retries=False, timeout=PATIENCE)
        self.url = url
        fields = {
            "grant_type": "refresh_token",
            "refresh_token": CREDENTIAL.refresh_token,
            "client_id": CREDENTIAL.client_id,
            "client_secret": CREDENTIAL.client_secret,
        }
        answer = self.http.request("POST", f"{url}/auth/o2/token", fields=fields, encode_multipart=False)
        self.headers = {
            "Authorization": f"Bearer {answer.json()['access_token']}",
            "Amazon-Advertising-API-ClientId": CREDENTIAL.client_id,
            "Amazon-Advertising-API-AdvertiserId": "ENTITYONE",
            "Amazon-Advertising-API-MarketplaceId": "ATVPDKIKX0DER",
        }

    def post(self, path: str, body: dict[str, Any]) -> urllib3.BaseHTTPResponse:
        return self.http.request("POST", f"{self.url}/amc/reporting/amcone{path}", headers=self.headers, json=body)


@pytest.fixture(scope="module")
def process() -> Iterator[AmcSimulator]:
    configuration = Configuration(clock_factor=10, default_behaviour=QUICK)
    with AmcSimulator(configuration=configuration, environment={"AWS_ENDPOINT_URL": ""}) as simulator:
        yield simulator


@pytest.fixture
def simulator(process: AmcSimulator) -> SimulatorClient:
    client = process.client()
    client.reset()
    client.add_instances([Instance(instance_id="amcone", entity_id="ENTITYONE")])
    return client


@pytest.fixture
def caller(process: AmcSimulator, simulator: SimulatorClient) -> Iterator[Caller]:
    caller = Caller(process.url)
    caller.post("/workflows", {"workflowId": "reach", "sqlQuery": SQL})
    yield caller
    caller.http.clear()


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "the condition did not come true in time"
        time.sleep(0.02)


def test_a_run_ends_by_itself_in_divided_time(simulator: SimulatorClient, caller: Caller) -> None:
    factor = 1_000
    simulator.configure(clock_factor=factor)
    simulator.set_behaviour("reach", Behaviour(pending=Duration(median=100), running=Duration(median=400)))
    began = time.monotonic()
    caller.post("/workflowExecutions", {"workflowId": "reach"})

    wait_for(lambda: simulator.executions()[0]["status"] == "SUCCEEDED")

    (run,) = simulator.executions()
    took = (datetime.fromisoformat(run["endedAt"]) - datetime.fromisoformat(run["createdAt"])).total_seconds()
    assert took * factor == pytest.approx(500, abs=factor / 100)  # the moments are shown to the millisecond
    assert time.monotonic() - began >= took


def test_a_change_of_the_clock_reaches_runs_under_way(simulator: SimulatorClient, caller: Caller) -> None:
    simulator.set_behaviour("reach", SLOW)
    caller.post("/workflowExecutions", {"workflowId": "reach"})

    simulator.configure(clock_factor=100_000)

    wait_for(lambda: simulator.executions()[0]["status"] == "SUCCEEDED")
    assert simulator.configuration().clock_factor == 100_000


def test_a_dropped_answer_cuts_the_connection_and_the_run_exists(simulator: SimulatorClient, caller: Caller) -> None:
    simulator.add_faults(Fault(method="POST", path="workflowExecutions$", when="after", drop=True, times=1))

    with pytest.raises(urllib3.exceptions.ProtocolError):
        caller.post("/workflowExecutions", {"workflowId": "reach"})

    runs = simulator.executions()
    call = simulator.journal()[-1]
    assert len(runs) == 1
    assert (call["status"], call["workflowExecutionId"]) == (None, runs[0]["workflowExecutionId"])
    assert caller.post("/workflowExecutions", {"workflowId": "reach"}).status == 200


def test_sixty_callers_at_once_are_all_served_and_ten_run(simulator: SimulatorClient, caller: Caller) -> None:
    simulator.set_behaviour("reach", SLOW)

    with ThreadPoolExecutor(60) as pool:
        answers = list(pool.map(lambda _: caller.post("/workflowExecutions", {"workflowId": "reach"}), range(300)))

    assert {answer.status for answer in answers} == {200}
    assert len({run["workflowExecutionId"] for run in simulator.executions()}) == 300
    wait_for(lambda: simulator.concurrency()["amcone"]["api"]["running"] == 10)
    assert simulator.concurrency()["amcone"]["api"]["peakUnfinished"] == 300


def test_a_slow_answer_holds_up_nobody_else(simulator: SimulatorClient, caller: Caller) -> None:
    (rule,) = simulator.add_faults(Fault(path="/workflows$", delay_seconds=900))
    address = urlsplit(caller.url)
    slow = http.client.HTTPConnection(address.netloc, timeout=PATIENCE)
    slow.request("GET", "/amc/reporting/amcone/workflows", headers=caller.headers)
    wait_for(lambda: simulator.faults()["applied"][str(rule)] == 1)

    answer = caller.post("/workflowExecutions", {"workflowId": "reach"})

    still_open = select.select([slow.sock], [], [], 0)[0] == []
    slow.close()
    assert (answer.status, still_open) == (200, True)


def test_the_client_reaches_every_route(simulator: SimulatorClient, caller: Caller) -> None:
    simulator.add_credential(Credential(client_id="second", client_secret="s", refresh_token="Atzr|second"))
    simulator.revoke_credential("second")
    started = simulator.start_externally("amcone", {"workflowId": "reach"})
    number = simulator.add_faults(Fault(status=500))[0]
    simulator.clear_faults(number)
    simulator.set_behaviour("reach", None)

    assert started["origin"] == "external"
    assert simulator.faults() == {"faults": [], "applied": {str(number): 0}}
    assert simulator.journal_summary()["byInstance"]["amcone"] == {"POST workflows": 1}
    assert len(simulator.authorization_code("second")) > 10
    simulator.expire_access_tokens()
    assert caller.post("/workflows", {}).status == 401
    with pytest.raises(SimulatorError, match="no client nobody"):
        simulator.revoke_credential("nobody")


def test_endpoints_name_the_simulator_for_every_region(process: AmcSimulator) -> None:
    endpoints = json.loads(process.endpoints())

    assert set(endpoints) == {"NA", "EU", "FE"}
    assert endpoints["EU"] == {"api": process.url, "token": f"{process.url}/auth/o2/token"}


def test_a_taken_port_is_an_error_at_once(process: AmcSimulator, tmp_path: Path) -> None:
    second = AmcSimulator(port=int(process.url.rpartition(":")[2]), log=tmp_path / "log")

    with pytest.raises(OSError, match="did not start on port"):
        second.start()

    assert (tmp_path / "log").read_text().endswith("Address already in use.\n")


def test_it_ends_when_the_process_that_started_it_is_gone(tmp_path: Path) -> None:
    port_file = tmp_path / "port"
    command = [sys.executable, "-m", "local.amc_simulator.serve", "--port-file", str(port_file)]
    root = Path(__file__).resolve().parents[3]
    environment = {**os.environ, "AWS_ENDPOINT_URL": ""}
    with subprocess.Popen(command, cwd=root, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as orphan:
        assert orphan.stdin is not None
        assert orphan.stdout is not None
        url = json.loads(orphan.stdout.readline())["url"]
        assert url.endswith(f":{port_file.read_text()}")

        orphan.stdin.close()

        assert orphan.wait(PATIENCE) == 0


def test_it_stops_when_told_to_and_stopping_twice_is_harmless() -> None:
    simulator = AmcSimulator(environment={"AWS_ENDPOINT_URL": ""}).start()
    client = simulator.client()

    simulator.stop()
    simulator.stop()

    assert simulator.pid is None
    with pytest.raises(SimulatorError, match="does not answer"):
        client.journal()
