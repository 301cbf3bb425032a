"""Chains: which of a tenant's workflows run after others, and how that went."""

from typing import Final

from wfm.console.page import Page
from wfm.console.queries.chains import read_chains

CHAINS: Final = Page("/chains", "Chains", "chains.html", read_chains, in_menu=False)
