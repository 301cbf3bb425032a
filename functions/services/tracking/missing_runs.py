"""Fetches runs that AMC's list leaves out by their ids, before they count as DELETED."""

import random
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from functions.ports import Amc
from wfm.errors import AmcRefused, TransientError
from wfm.model.amc_runs import Run
from wfm.model.rows import Document
from wfm.model.statuses import RunStatus
from wfm.model.tenants import Tenant
from wfm.model.workflows import does_not_exist

MAX_RUNS_PER_POLL: Final = 25  # in one poll; the others get their chance in the next ones
_AMCS_OWN: Final = ("workflowExecutionId", "workflowId", "createTime", "lastUpdatedTime")


def fetch_missing(
    tenant: Tenant, rows: Sequence[Document], now: datetime, amc: Amc
) -> tuple[dict[str, Run], list[str]]:
    """AMC's answers by run id, and a sentence for each run that AMC refuses to show; such a run does not change.

    If there are more than MAX_RUNS_PER_POLL, a random sample is fetched, so that none is left out for ever. If AMC is
    not available, the others are not asked for.
    """
    drawn = random.Random(now.timestamp()).sample(rows, min(MAX_RUNS_PER_POLL, len(rows)))  # noqa: S311 (no secret)
    found: dict[str, Run] = {}
    problems: list[str] = []
    for row in drawn:
        run_id = str(row["workflowExecutionId"])
        try:
            found[run_id] = _ask(tenant, row, run_id, amc)
        except TransientError:
            break
        except AmcRefused as exc:
            problems.append(f"{run_id} cannot be asked for: {exc}")
    return found, problems


def _ask(tenant: Tenant, row: Document, run_id: str, amc: Amc) -> Run:
    try:
        return {**amc.get_execution(tenant, run_id), "workflowExecutionId": run_id}
    except AmcRefused as exc:
        if exc.status != 404 and not does_not_exist(exc.text):
            raise
        own = {name: row[name] for name in _AMCS_OWN if name in row}
        return own | {"status": RunStatus.DELETED, "statusReason": exc.text}
