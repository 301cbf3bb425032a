"""Text that others wrote, in every field that can hold it, on every page: it is shown, and does nothing."""

import json
import re
from html.parser import HTMLParser
from typing import Final

import pytest

from tests.wfm.backfilling import Backfilling
from tests.wfm.console.browser import Browser
from tests.wfm.console.conftest import FakeLogs
from tests.wfm.console.executions import Events, FakeStepFunctions, executions_of
from tests.wfm.console.simulated import FakeAmc
from tests.wfm.deployed import DEPLOYMENT, Deployed
from tests.wfm.post import Post
from wfm.console.actions import ACTIONS
from wfm.console.pages import PAGES
from wfm.console.simulated_amc import SimulatedFault, SimulatedRun

ARN: Final = "arn:aws:states:us-east-1:1:execution:wfm-demo-lifecycle:x"
MARKUP: Final = "<img src=x onerror=alert(1)>"
HOSTILE: Final = (
    MARKUP,
    "</script><script>alert(1)</script>",
    "\"' onmouseover=alert(1) x='",
    "{{ 7 * 191 }}{% raw %}",
    "\u202egnp.exe\u2066\u200b",
    "x" * 65_536,
    "'; DROP TABLE tenants; --",
    "line\r\nbreak\x00\x1b[31m",
    "javascript:alert(1)",
)
WORD: Final = "Zq"  # begins each text, so that a page that leaves one out is noticed


class Page(HTMLParser):
    """The elements of a page, its attributes, and its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.text += data


def put_everywhere(deployed: Deployed, executions: FakeStepFunctions, post: Post, logs: FakeLogs, text: str) -> None:
    """A tenant, a run, a workflow, a schedule and a dead letter whose every free field holds the text."""
    deployed.put_row(
        "acme", queueUrl=post.queue, deadLetterQueueUrl=post.dead, customerName=text, reason=text, lookFailure=text,
        degradedSince=text[:50], degradedReason=text, amcInstanceId=text, pauseSetBy=text, lastLookedAt=text[:50],
        lookProblems=[text[:900]], failingSince=text[:50],
    )  # fmt: skip
    request = {"source": text[:900], "reason": text, "errorName": text, "stopReason": text, "warnings": [text]}
    params = {"parameterValues": {text[:900]: text}}
    deployed.put_request("r1", "FAILED", workflowId=text[:900], executionArn=ARN, execution=params, **request)
    deployed.put_execution("e1", "FAILED", workflowId=text[:900], statusReason=text, outputS3URI=text)
    deployed.put_gate("acme", {text[:900] or "r9"})
    workflow = {"customerId": "acme", "workflowId": text[:900], "syncStatus": text, "syncReason": text, "drift": text}
    deployed.table("Workflows").put_item(Item=workflow)
    record = {"workflowId": text[:900], "version": 1, "sqlQuery": text, "rolloutReason": text, "rolloutStatus": text}
    deployed.table("WorkflowLibrary").put_item(Item=record)
    schedule = {"customerId": "acme", "Name": text[:900], "ScheduleExpression": text, "scheduleReason": text}
    deployed.table("Schedules").put_item(Item=schedule)
    plain = "".join(letter for letter in text if letter.isprintable())
    post.put_dead(text.replace("\x00", "").replace("\x1b", ""), "r7", plain)
    state = {"Type": "Task", "Resource": text, "Arguments": {"FunctionName": text}, "Next": "Done"}
    executions.definition = {"StartAt": text, "States": {text: state, "Done": {"Type": "Succeed"}}}
    backfilling = Backfilling(deployed)
    backfilling.start("b1", "acme", workflowId=text)
    backfilling.stop("b1", text)
    executions.put(f"{backfilling.arn.replace(':stateMachine:', ':execution:')}:b1", Events())
    events = Events().enter(text).try_().fail(text, text)
    executions.put(ARN, events, "FAILED")
    executions.put(executions_of(DEPLOYMENT.workflow_sync_arn, "s1"), events, "FAILED")
    logs.put("SubmitExecution", json.dumps({"customerId": "acme", "requestId": "r1", "message": text, text[:90]: text}))
    for name in ("TrackTenant", "execution_tracking"):
        logs.put(name, json.dumps({"customerId": text, "workflowExecutionId": text, "status": text, "problem": text}))


@pytest.fixture
def addresses() -> list[str]:
    """Every page and every preview, of what `put_everywhere` put there."""
    named = "tenant=acme&id=r1&name=x"
    return [
        *(f"{page.path}?{named}" for page in PAGES), "/backfill?id=b1", "/backfill/cancel?id=b1",
        "/run?tenant=acme&id=e1", "/run?tenant=acme&id=r1&show=parameters", "/fleet",
        "/simulator", "/simulator/mend?number=1", "/simulator/fault?kind=outage", "/simulator/start?tenant=acme",
        "/machine?machine=workflow_sync", "/execution?machine=workflow_sync&name=s1",
        "/runs?tenant=acme", "/timeline?tenant=acme&since=2026-11-01T00:00:00Z", "/library", "/calendar?tenant=acme",
        "/dead-letters?tenant=acme&show=r7", "/dead-letter/redrive?tenant=acme&id=r7&correct=yes",
        *(f"{action.path}?{named}" for action in ACTIONS),
    ]  # fmt: skip


def put_into_amc(simulated: FakeAmc, text: str) -> None:
    """A run and a fault of the simulator, whose every free field holds the text."""
    simulated.runs.append(SimulatedRun(text, text, text, text, text, True, text, text, text))
    simulated.troubles.append(SimulatedFault(1, text, text, None, 1, 0))


@pytest.fixture
def browser(deployed: Deployed, simulated: FakeAmc) -> Browser:
    """Of a console of a local runtime, which has one page more."""
    return Browser(deployed.wfm, make_amc=lambda _: simulated)


@pytest.fixture(params=HOSTILE, ids=range(len(HOSTILE)))
def hostile(
    request: pytest.FixtureRequest,
    deployed: Deployed,
    executions: FakeStepFunctions,
    post: Post,
    *,
    logs: FakeLogs,
    simulated: FakeAmc,
) -> None:
    """Each of the texts, everywhere."""
    put_into_amc(simulated, f"{WORD}{request.param}")
    put_everywhere(deployed, executions, post, logs, f"{WORD}{request.param}")


@pytest.mark.usefixtures("hostile")
def test_it_becomes_no_element_no_attribute_and_no_order_of_letters(browser: Browser, addresses: list[str]) -> None:
    seen = 0

    for address in addresses:
        answer = browser.get(address)
        page = Page(answer.text)

        seen += WORD in page.text
        assert answer.status_code in (200, 400, 404)
        assert "img" not in page.tags
        assert page.tags.count("script") == 3
        assert not [name for name, _ in page.attributes if name.startswith("on") or name == "style"]
        assert all(_is_ours(value) for name, value in page.attributes if name in ("href", "src", "action"))
        assert not re.search("[\u202a-\u202e\u2066-\u2069\u200b\x00\x1b]", answer.text)
        assert "1337" not in page.text
        assert len(answer.text) < 400_000
    assert seen >= 18


def _is_ours(address: str | None) -> bool:
    return (address or "").startswith(("/", "#")) and not (address or "").startswith("//")
