"""Changes that nobody could notice from outside, each with its reason: file, the line as it is, as it would be."""

from typing import Final

_STEPS: Final = "_STEPS: Final = 6 # ten seconds each, in which the expected delay is added up"
_LEARNT: Final = (
    "return Durations(self.count + 1, round(self.mean + weight * away, 6), round(variance, 6))",
    "return Durations(self.count + 1, round(self.mean + weight * away, {}), round(variance, {}))",
)
_FINER: Final = "a sum in other steps comes to the same whole minutes"
_CLOSE: Final = "close = get_close_matches(name, FUNCTIONS, n=1)"
_PERIOD: Final = "return min(FIRST_OPEN_PERIOD * (1 << min(refused_posts, 10)), MAX_OPEN_PERIOD)"
_MONTHS: Final = "if (year, month) < (start.year, start.month):"
_FIRST: Final = "the first run weighs all: what stood before it does not count"
_DIGITS: Final = "a digit of a logarithm of seconds more or less changes no poll"

EQUIVALENT: Final[dict[tuple[str, str, str], str]] = {
    **{("poll_policy.py", _STEPS, _STEPS.replace("6", f"({steps})")): _FINER for steps in (5, 7)},
    (
        "poll_policy.py",
        "if expected > worth:",
        "if (expected >= worth):",
    ): "a sum of fractions is never just that",
    **{
        ("durations.py", _LEARNT[0], _LEARNT[1].format(*digits)): _DIGITS
        for digits in (("(7)", "6"), ("(5)", "6"), ("6", "(7)"), ("6", "(5)"))
    },
    **{
        ("durations.py", f"{name}: float = 0.0", f"{name}: float = ({value})"): _FIRST
        for name, value in (("mean", "1.0"), ("mean", "-1.0"), ("variance", "1.0"), ("variance", "-1.0"))
    },
    **{
        (
            "availability.py",
            _PERIOD,
            _PERIOD.replace("10", f"({times})"),
        ): "the longest period is reached with the sixth"
        for times in (9, 11)
    },
    **{
        (
            "cron.py",
            _MONTHS,
            _MONTHS.replace("(start.year, start.month)", start),
        ): "days are compared one by one after it"
        for start in ("(start.year,)", "(start.month,)")
    },
    (
        "cron.py",
        "column = words[len(KINDS)][1] if len(words) > len(KINDS) else start + len(found[2])",
        "column = words[len(KINDS)][1] if (len(words) >= len(KINDS)) else start + len(found[2])",
    ): "of six words nothing is refused there",
    **{
        ("expressions.py", _CLOSE, _CLOSE.replace(", n=1", more)): "only the first is named" for more in ("", ", n=(2)")
    },
    (
        "catch_up.py",
        "if row is None or schedule is None:",
        "if (schedule is None):",
    ): "a row that is not there has no schedule in force",
    (
        "windows.py",
        "return past_gap(found.replace(minute=0, second=0, microsecond=0, tzinfo=clock))",
        "return past_gap(found.replace(minute=0, second=0, tzinfo=clock))",
    ): "no function and no written time has parts of a second",
    (
        "semaphore.py",
        "turns = {workflow_id: turn for turn, workflow_id in enumerate(seen.recent, start=1)}",
        "turns = {workflow_id: turn for turn, workflow_id in enumerate(seen.recent, start=(2))}",
    ): "turns are compared with one another and with 0, for none",
    (
        "semaphore.py",
        "return min(same_priority, key=lambda request: (held[request.workflow_id], turns.get(request.workflow_id, 0)))",
        (
            "return min(same_priority, key=lambda request: "
            "(held[request.workflow_id], turns.get(request.workflow_id, (-1))))"
        ),
    ): "the first turn is 1, so every number below it says none",
    (
        "rate_limit.py",
        "pause = now + min(retry_after or 0.0, LONGEST_PAUSE)",
        "pause = now + min(retry_after or (-1.0), LONGEST_PAUSE)",
    ): "a pause that is over already holds nobody back",
    (
        "completion.py",
        'run = of_run(ports.executions.find(customer_id, execution_id) or {"status": RunStatus.PENDING})',
        "run = of_run(ports.executions.find(customer_id, execution_id) or {})",
    ): "a status that nobody knows continues as PENDING does",
}
