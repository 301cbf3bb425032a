"""`wfm library remove`: one workflow of the library, or many."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

import typer

from wfm.cli.confirming import confirm
from wfm.cli.each_of_many import do_each
from wfm.cli.exits import fail_by
from wfm.cli.library_plan import removal_plan
from wfm.cli.notes import print_note
from wfm.cli.options import OnlyJson, Timeout, Wait, Yes
from wfm.cli.output import print_json
from wfm.cli.rollout_progress import follow
from wfm.cli.session import client
from wfm.client.library.library import ROLLOUT_TIMEOUT, Library
from wfm.client.library.plan import Known, Reach
from wfm.client.library.rollouts import Rollout, RolloutStatus
from wfm.errors import UsageError
from wfm.model.chain_links import read_links, stranded


@dataclass(frozen=True, slots=True)
class Removal:
    """One workflow, with what is left of it and whom that reaches; `version` None: all versions go."""

    workflow_id: str
    version: int | None
    left: Known
    reach: Reach

    @property
    def what(self) -> str:
        """For people."""
        return self.workflow_id if self.version is None else f"version {self.version} of {self.workflow_id}"

    def as_json(self, ended: Sequence[RolloutStatus]) -> dict[str, object]:
        """What `--json` prints, with how its rollout ended."""
        ids = {"workflowId": self.workflow_id, "version": self.version, "inForce": self.left.latest or None}
        rollouts = [one.named_as_json() for one in ended if one.workflow_id == self.workflow_id]
        return {**ids, "tenants": self.reach.as_json(), "rollouts": rollouts}


def remove(
    context: typer.Context,
    words: Annotated[
        list[str] | None, typer.Argument(metavar="[ID]...", help="Ids of workflows of the library.")
    ] = None,
    *,
    everything: Annotated[bool, typer.Option("--all", help="All workflows of the library.")] = False,
    version: Annotated[int | None, typer.Option(min=1, help="Only this version; all versions if not given.")] = None,
    yes: Yes = False,
    wait: Wait = False,
    timeout: Timeout = ROLLOUT_TIMEOUT,
    as_json: OnlyJson = False,
) -> None:
    """Remove workflows, or a version of one, from the library, and from the tenants that let the library remove."""
    library = client(context).library
    planned = [
        Removal(name, version, *library.after_removal(name, version))
        for name in _chosen(library, words or [], version, everything=everything)
    ]
    for one in planned:
        lines = removal_plan(one.workflow_id, version, one.left, one.reach)
        print("\n".join(lines), file=sys.stderr if as_json else sys.stdout)
    _note_stranded(library, [one.workflow_id for one in planned if one.left.workflow is None])
    if planned:
        confirm([], f"Remove {planned[0].what if len(planned) == 1 else f'these {len(planned)} workflows'}?", yes=yes)
    done, problems = do_each(planned, lambda one: _removed(library, one), lambda one: one.what, "removing")
    if not as_json:
        for one, _ in done:
            print(f"removed: {one.what}")
    begun = [rollout for _, rollouts in done for rollout in rollouts]
    ended = follow(library, begun, timeout, as_json=as_json) if wait and begun else []
    if as_json:
        documents = [one.as_json(ended) for one, _ in done]
        print_json(documents[0] if len(planned) == 1 else documents)
    failed = problems + len([one for one in ended if not one.succeeded])
    fail_by(failed, of_all=failed == len(planned))


def _note_stranded(library: Library, gone: Sequence[str]) -> None:
    """A note for each workflow that stays in the library, and runs after what goes."""
    kept = [entry.known.workflow for entry in library.list()] if gone else []
    links = read_links({one.workflow_id: one.after for one in kept if one and one.after is not None})
    for name, lost in stranded(links, gone):
        print_note(f"{name} runs after {' and '.join(lost)}: where that goes, it does not run any more")


def _chosen(library: Library, words: Sequence[str], version: int | None, *, everything: bool) -> list[str]:
    if bool(words) == everything:
        raise UsageError("ID: needs either ids of workflows of the library, or --all")
    ids = list(dict.fromkeys(words))
    if version is not None and len(ids) != 1:
        raise UsageError(f"--version: {version} is one workflow's; allowed: beside one ID")
    return ids or [entry.workflow_id for entry in library.list()]


def _removed(library: Library, one: Removal) -> tuple[Removal, Sequence[Rollout]]:
    return one, library.remove(one.workflow_id, one.version)
