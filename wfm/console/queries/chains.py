"""What Chains shows: which of a tenant's workflows run after others, and how that went for the latest windows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup, escape

from wfm.client.chains.chains import ChainLink
from wfm.client.chains.status import ChainStatus, ChainStep
from wfm.client.wfm import Wfm
from wfm.console.foreign import visible
from wfm.console.given import Given, address
from wfm.graph.chain import Step, chain_parts, chain_size
from wfm.graph.svg import FONT, HEADS
from wfm.model.statuses import REQUEST_ENDED, WITHOUT_SUCCESS, RequestStatus

SHOWN: Final = 30  # windows
_NOT_REACHED: Final = "not-reached"
_MARKS: Final[Mapping[str, str]] = {
    **dict.fromkeys(WITHOUT_SUCCESS, "failed"),
    **dict.fromkeys(set(RequestStatus) - REQUEST_ENDED, "running"),
    RequestStatus.SUCCEEDED: "done",
}


@dataclass(frozen=True, slots=True)
class ChainsView:
    """A tenant's chains; `chosen` is the one whose picture is shown, the latest if the address names none."""

    tenant: str
    links: Sequence[ChainLink]
    chains: Sequence[ChainStatus]
    chosen: ChainStatus | None
    picture: Markup | None


def read_chains(wfm: Wfm, given: Given) -> ChainsView:
    """The chains of a tenant: its row twice, one query, and the rows of their requests by key."""
    tenant, named = given.needed("tenant"), given.text("chain")
    links, chains = wfm.chains.links(tenant), wfm.chains.list(tenant, SHOWN)
    latest = next(iter(chains), None)
    known = {chain.chain_id: chain for chain in chains}
    chosen = (known.get(named) or wfm.chains.get(tenant, named)) if named else latest
    steps = chosen.steps if chosen else _planned(links)
    return ChainsView(tenant, links, chains, chosen, picture(tenant, steps) if steps else None)


def _planned(links: Sequence[ChainLink]) -> tuple[ChainStep, ...]:
    """The workflows before any of them has run."""
    good = {one.workflow_id: one.link for one in links if one.link}
    first = sorted({parent for link in good.values() for parent in link.parent_ids} - good.keys())
    return tuple(
        [ChainStep(name, (), "") for name in first]
        + [ChainStep(name, link.parent_ids, "") for name, link in good.items()]
    )


def picture(tenant: str, steps: Sequence[ChainStep]) -> Markup:
    """The chain as SVG; a workflow that was asked for is a link to its run."""
    by_name = {step.workflow_id: step for step in steps}

    def wrap(drawn: Step, parts: list[str]) -> list[str]:
        step = by_name[drawn.name]
        mark = _MARKS.get(step.status, _NOT_REACHED)
        words = escape(f"{step.workflow_id}: {step.status or 'has not run'}")
        to_run = escape(address("/run", tenant=tenant, id=step.request_id)) if step.request_id else ""
        href = f' href="{to_run}"' if to_run else ""
        return [f'<a class="state {mark}"{href} aria-label="{words}">', *parts, "</a>"]

    shown = [Step(step.workflow_id, step.after, step.status) for step in steps]
    width, height = chain_size(shown)
    size = f'width="{width:g}" height="{height:g}" viewBox="0 0 {width:g} {height:g}"'
    inner = visible("".join(chain_parts(shown, wrap)))
    return Markup(f'<svg {size} role="group" aria-label="The chain" font-family="{FONT}">{HEADS}{inner}</svg>')  # noqa: S704 (all text in it is escaped)
