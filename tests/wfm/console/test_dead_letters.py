import re

from tests.wfm.console.browser import Browser
from tests.wfm.console.conftest import StandStill
from tests.wfm.deployed import Deployed
from tests.wfm.post import Post, body


def test_all_tenants_are_counted_and_those_of_one_are_listed(deployed: Deployed, post: Post, browser: Browser) -> None:
    post.put_dead(body("mine", payload={"sqlQuery": "SELECT secret"}), "r1", "workflowId: is missing")

    counts = browser.open("/dead-letters")
    letters = browser.open("/dead-letters?tenant=acme")

    assert '<strong class="bad">1</strong>' in counts
    assert "workflowId: is missing" in letters
    assert "SELECT secret" not in letters
    assert "SELECT secret" in browser.open("/dead-letters?tenant=acme&show=r1")


def test_without_any_it_says_so(deployed: Deployed, post: Post, browser: Browser) -> None:
    assert "No dead letters." in browser.open("/dead-letters?tenant=acme")


def test_nobody_takes_letters_again_and_again(browser: Browser) -> None:
    assert browser.get("/part/dead-letters").status_code == 404
    assert 'id="poll"' not in browser.open("/dead-letters")


def test_it_says_when_it_was_read_and_has_a_button_to_read_it_again(
    deployed: Deployed, post: Post, browser: Browser, stand_still: StandStill
) -> None:
    stand_still("2026-11-23T15:00:00Z")
    post.put_dead(body("mine"), "r1", "workflowId: is missing")

    page = browser.open("/dead-letters?tenant=acme&show=r1")

    form = page.partition('<form class="again"')[2].partition("</form>")[0]
    assert 'action="/dead-letters"' in form
    assert dict(re.findall(r'name="(\w+)" value="(\w+)"', form)) == {"tenant": "acme", "show": "r1"}
    assert "2026-11-23 15:00:00" in form
    assert "<button>Read it again</button>" in form


def test_a_live_page_needs_no_such_button(browser: Browser) -> None:
    assert 'class="again"' not in browser.open("/fleet")
