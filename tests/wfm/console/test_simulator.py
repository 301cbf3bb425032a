"""The page Simulator and what is done on it, with a simulator of AMC that is a process."""

import re
from collections.abc import Iterator

import pytest

from local.amc_simulator.client import SimulatorClient
from local.amc_simulator.faults import Fault
from local.amc_simulator.instances import Instance
from local.amc_simulator.process import AmcSimulator
from local.steering import LocalWorld
from tests.local.amc_simulator.builders import SQL
from tests.wfm.console.browser import Browser
from tests.wfm.console.test_actions import hidden
from tests.wfm.deployed import Deployed
from wfm.client.connection import Connection


@pytest.fixture(scope="module")
def process() -> Iterator[AmcSimulator]:
    with AmcSimulator() as process:
        yield process


@pytest.fixture
def amc(process: AmcSimulator, deployed: Deployed) -> SimulatorClient:
    """The AMC of the tenant acme, which has a workflow."""
    client = process.client()
    client.reset()
    client.clear_faults()
    for one in client.behaviours():
        client.set_behaviour(one["workflowId"], None, one["instanceId"])
    client.add_instances([Instance(instance_id="amc1"), Instance(instance_id="amc2")])
    for instance in ("amc1", "amc2"):
        client.change_by_hand(instance, "reach", {"workflowId": "reach", "sqlQuery": SQL})
    deployed.put_tenant()
    deployed.put_workflow()
    deployed.wfm.connection = Connection(simulator=process.url)
    return client


@pytest.fixture
def browser(deployed: Deployed) -> Browser:
    """Of a console of a local runtime."""
    return Browser(deployed.wfm, make_amc=LocalWorld)


def test_it_is_there_only_where_amc_is_simulated(deployed: Deployed, amc: SimulatorClient, browser: Browser) -> None:
    elsewhere = Browser(deployed.wfm)

    assert 'href="/simulator"' in browser.open("/fleet")
    assert 'href="/simulator"' not in elsewhere.open("/fleet")
    assert elsewhere.get("/simulator").status_code == 404
    assert elsewhere.post("/simulator/fault", {"kind": "outage"}).status_code == 404


def test_amcs_own_runs_are_shown_whoever_started_them(amc: SimulatorClient, browser: Browser) -> None:
    assert "AMC has no run yet." in browser.open("/simulator")
    ids = [
        amc.start_externally(instance, {"workflowId": "reach"})["workflowExecutionId"] for instance in ("amc1", "amc2")
    ]

    page = browser.open("/simulator")

    assert f'href="/run?tenant=acme&amp;id={ids[0]}"' in page
    rows = re.findall(r'<th scope="row">(?:<a [^>]*>)?([\w-]+)', page)
    assert rows == ids[::-1]
    assert page.count("somebody else") == 2


def test_a_fault_is_shown_before_it_is_injected_and_ended(amc: SimulatorClient, browser: Browser) -> None:
    form = browser.open("/simulator/fault")
    shown = browser.open("/simulator/fault?kind=throttle&times=3&tenant=acme&probability=0.5")
    assert amc.faults()["faults"] == []
    done = browser.post("/simulator/fault", {"kind": "throttle", "times": "3", "tenant": "acme", "probability": "0.5"})

    assert "Inject it" not in form
    assert "Of the calls for acme, with a probability of 0.5: every call is throttled (429), for 3 calls." in shown
    assert (done.status_code, done.headers["location"]) == (303, "/simulator")
    (fault,) = amc.faults()["faults"]
    assert (fault["fault"]["times"], fault["fault"]["instanceId"], fault["fault"]["status"]) == (3, "amc1", 429)
    page = browser.open("/simulator")
    assert "every call is throttled (429)" in page
    ends = browser.open(f"/simulator/mend?number={fault['id']}")
    browser.post("/simulator/mend", hidden(ends))
    assert amc.faults()["faults"] == []


def test_all_faults_are_ended_at_once_those_of_tests_too(amc: SimulatorClient, browser: Browser) -> None:
    amc.add_faults(Fault(path="/x", drop=True), Fault(status=418))

    ends = browser.open("/simulator/mend?number=all")
    browser.post("/simulator/mend", hidden(ends))

    assert "* /x: no answer" in ends
    assert amc.faults()["faults"] == []
    assert "No such fault is in force." in browser.open("/simulator/mend?number=all")


def test_the_clock_is_moved(amc: SimulatorClient, browser: Browser) -> None:
    shown = browser.open("/simulator/clock?speed=200")
    browser.post("/simulator/clock", {"speed": "200"})

    assert "It will go 200 times as fast." in shown
    assert amc.configuration().clock_factor == 200
    assert "<strong>200</strong> times as fast" in browser.open("/simulator")


