"""Results through AMC's own links, which are good for ten minutes: a dead one is asked for again."""

from collections.abc import Callable, Iterator
from typing import IO, Final
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import ProxyHandler, build_opener

from wfm.client.adapters.functions import Functions
from wfm.client.loopback import proxies
from wfm.client.poll_schedule import CLOCK
from wfm.errors import ClientError, UnreachableError

SECONDS: Final = 60.0  # without a byte
TRIES: Final = 3  # of a part
PAUSE: Final = 1.0  # second, and longer with each try
DEAD: Final = (401, 403)  # S3's answer to a link that has expired
MAY_PASS: Final = (408, 425, 429, 500, 502, 503, 504)  # S3's and its gateways' answers to one of many


class ResultLinks:
    """Asks the Lambda `{prefix}-GetResultUrls`."""

    def __init__(self, functions: Functions, sleep: Callable[[float], None] = CLOCK.sleep) -> None:
        self._functions = functions
        self._sleep = sleep

    def urls(self, customer_id: str, execution_id: str) -> list[str]:
        """New links; ClientError with AMC's own words where there is no result."""
        try:
            answer = self._functions.call("GetResultUrls", customerId=customer_id, workflowExecutionId=execution_id)
        except UnreachableError:
            raise
        except ClientError as exc:
            raise ClientError(f"{execution_id}: {exc}") from exc
        urls = answer.get("urls")
        if not isinstance(urls, list):
            raise ClientError(f"{execution_id}: {answer}")
        return [str(url) for url in urls]

    def parts(self, customer_id: str, execution_id: str) -> Iterator[Iterator[bytes]]:
        """The lines of each part, as they come."""
        urls = self.urls(customer_id, execution_id)
        for number in range(len(urls)):
            for left in reversed(range(TRIES)):
                try:
                    opened = _open(urls[number])
                except HTTPError as exc:
                    if exc.code not in (*DEAD, *MAY_PASS) or not left:
                        raise UnreachableError(f"AMC's link to part {number + 1} answers {exc.code}") from exc
                    if exc.code in DEAD:
                        urls = self.urls(customer_id, execution_id)
                    else:
                        self._sleep(PAUSE * (TRIES - left))
                    continue
                with opened:
                    yield iter(opened)
                break


def _open(url: str) -> IO[bytes]:
    if urlsplit(url).scheme not in ("https", "http"):
        raise ClientError(f"AMC's link {url!r:.80} is no address on the web")
    try:
        opened: IO[bytes] = build_opener(ProxyHandler(proxies(url))).open(url, timeout=SECONDS)
    except HTTPError:
        raise
    except URLError as exc:
        raise UnreachableError(f"AMC's link cannot be opened: {exc.reason}") from exc
    return opened
