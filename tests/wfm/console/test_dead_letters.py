from tests.wfm.console.browser import Browser
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
