"""A boto3 session for a connection."""

import os
from typing import Final

import boto3
import botocore.session
from botocore.config import Config
from botocore.exceptions import ProfileNotFound

from wfm.client.connection import Connection
from wfm.client.loopback import endpoint_of, proxies
from wfm.errors import UnreachableError

LOCAL_KEY: Final = "test"  # any key does for the emulator; its account is 000000000000


def open_session(connection: Connection) -> boto3.Session:
    """A boto3 session; UnreachableError if the profile does not exist."""
    core = botocore.session.get_session()
    core.set_default_client_config(Config(proxies=proxies(endpoint_of(os.environ, connection.endpoint_url))))
    if connection.is_local:
        return boto3.Session(LOCAL_KEY, LOCAL_KEY, region_name=connection.region, botocore_session=core)
    region = connection.region or os.environ.get("AWS_REGION")  # which boto3 alone of all AWS tools does not read
    try:
        return boto3.Session(profile_name=connection.profile, region_name=region, botocore_session=core)
    except ProfileNotFound as exc:
        known = ", ".join(boto3.Session().available_profiles) or "none"
        raise UnreachableError(f"there is no AWS profile {connection.profile!r}; there are: {known}") from exc
