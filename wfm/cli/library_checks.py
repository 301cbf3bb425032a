"""`wfm library push --check-on`: AMC checks what is to be pushed, and runs nothing."""

import sys
from collections.abc import Sequence

from wfm.cli.library_trials import Trial, trial_of
from wfm.client.wfm import Wfm
from wfm.client.workflow_files.folder import WorkflowFile
from wfm.errors import UsageError
from wfm.model.statuses import TenantStatus

CHECK_TIMEOUT = 900.0  # seconds; a dry run takes AMC some, and waits for a slot like every other one


def check_on_tenant(wfm: Wfm, customer_id: str, files: Sequence[WorkflowFile]) -> None:
    """UsageError names the workflows that AMC refuses, in its own words; then nothing is pushed.

    So it does for a tenant where nothing runs now: the checks would wait there, and run when nobody wants them.
    """
    status = wfm.tenants.get(customer_id).status
    if files and status != TenantStatus.ACTIVE:
        raise UsageError(f"--check-on: {customer_id} is {status}, and checks would wait; allowed: one that is ACTIVE")
    sent = [(trial, wfm.requests.send(None, customer_id, **trial.options)) for trial in map(trial_of, files)]
    for trial, request_id in sent:
        print(f"checking {trial.workflow_id} on {customer_id}: {request_id}", file=sys.stderr)
    refused = [why for trial, request_id in sent if (why := _outcome(wfm, customer_id, trial, request_id))]
    if refused:
        raise UsageError(f"--check-on: AMC of {customer_id} refuses what is to be pushed: " + " | ".join(refused))


def _outcome(wfm: Wfm, customer_id: str, trial: Trial, request_id: str) -> str:
    """What AMC has against it; "" for nothing."""
    *_, last = wfm.requests.wait(customer_id, request_id, CHECK_TIMEOUT)
    reason = last.request.reason if last.request else ""
    return "" if last.state == "SUCCEEDED" else f"{trial.workflow_id}: {last.state} {reason or ''}".rstrip()
