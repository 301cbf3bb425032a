"""Rolling a workflow of the library out again."""

from typing import Final

from wfm.client.library.plan import reach_lines
from wfm.client.wfm import Wfm
from wfm.console.action import Action, Done, Preview
from wfm.console.given import Given, address


def preview_rollout(wfm: Wfm, given: Given) -> Preview:
    """The version in force, what became of its last rollout, and the tenants that it is for."""
    entry, reach = wfm.library.reach(given.needed("workflow"))
    status = entry.status
    counts = f"{status.synced} tenants have it in AMC, {status.pending} wait, {len(status.failed)} failed"
    sentences = [
        f"Version {status.version} of {entry.workflow_id} is {status.status}: {counts}.",
        "It is rolled out once more. Tenants that have it are left alone.",
        *(f"{line[:1].upper()}{line[1:]}." for line in reach_lines(reach)),
    ]
    return Preview(sentences, "Roll it out again", {"workflow": entry.workflow_id})


def roll_out(wfm: Wfm, given: Given, who: str) -> Done:
    """Roll it out; its record says who asked for it."""
    begun = wfm.library.roll_out(given.needed("workflow"), by=who)
    sentence = f"Version {begun.version} of {begun.workflow_id} is being rolled out."
    return Done(sentence, address("/library/workflow", workflow=begun.workflow_id))


ROLL_OUT: Final = Action("/library/rollout", "Roll a workflow out again", preview_rollout, roll_out)
