"""Backfills: the latest, and one of them as a grid."""

from typing import Final

from wfm.console.page import Page
from wfm.console.queries.backfills import read_backfill, read_backfills

BACKFILLS: Final = Page("/backfills", "Backfills", "backfills.html", read_backfills, keeps=("workflow", "label"))
BACKFILL: Final = Page("/backfill", "Backfill", "backfill.html", read_backfill, in_menu=False)
