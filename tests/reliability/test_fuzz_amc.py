"""Whatever AMC answers: errors of WFM's own, rows that DynamoDB can hold, and never a second run."""

import io
import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

import urllib3
from hypothesis import example, given, settings
from hypothesis import strategies as st

from functions.amc.api import AmcApi
from functions.amc.http import Response
from functions.handlers import poll_execution
from functions.services.execution.submission import submit_execution
from functions.services.tracking.tracking import Tracker
from tests.builders import a_request_row, a_run, a_tenant, a_tenant_row
from tests.fakes import NOON, World
from tests.reliability.documents import JUNK
from tests.reliability.fuzzing import is_row
from tests.reliability.report import FaultReport
from wfm.errors import WfmError
from wfm.model.tenants import Tenant

TRIES = settings(max_examples=150, deadline=None)
HEADERS = st.sampled_from(
    [{}, {"Retry-After": "0"}, {"Retry-After": "9e9"}, {"Retry-After": "Mon"}, {"Location": "/x"}]
)
FIELDS = (
    "workflowExecutionId",
    "workflowId",
    "status",
    "statusReason",
    "createTime",
    "lastUpdatedTime",
    "parameterValues",
)


class AmcThatSays:
    """A transport that gives these answers in turn, and then the last one for ever."""

    cancellation: tuple[str, Mapping[str, Any] | None] = ("", None)

    def __init__(self, answers: list[tuple[int, bytes, dict[str, str]]]) -> None:
        self._answers = iter(answers)
        self._last = answers[-1]

    def client(self) -> AmcApi:
        return AmcApi(self, self)

    def reporting_path(self, tenant: Tenant) -> str:
        return "/instance"

    def rate_limit_key(self, tenant: Tenant) -> str:
        return ""

    def send(self, tenant: Tenant, method: str, path: str, body: Mapping[str, Any] | None) -> Response:
        status, data, headers = next(self._answers, self._last)
        return urllib3.HTTPResponse(io.BytesIO(data), headers=headers, status=status)


def spoilt_runs() -> st.SearchStrategy[Any]:
    """A run with some fields of any type, or missing."""
    wrong = st.dictionaries(st.sampled_from(FIELDS), JUNK, max_size=3)
    kept = st.sets(st.sampled_from(FIELDS), max_size=2)
    return st.builds(lambda wrong, gone: {k: v for k, v in (a_run() | wrong).items() if k not in gone}, wrong, kept)


def bodies() -> st.SearchStrategy[bytes]:
    """JSON as AMC may one day give it, and what is none."""
    entries = st.lists(st.one_of(spoilt_runs(), JUNK), max_size=4)
    lists = st.sampled_from(["executions", "workflows", "schedules", "instances", "amcAccounts"])
    pages = st.builds(
        lambda name, found, token: {name: found, "nextToken": token}, lists, st.one_of(entries, JUNK), JUNK
    )
    told = st.builds(lambda name, text: {name: text}, st.sampled_from(["details", "message", "statusReason"]), JUNK)
    texts = st.one_of(pages, spoilt_runs(), told, JUNK).map(lambda found: json.dumps(found).encode())
    noise = st.sampled_from(
        [b"", b"<html><body>504</body></html>", b"[" * 60_000, b'{"a": NaN}', b"1" * 5000, b"\xff\xfe{"]
    )
    return st.one_of(texts, texts, noise, st.binary(max_size=20))


ANSWERS = st.lists(
    st.tuples(st.sampled_from([200, 200, 200, 201, 302, 400, 404, 429, 500, 503]), bodies(), HEADERS),
    min_size=1,
    max_size=4,
)


def calls(amc: AmcApi) -> Iterator[Any]:
    """Everything that can be asked."""
    tenant = a_tenant()
    yield lambda: amc.create_execution(tenant, {"workflowId": "reach"})
    yield lambda: amc.list_executions(tenant, NOON)
    yield lambda: amc.get_execution(tenant, "run-1")
    yield lambda: amc.cancel_execution(tenant, "run-1")
    yield lambda: amc.list_accounts(tenant)
    yield lambda: amc.list_instances(tenant)
    yield lambda: amc.get_workflow(tenant, "reach")
    yield lambda: amc.list_workflows(tenant)
    yield lambda: amc.put_workflow(tenant, {"workflowId": "reach", "sqlQuery": "SELECT 1"})
    yield lambda: amc.delete_workflow(tenant, "reach")


@TRIES
@example([(200, b'{"executions": null, "nextToken": "\\ud800"}', {})], 1)  # half a character
@given(ANSWERS, st.integers(0, 9))
def test_any_answer_is_usable_or_an_error_of_our_own(fault_report: FaultReport, answers: list[Any], which: int) -> None:
    fault_report("anything as an answer of AMC's")
    call = list(calls(AmcThatSays(answers).client()))[which]

    with suppress(WfmError):
        found = call()
        entries = found if isinstance(found, list) else [found or {}]
        assert all(isinstance(entry, dict | str | bool) for entry in entries)


def a_world(answers: list[Any]) -> World:
    world = World(a_tenant_row())
    world.amc = AmcThatSays(answers).client()  # type: ignore[assignment]
    return world


def listed(entries: Any) -> tuple[int, bytes, dict[str, str]]:
    return 200, json.dumps({"executions": entries}).encode(), {}


@TRIES
@given(st.lists(st.one_of(spoilt_runs(), JUNK), max_size=4))
def test_a_look_at_any_list_records_what_can_be_used_and_ends(fault_report: FaultReport, entries: list[Any]) -> None:
    fault_report("anything as an answer of AMC's")
    world = a_world([listed([*entries, a_run(workflowExecutionId="sound")]), (404, b"{}", {})])

    look = Tracker(world, world.settings.longest_idle).poll("acme")

    assert look.error is None
    assert world.executions.rows["acme", "sound"]["executionStatus"] == "RUNNING"
    assert all(is_row(row) for row in world.executions.rows.values())
    assert "lookingSince" not in world.tenants.rows["acme"]


@TRIES
@given(st.lists(st.one_of(spoilt_runs(), JUNK), max_size=3), spoilt_runs())
def test_any_list_and_any_answer_to_a_post_leave_the_request_tied_to_one_run_or_to_be_tried_again(
    fault_report: FaultReport, entries: list[Any], answer: Any
) -> None:
    fault_report("anything as an answer of AMC's")
    world = a_world([listed(entries), (200, json.dumps(answer).encode(), {})])
    world.requests.add(a_request_row(attemptedAt="2026-11-23T11:50:00.000Z", attempts=1))

    try:
        run_id = submit_execution(world.requests.find("acme", "r1"), a_tenant(), world)
    except WfmError:
        assert "workflowExecutionId" not in world.requests.rows["acme", "r1"]
    else:
        assert world.requests.rows["acme", "r1"]["workflowExecutionId"] == run_id
        assert is_row(world.executions.rows["acme", run_id])


@TRIES
@given(spoilt_runs())
def test_any_answer_about_a_run_is_recorded_or_asked_for_again(fault_report: FaultReport, answer: Any) -> None:
    fault_report("anything as an answer of AMC's")
    world = a_world([(200, json.dumps(answer).encode(), {})])
    event = {"customerId": "acme", "workflowExecutionId": "run-1"}

    try:
        outcome = poll_execution.handler(event, ports=lambda: world)
    except WfmError:
        return

    assert outcome["status"] in {"RUNNING", "SUCCEEDED", "FAILED", "CANCELLED", "REJECTED"}
    assert list(world.executions.rows) == [("acme", "run-1")]
    assert is_row(world.executions.rows["acme", "run-1"])
