"""The calls of AWS that the Lambdas of a deployment made, held against the permissions that they would have on AWS."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

from tests.infra.grants import Call, Grants
from tests.infra.policies import Request
from tests.infra.template import Template

RECORDER = Path(__file__).with_name("recorder")
USED = Path(__file__).parents[1] / "infra" / "used_grants.txt"


class RecordedCalls:
    """What tests/e2e/recorder writes into a folder. Each call is looked at once."""

    def __init__(self, folder: Path, assembly: Path) -> None:
        self._folder = folder
        self._grants = Grants(Template.read(assembly / "WorkflowManagementServices.template.json"))
        self._seen: set[str] = set()
        self._used: set[tuple[str, str]] = set()

    @property
    def variables(self) -> dict[str, str]:
        """Of the environment in which the Lambdas run."""
        return {"PYTHONPATH": str(RECORDER), "WFM_TEST_CALLS": str(self._folder)}

    def refused(self) -> list[str]:
        """What AWS would have refused of the calls since the last time."""
        return [
            f"{call['function']}: {request.action} on {request.resource} {dict(request.context)}"
            for call in self._new()
            for request in self._refused(call)
        ]

    def _refused(self, call: Call) -> list[Request]:
        self._used |= {(call["function"], request.action) for request in self._grants.requests(call)}
        return self._grants.missing(call)

    def _new(self) -> Iterator[Call]:
        for file in sorted(self._folder.glob("*.jsonl")):
            for line in file.read_text().splitlines():
                if line not in self._seen:
                    self._seen.add(line)
                    yield json.loads(line)

    def keep_used(self) -> None:
        """Add what was used to tests/infra/used_grants.txt, where that was asked for as with the snapshots."""
        if "WFM_ACCEPT_SNAPSHOT" in os.environ:
            known = set(USED.read_text().splitlines()) if USED.exists() else set()
            lines = known | {f"{function.rpartition('-')[2]} {action}" for function, action in self._used}
            USED.write_text("\n".join(sorted(lines)) + "\n")
