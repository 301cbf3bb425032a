from collections import Counter
from datetime import UTC, date, datetime

from local.demo.scenario import EXTERNAL, FAULTS, FAULTS_FOR, FAULTS_FROM, LONGEST, external_execution, plan
from local.examples import LIBRARY, TENANTS, workflow_ids
from wfm.client.workflow_files.folder import read_folder
from wfm.model.priorities import PRIORITIES
from wfm.model.requests import read_request, resolve, with_defaults

TODAY = date(2026, 11, 23)
PAYLOAD = {"window_type": "timeWindowType", "start": "timeWindowStart", "end": "timeWindowEnd"}


def test_sixty_requests_of_three_tenants_with_different_limits() -> None:
    requests = plan(TENANTS, workflow_ids(), TODAY)

    assert len(requests) == len({request.request_id for request in requests}) == 60
    assert set(Counter(request.customer_id for request in requests)) == {t.customer_id for t in TENANTS}
    assert len({tenant.limit for tenant in TENANTS}) == len(TENANTS) == 3
    assert all(tenant.limit < Counter(r.customer_id for r in requests)[tenant.customer_id] for tenant in TENANTS)


def test_every_workflow_and_every_priority_is_in_the_burst() -> None:
    workflows = workflow_ids()

    requests = plan(TENANTS, workflows, TODAY)

    assert {request.workflow_id for request in requests} == set(workflows)
    assert {request.arguments["priority"] for request in requests} == set(PRIORITIES)


def test_the_tenants_come_mixed_and_not_one_after_the_other() -> None:
    requests = plan(TENANTS, workflow_ids(), TODAY)

    assert len({request.customer_id for request in requests[:6]}) == 3


def test_wfm_can_resolve_every_window_of_the_burst_the_workflows_own_included() -> None:
    defaults = {
        file.workflow_id: file.workflow.default_payload or {}
        for file in read_folder(LIBRARY, datetime(2026, 11, 23, tzinfo=UTC)).workflows
    }
    for request in plan(TENANTS, workflow_ids(), TODAY):
        window = {PAYLOAD[name]: value for name, value in request.arguments.items() if name in PAYLOAD}
        document = {"customerId": request.customer_id, "payload": {"workflowId": request.workflow_id, **window}}

        asked = with_defaults(read_request(document, request.request_id), defaults[request.workflow_id])

        body = resolve(asked, datetime(2026, 11, 23, 14, 20, tzinfo=UTC))

        assert body["timeWindowType"]


def test_amc_answers_with_429_and_503_and_drops_answers_after_it_accepted() -> None:
    assert {fault.status for fault in FAULTS if fault.status} == {429, 503}
    assert [fault.when for fault in FAULTS if fault.drop] == ["after"]
    assert FAULTS_FROM + FAULTS_FOR < LONGEST <= 180


def test_the_run_started_elsewhere_is_like_no_request_of_the_burst() -> None:
    workflows = workflow_ids()
    mine = external_execution(workflows[0], TODAY)

    windows = {request.arguments.get("start") for request in plan(TENANTS, workflows, TODAY)}

    assert mine["timeWindowStart"] not in windows
    assert EXTERNAL.outcome == "SUCCEEDED"
