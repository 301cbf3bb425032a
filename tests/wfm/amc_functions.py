"""The Lambdas that ask AMC, as boto3 calls them: the real handlers over an AMC of the test's for each customer."""

import io
import json
from collections.abc import Callable, Mapping
from copy import copy
from typing import Any, Final

from functions.handlers import get_amc_workflow, list_amc_workflows, list_data_sources
from tests.builders import a_tenant_row
from tests.fakes import FakeAmc, World
from wfm.client.adapters.functions import Functions
from wfm.errors import WfmError

_HANDLERS: Final[Mapping[str, Callable[..., Any]]] = {
    "GetAmcWorkflow": get_amc_workflow.handler,
    "ListAmcWorkflows": list_amc_workflows.handler,
    "ListDataSources": list_data_sources.handler,
}


class NoFunction(Exception):
    """As boto3 makes it."""


class AmcFunctions:
    """`faults` are raised by the next calls, by the function's short name; None lets one pass."""

    class exceptions:  # noqa: N801 (boto3's name)
        ResourceNotFoundException = NoFunction

    def __init__(self) -> None:
        self.world = World()
        self.amcs: dict[str, FakeAmc] = {}
        self.faults: dict[str, list[Exception | None]] = {}
        self.calls: list[tuple[str, str]] = []
        self.slept: list[float] = []
        self.missing = False

    def amc(self, customer_id: str = "acme") -> FakeAmc:
        """The customer's, who is a tenant from now on."""
        if customer_id not in self.amcs:
            self.amcs[customer_id] = FakeAmc(self.world.clock)
            row = a_tenant_row(customerId=customer_id, amcInstanceId=f"amc{customer_id}")
            self.world.tenants.rows[customer_id] = row
        return self.amcs[customer_id]

    def client(self) -> Functions:
        """What the client calls them with; it does not sleep."""
        return Functions(self, "wfm", self.slept.append)  # type: ignore[arg-type]

    def invoke(self, FunctionName: str, Payload: bytes) -> dict[str, Any]:  # noqa: N803 (boto3's names)
        if self.missing:
            raise NoFunction
        name, event = FunctionName.rpartition("-")[2], json.loads(Payload)
        self.calls.append((name, event.get("workflowId") or event["customerId"]))
        try:
            answer = self._answer(name, event)
        except WfmError as exc:
            failure = {"errorType": type(exc).__name__, "errorMessage": str(exc)}
            return {"FunctionError": "Unhandled", "Payload": io.BytesIO(json.dumps(failure).encode())}
        return {"Payload": io.BytesIO(json.dumps(answer).encode())}

    def _answer(self, name: str, event: Mapping[str, str]) -> Any:
        waiting = self.faults.get(name, [])
        if waiting and (fault := waiting.pop(0)):
            raise fault
        world = copy(self.world)  # calls come side by side
        world.amc = self.amc(event["customerId"])
        return _HANDLERS[name](event, ports=lambda: world)
