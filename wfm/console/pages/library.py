"""Library: workflows kept for many tenants, and one of them with its rollout."""

from typing import Final

from wfm.console.page import Page
from wfm.console.queries.library import read_library, read_library_workflow

LIBRARY: Final = Page("/library", "Library", "library.html", read_library)
LIBRARY_WORKFLOW: Final = Page(
    "/library/workflow", "Library workflow", "library_workflow.html", read_library_workflow, in_menu=False
)
