"""Transport over the Amazon Ads API, for every instance but those of the retired instance-level API.

Hosts come from the deployment's allow-list by the tenant's region, never from a record. Headers: Amazon's OpenAPI.
"""

from collections.abc import Mapping
from typing import Final

from functions.amc.access_tokens import AccessTokens
from functions.amc.http import Body, Cancellation, HttpClient, Response, as_json, ask_amc, path_part
from wfm.model.tenants import Tenant

ACCOUNTS: Final = "/amc/accounts"  # the one path that is asked for nobody's account in particular


class AdsApiTransport:
    """Implements `functions.amc.api.Transport`. `hosts` is the API's address by region."""

    cancellation: Cancellation = ("PUT", {"status": "CANCELLED"})  # as the OpenAPI has it

    def __init__(self, http: HttpClient, tokens: AccessTokens, hosts: Mapping[str, str]) -> None:
        self._http = http
        self._tokens = tokens
        self._hosts = hosts

    def reporting_path(self, tenant: Tenant) -> str:
        """The start of the instance's reporting paths."""
        return f"/amc/reporting/{path_part(tenant.instance_id)}"

    def rate_limit_key(self, tenant: Tenant) -> str:
        """The client id, by which AMC throttles; several `authId`s may share one."""
        return self._tokens.get(tenant.auth_id, tenant.region)[0]

    def send(self, tenant: Tenant, method: str, path: str, body: Body) -> Response:
        """AMC's answer. A token that it refuses (401) is refreshed once."""
        url = self._hosts[tenant.region] + path
        data, headers = as_json(body)
        if path.partition("?")[0] != ACCOUNTS:
            headers["Amazon-Advertising-API-AdvertiserId"] = tenant.advertiser_id
            headers["Amazon-Advertising-API-MarketplaceId"] = tenant.marketplace_id
        client_id, token = self._tokens.get(tenant.auth_id, tenant.region)
        response = ask_amc(self._http, method, url, data, headers | _caller(client_id, token))
        if response.status != 401:
            return response
        self._tokens.forget(tenant.auth_id, token)
        client_id, token = self._tokens.get(tenant.auth_id, tenant.region)
        return ask_amc(self._http, method, url, data, headers | _caller(client_id, token))


def _caller(client_id: str, token: str) -> dict[str, str]:
    return {"Amazon-Advertising-API-ClientId": client_id, "Authorization": f"Bearer {token}"}
