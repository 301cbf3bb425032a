"""Hostile text on every page in a real browser: nothing runs, nothing is asked of anybody else."""

import pytest

from tests.browser.conftest import Seen
from tests.wfm.conftest import post  # noqa: F401 (a fixture)
from tests.wfm.console.conftest import FakeLogs, logs  # noqa: F401 (a fixture)
from tests.wfm.console.executions import FakeStepFunctions
from tests.wfm.console.simulated import FakeAmc
from tests.wfm.console.test_hostile_text import HOSTILE, WORD, addresses, put_everywhere, put_into_amc  # noqa: F401
from tests.wfm.deployed import Deployed
from tests.wfm.post import Post


@pytest.fixture(params=[0, 1, 2, 8])
def hostile(
    request: pytest.FixtureRequest,
    deployed: Deployed,
    executions: FakeStepFunctions,
    post: Post,  # noqa: F811
    *,
    logs: FakeLogs,  # noqa: F811
    simulated: FakeAmc,
) -> None:
    put_into_amc(simulated, WORD + HOSTILE[request.param])
    put_everywhere(deployed, executions, post, logs, WORD + HOSTILE[request.param])


@pytest.mark.usefixtures("hostile")
def test_nothing_runs(seen: Seen, addresses: list[str]) -> None:  # noqa: F811
    for address in addresses:
        page = seen.open(address)

        assert page.locator("img").count() == 0
        assert page.locator("script:not([src])").count() == 0
