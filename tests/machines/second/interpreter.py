"""The second interpreter, seen from a test: `SecondInterpreter().run(script, definition)`."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Self

from tests.machines.script import Ended, Script, as_json
from tests.machines.walk import Definition

ROOT = Path(__file__).resolve().parents[3]
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x", "AWS_DEFAULT_REGION": "us-east-1"}


class SecondInterpreter:
    """Lives in a process of its own, whose standard input ends with the `with` block."""

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.machines.second.process"],
            cwd=ROOT,
            env=os.environ | CREDENTIALS,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        return self

    def run(self, script: Script, definition: Definition) -> Ended:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(as_json(script, definition) + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        assert answer, f"the interpreter has ended at {script}; its standard error says why"
        return Ended(**json.loads(answer))

    def __exit__(self, *_: object) -> None:
        with self._process:
            assert self._process.stdin
            self._process.stdin.close()
