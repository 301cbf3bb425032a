"""A TPS record is all it takes, and an onboarding that failed anywhere can be run again."""

import pytest

from tests.e2e.deployment import Deployment
from tests.e2e.onboarding import (
    assert_gone,
    assert_settled,
    broken,
    executions,
    machine,
    wait_for_end,
    wait_for_status,
)

ARRIVAL = [
    "ClaimTenant",
    "ValidateTenant",
    "IsWanted",
    "VerifyCredentials",
    "WatchResults",
    "CreateQueues",
    "CheckQueue",
]
ARRIVAL += ["IsQueueConnected", "ActivateTenant", "RollOutLibrary", "ApplySchedules", "TenantReady"]


def test_one_put_item_makes_a_tenant_active(wfm: Deployment) -> None:
    tenant = wfm.a_candidate("put")

    tenant.put_record(2, customerName="Acme")
    done = wait_for_end(tenant)

    assert (done.status, len(executions(tenant))) == ("SUCCEEDED", 1)
    assert [entered.state for entered in machine(wfm).entered(done.arn)] == ARRIVAL
    assert_settled(tenant)
    assert (tenant.row()["customerName"], tenant.row()["maximumConcurrentWorkflowExecutions"]) == ("Acme", 2)


@pytest.mark.parametrize(
    ("step", "lacking"),
    [
        ("ClaimTenant", "WFM_TENANTS_TABLE"),
        ("ValidateTenant", "WFM_GATE_TABLE"),
        ("VerifyCredentials", "WFM_CUSTOMER_CONFIG_TABLE"),
        ("CreateQueues", "WFM_TENANTS_TABLE"),
        ("CheckQueue", None),
        ("WatchResults", "WFM_CUSTOMER_CONFIG_TABLE"),
        ("ActivateTenant", "WFM_GATE_TABLE"),
        ("RollOutLibrary", "WFM_WORKFLOW_LIBRARY_TABLE"),
        ("ApplySchedules", "WFM_SCHEDULES_TABLE"),
    ],
)
def test_an_onboarding_that_failed_at_a_step_converges_when_it_is_run_again(
    wfm: Deployment, step: str, lacking: str | None
) -> None:
    tenant = wfm.a_candidate("again")
    with wfm.impatience(), broken(wfm, step, lacking):
        tenant.put_record(2)
        failed = wait_for_end(tenant)
        told = tenant.row()

    tenant.put_record(3)
    again = wait_for_end(tenant, 2)

    assert (failed.status, again.status) == ("FAILED", "SUCCEEDED")
    assert last_task(wfm, failed.arn) == step
    assert bool(told.get("reason")) is (step != "ClaimTenant")
    assert_settled(tenant)
    assert tenant.row()["maximumConcurrentWorkflowExecutions"] == 3


@pytest.mark.parametrize(
    ("step", "lacking"),
    [
        ("StopSchedules", None),
        ("DrainQueue", None),
        ("CheckRuns", "WFM_GATE_TABLE"),
        ("DeprovisionTenant", "WFM_GATE_TABLE"),
    ],
)
def test_a_removal_that_failed_at_a_step_converges_when_it_is_run_again(
    wfm: Deployment, step: str, lacking: str | None
) -> None:
    tenant = wfm.a_candidate("away")
    tenant.put_record(2)
    wait_for_status(tenant, "ACTIVE")
    with wfm.impatience(), broken(wfm, step, lacking):
        tenant.remove_record()
        failed = wait_for_end(tenant, 3)
        told = tenant.row()

    machine(wfm).start(tenant.id)
    again = wait_for_end(tenant, 5)

    assert (failed.status, again.status) == ("FAILED", "SUCCEEDED")
    assert last_task(wfm, failed.arn) == step
    assert (told["status"], bool(told["reason"])) == ("OFFBOARDING", True)
    assert_gone(tenant)


def last_task(wfm: Deployment, execution: str) -> str:
    """The state from which the execution went to RecordTenantFailure."""
    entered = [each.state for each in machine(wfm).entered(execution)]
    return entered[entered.index("RecordTenantFailure") - 1]
