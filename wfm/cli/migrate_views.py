"""What `wfm migrate` prints: the plan, the fields without a counterpart, and what became of each row."""

import sys
from collections import Counter
from collections.abc import Sequence

from wfm.cli.output import print_json, print_table
from wfm.client.migration.migration import Done
from wfm.client.migration.plan import WRITES, MigrationPlan, Planned

_ACTION = 2  # the column


def print_plan(plan: MigrationPlan, *, as_json: bool) -> None:
    """A line for each row, the fields that become nothing, and the sum on stderr."""
    if as_json:
        print_json([one.as_json() for one in plan.planned])
    else:
        rows = [[one.read.kind, one.read.name, one.action, _told(one)] for one in plan.planned]
        print_table(["KIND", "NAME", "PLAN", "NOTE"], rows, _ACTION)
        if plan.without_counterpart:
            found = plan.without_counterpart.items()
            print()
            lines = [[kind, name, str(count), why] for (kind, name, why), count in found]
            print_table(["OF A", "FIELD WITHOUT COUNTERPART", "ROWS", "WHY"], lines, 2)
    counts = Counter(str(one.action) for one in plan.planned)
    to_write = sum(counts[action] for action in WRITES)
    print(", ".join(f"{count} {action}" for action, count in counts.items()) or "no row", file=sys.stderr)
    if not to_write:
        print("nothing to do", file=sys.stderr)


def print_done(done: Sequence[Done], *, as_json: bool) -> None:
    """A line for each row that was to be written."""
    if as_json:
        print_json([one.as_json() for one in done])
        return
    rows = [[one.planned.read.kind, one.planned.read.name, one.status, one.problem] for one in done]
    print()
    print_table(["KIND", "NAME", "STATUS", "REASON"], rows, _ACTION)
    print(", ".join(f"{count} {name}" for name, count in Counter(one.status for one in done).items()), file=sys.stderr)


def _told(one: Planned) -> str:
    return "; ".join([*([one.reason] if one.reason else []), *one.read.notes])
