"""Dead letters. Not live: whoever lists the letters of a queue has them in hand for a moment, and nobody else."""

from typing import Final

from wfm.console.page import Page
from wfm.console.queries.dead_letters import read_dead_letters

DEAD_LETTERS: Final = Page("/dead-letters", "Dead letters", "dead_letters.html", read_dead_letters, seconds=0)
