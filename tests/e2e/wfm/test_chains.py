"""A chain of three runs each of its links once for each window, whatever becomes of Lambdas and of AMC meanwhile."""

import itertools
from collections import Counter

from tests.e2e.crash_scenes import INVISIBLE_SECONDS, hide_for
from tests.e2e.deployment import SQL, Deployment, TenantUnderTest, wait_until
from tests.e2e.wfm.test_faults import a_fault, applied
from tests.e2e.wfm.test_reconciliation import sweep
from tests.reliability.report import FaultReport
from wfm import Connection, Wfm

DAYS = 3
THREE = ("reach", "overlap", "export")


def test_a_chain_of_three_runs_once_a_window_while_workers_die_and_amc_fails(
    wfm: Deployment, fault_report: FaultReport
) -> None:
    tenant, runtime = wfm.a_tenant("chained", limit=3), wfm.runtime
    for before, name in itertools.pairwise(THREE):
        tenant.set_behaviour(name)
        tenant.put_definition(name, sqlQuery=SQL, after={"workflow": before})
    wait_until(lambda: set(tenant.row().get("chainLinks", ())) == {"overlap", "export"}, "the links are noted")
    rules = wfm.amc.add_faults(
        a_fault(tenant, status=504, body="gateway", when="after", times=1), a_fault(tenant, status=429, times=3)
    )

    def ended() -> bool:
        rows = [row for row in tenant.requests().values() if "status" in row]
        return len(rows) == DAYS * len(THREE) and all("endedAt" in row and "openSince" not in row for row in rows)

    hide_for(wfm, tenant.row()["queueUrl"], INVISIBLE_SECONDS)
    with wfm.losing_workers(until=ended) as killed:
        for day in range(DAYS):
            window = {"timeWindowStart": f"TODAY({-day - 3})", "timeWindowEnd": f"TODAY({-day - 2})"}
            tenant.send(f"day-{day}", **window)

    wait_until(ended, "all links of all windows have run")
    rows = [row for row in tenant.requests().values() if "status" in row]
    client = Wfm(connection=Connection(None, "us-east-1", runtime.emulator.endpoint, runtime.stack, is_local=True))
    chains = client.chains.list(tenant.id)

    assert Counter(row["status"] for row in rows) == {"SUCCEEDED": DAYS * len(THREE)}
    assert Counter(run["workflowId"] for run in tenant.runs_in_amc()) == dict.fromkeys(THREE, DAYS)
    assert [chain.status for chain in chains] == ["SUCCEEDED"] * DAYS
    assert [[step.workflow_id for step in chain.steps] for chain in chains] == [list(THREE)] * DAYS
    assert [applied(wfm, rule) for rule in rules] == [1, 3]
    assert_a_sweep_sends_again_what_was_not_sent(wfm, tenant)
    fault_report("workers killed and AMC failing while chains run, in the deployed assembly", sum(killed))


def assert_a_sweep_sends_again_what_was_not_sent(wfm: Deployment, tenant: TenantUnderTest) -> None:
    """As if the end of a request had led to nothing; the link keeps its id, so that it runs no second time."""
    table, key = tenant.deployment.table("ExecutionRequestsTable"), {"customerId": tenant.id, "requestId": "day-0"}
    chain = next(name for name, row in tenant.requests().items() if row.get("links", {}).get("overlap"))
    before = tenant.requests()
    table.update_item(Key=key, AttributeUpdates={"openSince": {"Action": "PUT", "Value": "2026-01-01T00:00:00.000Z"}})
    table.delete_item(Key=key | {"requestId": chain})

    sweep(wfm)

    wait_until(lambda: "openSince" not in tenant.requests()["day-0"], "the sweep has closed the request")
    after = tenant.requests()
    assert {name for name in after if "status" in after[name]} == {name for name in before if "status" in before[name]}
    assert len(tenant.runs_in_amc()) == DAYS * len(THREE)
