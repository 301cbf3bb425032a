"""What commands do that start or read the same of many: one that fails is named on stderr, and the rest goes on."""

import sys
from collections.abc import Callable, Sequence
from typing import TypeVar

from wfm.cli.output import counted
from wfm.client.many import explain

Thing = TypeVar("Thing")
Result = TypeVar("Result")


def do_each(
    things: Sequence[Thing], do: Callable[[Thing], Result], name: Callable[[Thing], str], doing: str
) -> tuple[list[Result], int]:
    """The results, and how many failed; of a single thing the error is raised."""
    done, problems = list[Result](), 0
    for thing in counted(things, len(things), doing):
        try:
            done.append(do(thing))
        except Exception as problem:
            sentence = explain(problem)
            if sentence is None or len(things) == 1:
                raise
            print(f"problem: {name(thing)}: {sentence}", file=sys.stderr)
            problems += 1
    return done, problems
