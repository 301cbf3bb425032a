"""AMC's API, whatever the way to it: paths, bodies, pages, and what its answers mean.

Paths and bodies: Amazon's OpenAPI, with its Postman samples where the two differ (bodies are flat).
"""

import json
import time
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, Protocol
from urllib.parse import quote, urlencode

from functions.adapters.http import Response
from functions.domain.errors import AmcRefused, AmcThrottled, AmcUnavailable
from functions.domain.tenants import Tenant
from functions.domain.times import AMC_FORMAT
from functions.domain.workflows import already_exists, does_not_exist

_LONGEST_PAUSE: Final = 5.0  # seconds of Retry-After that a Lambda waits itself, once a call
_MOST_PAGES: Final = 1000  # a token that never ends must not hold a Lambda for ever


class Transport(Protocol):
    """A way to AMC: its host, and who calls. Answers a 401 itself as far as that can help."""

    @property
    def cancellation(self) -> tuple[str, Mapping[str, Any] | None]:
        """Method and body that cancel a run."""

    def reporting(self, tenant: Tenant) -> str:
        """Where the paths of the tenant's reporting begin on the host."""

    def send(self, tenant: Tenant, method: str, path: str, body: Mapping[str, Any] | None) -> Response:
        """AMC's answer to one request, whatever its status; AmcUnavailable when there is none."""


class AmcApi:
    """Keeps `functions.domain.ports.Amc`."""

    def __init__(self, ads_api: Transport, instance_endpoint: Transport) -> None:
        self._ads_api = ads_api
        self._instance_endpoint = instance_endpoint

    def create_execution(self, tenant: Tenant, body: Mapping[str, Any]) -> Mapping[str, Any]:
        """POST /workflowExecutions: the run as AMC made it."""
        run = self._report(tenant, "POST", "/workflowExecutions", body)
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
        path = self._transport(tenant).reporting(tenant) + "/workflowExecutions"
        return self._pages(tenant, path, "executions", query)

    def get_execution(self, tenant: Tenant, execution_id: str) -> Mapping[str, Any]:
        """GET /workflowExecutions/{id}."""
        return self._report(tenant, "GET", f"/workflowExecutions/{quote(execution_id, safe='')}")

    def cancel_execution(self, tenant: Tenant, execution_id: str) -> None:
        """Cancel a run; one that has ended already is AMC's 400 and fine with us."""
        method, body = self._transport(tenant).cancellation
        try:
            self._report(tenant, method, f"/workflowExecutions/{quote(execution_id, safe='')}", body)
        except AmcRefused as exc:
            if exc.status not in (400, 404):
                raise

    def list_accounts(self, tenant: Tenant) -> list[Mapping[str, Any]]:
        """GET /amc/accounts: the accounts that the tenant's credentials may use. Of the Ads API alone."""
        return self._pages(tenant, "/amc/accounts", "amcAccounts", {})

    def list_instances(self, tenant: Tenant) -> list[Mapping[str, Any]]:
        """GET /amc/instances: the instances of the tenant's account. Of the Ads API alone."""
        return self._pages(tenant, "/amc/instances", "instances", {"limit": "100"})

    def get_workflow(self, tenant: Tenant, workflow_id: str) -> Mapping[str, Any] | None:
        """GET /workflows/{id}; None when there is none."""
        try:
            return self._report(tenant, "GET", f"/workflows/{quote(workflow_id, safe='')}")
        except AmcRefused as exc:
            if exc.status == 404 or does_not_exist(exc.text):
                return None
            raise

    def put_workflow(self, tenant: Tenant, definition: Mapping[str, Any]) -> None:
        """POST /workflows, or PUT when AMC says that the id exists."""
        workflow_id = str(definition["workflowId"])
        try:
            self._report(tenant, "POST", "/workflows", definition)
        except AmcRefused as exc:
            if not already_exists(exc.text, workflow_id):
                raise
            self._report(tenant, "PUT", f"/workflows/{quote(workflow_id, safe='')}", definition)

    def delete_workflow(self, tenant: Tenant, workflow_id: str) -> None:
        """DELETE /workflows/{id}; that it is gone already is a success."""
        try:
            self._report(tenant, "DELETE", f"/workflows/{quote(workflow_id, safe='')}")
        except AmcRefused as exc:
            if exc.status != 404 and not does_not_exist(exc.text):
                raise

    def _transport(self, tenant: Tenant) -> Transport:
        by_endpoint = tenant.api_endpoint and not tenant.instance_id
        return self._instance_endpoint if by_endpoint else self._ads_api

    def _report(self, tenant: Tenant, method: str, path: str, body: Mapping[str, Any] | None = None) -> dict[str, Any]:
        return self._call(tenant, method, self._transport(tenant).reporting(tenant) + path, body)

    def _pages(self, tenant: Tenant, path: str, field: str, query: dict[str, str]) -> list[Mapping[str, Any]]:
        found: list[Mapping[str, Any]] = []
        for _ in range(_MOST_PAGES):
            asked = f"{path}?{urlencode(query, quote_via=quote)}" if query else path
            page = self._call(tenant, "GET", asked)
            found += page.get(field) or []
            if not page.get("nextToken") or page["nextToken"] == query.get("nextToken"):
                return found
            query["nextToken"] = page["nextToken"]
        raise AmcUnavailable(f"its list of {field} did not end after {_MOST_PAGES} pages")

    def _call(self, tenant: Tenant, method: str, path: str, body: Mapping[str, Any] | None = None) -> dict[str, Any]:
        transport = self._transport(tenant)
        response = transport.send(tenant, method, path, body)
        pause = _seconds(response.headers.get("Retry-After")) if response.status == 429 else None
        if pause is not None and pause <= _LONGEST_PAUSE:  # a longer one is the state machine's to wait
            time.sleep(pause)
            response = transport.send(tenant, method, path, body)
        return _read(response)


def _read(response: Response) -> dict[str, Any]:
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
