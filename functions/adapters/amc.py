"""AMC's reporting API through the Amazon Ads API.

Paths, headers and bodies: Amazon's OpenAPI, with its Postman samples where the two differ (bodies are flat). Hosts
come from the deployment's allow-list, by the tenant's region, never from a record.
"""

import json
import time
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from urllib.parse import quote, urlencode

import urllib3

from functions.adapters.credentials import AccessTokens
from functions.adapters.http import HttpClient
from functions.domain.errors import AmcRefused, AmcThrottled, AmcUnavailable
from functions.domain.tenants import Tenant
from functions.domain.times import AMC_FORMAT
from functions.domain.workflows import already_exists, does_not_exist

_NEVER_SENT: Final = (
    urllib3.exceptions.NewConnectionError,
    urllib3.exceptions.ConnectTimeoutError,
    urllib3.exceptions.NameResolutionError,
)
_LONGEST_PAUSE: Final = 5.0  # seconds of Retry-After that a Lambda waits itself, once a call
_MOST_PAGES: Final = 1000  # a token that never ends must not hold a Lambda for ever


class AdsApi:
    """Keeps `functions.domain.ports.Amc`. `hosts` is the API's address by region."""

    def __init__(self, http: HttpClient, tokens: AccessTokens, hosts: Mapping[str, str]) -> None:
        self._http = http
        self._tokens = tokens
        self._hosts = hosts

    def create_execution(self, tenant: Tenant, body: Mapping[str, Any]) -> Mapping[str, Any]:
        """POST /workflowExecutions: the run as AMC made it."""
        run = self._call(tenant, "POST", "/workflowExecutions", body)
        if not run.get("workflowExecutionId"):
            raise AmcUnavailable("its answer to a POST names no workflowExecutionId")
        return run

    def list_executions(self, tenant: Tenant, since: datetime, *, with_sql: bool = False) -> list[Mapping[str, Any]]:
        """All runs created since, cancelled ones too, all pages. Times go without an offset, in UTC."""
        query = {
            "minCreationTime": since.strftime(AMC_FORMAT),
            "includeCancelled": "true",
            "limit": "100",
            **({"includeWorkflow": "true"} if with_sql else {}),
        }
        runs: list[Mapping[str, Any]] = []
        for _ in range(_MOST_PAGES):
            page = self._call(tenant, "GET", "/workflowExecutions?" + urlencode(query))
            runs += page.get("executions") or []
            if not page.get("nextToken") or page["nextToken"] == query.get("nextToken"):
                return runs
            query["nextToken"] = page["nextToken"]
        raise AmcUnavailable(f"its list of executions did not end after {_MOST_PAGES} pages")

    def get_execution(self, tenant: Tenant, execution_id: str) -> Mapping[str, Any]:
        """GET /workflowExecutions/{id}."""
        return self._call(tenant, "GET", f"/workflowExecutions/{quote(execution_id, safe='')}")

    def cancel_execution(self, tenant: Tenant, execution_id: str) -> None:
        """PUT, as the OpenAPI has it; a run that has ended already is AMC's 400 and fine with us."""
        try:
            self._call(tenant, "PUT", f"/workflowExecutions/{quote(execution_id, safe='')}", {"status": "CANCELLED"})
        except AmcRefused as exc:
            if exc.status not in (400, 404):
                raise

    def get_workflow(self, tenant: Tenant, workflow_id: str) -> Mapping[str, Any] | None:
        """GET /workflows/{id}; None when there is none."""
        try:
            return self._call(tenant, "GET", f"/workflows/{quote(workflow_id, safe='')}")
        except AmcRefused as exc:
            if exc.status == 404 or does_not_exist(exc.text):
                return None
            raise

    def put_workflow(self, tenant: Tenant, definition: Mapping[str, Any]) -> None:
        """POST /workflows, or PUT when AMC says that the id exists."""
        workflow_id = str(definition["workflowId"])
        try:
            self._call(tenant, "POST", "/workflows", definition)
        except AmcRefused as exc:
            if not already_exists(exc.text, workflow_id):
                raise
            self._call(tenant, "PUT", f"/workflows/{quote(workflow_id, safe='')}", definition)

    def delete_workflow(self, tenant: Tenant, workflow_id: str) -> None:
        """DELETE /workflows/{id}; that it is gone already is a success."""
        try:
            self._call(tenant, "DELETE", f"/workflows/{quote(workflow_id, safe='')}")
        except AmcRefused as exc:
            if exc.status != 404 and not does_not_exist(exc.text):
                raise

    def _call(self, tenant: Tenant, method: str, path: str, body: Mapping[str, Any] | None = None) -> dict[str, Any]:
        response = self._send(tenant, method, path, body)
        if response.status == 401:  # the token ended early: one fresh one, once
            self._tokens.forget(tenant.auth_id)
            response = self._send(tenant, method, path, body)
        pause = _seconds(response.headers.get("Retry-After")) if response.status == 429 else None
        if pause is not None and pause <= _LONGEST_PAUSE:  # a longer one is the state machine's to wait
            time.sleep(pause)
            response = self._send(tenant, method, path, body)
        return _read(response)

    def _send(self, tenant: Tenant, method: str, path: str, body: Mapping[str, Any] | None) -> urllib3.BaseHTTPResponse:
        client_id, token = self._tokens.get(tenant.auth_id, tenant.region)
        headers = {
            "Accept": "application/json",
            "Amazon-Advertising-API-ClientId": client_id,
            "Amazon-Advertising-API-AdvertiserId": tenant.advertiser_id,
            "Amazon-Advertising-API-MarketplaceId": tenant.marketplace_id,
            "Authorization": f"Bearer {token}",
            **({"Content-Type": "application/json"} if body is not None else {}),
        }
        url = f"{self._hosts[tenant.region]}/amc/reporting/{quote(tenant.instance_id, safe='')}{path}"
        data = None if body is None else json.dumps(body).encode()
        try:
            return self._http.request(method, url, body=data, headers=headers)
        except _NEVER_SENT as exc:
            raise AmcUnavailable(f"no connection ({type(exc).__name__})", sent=False) from exc
        except urllib3.exceptions.HTTPError as exc:
            raise AmcUnavailable(f"no answer to {method} ({type(exc).__name__})") from exc


def _read(response: urllib3.BaseHTTPResponse) -> dict[str, Any]:
    if response.status == 429:
        raise AmcThrottled(f"AMC throttles, Retry-After: {response.headers.get('Retry-After')}")
    if response.status >= 500 or 300 <= response.status < 400:
        raise AmcUnavailable(f"it answered {response.status}")
    try:
        body = json.loads(response.data) if response.data.strip() else {}
    except ValueError as exc:
        if response.status < 400:
            raise AmcUnavailable(f"it answered {response.status} with no JSON") from exc
        body = {}
    body = body if isinstance(body, dict) else {}
    if response.status >= 400:
        text = next(
            (str(body[key]) for key in ("details", "message", "statusReason") if body.get(key)),
            "no reason given",
        )
        raise AmcRefused(response.status, text)
    return body


def _seconds(retry_after: str | None) -> float | None:
    """The header's seconds; None when it is missing, a date, or nonsense."""
    return float(retry_after) if retry_after and retry_after.isascii() and retry_after.isdigit() else None
