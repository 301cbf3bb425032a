"""The pages of the console, in the order of the menu; the first is where one begins."""

from typing import Final

from wfm.console.page import Page
from wfm.console.pages.backfills import BACKFILL, BACKFILLS
from wfm.console.pages.calendar import CALENDAR
from wfm.console.pages.chains import CHAINS
from wfm.console.pages.dead_letters import DEAD_LETTERS
from wfm.console.pages.fleet import FLEET
from wfm.console.pages.library import LIBRARY, LIBRARY_WORKFLOW
from wfm.console.pages.machines import EXECUTION, MACHINE, MACHINES, TRACKING, TRACKING_LOG
from wfm.console.pages.run import RUN, RUN_LOG, RUN_RESULT
from wfm.console.pages.runs import RUNS
from wfm.console.pages.tenant import TENANT
from wfm.console.pages.timeline import TIMELINE

PAGES: Final[tuple[Page, ...]] = (
    FLEET,
    RUNS,
    TIMELINE,
    BACKFILLS,
    DEAD_LETTERS,
    LIBRARY,
    CALENDAR,
    MACHINES,
    RUN,
    RUN_LOG,
    RUN_RESULT,
    TENANT,
    CHAINS,
    BACKFILL,
    LIBRARY_WORKFLOW,
    MACHINE,
    EXECUTION,
    TRACKING,
    TRACKING_LOG,
)
