"""AMC's workflows behind the real client: statuses and texts as AMC gives them, and answers that get lost."""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import urllib3

from functions.amc.api import AmcApi
from functions.amc.http import Response
from wfm.errors import AmcUnavailable
from wfm.model.tenants import Tenant

BAD_SQL = "SELECT nonsense"


class AmcInMemory:
    """A transport. `fates` says of each call that it "arrives", is "lost", or that it is its "answer lost"."""

    cancellation: tuple[str, Mapping[str, Any] | None] = ("", None)

    def __init__(self, fates: Iterator[str], give_way: Callable[[], None]) -> None:
        self.workflows: dict[str, Mapping[str, Any]] = {}
        self._fates, self._give_way = fates, give_way

    def client(self) -> AmcApi:
        return AmcApi(self, self)

    def reporting_path(self, tenant: Tenant) -> str:
        return ""

    def rate_limit_key(self, tenant: Tenant) -> str:
        return ""

    def send(self, tenant: Tenant, method: str, path: str, body: Mapping[str, Any] | None) -> Response:
        fate = next(self._fates, "arrives")
        self._give_way()
        if fate == "lost":
            raise AmcUnavailable("nobody answered")
        status, answer = self._answer(method, path.rpartition("/")[2], body)
        if fate == "answer lost":
            raise AmcUnavailable("its answer did not come")
        return urllib3.HTTPResponse(json.dumps(answer).encode(), status=status)

    def _answer(self, method: str, name: str, body: Mapping[str, Any] | None) -> tuple[int, Mapping[str, Any]]:
        workflow_id = str(body["workflowId"]) if body else name
        there = workflow_id in self.workflows
        if method == "POST" and there:
            return 400, {"details": f"Workflow with ID {workflow_id} already exists."}
        if method != "POST" and not there:
            return 404, {"details": f"Workflow with ID {workflow_id} does not exist"}
        if body:
            if BAD_SQL in body["sqlQuery"]:
                return 400, {"details": f"Was unable to compile workflow {workflow_id}"}
            self.workflows[workflow_id] = dict(body)
        elif method == "DELETE":
            del self.workflows[workflow_id]
        return 200, self.workflows[workflow_id] if method == "GET" else {}
