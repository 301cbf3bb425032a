"""What WFM sends to AMC, and what the simulator answers in its place, is what Amazon's OpenAPI says."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import urllib3
from fastapi.routing import APIRoute
from hypothesis import given, settings
from hypothesis import strategies as st

from functions.amc.access_tokens import AccessTokens
from functions.amc.ads_api import AdsApiTransport
from functions.amc.api import AmcApi
from local.amc_simulator import data_sources, executions, schedules, workflows
from tests.adapters.amc_calls import NoTransport, must_not_sleep
from tests.adapters.builders import a_tenant
from tests.contracts.amc_facts import (
    ERROR,
    EXECUTION_REQUEST,
    HEADERS,
    OPERATIONS,
    SCHEDULE,
    WORKFLOW,
    Kind,
    differences,
)
from tests.fakes import NOON
from tests.local.amc_simulator.builders import INSTANCE, SQL, World
from wfm.errors import AmcRefused, InvalidRequest
from wfm.model.json_schema import validate
from wfm.model.requests import read_request, resolve

ROOT = f"/amc/reporting/{INSTANCE}/"


@dataclass(frozen=True)
class Exchange:
    """A request as it was sent, and its answer."""

    operation: tuple[str, str]
    query: set[str]
    headers: set[str]
    sent: Any
    status: int
    answer: Any


class Wire(urllib3.PoolManager):
    """Carries what WFM sends to a simulator in this process, and keeps it."""

    def __init__(self, world: World) -> None:
        super().__init__()
        self.exchanges: list[Exchange] = []
        self._world = world

    def request(self, method: str, url: str, body: Any = None, **given: Any) -> urllib3.BaseHTTPResponse:  # type: ignore[override]
        parts, headers = urlsplit(url), dict(given["headers"])
        reply = self._world.http.call(method, url, headers, raw=body or b"")
        sent, answer = json.loads(body) if body else None, json.loads(reply.body)
        names = {name.lower() for name in headers}
        operation = (method, path_of(parts.path))
        self.exchanges.append(Exchange(operation, set(parse_qs(parts.query)), names, sent, reply.status, answer))
        return urllib3.HTTPResponse(reply.body, reply.headers, reply.status)


class Tokens(AccessTokens):
    """The simulator's own client."""

    def __init__(self, world: World) -> None:
        self._world = world

    def get(self, auth_id: str, region: str) -> tuple[str, str]:
        return self._world.credential.client_id, self._world.token()


def path_of(path: str) -> str:
    """Below the instance, ids left out."""
    parts = path.removeprefix(ROOT).split("/")
    return "/".join("{id}" if index == 1 else part for index, part in enumerate(parts))


@pytest.fixture(params=["amc", "verbatim"])
def world(request: pytest.FixtureRequest) -> World:
    """A simulator that echoes in AMC's way, or not."""
    made = World()
    made.control("POST", "/configuration", {"echo": request.param})
    return made


@pytest.fixture
def wire(world: World) -> Wire:
    return Wire(world)


@pytest.fixture
def amc(wire: Wire, world: World) -> AmcApi:
    transport = AdsApiTransport(wire, Tokens(world), {"NA": "http://simulator"})
    return AmcApi(transport, NoTransport(), sleep=must_not_sleep)


TENANT = a_tenant(instance_id=INSTANCE, advertiser_id="ENTITYONE", marketplace_id="ATVPDKIKX0DER")
PARAMETERS = [
    {"name": "brand", "dataType": "STRING", "defaultValue": "A", "column_type": "DIMENSION"},
    {"name": "asins", "dataType": {"type": "ARRAY", "elementDataType": "STRING"}, "defaultValue": ["B01"]},
]
WINDOW = {
    "timeWindowType": "EXPLICIT",
    "timeWindowStart": "2026-11-01T00:00:00",
    "timeWindowEnd": "2026-11-08T00:00:00",
}


def talk(amc: AmcApi, world: World) -> None:
    """Every kind of call that WFM makes, refusals among them."""
    amc.put_workflow(TENANT, {"workflowId": "new", "sqlQuery": SQL, "inputParameters": PARAMETERS})
    amc.put_workflow(TENANT, {"workflowId": "new", "sqlQuery": SQL, "inputParameters": PARAMETERS})
    amc.get_workflow(TENANT, "new")
    amc.get_workflow(TENANT, "none")
    amc.list_workflows(TENANT)
    run = amc.create_execution(TENANT, {"workflowId": "new", **WINDOW, "parameterValues": {"asins": ["B02"]}})
    other = amc.create_execution(TENANT, {"workflow": {"sqlQuery": SQL}, "timeWindowType": "MOST_RECENT_DAY"})
    amc.cancel_execution(TENANT, str(other["workflowExecutionId"]))
    world.wall.passes(200)
    amc.list_executions(TENANT, NOON, with_sql=True)
    amc.get_execution(TENANT, str(run["workflowExecutionId"]))
    amc.result_urls(TENANT, str(run["workflowExecutionId"]))
    with pytest.raises(AmcRefused):
        amc.get_execution(TENANT, "none")
    world.control("POST", "/schedules", {"instanceId": INSTANCE, "workflowId": "new", "scheduleId": "daily"})
    amc.delete_workflow(TENANT, "new")


