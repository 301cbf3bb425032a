"""The fields of a library record one by one, with every problem kept, so that one message can name them all."""

import re
from collections.abc import Mapping
from typing import Final

from wfm.errors import InvalidRecord, Problem, kind_of
from wfm.model.chain_links import AFTER
from wfm.model.rows import Document
from wfm.model.schedule_rules import OVERLAP, REPLACE

_ID: Final = r"[A-Za-z0-9._-]{1,256}"  # the characters are AMC's (its guide, create-workflow), the length is ours
HIGHEST_VERSION: Final = 999_999_999
_OLD_PLACE: Final = "workflowMetaData"  # where the first predecessor kept targeting and the deployment's flag


class Fields:
    """Reads the fields of a record of any shape. A wrong one is read as a harmless value and noted for `check`."""

    def __init__(self, record: Document) -> None:
        self._record = record
        self._problems: list[Problem] = []
        self._old = self.object_at(_OLD_PLACE)

    def check(self) -> None:
        """InvalidRecord when any field was wrong."""
        if self._problems:
            raise InvalidRecord(self._problems)

    def workflow_id(self) -> str:
        value = self._record.get("workflowId")
        if not isinstance(value, str) or not re.fullmatch(_ID, value):
            problem = "is missing" if value is None else f"{value!r:.80} is not usable"
            self._wrong("workflowId", problem, "1 to 256 letters, digits, '.', '-' and '_'")
        return str(value)

    def sql(self) -> str:
        value = self._record.get("sqlQuery")
        if not isinstance(value, str) or not value.strip():
            self._wrong("sqlQuery", "is missing" if value is None else "is empty or no text", "AMC SQL")
        return str(value)

    def version(self) -> int:
        value = self._record.get("version", 1)
        if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= HIGHEST_VERSION:
            self._wrong("version", f"{value!r:.80} is no version", f"a whole number from 1 to {HIGHEST_VERSION}")
            return 1
        return value

    def object_at(self, name: str) -> Document | None:
        """The object under `name`; None where there is none."""
        return self._object(self._record, name, name)

    def names(self, name: str) -> frozenset[str]:
        """A text, or a list of texts; an empty text is as good as none, but an empty list would mean everybody."""
        if name not in (self._old or {}):
            return self._names(self._record.get(name), name)
        old = self._names((self._old or {})[name], f"{_OLD_PLACE}.{name}")
        if self._names(self._record.get(name), name) not in (old, frozenset()):
            self._wrong(name, f"says something else than {_OLD_PLACE}.{name}", "one of the two")
        return old

    def deploys(self) -> bool:
        """The flag of the first predecessor must be true where its place is; ours may be left out."""
        if self._old is not None:
            return self._flag(self._old, "automaticDeployWorkflow", _OLD_PLACE, missing=False)
        return self._flag(self._record, "automaticDeployWorkflow", "", missing=True)

    def schedule(self) -> tuple[Document | None, Document]:
        """The schedule and its payload; None where there is none or it is not for tenants."""
        place = "defaultSchedule" if self._record.get("defaultSchedule") is not None else "schedule"
        given = self.object_at(place)
        if place == "defaultSchedule" and self._record.get("schedule") is not None:
            self._wrong("schedule", "stands beside defaultSchedule", "one of the two")
        if given is None or not self._flag(given, "automaticDeploySchedule", place, missing=True):
            return None, {}
        if given.get(OVERLAP) == REPLACE and self._record.get(AFTER) is not None:
            problem = f"{REPLACE} beside after: it would cancel the run that others of its chain brought about"
            self._wrong(f"{place}.{OVERLAP}", problem, "queue or skip")
        inside = self._object(given, "Input", f"{place}.Input") or {}
        return given, self._object(inside, "payload", f"{place}.Input.payload") or {}

    def _wrong(self, field: str, problem: str, allowed: str) -> None:
        self._problems.append(Problem(field, problem, allowed))

    def _object(self, within: Document, name: str, field: str) -> Document | None:
        value = within.get(name)
        if value is None or isinstance(value, Mapping):
            return value
        self._wrong(field, f"{kind_of(value)} is no object", "an object")
        return None

    def _names(self, value: object, field: str) -> frozenset[str]:
        if value is None or value == "":
            return frozenset()
        found = [value] if isinstance(value, str) else value
        if not isinstance(found, list) or not found or not all(isinstance(each, str) and each for each in found):
            self._wrong(field, f"{value!r:.80} names nobody", "a text or a list of texts; left out, it is for all")
            return frozenset()
        return frozenset(found)

    def _flag(self, within: Document, name: str, place: str, *, missing: bool) -> bool:
        value = within.get(name, missing)
        if not isinstance(value, bool):
            self._wrong(f"{place}.{name}".lstrip("."), f"{value!r:.80} is neither", "true or false")
        return value is True
