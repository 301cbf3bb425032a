"""Named contexts: which WFM a person works with. They are kept in `contexts.json` in the user's config folder.

    {"use": "production", "contexts": {"production": {"profile": "agency", "region": "eu-west-1", "team": "media"}}}

A context is a runtime on this machine (`local`, its folder), or an AWS profile, region, team and dataset. What it
leaves out is taken from the usual settings.
"""

import json
import os
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from wfm.client.suggestions import suggest
from wfm.client.user_folders import UserFolder
from wfm.errors import UsageError
from wfm.model import json_text

FILE: Final = "contexts.json"
LOCAL: Final = "local"  # the context of the runtime that `wfm local up` started last
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")


@dataclass(frozen=True, slots=True)
class Context:
    """One of a person's WFMs. `local` is the folder of a runtime on this machine, else it is on AWS."""

    profile: str | None = None
    region: str | None = None
    team: str | None = None
    dataset: str | None = None
    local: str | None = None

    def as_json(self) -> dict[str, str]:
        """What is given, by name."""
        return {name: value for name, value in asdict(self).items() if value}

    def __str__(self) -> str:
        if self.local:
            return f"the local runtime in {self.local}"
        given = [f"{name} {value}" for name, value in self.as_json().items()]
        return f"AWS, {', '.join(given)}" if given else "AWS by its usual settings"


@dataclass(frozen=True, slots=True)
class Contexts:
    """A person's contexts by name, and the name of the one in use."""

    path: Path
    used: str | None = None
    by_name: Mapping[str, Context] = field(default_factory=dict)

    def find(self, name: str, setting: str) -> Context:
        """The context of that name, UsageError if there is none; `setting` is where the name was given."""
        if name not in self.by_name:
            there_are = suggest(name, self.by_name)
            raise UsageError(f"{setting}: there is no context {name!r:.60}; {there_are} (`wfm context add` makes one)")
        return self.by_name[name]

    def adding(self, name: str, context: Context) -> "Contexts":
        """With one more; UsageError for a name that is taken or that cannot be one."""
        if not _NAME.fullmatch(name):
            raise UsageError(
                f"NAME: {name!r:.60} is no name of a context; allowed: 1 to 40 letters, digits, '.', '_' and '-'"
            )
        if name in self.by_name:
            raise UsageError(
                f"NAME: context {name} is there already ({self.by_name[name]}); allowed: another name,"
                f" or `wfm context remove {name}` first"
            )
        return replace(self, by_name={**self.by_name, name: context})

    def using(self, name: str) -> "Contexts":
        """With another one in use."""
        self.find(name, "NAME")
        return replace(self, used=name)

    def without(self, name: str) -> "Contexts":
        """With one less; if it was in use, none is."""
        self.find(name, "NAME")
        left = {other: context for other, context in self.by_name.items() if other != name}
        return replace(self, by_name=left, used=None if self.used == name else self.used)

    def with_runtime(self, directory: Path) -> "Contexts":
        """With `local` for the runtime in that folder, in use if no other is."""
        by_name = {**self.by_name, LOCAL: Context(local=str(directory))}
        return replace(self, by_name=by_name, used=self.used or LOCAL)

    def save(self) -> None:
        """Write the file, atomically; UsageError if that is impossible."""
        document = {"use": self.used, "contexts": {name: one.as_json() for name, one in self.by_name.items()}}
        unfinished = self.path.with_suffix(f".{os.getpid()}.new")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            unfinished.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
            unfinished.replace(self.path)
        except OSError as exc:
            raise UsageError(f"{self.path} cannot be written ({exc}); XDG_CONFIG_HOME names another folder") from exc


def read_contexts(environment: Mapping[str, str]) -> Contexts:
    """The contexts of whoever has this environment; UsageError for a file that holds something else."""
    path = UserFolder.CONFIG.path(environment) / FILE
    try:
        text = path.read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError):
        return Contexts(path)
    except (OSError, ValueError) as exc:
        raise UsageError(f"{path} cannot be read ({exc})") from exc
    try:
        document = _object(json_text.read(text))
        by_name = {name: _context(fields) for name, fields in _object(document.get("contexts", {})).items()}
    except (ValueError, TypeError) as exc:
        raise UsageError(
            f"{path} holds no contexts ({exc}); allowed: what `wfm context add` writes, or no file"
        ) from exc
    used = document.get("use")
    return Contexts(path, str(used) if used else None, by_name)


def _context(fields: object) -> Context:
    if wrong := [value for value in _object(fields).values() if not isinstance(value, str)]:
        raise ValueError(f"{wrong[0]!r:.60} is no text")
    return Context(**_object(fields))


def _object(value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise TypeError(f"{value!r:.60} is no JSON object")
    return value
