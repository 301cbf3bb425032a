"""`wfm local tenant` and `wfm local amc`, with a simulator that is a process."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from local.amc_simulator.client import SimulatorClient
from local.amc_simulator.instances import Instance
from local.amc_simulator.process import AmcSimulator
from local.steering import _FAULTS, behaviour
from tests.local.amc_simulator.builders import SQL
from tests.wfm.commands import Run
from wfm.cli.local_world import Kind
from wfm.client.connection import Connection


@pytest.fixture(scope="module")
def process() -> Iterator[AmcSimulator]:
    with AmcSimulator() as process:
        yield process


@pytest.fixture
def simulator(process: AmcSimulator, deployed: Any, monkeypatch: pytest.MonkeyPatch) -> SimulatorClient:
    """The AMC of the tenant acme, which has a workflow."""
    client = process.client()
    client.reset()
    client.clear_faults()
    client.add_instances([Instance(instance_id="amc1")])
    client.change_by_hand("amc1", "reach", {"workflowId": "reach", "sqlQuery": SQL})
    deployed.put_tenant()
    monkeypatch.setattr("wfm.cli.session.connect", lambda *_: Connection(simulator=process.url))
    return client


def test_a_run_is_started_past_wfm_and_takes_as_long_as_it_is_told(simulator: SimulatorClient, command: Run) -> None:
    ended = command("local", "amc", "start", "reach", "--customer", "acme", "--minutes", "90", "--json")

    (run,) = simulator.executions()
    assert json.loads(ended.out) == {"customerId": "acme", "workflowExecutionId": run["workflowExecutionId"]}
    assert (run["instanceId"], run["origin"]) == ("amc1", "external")


def test_a_run_that_amc_does_not_take_is_one_sentence(simulator: SimulatorClient, command: Run) -> None:
    ended = command("local", "amc", "start", "rich", "--customer", "acme")

    assert (ended.code, ended.out) == (4, "")
    assert "rich" in ended.err


@pytest.mark.parametrize("kind", Kind)
def test_each_fault_is_put_in_force_listed_and_mended(simulator: SimulatorClient, command: Run, kind: Kind) -> None:
    put = command("local", "amc", "fault", kind, "--times", "3", "--customer", "acme")
    (one,) = simulator.faults()["faults"]
    listed = command("local", "amc", "faults").out.splitlines()
    mended = command("local", "amc", "mend", str(one["id"]))

    assert put.out.startswith(f"fault {one['id']}: ")
    assert put.out.endswith(", for 3 calls\n")
    assert (one["fault"]["times"], one["fault"]["instanceId"]) == (3, "amc1")
    assert listed[1].split()[0] == str(one["id"])
    assert (mended.out, simulator.faults()["faults"]) == (f"fault {one['id']} is over\n", [])


def test_all_faults_are_mended_at_once_and_an_unknown_one_is_refused(simulator: SimulatorClient, command: Run) -> None:
    command("local", "amc", "fault", "throttle")
    command("local", "amc", "fault", "slow")

    wrong = command("local", "amc", "mend", "99")

    assert (wrong.code, len(simulator.faults()["faults"])) == (2, 2)
    assert "NUMBER: no fault 99 is in force; there are " in wrong.err
    assert command("local", "amc", "mend").out == "AMC works again\n"
    assert json.loads(command("local", "amc", "mend", "--json").out)["faults"] == []
    assert simulator.faults()["faults"] == []


def test_the_command_and_the_runtime_know_the_same_faults() -> None:
    assert list(_FAULTS) == [kind.value for kind in Kind]


def test_clock_and_echo_are_set_and_shown(simulator: SimulatorClient, command: Run) -> None:
    set_to = [command("local", "amc", "clock", "--speed", "100"), command("local", "amc", "echo", "verbatim")]
    shown = [command("local", "amc", "clock", "--json"), command("local", "amc", "echo", "--json")]

    assert [ended.code for ended in set_to] == [0, 0]
    assert [json.loads(ended.out) for ended in shown] == [{"speed": 100.0}, {"echo": "verbatim"}]
    assert (simulator.configuration().clock_factor, simulator.configuration().echo) == (100, "verbatim")


def test_durations_and_outcomes_of_later_runs_are_set(simulator: SimulatorClient, command: Run) -> None:
    words = ("--minutes", "0", "--outcome", "FAILED", "--reason", "as the test wants")
    ended = command("local", "amc", "durations", "reach", "--customer", "acme", *words)

    assert ended.out == "reach: later runs go as you say\n"
    assert command("local", "amc", "durations", "reach", "--reset").out == "reach: later runs go as ever\n"
    assert command("local", "amc", "durations", "reach").code == 2
    as_json = json.loads(command("local", "amc", "durations", "reach", "--minutes", "2", "--json").out)
    assert as_json["behaviour"]["running"]["median"] == 120
    given = behaviour(2, "FAILED", "why")
    assert (given.running.median, given.running.sigma, given.outcome, given.status_reason) == (120, 0, "FAILED", "why")


@pytest.mark.parametrize(
    ("name", "sentence"),
    [("globex", "there is a tenant globex already"), ("a b", "'a b'"), ("am-c_", "amcamc1 belongs to am-c already")],
)
def test_a_tenant_that_cannot_be_is_refused_before_anything_is_made(
    simulator: SimulatorClient, deployed: Any, command: Run, name: str, sentence: str
) -> None:
    deployed.put_tenant("am-c", amcInstanceId="amcamc1")
    deployed.table("CustomerConfig").put_item(Item={"customerId": "globex"})

    ended = command("local", "tenant", "add", name)

    assert ended.code == 2
    assert sentence in ended.err
    assert deployed.table("CustomerConfig").scan()["Items"] == [{"customerId": "globex"}]


def test_a_world_on_aws_is_not_steered(deployed: Any, command: Run) -> None:
    ended = command("local", "amc", "mend")

    assert ended.code == 2
    assert "this is for the local runtime, and AWS by its usual settings is meant" in ended.err
