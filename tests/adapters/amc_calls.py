"""What is asked of AMC, and what came in at the scripted server that plays it."""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

import urllib3

from functions.amc.access_tokens import AccessTokens
from functions.amc.ads_api import AdsApiTransport
from functions.amc.api import AmcApi
from functions.amc.http import Response
from tests.adapters.scripted_server import Asked, ScriptedServer
from wfm.model.tenants import Tenant

BODY = {
    "workflowId": "reach",
    "timeWindowType": "EXPLICIT",
    "timeWindowStart": "2026-11-16T00:00:00",
    "timeWindowEnd": "2026-11-23T00:00:00",
    "parameterValues": {"share": 0.5},
}
DEFINITION = {"workflowId": "reach", "sqlQuery": "SELECT 1"}
ROOT = "/amc/reporting/amcr1aaaa1a"


class Tokens(AccessTokens):
    """Hands out token-1, and the next after each that is forgotten."""

    def __init__(self) -> None:
        self.forgotten: list[tuple[str, str]] = []
        self.asked: list[tuple[str, str]] = []

    def get(self, auth_id: str, region: str) -> tuple[str, str]:
        self.asked.append((auth_id, region))
        return "client-1", f"token-{len(self.forgotten) + 1}"

    def forget(self, auth_id: str, token: str) -> None:
        self.forgotten.append((auth_id, token))


class NoTransport:
    """Of a tenant's other way to AMC: it must not be used."""

    cancellation: tuple[str, Mapping[str, Any] | None] = ("", None)

    def reporting_path(self, tenant: Tenant) -> str:
        raise AssertionError(tenant)

    def rate_limit_key(self, tenant: Tenant) -> str:
        raise AssertionError(tenant)

    def send(self, tenant: Tenant, method: str, path: str, body: Mapping[str, Any] | None) -> Response:
        raise AssertionError(path)


def must_not_sleep(seconds: float) -> None:
    raise AssertionError(seconds)


def through_ads_api(
    http: urllib3.PoolManager,
    tokens: AccessTokens,
    hosts: Mapping[str, str],
    sleep: Callable[[float], None] = must_not_sleep,
) -> AmcApi:
    """AMC through the Amazon Ads API."""
    return AmcApi(AdsApiTransport(http, tokens, hosts), NoTransport(), sleep=sleep)


def said(server: ScriptedServer) -> list[tuple[str, str]]:
    return [(asked.method, asked.path) for asked in server.asked]


def query(asked: Asked) -> dict[str, list[str]]:
    return parse_qs(urlsplit(asked.path).query)