def test_how_amc_shows_workflows_is_shown_and_changed(amc: SimulatorClient, browser: Browser) -> None:
    before = browser.open("/simulator")
    shown = browser.open("/simulator/echo?kind=verbatim")
    assert amc.configuration().echo == "amc"
    browser.post("/simulator/echo", {"kind": "verbatim"})

    assert "it shows workflows <strong>in a form of its own</strong>" in before
    assert "It will show them as they were sent (verbatim)." in shown
    assert amc.configuration().echo == "verbatim"
    assert "it shows workflows <strong>as they were sent</strong>" in browser.open("/simulator")
    amc.configure(echo="amc")


def test_durations_are_set_shown_and_reset(amc: SimulatorClient, browser: Browser) -> None:
    fields = {"workflow": "reach", "tenant": "acme", "minutes": "5", "outcome": "FAILED", "reason": "as told"}
    form = browser.open("/simulator/durations?tenant=acme")
    shown = browser.open("/simulator/durations?workflow=reach&tenant=acme&minutes=5&outcome=FAILED")
    assert amc.behaviours() == []
    browser.post("/simulator/durations", fields)
    browser.post("/simulator/durations", {"workflow": "geo", "outcome": "REJECTED"})

    page = browser.open("/simulator")
    assert "<option>reach</option>" in form
    assert "Later runs of reach in acme&#39;s instance take 5 minutes of AMC&#39;s time, and end as FAILED." in shown
    assert {(one["workflowId"], one["instanceId"]) for one in amc.behaviours()} == {("reach", "amc1"), ("geo", None)}
    rows = [
        " ".join(re.sub(r"<[^>]*>", " ", row).split()) for row in re.findall(r"<tr><th scope=.*?</tr>", page, re.DOTALL)
    ]
    assert rows == ["geo all 4 REJECTED Reset it …", "reach acme 5 FAILED as told Reset it …"]
    for workflow, tenant in (("reach", "acme"), ("geo", "")):
        asked = browser.open(f"/simulator/durations?workflow={workflow}&tenant={tenant}&reset=yes")
        assert f"Later runs of {workflow}" in asked
        browser.post("/simulator/durations", hidden(asked))
    assert amc.behaviours() == []


def test_a_run_is_started_past_wfm(amc: SimulatorClient, browser: Browser) -> None:
    assert "<option>reach</option>" in browser.open("/simulator/start?tenant=acme")
    shown = browser.open("/simulator/start?tenant=acme&workflow=reach&minutes=5")
    assert amc.executions() == []
    browser.post("/simulator/start", {"tenant": "acme", "workflow": "reach", "minutes": "5"})

    assert "A run of reach is started in acme&#39;s instance past WFM" in shown
    (run,) = amc.executions()
    assert (run["origin"], run["instanceId"]) == ("external", "amc1")


@pytest.mark.parametrize(
    ("path", "fields", "words"),
    [
        ("fault", {}, "kind: is missing"),
        ("fault", {"kind": "fire"}, "kind: &#39;fire&#39; is not known; allowed: throttle"),
        ("fault", {"kind": "slow", "times": "0"}, "times: &#39;0&#39; cannot be"),
        ("fault", {"kind": "slow", "probability": "nan"}, "probability: &#39;nan&#39; cannot be; allowed: 0.01 to 1"),
        ("fault", {"kind": "slow", "tenant": "acne"}, "did you mean acme"),
        ("mend", {}, "number: is missing"),
        ("mend", {"number": "99"}, "no fault 99 is in force"),
        ("clock", {"speed": "1e99"}, "speed: &#39;1e99&#39; cannot be; allowed: 0.1 to 10000"),
        ("start", {"tenant": "acme", "workflow": "rich"}, "rich"),
        ("start", {"tenant": "acme", "workflow": "reach", "minutes": "-1"}, "minutes: &#39;-1&#39; cannot be"),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(
    amc: SimulatorClient, browser: Browser, path: str, fields: dict[str, str], words: str
) -> None:
    answer = browser.post(f"/simulator/{path}", fields)

    assert (answer.status_code >= 400, words in answer.text) == (True, True)
    assert (amc.faults()["faults"], amc.executions()) == ([], [])


def test_a_console_that_only_shows_does_nothing_to_amc(deployed: Deployed, amc: SimulatorClient) -> None:
    reader = Browser(deployed.wfm, read_only=True, make_amc=LocalWorld)

    assert "/simulator/fault" not in reader.open("/simulator")
    assert reader.post("/simulator/fault", {"kind": "outage"}).status_code == 403


def test_a_simulator_that_is_away_is_said_to_be(deployed: Deployed, amc: SimulatorClient, browser: Browser) -> None:
    deployed.wfm.connection = Connection(simulator="http://127.0.0.1:9")

    answer = browser.get("/simulator")

    assert (answer.status_code, "the AMC simulator does not answer" in answer.text) == (502, True)
