"""`wfm library rollout`: one workflow of the library, or many."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

import typer

from wfm.cli.confirming import confirm
from wfm.cli.each_of_many import do_each
from wfm.cli.exits import fail_by
from wfm.cli.options import OnlyJson, Timeout, Wait, Yes
from wfm.cli.output import print_json
from wfm.cli.rollout_progress import follow
from wfm.cli.session import client
from wfm.client.library.library import ROLLOUT_TIMEOUT, Library
from wfm.client.library.plan import Reach, reach_lines
from wfm.client.library.rollouts import Rollout, RolloutStatus
from wfm.errors import UsageError


@dataclass(frozen=True, slots=True)
class Planned:
    """The version in force of a workflow, and whom a rollout of it reaches."""

    workflow_id: str
    version: int
    reach: Reach

    @property
    def lines(self) -> list[str]:
        """For people."""
        return [f"{self.workflow_id}: version {self.version} once more", *(f"  {on}" for on in reach_lines(self.reach))]

    def as_json(self, begun: Rollout, ended: Sequence[RolloutStatus]) -> dict[str, object]:
        """What `--json` prints, with how its rollout ended."""
        rollouts = [one.named_as_json() for one in ended if one.workflow_id == self.workflow_id]
        ids = {"workflowId": self.workflow_id, "version": begun.version}
        return {**ids, "tenants": self.reach.as_json(), "rollouts": rollouts}


def rollout(
    context: typer.Context,
    words: Annotated[
        list[str] | None, typer.Argument(metavar="[ID]...", help="Ids of workflows of the library.")
    ] = None,
    *,
    everything: Annotated[bool, typer.Option("--all", help="All workflows of the library.")] = False,
    yes: Yes = False,
    wait: Wait = False,
    timeout: Timeout = ROLLOUT_TIMEOUT,
    as_json: OnlyJson = False,
) -> None:
    """Roll the version in force out once more, as after a rollout that failed. Tenants that have it are left alone."""
    wfm = client(context)
    planned = [_plan(wfm.library, name) for name in _chosen(wfm.library, words or [], everything=everything)]
    for one in planned:
        print("\n".join(one.lines), file=sys.stderr if as_json else sys.stdout)
    if planned:
        named = planned[0].workflow_id if len(planned) == 1 else f"these {len(planned)} workflows"
        confirm([], f"Roll {named} out again?", yes=yes)
    by = wfm.aws.caller if planned else None
    done, problems = do_each(
        planned, lambda one: (one, wfm.library.roll_out(one.workflow_id, by)), lambda one: one.workflow_id, "beginning"
    )
    if not as_json:
        for _, begun in done:
            print(f"begun: version {begun.version} of {begun.workflow_id}")
    ended = follow(wfm.library, [begun for _, begun in done], timeout, as_json=as_json) if wait and done else []
    if as_json:
        documents = [one.as_json(begun, ended) for one, begun in done]
        print_json(documents[0] if len(planned) == 1 else documents)
    failed = problems + len([one for one in ended if not one.succeeded])
    fail_by(failed, of_all=failed == len(planned))


def _chosen(library: Library, words: Sequence[str], *, everything: bool) -> list[str]:
    if bool(words) == everything:
        raise UsageError("ID: needs either ids of workflows of the library, or --all")
    return list(dict.fromkeys(words)) or [entry.workflow_id for entry in library.list()]


def _plan(library: Library, workflow_id: str) -> Planned:
    entry, reach = library.reach(workflow_id)
    return Planned(workflow_id, entry.known.latest, reach)
