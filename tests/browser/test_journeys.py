"""What people do with the console, from the first look on."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import Seen
from tests.wfm.console.executions import Events, FakeStepFunctions
from tests.wfm.deployed import Deployed
from tests.wfm.onboarding import FakeOnboarding

ARN = "arn:aws:states:us-east-1:1:execution:wfm-demo-lifecycle:acme.r1"


def row(page: Page, name: str) -> str:
    return " ".join(page.locator(f"#tenant-{name}").inner_text().split())


def test_a_first_look(deployed: Deployed, seen: Seen) -> None:
    expect(seen.page.locator(".empty")).to_contain_text("No tenants yet.")

    deployed.put_tenant("acme")
    expect(seen.page.locator("#tenant-acme")).to_be_visible()  # by the stream, without a new page
    expect(seen.page.locator("#state")).to_have_text("Live.")
    assert "0 of 2" in row(seen.page, "acme")

    seen.page.get_by_role("link", name="acme").click()
    expect(seen.page.locator("h1")).to_have_text("Tenant acme")


def test_times_are_those_of_the_viewer_and_the_mouse_on_one_shows_utc(deployed: Deployed, seen: Seen) -> None:
    deployed.put_tenant("acme", lastLookedAt="2026-11-23T14:59:00.000Z")

    time = seen.open("/fleet").locator("#tenant-acme time").first

    expect(time).to_have_text("2026-11-23 15:59:00")
    expect(time).to_have_attribute("title", "2026-11-23 14:59:00 UTC")
    expect(seen.page.locator("#zone")).to_contain_text("Europe/Berlin")


def test_a_run_is_watched_from_state_to_state(deployed: Deployed, executions: FakeStepFunctions, seen: Seen) -> None:
    deployed.put_tenant()
    deployed.put_request("r1", "WAITING", executionArn=ARN)
    events = Events().enter("WaitForSlot").try_()
    executions.put(ARN, events)

    page = seen.open("/run?tenant=acme&id=r1")
    expect(page.get_by_role("link", name="WaitForSlot: running")).to_be_visible()

    executions.put(ARN, events.leave("WaitForSlot").enter("SubmitExecution").try_())
    expect(page.get_by_role("link", name="SubmitExecution: running")).to_be_visible()
    expect(page.get_by_role("link", name="WaitForSlot: done")).to_be_visible()

    page.get_by_role("link", name="SubmitExecution: running").click()
    expect(page).to_have_url(re.compile("#state-SubmitExecution$"))


def test_a_tenant_is_paused_and_resumed(deployed: Deployed, machine: FakeOnboarding, seen: Seen) -> None:
    deployed.put_tenant("acme")
    page = seen.open("/tenant?tenant=acme")

    page.get_by_role("link", name="Pause it").click()
    expect(page.locator("#live")).to_contain_text("Nothing more is started until it is resumed.")
    page.get_by_role("button", name="Pause it").click()
    expect(page.locator(".notice")).to_have_text("acme is being paused.")

    assert deployed.table("Tenants").get_item(Key={"customerId": "acme"})["Item"]["paused"] is True


def test_what_was_typed_stays_when_the_live_part_changes(deployed: Deployed, seen: Seen) -> None:
    deployed.put_tenant("acme")
    page = seen.open("/fleet")
    page.keyboard.press("/")
    page.keyboard.type("bir")

    deployed.put_tenant("birch")
    expect(page.locator("#tenant-birch")).to_be_visible()

    expect(page.get_by_label("Find")).to_have_value("bir")
    expect(page.get_by_label("Find")).to_be_focused()
