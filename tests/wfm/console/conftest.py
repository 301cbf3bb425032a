import pytest

from tests.wfm.console.browser import Browser
from tests.wfm.deployed import Deployed


@pytest.fixture
def browser(deployed: Deployed) -> Browser:
    """A browser that has been let in to a console of the deployment in moto."""
    return Browser(deployed.wfm)