def test_what_wfm_sends_is_what_the_openapi_takes(amc: AmcApi, wire: Wire, world: World) -> None:
    talk(amc, world)

    for each in wire.exchanges:
        query, body, _ = OPERATIONS[each.operation]
        assert each.query <= query, each.operation
        assert each.headers >= HEADERS, each.operation
        wrong = differences(each.sent, body) if body is not None else [] if each.sent is None else ["a body"]
        # Amazon's own sample of a workflow has it.
        assert [path for path in wrong if not path.endswith("inputParameters.column_type")] == [], each.operation


def test_what_the_simulator_answers_is_what_the_openapi_gives(amc: AmcApi, wire: Wire, world: World) -> None:
    talk(amc, world)

    answered = {(each.operation, each.status) for each in wire.exchanges}
    for each in wire.exchanges:
        kind = OPERATIONS[each.operation][2] if each.status == 200 else ERROR
        wrong = differences(each.answer, kind)
        echoed = world.simulator.configuration.echo == "amc"
        assert [path for path in wrong if echoed or not path.endswith("column_type")] == [], each.operation
    assert (("GET", "workflows/{id}"), 404) in answered
    assert len({operation for operation, status in answered if status == 200}) >= 11


def test_the_simulator_has_each_operation_and_one_that_only_the_guide_has() -> None:
    served = {
        (method, path_of(re.sub("{instance_id}", INSTANCE, route.path)))
        for part in (workflows, executions, schedules, data_sources)
        for route in part.routes.routes
        if isinstance(route, APIRoute)
        for method in route.methods or ()
    }

    assert served == OPERATIONS.keys() | {("DELETE", "workflowExecutions/{id}")}


def wrong_values(kind: Kind) -> list[Any]:
    """Some values that are not of the kind."""
    if isinstance(kind, set):
        return ["FOO", 7]
    if isinstance(kind, list):
        return ["x", 7, ["x"] if isinstance(kind[0], Mapping) else [7]]
    if isinstance(kind, Mapping):
        return ["x", ["x"]]
    return {"text": [7, ["x"]], "integer": ["x", 99_999, True], "boolean": ["maybe", 1]}[kind]


def cases() -> Iterator[tuple[str, dict[str, Any], str, Any]]:
    """Path, a body that is right, the field to spoil, and its value."""
    schedule = {"scheduleId": "s", "workflowId": "reach", "aggregationPeriod": "Daily"}
    bodies: list[tuple[str, dict[str, Any], Kind]] = [
        ("/workflowExecutions", {"workflowId": "reach", **WINDOW}, EXECUTION_REQUEST),
        ("/schedules", schedule, SCHEDULE),
        ("/workflows", {"workflowId": "new", "sqlQuery": SQL}, WORKFLOW),
    ]
    for path, body, kinds in bodies:
        for field, kind in kinds.items():
            for value in wrong_values(kind):
                yield path, body, field, value


def test_the_simulator_refuses_what_the_openapi_refuses() -> None:
    world = World()
    taken = [
        (path, field, value)
        for path, body, field, value in cases()
        if world.call("POST", path, {**body, field: value}).status != 400
    ]

    assert taken == []


SCALARS = st.none() | st.booleans() | st.integers(-1, 100_000) | st.sampled_from(["true", "False", "maybe", "900", "x"])
LOOSE = SCALARS | st.lists(SCALARS, max_size=2) | st.dictionaries(st.sampled_from(["id", "type", "a"]), SCALARS)
PAYLOADS = st.fixed_dictionaries(
    {},
    optional={field: LOOSE for field in EXECUTION_REQUEST if not field.startswith(("workflowId", "timeWindow"))},
)


@settings(max_examples=300, deadline=None)
@given(PAYLOADS)
def test_whatever_a_request_says_what_goes_to_amc_is_what_the_openapi_takes(payload: dict[str, Any]) -> None:
    window = {"workflowId": "reach", "timeWindowType": "MOST_RECENT_DAY"}
    document = {"customerId": "acme", "requestId": "r1", "payload": window | payload}
    try:
        request = read_request(validate("execution_request", document), "r1")
        body = resolve(request, NOON)
    except InvalidRequest:
        return

    assert differences(body, EXECUTION_REQUEST) == []
