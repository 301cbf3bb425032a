"""The tables of docs/growth.md, from the stored figures."""

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from bench.growth.figures import Figures, Spread
from bench.growth.limits_met import ACCOUNT, LIMITS
from bench.growth.scenarios import ACCOUNT_SIZES, SIZES, as_it_is, one_account, reserved, spread, throttled
from bench.growth.units import writes_a_second

Stored = Mapping[str, Figures]
Row = tuple[str, Callable[[Figures], str]]


def duration(seconds: float) -> str:
    """As people say it."""
    if seconds < 1:
        return "under 1 s"
    if seconds < 100:
        return f"{seconds:.0f} s" if seconds >= 10 else f"{seconds:.1f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7_200 else f"{seconds / 3600:.1f} h"


def _three(found: Spread) -> str:
    return f"{_two(found)}, {duration(found['longest'])}"


def _two(found: Spread) -> str:
    return f"{duration(found['median'])}, {duration(found['late'])}"


def _rate(name: str) -> Callable[[Figures], str]:
    return lambda found: f"{found['rates'][name]['mean']:.1f}, {found['rates'][name]['minute']:,.0f}"


_WAITS: Final[tuple[Row, ...]] = (
    ("runs", lambda found: f"{found['runs']:,}"),
    ("until a slot: median, 95th percentile, longest", lambda found: _three(found["waits"]["all"])),
    ("until the queue for slots: median, 95th percentile, longest", lambda found: _three(found["to_gate"])),
    ("until a slot, what people asked for: median, 95th percentile", lambda found: _two(found["waits"]["interactive"])),
    ("from AMC's end to the outcome: median, 95th percentile", lambda found: _two(found["delays"])),
)
_CALLS: Final[tuple[Row, ...]] = (
    ("AMC calls per run", lambda found: f"{found['amc_calls_per_run']:.1f}"),
    ("POSTs a second: mean, busiest minute", _rate("posts")),
    ("lists a second: mean, busiest minute", _rate("polls")),
)
_LAMBDAS: Final[tuple[Row, ...]] = (
    ("StartExecution called, per run", lambda found: f"{found['start_calls_per_run']:.1f}"),
    ("longest wait of other steps for a Lambda", lambda found: duration(found["lambda_wait"])),
)
_STATE: Final[tuple[Row, ...]] = (
    ("transitions a second: mean, busiest minute", _rate("transitions")),
    ("write units of DynamoDB a second: mean", lambda found: f"{writes_a_second(found):,.0f}"),
    ("tenants due in one minute, at most", lambda found: f"{found['tenants_due']:,}"),
    ("bytes of the tick's state, at most", lambda found: f"{found['state_bytes']:,}"),
    ("open executions, at most", lambda found: f"{found['open_executions']:,}"),
)


def sizes(of: Stored) -> str:
    """WFM as it is, by the number of tenants."""
    return _table(
        "tenants", {f"{size:,}": of[as_it_is(size).name] for size in SIZES}, _WAITS + _CALLS + _LAMBDAS + _STATE
    )


def gives_way(of: Stored) -> str:
    """What share of each limit the day takes."""
    days = {f"{size:,}": of[as_it_is(size).name] for size in SIZES}
    rows = [
        [limit.name, f"{limit.number:,.0f}", *(_share(limit.share(day)) for day in days.values())] for limit in LIMITS
    ]
    return _lines(["limit", "number", *(f"{size} tenants" for size in days)], rows)


def accounts(of: Stored) -> str:
    """One AMC account, by its tenants."""
    rows: tuple[Row, ...] = (
        ("runs in AMC at a time: mean of the day", lambda found: f"{found['active_runs']:.0f}"),
        ("that is of the account's 200", lambda found: _share(ACCOUNT.share(found))),
        *_WAITS[1:2],
        ("last outcome, hours after midnight", lambda found: f"{found['last_outcome_hours']:.1f}"),
        ("write units to the account's row, busiest second", lambda found: f"{found['account_row_units']:,}"),
        ("reads of the release of a slot: mean", lambda found: f"{found['gate_reads_per_release']:.0f}"),
    )
    return _table("tenants of the account", {str(size): of[one_account(size).name] for size in ACCOUNT_SIZES}, rows)


def changes(of: Stored) -> str:
    """1,000 tenants with two changes."""
    days = {
        "1,000": as_it_is(1_000),
        "1,000, 100 Lambdas for StartExecution": reserved(1_000),
        "and spread minutes": spread(1_000),
    }
    rows: tuple[Row, ...] = (
        *_LAMBDAS,
        _WAITS[2],
        (
            "StartExecution called a second, busiest minute",
            lambda found: f"{found['rates']['start calls']['minute']:,.0f}",
        ),
        ("writes to the index of due polls, busiest second", lambda found: f"{found['poll_index_units']:,.0f}"),
        ("write units to an account's row, busiest second", lambda found: f"{found['account_row_units']:,}"),
    )
    return _table("tenants", {name: of[scenario.name] for name, scenario in days.items()}, rows)


def throttling(of: Stored) -> str:
    """An AMC that throttles."""
    days = {
        "100, one client id": throttled(100, 1),
        "1,000, one": throttled(1_000, 1),
    }
    rows: tuple[Row, ...] = (
        _CALLS[0],
        ("calls answered 429", lambda found: f"{found['amc_refused']:,}"),
        ("calls held back by the rate limit, per run", lambda found: f"{found['amc_held_back'] / found['runs']:.1f}"),
        (
            "from the slot until AMC has the run: median, 95th percentile, longest",
            lambda found: _three(found["to_amc"]),
        ),
        *_WAITS[4:],
        ("runs without an outcome", lambda found: f"{found['unfinished']:,}"),
    )
    return _table("tenants", {name: of[scenario.name] for name, scenario in days.items()}, rows)


TABLES: Final = (sizes, gives_way, accounts, changes, throttling)


def _table(corner: str, days: Mapping[str, Figures], rows: Iterable[Row]) -> str:
    return _lines([corner, *days], [[name, *(cell(day) for day in days.values())] for name, cell in rows])


def _lines(head: list[str], rows: Iterable[list[str]]) -> str:
    lines = [f"| {' | '.join(cells)} |" for cells in (head, *rows)]
    return "\n".join([lines[0], "|---" * len(head) + "|", *lines[1:]])


def _share(share: float) -> str:
    return f"{100 * share:,.0f} %" if share >= 0.01 else "under 1 %"
