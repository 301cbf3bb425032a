"""Run: one run whole, with its states while it runs."""

from typing import Final

from wfm.console.page import Page
from wfm.console.queries.run import read_run

RUN: Final = Page("/run", "Run", "run.html", read_run, in_menu=False, seconds=2.0)
