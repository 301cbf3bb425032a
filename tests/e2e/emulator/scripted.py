"""The emulator as an interpreter of scripts: one Lambda that plays what a file says, and writes down its calls."""

import json
from pathlib import Path
from typing import Any, Self

from local.emulator import Emulator, ServerSettings
from tests.e2e.emulator.account import Account
from tests.machines.script import LAMBDA, Ended, Script, playable
from tests.machines.walk import Definition

# Waits and the pauses between tries pass at once; time-outs, which scripts bring about, are as they say.
SETTINGS = ServerSettings(wait_scale=0.0001, timeout_scale=1.0)
PLAYS = """
    import fcntl, json, pathlib
    import boto3

    states = boto3.client("stepfunctions")

    def handler(event, context):
        folder = pathlib.Path({folder!r}) / event["execution"]
        acts = json.loads((folder / "acts.json").read_text())[event["state"]]
        number = count(folder / "calls.jsonl", event)
        act = acts[min(number, len(acts) - 1)]
        if "raises" in act:
            raise type(act["raises"], (Exception,), {{}})(act["message"])
        token = event["event"].get("taskToken")
        if "succeeds" in act:
            states.send_task_success(taskToken=token, output=json.dumps(act["succeeds"]))
        if "fails" in act:
            states.send_task_failure(taskToken=token, error=act["fails"], cause=act["cause"])
        return act.get("returns")

    def count(file, event):
        with file.open("a+") as calls:
            fcntl.flock(calls, fcntl.LOCK_EX)
            calls.seek(0)
            before = sum(json.loads(line)["state"] == event["state"] for line in calls)
            calls.write(json.dumps(event) + "\\n")
            return before
"""


class ScriptedEmulator:
    """Of an emulator of its own, which ends with the `with` block; `folder` is for its scripts."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._machines: dict[str, str] = {}
        self._number = 0

    def __enter__(self) -> Self:
        self._emulator = Emulator("scripts", settings=SETTINGS).start()
        self._account = Account(self._emulator)
        self._function = self._account.function(PLAYS.format(folder=str(self._folder)))
        return self

    def __exit__(self, *_: object) -> None:
        self._emulator.stop()

    def run(self, script: Script, definition: Definition) -> Ended:
        self._number += 1
        name = f"execution-{self._number}"
        (self._folder / name).mkdir()
        (self._folder / name / "acts.json").write_text(json.dumps(script.acts))
        started = self._account.states.start_execution(
            stateMachineArn=self._machine(playable(definition, script)), name=name, input=json.dumps(script.document)
        )
        return self._how(self._account.ended(started["executionArn"]), self._folder / name / "calls.jsonl")

    def _machine(self, definition: Definition) -> str:
        text = json.dumps(definition).replace(LAMBDA, self._function)
        if text not in self._machines:
            self._machines[text] = self._account.machine_of(text)
        return self._machines[text]

    def _how(self, found: Any, file: Path) -> Ended:
        calls: dict[str, list[Any]] = {}
        for line in file.read_text().splitlines() if file.exists() else []:
            called = json.loads(line)
            calls.setdefault(called["state"], []).append(called["event"])
        return Ended(
            status=found["status"],
            output=json.loads(found["output"]) if found["status"] == "SUCCEEDED" else None,
            error=found.get("error"),
            cause=found.get("cause"),
            states=self._account.entered(found["executionArn"]),
            calls=calls,
        )
