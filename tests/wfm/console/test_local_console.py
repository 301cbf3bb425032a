"""The console that a local runtime serves, over moto."""

import stat
from pathlib import Path
from threading import enumerate as enumerate_threads

import httpx2

from local import console
from tests.wfm.deployed import Deployed
from wfm.client.connection import Connection
from wfm.client.local_state import LocalState


def test_it_is_served_on_loopback_and_entered_with_its_key(deployed: Deployed, tmp_path: Path) -> None:
    deployed.put_tenant()
    with (
        console.served(Connection(), tmp_path) as port,
        httpx2.Client(
            base_url=f"http://127.0.0.1:{port}", follow_redirects=True, trust_env=False, timeout=60
        ) as browser,
    ):
        state = LocalState("http://127.0.0.1:1", "http://127.0.0.1:2", "us-east-1", "wfm-a-b", 1, "now", port)
        refused, page = browser.get("/fleet"), browser.get(console.address(state, tmp_path))

    assert (refused.status_code, page.status_code) == (403, 200)
    assert "acme" in page.text
    assert stat.S_IMODE((tmp_path / console.KEY_FILE).stat().st_mode) == 0o600


def test_none_of_its_threads_outlives_it(deployed: Deployed, tmp_path: Path) -> None:
    """One that did would keep the runtime's supervisor from ending."""
    before = set(enumerate_threads())

    with console.served(Connection(), tmp_path) as port, httpx2.Client(trust_env=False, timeout=60) as browser:
        state = LocalState("http://127.0.0.1:1", "http://127.0.0.1:2", "us-east-1", "wfm-a-b", 1, "now", port)
        browser.get(console.address(state, tmp_path), follow_redirects=True)
        during = set(enumerate_threads()) - before

    assert len(during) >= 2
    for thread in during:  # what has been told to end may take a moment
        thread.join(timeout=60)
    assert not [thread for thread in during if thread.is_alive()]


def test_a_runtime_without_one_has_no_address(tmp_path: Path) -> None:
    state = LocalState("http://127.0.0.1:1", "http://127.0.0.1:2", "us-east-1", "wfm-a-b", 1, "now")

    assert console.address(state, tmp_path) == ""
