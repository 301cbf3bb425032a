"""The pages of docs/ that say what the code says: commands, records and events, parameters."""

from pathlib import Path
from typing import Final

from docs.reference.commands import commands_page
from docs.reference.parameters import parameters_page
from docs.reference.schemas import schemas_page

DOCS: Final = Path(__file__).parents[1]


def pages() -> dict[Path, str]:
    """The text of each page, by its file."""
    made = {"commands.md": commands_page(), "parameters.md": parameters_page(), "schemas.md": schemas_page()}
    return {DOCS / name: text for name, text in made.items()}
