"""Login with Amazon and AMC are a scripted server, the secret and the table of tokens are moto's."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.adapters.scripted_server import ScriptedServer
from tests.wfm.granting import Granting


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer() as server:
        yield server


@pytest.fixture
def granting(deployed: Any, server: ScriptedServer, monkeypatch: pytest.MonkeyPatch) -> Granting:
    """Found without CloudFormation, which has tests of its own."""
    granting = Granting(server)
    monkeypatch.setattr("wfm.client.credentials.auth.find_amc_access", lambda _client, _stack: granting.access)
    return granting
