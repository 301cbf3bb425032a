"""Fleet: a line for each tenant, those that need somebody first."""

from typing import Final

from wfm.console.page import Page
from wfm.console.queries.fleet import read_fleet

FLEET: Final = Page("/fleet", "Fleet", "fleet.html", read_fleet)
