"""Every page with what `world` put there, by the name of its picture in docs/."""

from pathlib import Path
from typing import Final

IMAGES: Final = Path(__file__).resolve().parents[2] / "docs" / "images" / "console"
ADDRESSES: Final = {
    "fleet": "/fleet", "runs": "/runs", "timeline": "/timeline", "run": "/run?tenant=acme&id=r1",
    "tenant": "/tenant?tenant=acme", "dead-letters": "/dead-letters?tenant=acme", "backfills": "/backfills",
    "backfill": "/backfill?id=q1",
    "backfill-start": "/backfill/start?workflow=reach&tenants=acme&from=2026-01-01&to=2026-03-01&by=month",
    "library": "/library", "library-workflow": "/library/workflow?workflow=reach",
    "chains": "/chains?tenant=acme",
    "calendar": "/calendar", "machines": "/machines", "machine": "/machine?machine=workflow_sync",
    "execution": "/execution?machine=workflow_sync&tenant=acme&workflow=reach", "tracking": "/tracking",
    "tracking-log": "/tracking/log", "run-log": "/run/log?tenant=acme&id=r1",
    "run-result": "/run/result?tenant=acme&id=analytics-4f1c",
    "simulator": "/simulator", "fault": "/simulator/fault?kind=throttle&times=10",
    "action": "/run/cancel?tenant=acme&id=r1",
}  # fmt: skip
