"""What the ends of runs teach about their workflows, and what is known of those that go on."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import timedelta

from functions.ports import Workflows
from wfm.model.amc_runs import Run
from wfm.model.durations import Durations, read_durations, run_duration
from wfm.model.runs import LONGEST_ID


def learn(customer_id: str, news: Iterable[Run], workflows: Workflows) -> dict[str, Durations]:
    """What is known of the durations of the workflows in the news, by workflow id, these ends included.

    It is kept as `durations` on a workflow's row, where there is one; it is no part of what goes to AMC.
    """
    ends: dict[str, list[timedelta]] = defaultdict(list)
    for run in news:
        workflow_id, duration = run.get("workflowId"), run_duration(run)
        if isinstance(workflow_id, str) and 0 < len(workflow_id) <= LONGEST_ID:
            ends[workflow_id] += [duration] if duration else []
    known: dict[str, Durations] = {}
    for workflow_id, durations in ends.items():
        row = workflows.find(customer_id, workflow_id)
        if row is None:
            continue
        known[workflow_id] = read_durations(row.get("durations")) or Durations()
        for duration in durations:
            known[workflow_id] = known[workflow_id].after(duration)
        if durations:
            workflows.save_sync(customer_id, workflow_id, durations=known[workflow_id].to_field())
    return known
