"""AMC's API, over any transport: paths, bodies and pages.

Paths and bodies: Amazon's OpenAPI, with its Postman samples where the two differ (bodies are flat).
"""

import time
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final, Protocol
from urllib.parse import quote, urlencode

from functions.amc.answers import already_exists, is_not_found, read_answer, retry_after_of
from functions.amc.http import Body, Cancellation, Response, path_part
from wfm.calendar.timestamps import AMC_FORMAT
from wfm.errors import AmcRefused, AmcUnavailable
from wfm.model.amc_run import is_run_id
from wfm.model.rows import Document
from wfm.model.tenants import Tenant

_MAX_RETRY_AFTER: Final = 5.0  # seconds of Retry-After that a Lambda waits itself, once a call
_MAX_UPSERT_ATTEMPTS: Final = 4  # somebody else may make and delete the same workflow meanwhile
_MAX_PAGES: Final = 300  # of 100; a token that never ends must not hold a Lambda until it is killed
_MAX_REPEATED_PAGES: Final = 10  # pages in a row that bring nothing new
_AS_IT_CAME: Final = "surrogatepass"  # a token may be any text of JSON's, which has halves of characters too

_WRAPPERS: Final = {"workflow", "workflowExecution"}
_NO_ACCESS: Final = (401, 403)
_HAS_ENDED: Final = (400, 404, 409, 422)  # of a cancellation


class Transport(Protocol):
    """How requests reach AMC: host, authentication and rate limit. It handles a 401 as far as possible."""

    @property
    def cancellation(self) -> Cancellation:
        """Method and body that cancel a run."""

    def reporting_path(self, tenant: Tenant) -> str:
        """The start of the tenant's reporting paths on the host."""

    def rate_limit_key(self, tenant: Tenant) -> str:
        """What AMC throttles by: all tenants with the same key share a rate limit."""

    def send(self, tenant: Tenant, method: str, path: str, body: Body) -> Response:
        """AMC's answer to one request, whatever its status; AmcUnavailable if there is none."""


