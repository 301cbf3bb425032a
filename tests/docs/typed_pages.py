"""Where the commands of the pages are typed: in one session on the local runtime, by a test of the page, or nowhere."""

from collections.abc import Iterator, Mapping
from typing import Final

from tests.docs.session import ROOT, Typed, steps

# In this order; a page may rely on what those before it have made, and says so.
SESSION: Final = (
    "docs/getting-started.md", "docs/how-to/tenant.md", "docs/how-to/rollout.md", "docs/how-to/many-tenants.md",
    "docs/how-to/monthly-schedule.md", "docs/how-to/past-months.md", "docs/how-to/cancel-part.md",
    "docs/how-to/results.md", "docs/how-to/resubmit.md", "docs/how-to/waiting.md", "docs/how-to/outage.md",
    "README.md", "docs/command.md", "docs/polling.md", "docs/operations.md", "docs/library.md", "docs/contexts.md",
    "docs/upgrade.md", "docs/local.md", "docs/labels.md", "docs/refresh.md", "docs/deliveries.md",
)  # fmt: skip
# What is shown as of a console there is executed by tests/docs/test_..._page.py, on moto or without a deployment, and
# the story by tests/e2e/test_story.py.
TESTED_ALONE: Final = frozenset(
    f"docs/{name}.md"
    for name in ("backfill", "cost", "library", "migration", "schedules", "story", "tenant-values", "windows")
)
# What cannot be typed there, and why; that the command takes it is tested all the same.
NOT_TYPED: Final = {
    "wfm local up": "the session is in it",
    "wfm local down": "it ends the session",
    "wfm local status": "the session is not where `wfm local up` puts a runtime",
    "wfm demo --story agency": "tests/e2e/test_story.py tells it",
    "wfm console": "it serves until it is stopped",
    "wfm --profile prod console --read-only": "it needs an account, and serves until it is stopped",
    "wfm --install-completion": "it writes into the shell's own files",
    "wfm tenants add record.json --library --wait": "the instance is one of AMC, and the simulator has none so named",
    "wfm queue redrive alder-audio/ID --message FILE": "ID and FILE are those of a dead letter",
    "wfm uninstall --export history/ --parquet": "it takes down what the session runs in",
    "wfm uninstall --yes --cancel-runs": "it takes down what the session runs in",
}
# How a command may end that does not end well, as its page says or as the pages before it have made it.
GOOD: Final = frozenset({0})
ONE: Final = frozenset({1})
ENDS: Final[Mapping[str, frozenset[int]]] = {
    "wfm library check mine --data-sources all": ONE,  # the misspelt table
    # It is made to fail.
    "wfm run new_to_brand --tenants alder-audio,birch-bakeware --window 'last 7 days' --id ntb-1 --yes --wait": ONE,
    "wfm executions watch --customer alder-audio --until-ended": frozenset({0, 1}),  # one of those has failed
    "wfm executions cancel alder-audio/r1 alder-audio/r2 --wait": ONE,  # they had ended already
    "wfm results get --backfill b1 -o results/": frozenset({0, 5}),  # a part of it may have been cancelled
    "wfm queue redrive --tenants all --all": frozenset({0, 1, 5}),  # letters of other pages may be refused again
}


def is_typed(page: str, step: Typed) -> bool:
    """Whether the session types it."""
    is_tested_alone = step.shown is not None and page in TESTED_ALONE
    return page in SESSION and not is_tested_alone and step.command not in NOT_TYPED


def all_steps() -> Iterator[tuple[str, Typed]]:
    """Each fenced command with its page."""
    for path in (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))):
        page = path.relative_to(ROOT).as_posix()
        yield from ((page, step) for step in steps(path.read_text(encoding="utf-8")) if isinstance(step, Typed))
