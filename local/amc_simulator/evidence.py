"""`/_simulator`: everything a test proves. Not a part of AMC."""

from typing import Any

from fastapi import APIRouter

from local.amc_simulator.access import Current
from local.amc_simulator.execution_view import truth_view

routes = APIRouter(prefix="/_simulator")


@routes.get("/executions")
async def executions(simulator: Current, since: int = 0, limit: int = 2_000) -> dict[str, Any]:
    """Ground truth: runs from sequence number `since` on, oldest first."""
    runs = simulator.engine.history.all[max(since, 0) : max(since, 0) + limit]
    return {"executions": [truth_view(run) for run in runs]}


@routes.get("/workflows/{instance_id}")
async def workflows(instance_id: str, simulator: Current) -> dict[str, Any]:
    """Ground truth: what is saved in an instance."""
    return {"workflows": simulator.workflows.all(instance_id)}


@routes.get("/concurrency")
async def concurrency(simulator: Current) -> dict[str, Any]:
    """Runs at the same time, now and at most."""
    return {"instances": simulator.engine.meter.report()}


@routes.get("/journal")
async def journal(simulator: Current, since: int = 0, limit: int = 2_000) -> dict[str, Any]:
    """Calls with a number above `since`."""
    return {"calls": simulator.journal.since(since, limit)}


@routes.get("/journal/summary")
async def journal_summary(simulator: Current) -> dict[str, Any]:
    """Counts of calls."""
    return simulator.journal.summary()
