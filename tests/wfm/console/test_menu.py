"""What the menu and the filters of pages keep, and what they are where nobody says."""

import re
from html import unescape

from tests.wfm.console.browser import Browser
from tests.wfm.console.conftest import StandStill
from tests.wfm.deployed import Deployed

BAR = re.compile(r'<a class="bar [\w ]+" href="/run\?tenant=[\w-]+&amp;id=([\w-]+)"')
LINK = re.compile(r'<nav aria-label="Pages">(.*?)</nav>', re.DOTALL)


def menu(page: str) -> list[str]:
    """The addresses in the menu."""
    return [unescape(href) for href in re.findall(r'href="([^"]*)"', LINK.findall(page)[0])]


def put_run(deployed: Deployed, customer_id: str, name: str, requested_at: str) -> None:
    """A run that took half an hour."""
    begun = dict.fromkeys(("requestedAt", "submittingAt", "runningAt"), requested_at)
    ended = requested_at.replace(":00:00.", ":30:00.")
    deployed.put_request(name, "SUCCEEDED", customerId=customer_id, endedAt=ended, **begun)


def test_the_menu_keeps_the_filters_that_a_page_has_too(deployed: Deployed, browser: Browser) -> None:
    deployed.put_tenant()

    found = menu(browser.open("/runs?tenant=acme&workflow=reach&label=team%3Demea&status=FAILED"))

    assert "/timeline?tenant=acme&workflow=reach&label=team%3Demea" in found
    assert "/calendar?tenant=acme" in found
    assert "/backfills?workflow=reach&label=team%3Demea" in found
    assert "/fleet" in found
    assert "/runs?tenant=acme" in menu(browser.open("/tenant?tenant=acme"))
    assert menu(browser.open("/fleet")) == [path.partition("?")[0] for path in found]


def test_timeline_shows_a_day_where_nobody_asks_for_another_time(
    deployed: Deployed, browser: Browser, stand_still: StandStill
) -> None:
    stand_still("2026-11-23T15:00:00Z")
    deployed.put_tenant()
    put_run(deployed, "acme", "today", "2026-11-23T09:00:00.000Z")
    put_run(deployed, "acme", "yesterday", "2026-11-22T09:00:00.000Z")

    assert BAR.findall(browser.open("/timeline")) == ["today"]
    assert sorted(BAR.findall(browser.open("/timeline?since=2d"))) == ["today", "yesterday"]


def test_a_timeline_is_of_the_tenants_of_a_tag(deployed: Deployed, browser: Browser, stand_still: StandStill) -> None:
    stand_still("2026-11-23T15:00:00Z")
    for name, tags in (("acme", ["retail"]), ("birch", ["travel"]), ("cedar", ["retail"])):
        deployed.put_tenant(name, tags=tags)
        put_run(deployed, name, f"of-{name}", "2026-11-23T09:00:00.000Z")

    assert sorted(BAR.findall(browser.open("/timeline?tenant=tag%3Aretail"))) == ["of-acme", "of-cedar"]
