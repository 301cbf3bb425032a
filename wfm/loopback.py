"""What is on this machine is spoken to directly: a proxy would look for it on its own."""

from ipaddress import ip_address
from urllib.parse import urlsplit


def is_loopback(url: str | None) -> bool:
    """Whether an address on the web is one of this machine's own; None and what cannot be read are not."""
    host = urlsplit(url or "").hostname or ""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
