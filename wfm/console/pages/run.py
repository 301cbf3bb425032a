"""Run: one run whole, with its states while it runs; the first rows of its result; and its log."""

from typing import Final

from wfm.console.page import Page
from wfm.console.queries.run import read_run
from wfm.console.queries.run_log import read_run_log
from wfm.console.queries.run_result import read_run_result

RUN: Final = Page("/run", "Run", "run.html", read_run, in_menu=False, seconds=2.0)
# Not live: AWS charges for each query of the logs.
RUN_LOG: Final = Page("/run/log", "Log", "run_log.html", read_run_log, in_menu=False, seconds=0)
# Nor this: each reading is one of S3, and a result does not change.
RUN_RESULT: Final = Page("/run/result", "Result", "run_result.html", read_run_result, in_menu=False, seconds=0)
