"""docs/reliability.md: every fault that the tests try, from what their last run wrote down.

`python -m bench.reliability` reads build/reliability/*.json (the tests write a file for each fault) and
build/soak/summary.json (`make soak`).
"""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from bench.soak import LOGINS, SUMMARY, Summary, table
from local.synthesis import REPOSITORY

REPORTS: Final = REPOSITORY / "build" / "reliability"
PAGE: Final = REPOSITORY / "docs" / "reliability.md"

_HEAD: Final = """# Reliability

Nothing lost, nothing twice, nobody starved: what the tests do to WFM, and what comes of it. This page is written by
`python -m bench.reliability` from what the last run of the tests wrote down (`build/reliability/`), and the last soak.

A test fails when anything else happens than is said here. The crash points are walked through the real handlers and
adapters (`tests/reliability/`), and once more through the deployed assembly on the emulator, where the processes of
real Lambda workers are killed (`tests/e2e/wfm/test_crash_points.py`). So are the faults of AMC (`tests/e2e/wfm/`).

## Every fault

| fault | tried | what happens | what a user sees |
|---|---|---|---|
"""
_SOAK: Final = """
## A soak

All at once, on one machine through the emulator (`python -m bench.soak --requests {requests} --tenants {tenants}`;
`make soak` is 10,000 requests of 100 tenants; with `--status` it says how one stands that runs). Each tenant may have
two runs at a time and is sent requests faster than they can run: a fifth of them interactive, two fifths scheduled and
two fifths backfill. What is listed below goes wrong until the last request has ended. The tenants belong to {logins}
applications, each with a rate limit of its own. Counted from the simulator's own journal; all requests are equal, so
that only the claims say whose run is whose. Runs that others start in AMC take slots as soon as WFM knows of them, but
wait for none: so only WFM's own runs are held against the limit. Now and then somebody stops an execution: its request
ends CANCELLED, or has succeeded before; the event of it may be lost, so that the sweep ends it. One more tenant is
removed and put back all the time. AWS is as in [AWS on a bad day](aws.md#aws-on-a-bad-day). Waits are from when a
request was sent to when AMC accepted it; minutes of AMC are seconds here.

{table}
"""


def page(reports: Iterable[Mapping[str, Any]], soak: Summary | None) -> str:
    """The page, its faults by name."""
    rows = [
        f"| {one['fault']} | {one['tried']} | {one['happens']} | {one['user_sees']} |"
        for one in sorted(reports, key=lambda one: str(one["fault"]).lower())
    ]
    text = _HEAD + "\n".join(rows) + "\n"
    if soak:
        fields = {"requests": soak.requests, "tenants": soak.tenants, "logins": LOGINS}
        text += _SOAK.format(**fields, table=table(soak))
    return text


def main() -> None:
    """Write the page."""
    reports = [json.loads(file.read_text(encoding="utf-8")) for file in sorted(Path(REPORTS).glob("*.json"))]
    soak = Summary(**json.loads(SUMMARY.read_text(encoding="utf-8"))) if SUMMARY.is_file() else None
    PAGE.write_text(page(reports, soak), encoding="utf-8")


if __name__ == "__main__":
    main()
