"""What a page of somebody else's, or a name that leads here, can not do."""

from html import unescape

import pytest
from starlette.websockets import WebSocketDisconnect

from tests.wfm.console.browser import HERE, KEY, PORT, Browser
from tests.wfm.deployed import Deployed
from wfm.console.door import MOST_SESSIONS, Door, entrance, new_ticket
from wfm.console.pages import PAGES
from wfm.console.security import MOST_BYTES
from wfm.console.serving import open_sockets
from wfm.errors import UnreachableError

ADDRESSES = ["/", "/enter", "/static/console.css", "/no-such-page", *(page.path for page in PAGES)]
LIVE = [f"/{kind}{page.path}" for page in PAGES if page.seconds for kind in ("part", "live")]
STRANGERS = [
    "evil.example", f"evil.example:{PORT}", "127.0.0.1", f"127.0.0.1.evil.example:{PORT}", f"127.0.0.2:{PORT}",
    f"127.0.0.1:{PORT + 1}", f"LOCALHOST:{PORT}", f"0.0.0.0:{PORT}", "", f"127.0.0.1:{PORT},evil.example",
]  # fmt: skip
NO_SESSION = ["", "wfm_console_8321=", "wfm_console_8321=guess", 'wfm_console_8321="', "x=1"]
OTHER_PAGES = [  # the origin that a browser says, and how that is related to the console
    ("", "same-origin"), ("null", "same-origin"), ("http://evil.example", "same-origin"), (HERE, ""),
    (f"http://localhost:{PORT}", "same-origin"), (f"http://127.0.0.1:{PORT + 1}", "same-origin"),
    (f"https://127.0.0.1:{PORT}", "same-origin"), (HERE, "cross-site"), (HERE, "same-site"), (HERE, "none"),
]  # fmt: skip


@pytest.mark.parametrize("path", [*ADDRESSES, *LIVE])
def test_another_host_is_answered_on_no_address(browser: Browser, path: str) -> None:
    answers = {host: browser.get(path, host=host) for host in STRANGERS}

    assert {host: answer.status_code for host, answer in answers.items()} == dict.fromkeys(STRANGERS, 421)
    assert [host for host, answer in answers.items() if "set-cookie" in answer.headers] == []


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]"])
def test_the_names_of_this_machine_are_answered(browser: Browser, host: str) -> None:
    answer = browser.get("/static/console.css", host=f"{host}:{PORT}")

    assert answer.status_code == 200


@pytest.mark.parametrize("path", ["/", "/no-such-page", *(page.path for page in PAGES), *LIVE])
def test_nothing_is_shown_without_a_session(deployed: Deployed, path: str) -> None:
    stranger = Browser(deployed.wfm, enters=False)

    answers = {cookie: stranger.get(path, cookie=cookie) for cookie in NO_SESSION}

    assert {cookie: answer.status_code for cookie, answer in answers.items()} == dict.fromkeys(NO_SESSION, 403)
    assert [cookie for cookie, answer in answers.items() if "Open the address" not in answer.text] == []


def test_a_ticket_is_exchanged_once_for_a_cookie_that_no_script_and_no_other_site_has(deployed: Deployed) -> None:
    stranger, ticket = Browser(deployed.wfm, enters=False), entrance(PORT, KEY)

    first, second = stranger.http.get(ticket), stranger.http.get(ticket)

    assert (first.status_code, first.headers["location"]) == (303, "/")
    name, *attributes = first.headers["set-cookie"].split("; ")
    assert name.startswith(f"wfm_console_{PORT}=")
    assert attributes == ["Path=/", "HttpOnly", "SameSite=Strict"]
    assert (second.status_code, "set-cookie" in second.headers) == (403, False)


FOREIGN = pytest.param(new_ticket(b"another key"), id="of another console")


@pytest.mark.parametrize("ticket", ["", ".", "guess", "guess.guess", FOREIGN, "\u2603.\u2603"])
def test_a_ticket_of_nobody_lets_nobody_in(deployed: Deployed, ticket: str) -> None:
    stranger = Browser(deployed.wfm, enters=False)

    answer = stranger.http.get("/enter", params={"ticket": ticket})

    assert (answer.status_code, "set-cookie" in answer.headers) == (403, False)


