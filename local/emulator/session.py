"""boto3 against one endpoint, whatever the settings of the surrounding process are."""

import os
import threading
from typing import Any

import boto3
import botocore.session
from botocore.config import Config

from local.emulator.settings import DUMMY_KEY
from wfm.client.loopback import proxies

NO_PROFILE = (None, None, None, None)
NO_FILE = (None, None, os.devnull, None)


class EndpointSession(boto3.Session):
    """A boto3 session whose clients and resources all talk to `endpoint`, with dummy keys.

    The user's AWS profile is left out of it, and so are proxies, since the endpoint is on this machine. Unlike boto3's
    own session, it may be shared by threads.
    """

    def __init__(self, endpoint: str, region: str) -> None:
        isolated = {"profile": NO_PROFILE, "config_file": NO_FILE, "credentials_file": NO_FILE}
        super().__init__(
            aws_access_key_id=DUMMY_KEY,
            aws_secret_access_key=DUMMY_KEY,
            region_name=region,
            botocore_session=botocore.session.Session(session_vars=isolated),
        )
        self.endpoint = endpoint
        self._creating = threading.RLock()

    def client(self, service_name: Any, *args: Any, **options: Any) -> Any:
        create: Any = super().client
        with self._creating:
            return create(service_name, *args, **self._local(options))

    def resource(self, service_name: Any, *args: Any, **options: Any) -> Any:
        create: Any = super().resource
        with self._creating:
            return create(service_name, *args, **self._local(options))

    def _local(self, options: dict[str, Any]) -> dict[str, Any]:
        config = Config(proxies=proxies(self.endpoint)).merge(options.get("config") or Config())
        return {"endpoint_url": self.endpoint} | options | {"config": config}
