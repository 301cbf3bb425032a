"""Machines: the state machines, the executions of one, one execution on its drawing, and the polls of AMC."""

from typing import Final

from wfm.console.page import Page
from wfm.console.queries.machines import read_execution, read_machine, read_machines
from wfm.console.queries.tracking import read_tracking, read_tracking_log

MACHINES: Final = Page("/machines", "Machines", "machines.html", read_machines, seconds=10.0)
MACHINE: Final = Page("/machine", "Machine", "machine.html", read_machine, in_menu=False)
EXECUTION: Final = Page("/execution", "Execution", "execution.html", read_execution, in_menu=False, seconds=2.0)
TRACKING: Final = Page("/tracking", "Tracking", "tracking.html", read_tracking, in_menu=False, seconds=10.0)
# Not live: AWS charges for each query of the logs.
TRACKING_LOG: Final = Page(
    "/tracking/log", "Tracking: the log", "tracking_log.html", read_tracking_log, in_menu=False, seconds=0
)
