"""A backfill asks for each of its windows once."""

import json
import uuid
from typing import Final

from acceptance.check import Check
from acceptance.checks.onboarding import first_tenant
from acceptance.executions import start, wait_for_end
from acceptance.world import World, expect
from wfm.client.stack_names import StackOutput

WINDOWS: Final = 3
PLAN: Final = {"workflowId": "reach", "start": "2024-01-01", "end": "2024-01-22", "days": 7}


def backfill(world: World) -> str:
    """Three weeks are three runs."""
    tenant, name = first_tenant(world), f"bf-{uuid.uuid4().hex[:12]}"
    before = len(tenant.runs_in_amc())

    ended = wait_for_end(world, start(world, StackOutput.BACKFILL_ARN, name, {"customerIds": [tenant.id], **PLAN}))

    expect("its status", ended["status"], "SUCCEEDED")
    counts = {name: value for name, value in json.loads(ended["output"]).items() if name != "backfillId"}
    expect("its runs", counts, {"requests": WINDOWS, "succeeded": WINDOWS, "failed": 0, "rejected": 0, "cancelled": 0})
    expect("runs in AMC", len(tenant.runs_in_amc()) - before, WINDOWS)
    return f"{WINDOWS} windows are {WINDOWS} runs, which SUCCEEDED"


CHECKS: Final = (
    Check("backfill", backfill, proves="each window of a backfill is one run, and its end is told", needs=("run",)),
)
