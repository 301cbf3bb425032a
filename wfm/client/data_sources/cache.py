"""What AMC listed of an instance's tables, kept for a day in the user's cache: they change by the month."""

import json
import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Final

from wfm.calendar.timestamps import iso, parse
from wfm.client.user_folders import UserFolder
from wfm.model.data_sources import DataSource, read_data_sources
from wfm.model.rows import list_in, object_in

KEPT: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Kept:
    """The tables, and when AMC listed them."""

    sources: Sequence[DataSource]
    read_at: datetime


@dataclass(frozen=True, slots=True)
class Cache:
    """A file for each key, which names a tenant and its instance. `folder` is None where nothing is kept."""

    folder: Path | None

    def find(self, key: str, now: datetime) -> Kept | None:
        """What was read within the last day; None for nothing, or for a file that cannot be read."""
        try:
            document = object_in(json.loads(self._path(key).read_text(encoding="utf-8")))
            kept = Kept(
                read_data_sources(map(object_in, list_in(document["dataSources"]))), parse(str(document["readAt"]))
            )
        except (OSError, ValueError, LookupError):
            return None
        return kept if kept.sources and timedelta() <= now - kept.read_at < KEPT else None

    def keep(self, key: str, kept: Kept) -> None:
        """Keep it if that is possible; a full or read-only disk keeps nobody from checking."""
        text = json.dumps({"readAt": iso(kept.read_at), "dataSources": list(kept.sources)})
        with suppress(OSError):
            path = self._path(key)
            path.parent.mkdir(parents=True, exist_ok=True)
            unfinished = path.with_suffix(f".{os.getpid()}.new")
            unfinished.write_text(text, encoding="utf-8")
            unfinished.replace(path)

    def _path(self, key: str) -> Path:
        if self.folder is None:
            raise FileNotFoundError(key)
        return self.folder / f"{sha256(key.encode()).hexdigest()[:32]}.json"


def cache_of(deployment: str, environment: Mapping[str, str]) -> Cache:
    """The cache of a deployment, by something that no other has, such as an ARN."""
    folder = UserFolder.CACHE.path(environment) / "data-sources"
    return Cache(folder / sha256(deployment.encode()).hexdigest()[:16])
