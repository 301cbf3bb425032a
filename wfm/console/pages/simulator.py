"""Simulator: AMC from the inside, where it is a simulated one."""

from wfm.console.page import Page
from wfm.console.queries.simulator import reader
from wfm.console.simulated_amc import MakeAmc


def simulator_page(make: MakeAmc) -> Page:
    """The page of that simulated AMC."""
    return Page("/simulator", "Simulator", "simulator.html", reader(make))
