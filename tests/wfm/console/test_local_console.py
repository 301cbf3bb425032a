"""The console that a local runtime serves, over moto."""

import stat
from pathlib import Path

import httpx2

from local import console
from tests.wfm.deployed import Deployed
from wfm.client.connection import Connection
from wfm.client.local_state import LocalState


def test_it_is_served_on_loopback_and_entered_with_its_key(deployed: Deployed, tmp_path: Path) -> None:
    deployed.put_tenant()
    served = console.LocalConsole(Connection(), tmp_path)
    port = served.start()
    state = LocalState("http://127.0.0.1:1", "http://127.0.0.1:2", "us-east-1", "wfm-a-b", 1, "now", port)

    with httpx2.Client(base_url=f"http://127.0.0.1:{port}", follow_redirects=True, trust_env=False) as browser:
        refused, page = browser.get("/fleet"), browser.get(console.address(state, tmp_path))
    served.stop()

    assert (refused.status_code, page.status_code) == (403, 200)
    assert "acme" in page.text
    assert stat.S_IMODE((tmp_path / console.KEY_FILE).stat().st_mode) == 0o600


def test_a_runtime_without_one_has_no_address(tmp_path: Path) -> None:
    state = LocalState("http://127.0.0.1:1", "http://127.0.0.1:2", "us-east-1", "wfm-a-b", 1, "now")

    assert console.address(state, tmp_path) == ""
