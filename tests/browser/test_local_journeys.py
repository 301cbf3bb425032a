"""What people do with the console of a local runtime, from the first look on, by what they read and click.

One runtime for all: each journey keeps to a tenant, or a workflow, of its own.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from local import console
from local.examples import LIBRARY, TENANTS
from local.steering import behaviour
from tests.browser.conftest import Seen, looking
from tests.browser.local_wfm import WORKFLOWS, LocalWfm, running
from wfm.console.door import entrance

ALDER, BIRCH, CEDAR = (tenant.customer_id for tenant in TENANTS)
GEO, REACH = WORKFLOWS


@pytest.fixture(scope="module")
def local_wfm(local_assembly: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalWfm]:
    with running(local_assembly, tmp_path_factory.mktemp("runtime")) as found:
        yield found


@pytest.fixture
def look(chromium: Browser, local_wfm: LocalWfm, tmp_path: Path) -> Iterator[Seen]:
    """A browser that has been let in to the console, which is served as `wfm local up` serves it."""
    with (
        console.served(local_wfm.connection, tmp_path) as port,
        looking(chromium, entrance(port, (tmp_path / console.KEY_FILE).read_bytes())) as looks,
    ):
        yield looks


def go(page: Page, *names: str) -> None:
    """Follow links by their names."""
    for name in names:
        page.get_by_role("link", name=name, exact=True).first.click()


def row(page: Page, *words: str) -> Locator:
    """The first line of a table that has all these words."""
    found = page.get_by_role("row")
    for each in words:
        found = found.filter(has_text=each)
    return found.first


def heading(page: Page, words: str) -> Locator:
    return page.get_by_role("heading", name=words, level=1)


def fact(page: Page, name: str) -> Locator:
    """What a page says beside that name."""
    return page.get_by_role("definition").and_(page.locator(f"dt:text-is('{name}') + dd"))


def windows(page: Page, status: str) -> Locator:
    """The windows of a backfill with that status."""
    return page.get_by_role("link", name=re.compile(rf"\d: {status}$"))


def ask_for_a_run(page: Page, tenant: str, workflow: str) -> str:
    """From Fleet to a run of the workflow that is in the queue; its id."""
    go(page, "Fleet", tenant, "Run a workflow …")
    page.get_by_label("Workflow").select_option(workflow)
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_text(f"{workflow} runs once for {tenant}")).to_be_visible()
    page.get_by_role("button", name="Run it").click()
    notice = page.get_by_role("status").filter(has_text="is in the queue")
    return str(notice.inner_text()).split()[0]


def test_a_first_look_shows_that_all_is_well_and_where_to_go(look: Seen) -> None:
    page = look.page

    expect(page.get_by_role("banner")).to_contain_text("LOCAL")
    for tenant in TENANTS:
        expect(row(page, tenant.name)).to_contain_text("ACTIVE")
    go(page, CEDAR)
    expect(heading(page, f"Tenant {CEDAR}")).to_be_visible()
    for workflow in WORKFLOWS:
        expect(row(page, workflow)).to_contain_text("SYNCED")
    go(page, "Simulator")
    expect(page.get_by_text("AMC answers as it should.")).to_be_visible()


def test_a_run_is_asked_for_and_seen_until_its_result(local_wfm: LocalWfm, look: Seen) -> None:
    page = look.page
    local_wfm.amc.behave(REACH, CEDAR, behaviour(300, None, None))  # it cannot end before it was seen

    run_id = ask_for_a_run(page, CEDAR, REACH)
    go(page, run_id)
    expect(page.get_by_role("link", name="WaitForOutcome: running")).to_be_visible()
    with local_wfm.hours_pass():
        expect(fact(page, "status")).to_have_text("SUCCEEDED")
    local_wfm.amc.behave(REACH, CEDAR, None)
    expect(page.get_by_role("link", name="WaitForOutcome: done")).to_be_visible()
    go(page, "Show the first rows of its result")

    expect(heading(page, f"Result of run {run_id}")).to_be_visible()
    expect(page.locator("pre")).to_contain_text("campaign")


def test_a_run_says_why_it_waits(local_wfm: LocalWfm, look: Seen) -> None:
    page = look.page

    for _ in range(2):  # all the slots that the tenant has
        go(page, "Simulator", "Start a run elsewhere …")
        page.get_by_label("Tenant").select_option(ALDER)
        page.get_by_role("button", name="Preview").click()
        page.get_by_label("Workflow").select_option(GEO)
        page.get_by_label("Minutes").fill("900")
        page.get_by_role("button", name="Preview").click()
        page.get_by_role("button", name="Start it").click()
        expect(page.get_by_role("status").filter(has_text=f"was started in {ALDER}'s AMC instance")).to_be_visible()
    local_wfm.wfm.aws.tracking.poll(ALDER)
    go(page, "Fleet")
    expect(row(page, ALDER)).to_contain_text("2 of 2")
    run_id = ask_for_a_run(page, ALDER, REACH)
    go(page, run_id)
    expect(fact(page, "waits for")).to_contain_text("a slot (next)")
    go(page, ALDER)
    expect(page.get_by_role("listitem").filter(has_text="elsewhere")).to_have_count(2)
    expect(page.get_by_role("listitem").filter(has_text=run_id)).to_be_visible()

    go(page, run_id, "Cancel it …")
    page.get_by_role("button", name="Cancel it").click()
    expect(fact(page, "status")).to_contain_text("CANCELLED")


def test_a_failed_run_is_found_and_sent_again(local_wfm: LocalWfm, look: Seen) -> None:
    page, words = look.page, "no such column: reech"
    local_wfm.amc.behave(GEO, BIRCH, behaviour(0.1, "FAILED", words))
    sent = local_wfm.wfm.requests.submit(GEO, BIRCH)
    go(page, "Simulator")
    expect(row(page, BIRCH, words)).to_be_visible()
    local_wfm.amc.behave(GEO, BIRCH, behaviour(0.1, None, None))
    local_wfm.wfm.aws.tracking.poll(BIRCH)

    go(page, "Runs")
    page.get_by_label("Status").select_option("FAILED")
    page.get_by_role("button", name="Show").click()
    expect(row(page, words)).to_contain_text(BIRCH)
    go(page, sent.request_id)
    expect(fact(page, "status")).to_contain_text(words)
    go(page, "Send it again …")
    expect(page.get_by_text(words)).to_be_visible()
    page.get_by_role("button", name="Send it again").click()
    expect(fact(page, "resubmitted by")).to_be_visible()
    fact(page, "resubmitted as").get_by_role("link").click()

    expect(fact(page, "status")).to_have_text("SUCCEEDED")


def test_a_backfill_is_started_and_cancelled(local_wfm: LocalWfm, look: Seen) -> None:
    page, today = look.page, datetime.now(UTC).date()
    local_wfm.amc.behave(GEO, CEDAR, behaviour(900, None, None))

    go(page, "Backfills", "Start a backfill …")
    for label, text in (
        ("Workflow", GEO),
        ("Tenants", CEDAR),
        ("From", str(today - timedelta(days=40))),
        ("To", str(today - timedelta(days=12))),
    ):
        page.get_by_label(label, exact=True).fill(text)
    page.get_by_role("button", name="Preview").click()
    page.get_by_role("button", name="Start 4 runs").click()
    expect(windows(page, "RUNNING")).to_have_count(4)
    expect(fact(page, "requests")).to_contain_text("0 of 4 have ended")
    go(page, "Cancel it …")
    expect(page.get_by_text("what runs in AMC is cancelled there")).to_be_visible()
    page.get_by_role("button", name="Cancel it").click()

    expect(windows(page, "CANCELLED")).to_have_count(4)
    expect(fact(page, "requests")).to_contain_text("4 of 4 have ended")
    expect(page.get_by_role("link", name="Cancel it …")).to_have_count(0)


def test_a_tenant_is_paused_and_resumed(look: Seen) -> None:
    page = look.page

    go(page, BIRCH, "Pause it …")
    page.get_by_role("button", name="Pause it").click()
    expect(fact(page, "status")).to_contain_text("PAUSED")
    go(page, "Fleet")
    expect(row(page, BIRCH)).to_contain_text("PAUSED")
    go(page, BIRCH, "Resume it …")
    page.get_by_role("button", name="Resume it").click()

    expect(fact(page, "status")).to_have_text("ACTIVE")
    expect(page.get_by_role("link", name="Pause it …")).to_be_visible()


def test_a_dead_letter_is_corrected_and_sent_again(local_wfm: LocalWfm, look: Seen) -> None:
    page = look.page
    local_wfm.send(CEDAR, {"customerId": CEDAR, "payload": {"workflowId": REACH, "timeWindowNam": "last 7 days"}})

    go(page, "Runs")
    expect(row(page, CEDAR, "timeWindowNam")).to_contain_text("REJECTED")
    go(page, "Dead letters")
    expect(row(page, CEDAR)).to_contain_text("1")
    go(page, CEDAR)
    expect(row(page, "timeWindowNam: no field of a request; did you mean timeWindowName?")).to_be_visible()
    go(page, "Correct it …")
    message = page.get_by_label("The message, a JSON object")
    message.fill(message.input_value().replace("timeWindowNam", "timeWindowName"))
    page.get_by_role("button", name="Send it so").click()

    expect(heading(page, "Run ")).to_be_visible()
    expect(fact(page, "workflow")).to_have_text(REACH)
    expect(fact(page, "status")).to_have_text("SUCCEEDED")
    go(page, "Dead letters", CEDAR)
    expect(page.get_by_text("No dead letters.")).to_be_visible()


def test_a_rollout_is_watched(local_wfm: LocalWfm, look: Seen, tmp_path: Path) -> None:
    page, library = look.page, local_wfm.wfm.library
    go(page, "Library")
    expect(row(page, GEO)).to_contain_text("DONE")
    for file in LIBRARY.glob(f"{GEO}.*"):
        (tmp_path / file.name).write_text(file.read_text(encoding="utf-8"), encoding="utf-8")
    with (tmp_path / f"{GEO}.sql").open("a", encoding="utf-8") as sql:
        sql.write("-- of the second version\n")
    library.push(library.compare(library.read(tmp_path)))

    expect(row(page, GEO)).to_contain_text(re.compile(r"2\s+DONE\s+3 of 3"))
    go(page, GEO)
    expect(fact(page, "version in force")).to_have_text("2")
    expect(fact(page, "tenants")).to_contain_text("3 of 3 have it in AMC")
    for tenant in TENANTS:
        expect(row(page, tenant.customer_id)).to_contain_text("SYNCED")
    go(page, "Show how the last two differ")
    expect(page.get_by_text("+-- of the second version")).to_be_visible()
