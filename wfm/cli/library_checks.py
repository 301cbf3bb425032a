"""`wfm library push --check-on`: AMC checks what is to be pushed, and runs nothing."""

import sys
from collections.abc import Sequence

from wfm.cli.library_trials import Trial, trial_of
from wfm.cli.output import counted
from wfm.client.wfm import Wfm
from wfm.client.workflow_files.folder import WorkflowFile
from wfm.errors import UsageError
from wfm.model.statuses import TenantStatus

CHECK_TIMEOUT = 900.0  # seconds; a dry run takes AMC some, and waits for a slot like every other one


def check_on_tenants(wfm: Wfm, words: Sequence[str], files: Sequence[WorkflowFile]) -> None:
    """Have AMC of all these tenants check the files; `words` are ids, `tag:NAME` or `all`.

    UsageError names the workflows that AMC refuses, in its own words; then nothing is pushed. So it does for a tenant
    where nothing runs now: the checks would wait there, and run when nobody wants them.
    """
    chosen = wfm.tenants.choose(words)
    status = {tenant.customer_id: tenant.status for tenant in wfm.tenants.list()}
    waiting = [f"{name} is {status[name]}" for name in chosen if status[name] != TenantStatus.ACTIVE]
    if files and waiting:
        raise UsageError(f"--check-on: {', '.join(waiting)}, and checks would wait; allowed: one that is ACTIVE")
    sent = [
        (name, trial, wfm.requests.send(None, name, **trial.options))
        for name in chosen
        for trial in map(trial_of, files)
    ]
    for name, trial, request_id in sent:
        print(f"checking {trial.workflow_id} on {name}: {request_id}", file=sys.stderr)
    outcomes = ((name, _outcome(wfm, name, trial, request_id)) for name, trial, request_id in sent)
    ended = counted(outcomes, len(sent), "checking")
    refused = [f"AMC of {name} refuses what is to be pushed: {why}" for name, why in ended if why]
    if refused:
        raise UsageError("--check-on: " + " | ".join(refused))


def _outcome(wfm: Wfm, customer_id: str, trial: Trial, request_id: str) -> str:
    """What AMC has against it; "" for nothing."""
    *_, last = wfm.requests.wait(customer_id, request_id, CHECK_TIMEOUT)
    reason = last.request.reason if last.request else ""
    return "" if last.state == "SUCCEEDED" else f"{trial.workflow_id}: {last.state} {reason or ''}".rstrip()