class AmcApi:
    """Implements `functions.ports.Amc`."""

    def __init__(
        self, ads_api: Transport, instance_endpoint: Transport, *, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._ads_api = ads_api
        self._instance_endpoint = instance_endpoint
        self._sleep = sleep

    def create_execution(self, tenant: Tenant, body: Document) -> Document:
        """POST /workflowExecutions: the run as AMC made it."""
        run = self._report(tenant, "POST", "/workflowExecutions", body)
        if not is_run_id(run.get("workflowExecutionId")):
            raise AmcUnavailable("its answer to a POST names no workflowExecutionId")
        return run

    def list_executions(self, tenant: Tenant, since: datetime, *, with_sql: bool = False) -> list[Document]:
        """All runs created since, cancelled ones included, all pages. Times have no offset and are UTC."""
        query = {
            "minCreationTime": since.strftime(AMC_FORMAT),
            "includeCancelled": "true",
            "limit": "100",
            **({"includeWorkflow": "true"} if with_sql else {}),
        }
        path = self._transport(tenant).reporting_path(tenant) + "/workflowExecutions"
        return self._pages(tenant, path, "executions", query)

    def get_execution(self, tenant: Tenant, execution_id: str) -> Document:
        """GET /workflowExecutions/{id}."""
        run = self._report(tenant, "GET", f"/workflowExecutions/{path_part(execution_id)}")
        return {**run, "workflowExecutionId": execution_id}

    def cancel_execution(self, tenant: Tenant, execution_id: str) -> bool:
        """Cancel a run; False for AMC's refusal because it has ended, or is about to (400 or another code)."""
        method, body = self._transport(tenant).cancellation
        try:
            self._report(tenant, method, f"/workflowExecutions/{path_part(execution_id)}", body)
        except AmcRefused as exc:
            if exc.status not in _HAS_ENDED:
                raise
            return False
        return True

    def result_urls(self, tenant: Tenant, execution_id: str) -> list[str]:
        """GET /workflowExecutions/{id}/downloadUrls: at most five; AmcRefused if there is no result."""
        answer = self._report(tenant, "GET", f"/workflowExecutions/{path_part(execution_id)}/downloadUrls")
        urls = answer.get("downloadUrls")
        return [str(url) for url in urls] if isinstance(urls, list) else []

    def list_accounts(self, tenant: Tenant) -> list[Document]:
        """GET /amc/accounts: the accounts that the tenant's credentials may use. Ads API only."""
        return self._pages(tenant, "/amc/accounts", "amcAccounts", {})

    def list_instances(self, tenant: Tenant) -> list[Document]:
        """GET /amc/instances: the instances of the tenant's account. Ads API only."""
        return self._pages(tenant, "/amc/instances", "instances", {"limit": "100"})

    def get_workflow(self, tenant: Tenant, workflow_id: str) -> Document | None:
        """GET /workflows/{id}; None if there is none."""
        try:
            return self._report(tenant, "GET", f"/workflows/{path_part(workflow_id)}")
        except AmcRefused as exc:
            if is_not_found(exc):
                return None
            raise

    def list_workflows(self, tenant: Tenant) -> list[Document]:
        """GET /workflows: all workflows of the instance with their definitions, all pages."""
        path = self._transport(tenant).reporting_path(tenant) + "/workflows"
        return self._pages(tenant, path, "workflows", {"limit": "100"})

    def list_data_sources(self, tenant: Tenant) -> list[Document]:
        """GET /dataSources: all tables of the instance with their columns, all pages."""
        path = self._transport(tenant).reporting_path(tenant) + "/dataSources"
        return self._pages(tenant, path, "dataSources", {"limit": "100"})

    def put_workflow(self, tenant: Tenant, definition: Document, *, exists: bool = False) -> None:
        """POST /workflows, or PUT for one that `exists`; if AMC refuses for that reason, the other of the two.

        AMC's words and codes for it vary, so a GET decides whether the workflow exists. AmcUnavailable while AMC says
        that it does, and does not show it.
        """
        workflow_id = str(definition["workflowId"])
        for _ in range(_MAX_UPSERT_ATTEMPTS):
            way = ("PUT", f"/workflows/{path_part(workflow_id)}") if exists else ("POST", "/workflows")
            try:
                self._report(tenant, *way, definition)
            except AmcRefused as exc:
                is_there = exc.status not in _NO_ACCESS and self.get_workflow(tenant, workflow_id) is not None
                if not exists and not is_there and already_exists(exc):
                    raise AmcUnavailable(f"it says that workflow {workflow_id} exists, and does not show it") from exc
                if exc.status in _NO_ACCESS or is_there is exists:
                    raise
                exists = not exists
            else:
                return
        raise AmcUnavailable(f"it says by turns that workflow {workflow_id} exists and that it does not")

    def delete_workflow(self, tenant: Tenant, workflow_id: str) -> list[str]:
        """DELETE /workflows/{id}. Idempotent. The ids of AMC's own schedules that were deleted with it.

        AMC refuses while one of its own schedules uses the workflow (code and text are not documented): then those are
        deleted first.
        """
        path = f"/workflows/{path_part(workflow_id)}"
        try:
            self._delete(tenant, path)
        except AmcRefused:
            gone = self._delete_schedules_of(tenant, workflow_id)
            if not gone:
                raise
            self._delete(tenant, path)
            return gone
        return []

    def _delete_schedules_of(self, tenant: Tenant, workflow_id: str) -> list[str]:
        path = self._transport(tenant).reporting_path(tenant) + "/schedules"
        schedules = self._pages(tenant, path, "schedules", {"limit": "100"})
        ids = [str(schedule["scheduleId"]) for schedule in schedules if schedule.get("workflowId") == workflow_id]
        for schedule_id in ids:
            self._delete(tenant, f"/schedules/{path_part(schedule_id)}")
        return ids

    def _delete(self, tenant: Tenant, path: str) -> None:
        try:
            self._report(tenant, "DELETE", path)
        except AmcRefused as exc:
            if not is_not_found(exc):
                raise

    def _transport(self, tenant: Tenant) -> Transport:
        by_endpoint = tenant.api_endpoint and not tenant.instance_id
        return self._instance_endpoint if by_endpoint else self._ads_api

    def _report(self, tenant: Tenant, method: str, path: str, body: Body = None) -> Document:
        return _unwrapped(self._call(tenant, method, self._transport(tenant).reporting_path(tenant) + path, body))

    def _pages(self, tenant: Tenant, path: str, field: str, query: dict[str, str]) -> list[Document]:
        """The entries of all pages of a list. It ends where AMC sends no token, or one that it has sent before."""
        found: list[Document] = []
        tokens, known, repeated = set[str](), set[str](), 0
        for _ in range(_MAX_PAGES):
            page = self._call(
                tenant, "GET", f"{path}?{urlencode(query, quote_via=quote, errors=_AS_IT_CAME)}" if query else path
            )
            entries, token = _entries(page, field), str(page.get("nextToken") or "")
            found += entries
            if not token or token in tokens:
                return found
            before = len(known)
            known |= {str(entry) for entry in entries}
            repeated = 0 if len(known) > before else repeated + 1
            if repeated == _MAX_REPEATED_PAGES:
                break
            tokens.add(token)
            query["nextToken"] = token
        raise AmcUnavailable(f"its list of {field} did not end after {len(tokens) + 1} pages")

    def _call(self, tenant: Tenant, method: str, path: str, body: Body = None) -> Document:
        transport = self._transport(tenant)
        response = transport.send(tenant, method, path, body)
        pause = retry_after_of(response) if response.status == 429 else None  # a 503 may have done what was asked
        if pause is not None and pause <= _MAX_RETRY_AFTER:  # a longer one is the state machine's to wait
            self._sleep(pause)
            response = transport.send(tenant, method, path, body)
        return read_answer(response)


def _entries(page: Document, field: str) -> list[Document]:
    """The entries of a page that are objects."""
    found = page.get(field) or []
    if not isinstance(found, list):
        raise AmcUnavailable(f"its {field} are no list")
    return [entry for entry in found if isinstance(entry, Mapping)]


def _unwrapped(answer: Document) -> Document:
    """The object alone: AMC's OpenAPI puts it into another one, AMC's samples do not."""
    inner = next(iter(answer.values())) if len(answer) == 1 and _WRAPPERS & answer.keys() else None
    return inner if isinstance(inner, Mapping) else answer
