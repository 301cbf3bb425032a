"""Calls of Lambdas answered from a script."""

import threading
from typing import Any

from tests.machines.script import Act, Acts, act_of, is_answer


class Player:
    """Plays the script of one execution at a time, and writes down what was called with what."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.begin({})

    def begin(self, acts: Acts) -> None:
        self.acts = acts
        self.calls: dict[str, list[Any]] = {}
        self.pending: Act = {}  # what is to be done to the token of the Task that was called last

    def invoke(self, payload: dict[str, Any]) -> dict[str, Any]:
        """The answer of Lambda's Invoke, its payload decoded."""
        with self._lock:
            calls = self.calls.setdefault(payload["state"], [])
            calls.append(payload["event"])
            act = act_of(self.acts, payload["state"], len(calls) - 1)
            self.pending = {} if is_answer(act) else act
        if "raises" in act:
            error = {"errorMessage": act["message"], "errorType": act["raises"], "requestId": "1", "stackTrace": []}
            return {"StatusCode": 200, "FunctionError": "Unhandled", "Payload": error}
        return {"StatusCode": 200, "ExecutedVersion": "$LATEST", "Payload": act.get("returns")}
