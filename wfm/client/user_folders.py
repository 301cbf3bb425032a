"""Where a person's own files of WFM are: the folders of the XDG base directory specification, on every system."""

from collections.abc import Mapping
from enum import Enum
from pathlib import Path


class UserFolder(Enum):
    """The variable that names the folder's parent, and the parent below the home folder without it."""

    CONFIG = ("XDG_CONFIG_HOME", ".config")
    STATE = ("XDG_STATE_HOME", ".local/state")
    CACHE = ("XDG_CACHE_HOME", ".cache")

    def path(self, environment: Mapping[str, str]) -> Path:
        """The folder, which need not be there."""
        variable, below_home = self.value
        named = environment.get(variable)
        home = Path(environment.get("HOME") or "~").expanduser()
        return Path(named) / "wfm" if named else home / below_home / "wfm"
