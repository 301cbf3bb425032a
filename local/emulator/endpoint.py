"""The emulator's place on this machine's loopback interface."""

import errno
import socket
import urllib.request

from local.emulator.errors import EmulatorError
from wfm.client.loopback import proxies

HOST = "127.0.0.1"


def bound_socket(port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
        listener.listen(1024)
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            raise EmulatorError(
                f"Port {port} on {HOST} is taken: stop what uses it, or ask for another port."
            ) from error
        raise EmulatorError(f"Port {port} on {HOST} cannot be used: {error.strerror}.") from error
    return listener


def is_healthy(endpoint: str) -> bool:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler(proxies(endpoint)))
    try:
        with opener.open(f"{endpoint}/_ministack/health", timeout=1) as response:
            return bool(response.status == 200)
    except OSError:
        return False
