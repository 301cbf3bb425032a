"""Connects to this machine directly, whatever proxies the environment names for the rest of the world."""

from collections.abc import Mapping
from contextlib import suppress
from ipaddress import ip_address
from urllib.parse import urlsplit


def is_on_this_machine(url: str) -> bool:
    """Whether an address leads to localhost, 127.0.0.1 or [::1]."""
    host = urlsplit(url).hostname or ""
    with suppress(ValueError):
        return ip_address(host).is_loopback
    return host == "localhost" or host.endswith(".localhost")


def proxies(url: str | None) -> dict[str, str] | None:
    """For botocore's Config and urllib's ProxyHandler: {} is none at all, None those of the environment."""
    return {} if url and is_on_this_machine(url) else None


def endpoint_of(environment: Mapping[str, str], given: str | None) -> str | None:
    """Where boto3 will speak to instead of AWS, if anywhere: `given`, or what the environment says."""
    return given or environment.get("AWS_ENDPOINT_URL")
