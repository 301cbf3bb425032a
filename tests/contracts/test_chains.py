from dataclasses import replace

from functions.ports import Chains
from wfm.model.chains import Chain, End, Firing, LinkState

WINDOW = {
    "timeWindowType": "EXPLICIT",
    "timeWindowStart": "2026-11-16T00:00:00",
    "timeWindowEnd": "2026-11-23T00:00:00",
}
SENT = LinkState(waiting={"b": "b1"}, fired=(Firing("d-after-1", {"b": "b0", "c": "c0"}, "c0"),))
REFUSED = LinkState(not_run=End("a", "a1", "FAILED", "2026-11-23T12:00:00.000Z"))
CHAIN = Chain("acme", "20261116T0000-1", WINDOW, {"d": SENT, "e": REFUSED}, 1, "2026-11-23T12:00:00.000Z")


def test_a_chain_that_nobody_kept_is_not_there(chains: Chains) -> None:
    assert chains.find("acme", CHAIN.id) is None


def test_a_chain_is_found_as_it_was_kept_and_only_by_its_tenant(chains: Chains) -> None:
    assert chains.save(CHAIN)

    assert chains.find("acme", CHAIN.id) == CHAIN
    assert chains.find("birch", CHAIN.id) is None


def test_a_change_of_an_older_version_is_refused(chains: Chains) -> None:
    chains.save(CHAIN)
    later = replace(CHAIN, version=2, links={"d": LinkState()})

    assert not chains.save(replace(CHAIN, links={}))
    assert chains.save(later)
    assert not chains.save(replace(CHAIN, version=2))
    assert chains.find("acme", CHAIN.id) == later
