"""Learns from the ends of runs how long a workflow's runs take."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import timedelta

from functions.ports import LearntDurations, Workflows
from wfm.model.amc_run import LONGEST_ID, AmcRun
from wfm.model.amc_runs import Run
from wfm.model.durations import AMC_DURATIONS, Durations, read_durations
from wfm.model.statuses import RunStatus


def learn(customer_id: str, runs: Iterable[Run], workflows: Workflows, learnt: LearntDurations) -> dict[str, Durations]:
    """The durations of the workflows of `runs`, by workflow id, with the ends of these runs included.

    They are learnt of workflows that have a row; what version 0.1 had learnt stands on that row, and is read once. A
    run that failed tells of its request, not of how long the next one takes.
    """
    ends: dict[str, list[timedelta]] = defaultdict(list)
    for run in map(AmcRun, runs):
        workflow_id, duration = run.fields.get("workflowId"), run.duration
        if isinstance(workflow_id, str) and 0 < len(workflow_id) <= LONGEST_ID:
            ends[workflow_id] += [duration] if duration and run.amc_status == RunStatus.SUCCEEDED else []
    known: dict[str, Durations] = {}
    for workflow_id, durations in ends.items():
        field = learnt.find(customer_id, workflow_id)
        if field is None:
            row = workflows.find(customer_id, workflow_id)
            if row is None:
                continue
            field = row.get("durations")
        known[workflow_id] = read_durations(field) or AMC_DURATIONS
        for duration in durations:
            known[workflow_id] = known[workflow_id].after(duration)
        if durations:
            learnt.save(customer_id, workflow_id, known[workflow_id].to_field())
    return known
