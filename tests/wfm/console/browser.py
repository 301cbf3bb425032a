"""A browser without a screen: it keeps the session's cookie, and sends what a browser sends."""

from collections.abc import Mapping
from typing import Final
from urllib.parse import urlencode

from httpx2 import Response
from starlette.testclient import TestClient

from wfm.client.clients import Clients
from wfm.client.wfm import Wfm
from wfm.console.app import Settings, console
from wfm.console.door import Door, entrance
from wfm.console.place import Place
from wfm.console.simulated_amc import MakeAmc

PORT: Final = 8321
HERE: Final = f"http://127.0.0.1:{PORT}"
FORM: Final = "application/x-www-form-urlencoded"
KEY: Final = b"of the tests"


def never() -> Wfm:
    raise AssertionError("one page is read at a time, so that one client is enough")


class Browser:
    """It has been let in, if `enters`."""

    def __init__(
        self,
        wfm: Wfm,
        *,
        enters: bool = True,
        read_only: bool = False,
        streams: bool = True,
        make_amc: MakeAmc | None = None,
    ) -> None:
        settings = Settings(PORT, read_only, streams)
        self.app = console(Clients(wfm, never), Place.of(wfm), Door(KEY), settings, make_amc)
        self.http = TestClient(self.app, base_url=HERE, follow_redirects=False, raise_server_exceptions=True)
        if enters:
            self.enter()

    def enter(self) -> Response:
        return self.http.get(entrance(PORT, KEY))

    def get(self, path: str, **headers: str) -> Response:
        return self.http.get(path, headers=_named(headers))

    def open(self, path: str) -> str:
        """The text of a page that is shown."""
        answer = self.get(path)
        assert answer.status_code == 200, answer.text
        return answer.text

    def post(self, path: str, fields: Mapping[str, str] | None = None, **headers: str) -> Response:
        ours = {"origin": HERE, "sec-fetch-site": "same-origin", "content-type": FORM} | _named(headers)
        given = {name: value for name, value in ours.items() if value}
        return self.http.post(path, content=urlencode(fields or {}), headers=given)


def _named(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}
