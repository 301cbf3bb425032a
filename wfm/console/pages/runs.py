"""Runs: what is active, and what has ended last."""

from typing import Final

from wfm.console.page import Page
from wfm.console.queries.runs import read_runs

RUNS: Final = Page("/runs", "Runs", "runs.html", read_runs, keeps=("tenant", "workflow", "label"))
