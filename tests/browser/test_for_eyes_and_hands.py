"""Each page as people see it: contrast and names by axe, in both modes, and on a phone."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.conftest import Seen
from tests.wfm.backfilling import Backfilling
from tests.wfm.conftest import post  # noqa: F401 (a fixture)
from tests.wfm.console.conftest import StandStill, stand_still  # noqa: F401 (a fixture)
from tests.wfm.console.executions import Events, FakeStepFunctions
from tests.wfm.deployed import Deployed
from tests.wfm.post import Post, body

if TYPE_CHECKING:
    from playwright.sync_api import ColorScheme

ARN = "arn:aws:states:us-east-1:1:execution:wfm-demo-lifecycle:acme.r1"
IMAGES = Path(__file__).resolve().parents[2] / "docs" / "images" / "console"
IN_DOCS = ("fleet", "runs", "tenant")
ADDRESSES = {
    "fleet": "/fleet", "runs": "/runs", "run": "/run?tenant=acme&id=r1", "tenant": "/tenant?tenant=acme",
    "dead-letters": "/dead-letters?tenant=acme", "backfills": "/backfills", "backfill": "/backfill?id=q1",
    "action": "/run/cancel?tenant=acme&id=r1",
}  # fmt: skip


@pytest.fixture
def world(deployed: Deployed, executions: FakeStepFunctions, post: Post, stand_still: StandStill) -> None:  # noqa: F811
    """Something of everything, on one day of November."""
    stand_still("2026-11-23T15:00:00Z")
    names = {"customerName": "Acme Ltd", "lastLookedAt": "2026-11-23T14:59:00.000Z"}
    deployed.put_row(
        "acme", queueUrl=post.queue, deadLetterQueueUrl=post.dead, maximumConcurrentWorkflowExecutions=3, **names
    )
    down = {"degradedSince": "2026-11-23T14:00:00.000Z", "degradedReason": "AMC refused with 403: not authorised"}
    deployed.put_tenant("birch", **down)
    deployed.put_tenant("cedar", "PAUSED")
    for name in ("reach", "path-to-conversion"):
        deployed.put_workflow(name)
    deployed.put_gate("acme", {"r0"}, external=1)
    opened = {"openSince": "2026-11-23T14:20:49.000Z"}
    deployed.put_request("r0", "RUNNING", runningAt="2026-11-23T14:24:00.000Z", **opened)
    deployed.put_request("r1", "WAITING", executionArn=ARN, waitingAt="2026-11-23T14:21:00.000Z", **opened)
    deployed.put_request("r2", "FAILED", reason="no such column: reech", endedAt="2026-11-23T14:31:00.000Z")
    deployed.put_request("r3", "SUCCEEDED", endedAt="2026-11-23T14:41:00.000Z", source="schedule:daily")
    deployed.put_waiter("r1")
    schedule = {"customerId": "acme", "Name": "daily", "ScheduleExpression": "rate(1 day)", "Input": "{}"}
    deployed.table("Schedules").put_item(Item=schedule)
    post.put_dead(body("r9"), "r9", "timeWindowEnd: is missing; allowed: a time or a date function")
    executions.put(ARN, Events().enter("WaitForSlot").try_().fail("AmcThrottled", "429: slow down").try_())
    backfilling = Backfilling(deployed)
    backfilling.start("q1", "acme", "birch", "cedar")
    executions.put(f"{backfilling.arn.replace(':stateMachine:', ':execution:')}:q1", Events().enter("WaitForSlot"))
    for number, status in enumerate(("SUCCEEDED", "FAILED", "CANCELLED", "RUNNING", "WAITING", "QUEUED")):
        deployed.put_request(f"q1-{number}", status, customerId=("acme", "birch", "cedar")[number % 3], backfillId="q1")


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize("mode", ["light", "dark"])
def test_each_page_can_be_read_by_all(seen: Seen, mode: "ColorScheme") -> None:
    seen.page.emulate_media(color_scheme=mode)
    found = {}

    for name, address in ADDRESSES.items():
        seen.page.set_viewport_size({"width": 1280, "height": 900})
        seen.open(address)
        violations = Axe().run(seen.page).response["violations"]
        found[name] = [(one["id"], [node["html"] for node in one["nodes"]][:3]) for one in violations]
        if mode == "light" and name in IN_DOCS and os.environ.get("WFM_ACCEPT_SCREENSHOTS"):
            IMAGES.mkdir(parents=True, exist_ok=True)
            (IMAGES / f"{name}.png").write_bytes(seen.page.screenshot())

    assert found == {name: [] for name in ADDRESSES}


@pytest.mark.usefixtures("world")
def test_each_page_fits_a_phone(seen: Seen) -> None:
    seen.page.set_viewport_size({"width": 390, "height": 800})
    wide = {}

    for name, address in ADDRESSES.items():
        seen.open(address)
        wide[name] = seen.page.evaluate("document.documentElement.scrollWidth")

    assert wide == dict.fromkeys(ADDRESSES, 390)
