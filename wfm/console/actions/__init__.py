"""The actions of the console. Each calls what the command of its name calls."""

from typing import Final

from wfm.console.action import Action
from wfm.console.actions.backfills import CANCEL_BACKFILL, PAUSE_BACKFILL, RESUME_BACKFILL, START_BACKFILL
from wfm.console.actions.dead_letters import REDRIVE
from wfm.console.actions.library import ROLL_OUT
from wfm.console.actions.pausing import PAUSE_SCHEDULE, PAUSE_TENANT, RESUME_SCHEDULE, RESUME_TENANT
from wfm.console.actions.requests import CANCEL, RESUBMIT
from wfm.console.actions.sending import RUN

ACTIONS: Final[tuple[Action, ...]] = (
    RUN, CANCEL, RESUBMIT, PAUSE_TENANT, RESUME_TENANT, PAUSE_SCHEDULE, RESUME_SCHEDULE, REDRIVE,
    START_BACKFILL, CANCEL_BACKFILL, PAUSE_BACKFILL, RESUME_BACKFILL, ROLL_OUT,
)  # fmt: skip
