"""Each page as people see it: contrast and names by axe, in both modes, and on a phone."""

import os
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.addresses import ADDRESSES, IMAGES
from tests.browser.conftest import Seen
from tests.browser.world import inside, machines, world  # noqa: F401 (fixtures)
from tests.wfm.conftest import post  # noqa: F401 (a fixture)
from tests.wfm.console.conftest import logs, stand_still  # noqa: F401 (fixtures)

if TYPE_CHECKING:
    from playwright.sync_api import ColorScheme


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
        if mode == "light" and os.environ.get("WFM_ACCEPT_SCREENSHOTS"):
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
