"""Run: one run whole, with its states while it runs; and its log."""

from typing import Final

from wfm.console.page import Page
from wfm.console.queries.run import read_run
from wfm.console.queries.run_log import read_run_log

RUN: Final = Page("/run", "Run", "run.html", read_run, in_menu=False, seconds=2.0)
# Not live: AWS charges for each query of the logs.
RUN_LOG: Final = Page("/run/log", "Log", "run_log.html", read_run_log, in_menu=False, seconds=0)
