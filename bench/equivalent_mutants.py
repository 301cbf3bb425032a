"""Changes that nobody could notice from outside, each with its reason: file, the line as it is, as it would be."""

from typing import Final

_STEPS: Final = "_STEPS: Final = 6 # ten seconds each, in which the expected delay is added up"
_LEARNT: Final = (
    "return Durations(self.count + 1, round(self.mean + weight * away, 6), round(variance, 6))",
    "return Durations(self.count + 1, round(self.mean + weight * away, {}), round(variance, {}))",
)
_FINER: Final = "a sum in other steps comes to the same whole minutes"
_DIGITS: Final = "a digit of a logarithm of seconds more or less changes no look"

EQUIVALENT: Final[dict[tuple[str, str, str], str]] = {
    **{("poll_policy.py", _STEPS, _STEPS.replace("6", f"({steps})")): _FINER for steps in (5, 7)},
    **{
        ("durations.py", _LEARNT[0], _LEARNT[1].format(*digits)): _DIGITS
        for digits in (("(7)", "6"), ("(5)", "6"), ("6", "(7)"), ("6", "(5)"))
    },
    (
        "missing_runs.py",
        "first = int(now.timestamp() // 60) * MAX_RUNS_PER_POLL % max(len(rows), 1)",
        "first = int(now.timestamp() // 60) * MAX_RUNS_PER_POLL % max(len(rows), (2))",
    ): "of one run the order is the same",
    ("run_deadlines.py", "return 0", "return None"): "only asked whether it is true",
    (
        "windows.py",
        "return settled(found.replace(minute=0, second=0, microsecond=0, tzinfo=clock))",
        "return settled(found.replace(minute=0, second=0, tzinfo=clock))",
    ): "no function and no written time has parts of a second",
    (
        "semaphore.py",
        "turns = {workflow_id: turn for turn, workflow_id in enumerate(seen.recent, start=1)}",
        "turns = {workflow_id: turn for turn, workflow_id in enumerate(seen.recent, start=(2))}",
    ): "turns are compared with one another and with 0, for none",
    (
        "semaphore.py",
        "return min(alike, key=lambda waiter: (held[waiter.workflow_id], turns.get(waiter.workflow_id, 0)))",
        "return min(alike, key=lambda waiter: (held[waiter.workflow_id], turns.get(waiter.workflow_id, (-1))))",
    ): "the first turn is 1, so every number below it says none",
    (
        "semaphore_table.py",
        'update(self._table, holder, "SET woken = :true", condition=same, true=True, token=token),',
        'update(self._table, holder, "SET woken = :true", condition=same, true=False, token=token),',
    ): "whoever looks asks whether the attribute is there, not what it says",
    (
        "rate_limit.py",
        "pause = now + min(retry_after or 0.0, LONGEST_PAUSE)",
        "pause = now + min(retry_after or (-1.0), LONGEST_PAUSE)",
    ): "a pause that is over already holds nobody back",
    (
        "submission.py",
        "return ()",
        "return None",
    ): "compared with itself alone: two runs without a window shown are alike",
    (
        "completion.py",
        'run = of_run(ports.executions.find(customer_id, execution_id) or {"status": RunStatus.PENDING})',
        "run = of_run(ports.executions.find(customer_id, execution_id) or {})",
    ): "a status that nobody knows goes on as PENDING does",
}
