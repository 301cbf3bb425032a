"""The fault plan: which calls go wrong, how, and how often."""

import re
from random import Random
from typing import Any, Literal

from pydantic import Field, field_validator, model_validator

from local.amc_simulator.documents import Document


class Fault(Document):
    """One rule. The first rule that matches a call is applied, and used up by one if it has `times`.

    * `method` (`*` any), `path` (a regular expression, searched in the path), `instanceId` (None any) say
      which calls.
    * `when` `before`: the call does nothing. `after`: it is carried out and only its answer is spoilt.
    * `status` with `body`, `details` and `retryAfter` (seconds, any text, or None for no header) is the
      answer; or `drop` closes the connection without one; or `delaySeconds` alone makes it slow. A delay goes
      with the others too. Real seconds.
    * `probability`; `times` (None: until cleared); `skip`: so many matching calls pass first.
    """

    method: str = "*"
    path: str = ""
    instance_id: str | None = None
    when: Literal["before", "after"] = "before"
    status: int | None = Field(default=None, ge=200, le=599)
    body: Literal["amc", "gateway", "account", "html", "broken-json", "empty"] = "amc"
    details: str | None = None
    retry_after: int | str | None = None
    delay_seconds: float = Field(default=0, ge=0, le=900)
    drop: bool = False
    probability: float = Field(default=1, gt=0, le=1)
    times: int | None = Field(default=None, ge=1)
    skip: int = Field(default=0, ge=0)

    @field_validator("path")
    @classmethod
    def _is_a_regular_expression(cls, path: str) -> str:
        try:
            re.compile(path)
        except re.error as exc:
            raise ValueError(f"not a regular expression: {exc}") from exc
        return path

    @model_validator(mode="after")
    def _does_one_thing(self) -> "Fault":
        if self.drop and self.status is not None:
            raise ValueError("drop gives no answer, so it takes no status")
        if not self.drop and self.status is None and self.delay_seconds == 0:
            raise ValueError("one of status, drop and delaySeconds is needed")
        return self

    def concerns(self, method: str, path: str, instance_id: str | None) -> bool:
        """Whether the rule is about such a call."""
        return (
            self.method in ("*", method)
            and self.instance_id in (None, instance_id)
            and re.search(self.path, path) is not None
        )


class FaultPlan:
    """The rules in force, in the order in which they were set, with how often each was applied."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)  # noqa: S311
        self._rules: dict[int, Fault] = {}
        self._seen: dict[int, int] = {}
        self._applied: dict[int, int] = {}

    def add(self, fault: Fault) -> int:
        """Put a rule behind the others; its number."""
        number = len(self._seen) + 1
        self._rules[number], self._seen[number], self._applied[number] = fault, 0, 0
        return number

    def clear(self, number: int | None = None) -> None:
        """Drop one rule, or all; counts stay readable."""
        for key in [number] if number is not None else list(self._rules):
            self._rules.pop(key, None)

    def take(self, method: str, path: str, instance_id: str | None) -> Fault | None:
        """The fault for this call, counted as applied."""
        for number, fault in list(self._rules.items()):
            if not fault.concerns(method, path, instance_id):
                continue
            self._seen[number] += 1
            if self._seen[number] <= fault.skip or self._random.random() >= fault.probability:
                continue
            self._applied[number] += 1
            if self._applied[number] == fault.times:
                del self._rules[number]
            return fault
        return None

    def report(self) -> dict[str, Any]:
        """`{"faults": [{"id", "applied", "fault"}], "applied": {id: count, also of spent and cleared
        rules}}`.
        """
        active = [
            {"id": n, "applied": self._applied[n], "fault": fault.model_dump(by_alias=True)}
            for n, fault in self._rules.items()
        ]
        return {"faults": active, "applied": {str(n): count for n, count in self._applied.items()}}
