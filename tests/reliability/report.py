"""What tests of faults tell docs/reliability.md: how often each fault of the catalogue was tried in their last run."""

import json
import re
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import Protocol

from tests.reliability.catalogue import CATALOGUE


class FaultReport(Protocol):
    """Called once a test has shown what the catalogue says of the fault."""

    def __call__(self, fault: str, tried: int = 1) -> None: ...


class Reports:
    """How often each fault was tried, by all tests of a session together."""

    def __init__(self) -> None:
        self._tried = Counter[str]()

    def add(self, fault: str, tried: int = 1) -> None:
        """KeyError for a fault that the catalogue lacks."""
        if fault not in CATALOGUE:
            raise KeyError(fault)
        self._tried[fault] += tried

    def write(self, directory: Path) -> None:
        """A file for each fault; those of faults that the catalogue has no more go."""
        directory.mkdir(parents=True, exist_ok=True)
        known = {_file_name(fault) for fault in CATALOGUE}
        for file in directory.glob("*.json"):
            if file.name not in known:
                file.unlink(missing_ok=True)
        for fault, tried in self._tried.items():
            report = {"fault": fault, "tried": tried, **asdict(CATALOGUE[fault])}
            (directory / _file_name(fault)).write_text(json.dumps(report, indent=2) + "\n")


def _file_name(fault: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", fault.lower()) + ".json"
