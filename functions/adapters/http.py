"""One connection pool per Lambda: reused connections, time-outs on everything, no repeats behind our back."""

import urllib3

HttpClient = urllib3.PoolManager


def http_client() -> HttpClient:
    """AMC's gateway gives up after 29 s, so 40 s to read is its answer or none."""
    return urllib3.PoolManager(
        maxsize=10,
        timeout=urllib3.Timeout(connect=5, read=40),
        retries=False,
        headers={"Accept": "application/json", "User-Agent": "wfm"},
    )
