"""Chains: the picture of what runs after what in a tenant, by window."""

import re

import pytest

from tests.wfm.console.browser import Browser
from tests.wfm.deployed import Deployed
from wfm.model.chain_links import TenantLinks
from wfm.model.chains import Chain, End, Firing, LinkState
from wfm.store.chains_table import ChainsTable
from wfm.store.tenants_table import TenantsTable

BOX = re.compile(r'<a class="state ([\w-]+)"(?: href="([^"]*)")? aria-label="([^"]*)">')


@pytest.fixture
def linked(deployed: Deployed) -> Deployed:
    """A tenant of whose workflows two run after others."""
    deployed.put_tenant("acme")
    links = {"overlap": {"workflow": "reach"}, "export": {"all": ["reach", "overlap"]}}
    found = TenantLinks(links, {"odd": "after: <b>names</b> no workflow"})
    assert TenantsTable(deployed.table("Tenants")).save_links("acme", found, {})
    return deployed


def put_chain(deployed: Deployed, day: int, **links: LinkState) -> str:
    window = {"timeWindowStart": f"2026-11-{day:02d}T00:00:00", "timeWindowEnd": f"2026-11-{day + 1:02d}T00:00:00"}
    chain = Chain("acme", f"202611{day:02d}T0000-1", window, links, 1, "2026-11-23T12:00:00.000Z")
    assert ChainsTable(deployed.table("ExecutionRequests")).save(chain)
    return chain.id


def boxes(page: str) -> list[tuple[str, str, str]]:
    return BOX.findall(page)


def test_without_links_it_says_how_to_make_one(deployed: Deployed, browser: Browser) -> None:
    deployed.put_tenant("acme")

    assert "No workflow of this tenant runs after another." in browser.open("/chains?tenant=acme")


def test_before_anything_ran_it_shows_what_would(linked: Deployed, browser: Browser) -> None:
    page = browser.open("/chains?tenant=acme")

    assert boxes(page) == [("not-reached", "", f"{name}: has not run") for name in ("reach", "overlap", "export")]
    assert page.count('marker-end="url(#next)"') == 3
    assert "&lt;b&gt;names&lt;/b&gt; no workflow" in page


def test_the_latest_window_is_drawn_and_each_workflow_leads_to_its_run(linked: Deployed, browser: Browser) -> None:
    refused = LinkState(not_run=End("overlap", "o1", "FAILED", ""), waiting={"reach": "r1"})
    put_chain(linked, 21, overlap=LinkState(fired=(Firing("o0", {"reach": "r0"}, "r0"),)))
    put_chain(linked, 22, overlap=LinkState(fired=(Firing("o1", {"reach": "r1"}, "r1"),)), export=refused)
    for name, status in (("r0", "SUCCEEDED"), ("r1", "SUCCEEDED"), ("o1", "FAILED")):
        linked.put_request(name, status)

    page = browser.open("/chains?tenant=acme")
    earlier = browser.open("/chains?tenant=acme&chain=20261121T0000-1")

    assert boxes(page) == [
        ("done", "/run?tenant=acme&amp;id=r1", "reach: SUCCEEDED"),
        ("failed", "/run?tenant=acme&amp;id=o1", "overlap: FAILED"),
        ("not-reached", "", "export: NOT RUN"),
    ]
    assert "overlap ended FAILED" in page
    assert page.index("2026-11-22T00:00 to") < page.index("2026-11-21T00:00 to")
    assert boxes(earlier)[0] == ("done", "/run?tenant=acme&amp;id=r0", "reach: SUCCEEDED")


def test_a_chain_that_is_not_there_is_named(linked: Deployed, browser: Browser) -> None:
    answer = browser.get("/chains?tenant=acme&chain=x")

    assert "acme has no chain" in answer.text


def test_a_tenants_page_leads_to_its_chains(linked: Deployed, browser: Browser) -> None:
    assert '<a href="/chains?tenant=acme">Its chains</a>' in browser.open("/tenant?tenant=acme")


def test_items_of_chains_are_no_requests(linked: Deployed, browser: Browser) -> None:
    put_chain(linked, 22, overlap=LinkState())
    linked.put_request("r1", "SUCCEEDED")

    assert [request.request_id for request in linked.wfm.requests.list("acme")] == ["r1"]
