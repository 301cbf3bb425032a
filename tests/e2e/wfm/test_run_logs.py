"""What the deployed Lambdas and the machine have logged of a run is found again, by the run's id."""

from local.amc_simulator.faults import Fault
from tests.e2e.deployment import Deployment, wait_until
from wfm.client.runs.logs import MACHINE, RunLog

OF_A_RUN = {
    *("StartExecution", "PrepareExecution", "SubmitExecution", "TrackTenant", "AnnounceExecution", "ReleaseSlot"),
    MACHINE,
}


def test_the_lines_of_a_run_are_found_in_order_with_one_trace_and_without_its_neighbours(wfm: Deployment) -> None:
    tenant = wfm.a_tenant("told")
    wfm.amc.add_faults(
        Fault(path="workflowExecutions$", method="POST", instance_id=tenant.instance, status=503, times=1)
    )
    tenant.send("r1", "r2")
    rows = tenant.wait_for("r1", "r2")
    runs = wfm.runtime.wfm().runs

    def whole_log() -> RunLog | None:
        found = runs.logs([(tenant.id, "r1")])
        return found if {line.source for line in found.lines} >= OF_A_RUN else None

    log = wait_until(whole_log, "all who worked for it have logged")
    assert log is not None

    assert [line.time for line in log.lines] == sorted(line.time for line in log.lines)
    traced = [line.fields["traceId"] for line in log.lines if "traceId" in line.fields]
    assert set(traced) == {rows["r1"]["traceId"]}
    assert {line.fields.get("requestId", "r1") for line in log.lines} == {"r1"}
    steps = [line.message for line in log.lines if line.source == MACHINE and line.message.startswith("entered")]
    assert steps[:2] == ["entered PrepareExecution", "entered WaitForSlot"]
    both = runs.logs([(tenant.id, "r1"), (tenant.id, "r2")])
    assert {line.run_id for line in both.lines} == {"r1", "r2"}
    failed = [line for line in both.lines if line.level == "WARNING" and line.source == "SubmitExecution"]
    assert {line.fields["error"] for line in failed} <= {"AmcUnavailable", "SubmissionUncertain"}
    assert failed