def test_the_oldest_sessions_are_forgotten() -> None:
    door = Door(KEY)

    first, *others = [door.enter(new_ticket(KEY)) for _ in range(MOST_SESSIONS + 1)]

    assert first is not None
    assert door.session(first.id) is None
    assert all(each is not None and door.session(each.id) is each for each in others)


@pytest.mark.parametrize("path", ["/", *(page.path for page in PAGES)])
def test_a_change_is_taken_from_a_page_of_the_console_alone(browser: Browser, path: str) -> None:
    answers = {(origin, site): browser.post(path, origin=origin, sec_fetch_site=site) for origin, site in OTHER_PAGES}

    assert {page: answer.status_code for page, answer in answers.items()} == dict.fromkeys(OTHER_PAGES, 403)
    assert [page for page, answer in answers.items() if "only from a page of this console" not in answer.text] == []


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "QUERY"])
def test_there_are_no_other_methods(browser: Browser, method: str) -> None:
    answer = browser.http.request(method, "/fleet", headers={"origin": HERE, "sec-fetch-site": "same-origin"})

    assert answer.status_code == 405


@pytest.mark.parametrize("path", [page.path for page in PAGES])
def test_a_page_is_not_read_with_post(browser: Browser, path: str) -> None:
    assert browser.post(path).status_code == 405


@pytest.mark.parametrize("kind", ["text/plain", "application/json", "multipart/form-data; boundary=x", ""])
def test_a_change_is_sent_as_a_form(browser: Browser, kind: str) -> None:
    assert browser.http.post("/fleet", content=b"a=b", headers={
        "origin": HERE, "sec-fetch-site": "same-origin", "content-type": kind,
    }).status_code == 415  # fmt: skip


def test_a_form_has_a_size(browser: Browser) -> None:
    answer = browser.post("/fleet", {"a": "b" * MOST_BYTES})

    assert answer.status_code == 413


@pytest.mark.parametrize("path", ["/", *(page.path for page in PAGES)])
def test_a_console_that_only_shows_takes_no_change(deployed: Deployed, path: str) -> None:
    answer = Browser(deployed.wfm, read_only=True).post(path)

    assert answer.status_code == 403
    assert "--read-only" in answer.text


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
@pytest.mark.parametrize("mode", ["no-cors", "cors", "same-origin", ""])
def test_other_pages_load_no_part_of_it(browser: Browser, site: str, mode: str) -> None:
    for path in ("/fleet", "/static/icon.svg"):
        assert browser.get(path, sec_fetch_site=site, sec_fetch_mode=mode).status_code == 403
    assert browser.get("/fleet", sec_fetch_site=site, sec_fetch_mode="navigate").status_code == 200


@pytest.mark.parametrize("path", [*ADDRESSES, *(f"/part{page.path}" for page in PAGES if page.seconds)])
def test_every_answer_has_the_headers_of_safety(browser: Browser, path: str) -> None:
    policy = (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )

    answer = browser.get(path, origin="http://evil.example")

    assert answer.headers["content-security-policy"] == policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == ("no-cache" if path.startswith("/static/") else "no-store")
    assert not [name for name in answer.headers if name.startswith("access-control-")]


def test_a_refusal_has_them_too(browser: Browser) -> None:
    answer = browser.get("/fleet", host="evil.example")

    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "printed" in unescape(answer.text)


@pytest.mark.parametrize("path", ["/static/../app.py", "/static/%2e%2e/app.py", "/static/..%2fapp.py", "/static/"])
def test_static_files_are_those_of_their_folder(browser: Browser, path: str) -> None:
    assert browser.get(path).status_code == 404


def test_it_listens_on_this_machine_alone() -> None:
    sockets = open_sockets(0)
    try:
        hosts = [opened.getsockname()[0] for opened in sockets]
        ports = {opened.getsockname()[1] for opened in sockets}

        assert hosts in (["127.0.0.1", "::1"], ["127.0.0.1"])
        assert len(ports) == 1
        for opened in sockets:
            opened.listen()
        with pytest.raises(UnreachableError, match=rf"--port: {ports.copy().pop()} is in use"):
            open_sockets(ports.pop())
    finally:
        for opened in sockets:
            opened.close()


def test_a_websocket_is_not_opened(browser: Browser) -> None:
    with pytest.raises(WebSocketDisconnect) as closed, browser.http.websocket_connect("/fleet"):
        pass
    assert closed.value.code == 1008
