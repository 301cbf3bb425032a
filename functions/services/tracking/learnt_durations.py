"""Learns from the ends of runs how long a workflow's runs take."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import timedelta

from functions.ports import Workflows
from wfm.model.amc_run import LONGEST_ID, AmcRun
from wfm.model.amc_runs import Run
from wfm.model.durations import AMC_DURATIONS, Durations, read_durations
from wfm.model.statuses import RunStatus


def learn(customer_id: str, runs: Iterable[Run], workflows: Workflows) -> dict[str, Durations]:
    """The durations of the workflows of `runs`, by workflow id, with the ends of these runs included.

    They are kept as `durations` on a workflow's row, if there is one, and never sent to AMC. A run that failed tells of
    its request, not of how long the next one takes.
    """
    ends: dict[str, list[timedelta]] = defaultdict(list)
    for run in map(AmcRun, runs):
        workflow_id, duration = run.fields.get("workflowId"), run.duration
        if isinstance(workflow_id, str) and 0 < len(workflow_id) <= LONGEST_ID:
            ends[workflow_id] += [duration] if duration and run.amc_status == RunStatus.SUCCEEDED else []
    known: dict[str, Durations] = {}
    for workflow_id, durations in ends.items():
        row = workflows.find(customer_id, workflow_id)
        if row is None:
            continue
        known[workflow_id] = read_durations(row.get("durations")) or AMC_DURATIONS
        for duration in durations:
            known[workflow_id] = known[workflow_id].after(duration)
        if durations:
            workflows.save_sync(customer_id, workflow_id, durations=known[workflow_id].to_field())
    return known
