"""`--check-on` of `wfm library check` and `push`: AMC checks workflows, and runs nothing."""

import sys
from collections.abc import Sequence
from typing import Annotated

import typer

from wfm.cli.library_trials import Trial, trial_of
from wfm.cli.output import counted
from wfm.client.requests.submitted import SubmittedRequest
from wfm.client.wfm import Wfm
from wfm.client.workflow_files.folder import WorkflowFile
from wfm.errors import UsageError
from wfm.model.statuses import TenantStatus

CheckOn = Annotated[
    list[str] | None,
    typer.Option(
        metavar="CUSTOMER",
        help="Have AMC of this tenant check what is new; it runs nothing. Repeatable; also tag:NAME or all.",
    ),
]
CHECK_TIMEOUT = 900.0  # seconds; a dry run takes AMC some, and waits for a slot like every other one


def check_on_tenants(wfm: Wfm, words: Sequence[str], files: Sequence[WorkflowFile]) -> None:
    """Have AMC of all these tenants check the files; `words` are ids, `tag:NAME` or `all`.

    UsageError names the workflows that AMC refuses, in its own words; then nothing is changed. So it does for a tenant
    where nothing runs now: the checks would wait there, and run when nobody wants them.
    """
    chosen = wfm.tenants.choose(words)
    status = {tenant.customer_id: tenant.status for tenant in wfm.tenants.list()}
    waiting = [f"{name} is {status[name]}" for name in chosen if status[name] != TenantStatus.ACTIVE]
    if files and waiting:
        raise UsageError(f"--check-on: {', '.join(waiting)}, and checks would wait; allowed: one that is ACTIVE")
    sent = [
        (trial, wfm.requests.submit(None, name, **trial.options)) for name in chosen for trial in map(trial_of, files)
    ]
    for trial, request in sent:
        print(f"checking {trial.workflow_id} on {request.customer_id}: {request.request_id}", file=sys.stderr)
    outcomes = ((request.customer_id, _outcome(trial, request)) for trial, request in sent)
    ended = counted(outcomes, len(sent), "checking")
    refused = [f"AMC of {name} refuses {why}" for name, why in ended if why]
    if refused:
        raise UsageError("--check-on: " + " | ".join(refused))


def _outcome(trial: Trial, request: SubmittedRequest) -> str:
    """What AMC has against it; "" for nothing."""
    ended = request.wait(CHECK_TIMEOUT)
    return "" if ended.succeeded else f"{trial.workflow_id}: {ended.status} {ended.reason or ''}".rstrip()
