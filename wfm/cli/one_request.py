"""One request that is ready: what AMC would be asked, or sent and followed to its end."""

import json
import time

from rich.console import Console
from rich.live import Live

from wfm.cli.exits import fail_unless, interruptible
from wfm.cli.notes import print_note
from wfm.cli.output import print_json
from wfm.cli.progress import Progress
from wfm.cli.window_notes import note_age, note_zones
from wfm.client.requests.sender import PreparedRequest
from wfm.client.wfm import Wfm
from wfm.model.requests import ExecutionRequest


def send_one(wfm: Wfm, prepared: PreparedRequest, *, dry_run: bool, timeout: float | None, as_json: bool) -> None:
    """Send it, unless `dry_run`; with a `timeout` follow it that long, and its outcome is the exit code."""
    note_age(prepared.body.get("timeWindowStart"))
    note_zones(prepared.body.get("timeWindowTimeZone"))
    if dry_run:
        _show(prepared, as_json=as_json)
        return
    customer, request_id = prepared.request.customer_id, wfm.requests.submit(prepared).request_id
    if delay := wfm.tenants.explain_wait(customer):
        print_note(f"it waits for {delay}")
    if timeout is not None:
        _follow(wfm, prepared.request, timeout, as_json=as_json)
    elif as_json:
        print_json({"customerId": customer, "requestId": request_id})
    else:
        print(f"{request_id}  follow it with: wfm executions show {customer}/{request_id}")


def _show(prepared: PreparedRequest, *, as_json: bool) -> None:
    """What AMC would be asked; nothing was sent."""
    if as_json:
        print_json({"customerId": prepared.request.customer_id, "dryRun": True, "body": prepared.body})
        return
    print(f"nothing is sent; AMC of {prepared.request.customer_id} would be asked for:")
    for name, value in sorted(prepared.body.items()):
        print(f"  {name:<24}{json.dumps(value) if isinstance(value, dict | list) else value}")


def _follow(wfm: Wfm, sent: ExecutionRequest, timeout: float, *, as_json: bool) -> None:
    customer, request_id = sent.customer_id, sent.request_id
    console = Console(quiet=as_json, highlight=False, soft_wrap=True)
    console.print(f"request {request_id}")
    progress = Progress()
    with interruptible(console, f"wfm executions show {customer}/{request_id}"):
        if console.is_terminal:
            with Live(progress, console=console, refresh_per_second=4):
                for change in wfm.requests.wait(customer, request_id, timeout, sent=sent):
                    progress.add(change, time.monotonic())
        else:
            for change in wfm.requests.wait(customer, request_id, timeout, sent=sent):
                if progress.add(change, time.monotonic()):
                    console.print(progress.latest())
            console.print(progress.summary(time.monotonic()))
    if as_json:
        print_json(wfm.runs.get(customer, request_id).as_json())
    fail_unless(succeeded=progress.steps[-1].state == "SUCCEEDED")
