"""Who works with the client, as the rows say that they change."""

from getpass import getuser
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError

from wfm.client.aws import Aws
from wfm.client.connection import Connection


class Unreachable:
    """A session in a network without a way to STS."""

    def client(self, _name: str, **_options: Any) -> "Unreachable":
        return self

    def get_caller_identity(self) -> dict[str, str]:
        raise EndpointConnectionError(endpoint_url="https://sts.us-east-1.amazonaws.com")


def test_on_aws_it_is_whom_cloudtrail_names(deployed: Any) -> None:
    assert deployed.wfm.aws.caller == "moto"


def test_on_an_emulator_it_is_the_user_of_this_machine() -> None:
    assert Aws(Connection(endpoint_url="http://127.0.0.1:4566"), "wfm-a-b").caller == getuser()


def test_a_network_without_sts_keeps_nobody_from_a_change(aws_settings: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wfm.client.adapters.session.open_session", lambda _connection: Unreachable())

    assert Aws(Connection(), "wfm-a-b").caller == getuser()
