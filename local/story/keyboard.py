"""Commands of a chapter, typed: they run in this process, against the story's runtime, and print what they print."""

import contextlib
import io
import shlex
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TextIO

import wfm.cli

INTO: Final = ">"


@dataclass(frozen=True, slots=True)
class Typed:
    """A command, how it ended, and what it said on stderr."""

    line: str
    code: int
    errors: str


class Heard(io.StringIO):
    """What is written to a stream, which gets it all the same."""

    def __init__(self, stream: TextIO) -> None:
        super().__init__()
        self._stream = stream

    def write(self, text: str) -> int:
        """To both."""
        self._stream.write(text)
        return super().write(text)

    def flush(self) -> None:
        """What was written is seen now."""
        self._stream.flush()

    def isatty(self) -> bool:
        """As the stream itself is."""
        return self._stream.isatty()

    def fileno(self) -> int:
        """The stream's own."""
        return self._stream.fileno()


def press(line: str) -> Typed:
    """Run `wfm ...`, or `wfm ... > FILE`, as a shell would."""
    _, *words = shlex.split(line)
    with contextlib.ExitStack() as until_it_ends:
        if words[-2:-1] == [INTO]:
            target = until_it_ends.enter_context(Path(words[-1]).open("w", encoding="utf-8"))
            until_it_ends.enter_context(contextlib.redirect_stdout(target))
            words = words[:-2]
        heard = Heard(sys.stderr)
        until_it_ends.enter_context(contextlib.redirect_stderr(heard))
        return Typed(line, _run(words), heard.getvalue())


def _run(words: list[str]) -> int:
    try:
        wfm.cli.main(["--quiet", *words])
    except SystemExit as left:
        return int(left.code or 0)
