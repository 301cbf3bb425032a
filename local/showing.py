"""How a demo begins and ends: what it needs, whose place it takes, and what its exit code says."""

import errno
import shutil
import signal
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Final, NoReturn

from rich.console import Console

from local.runtime import ROOT, forget_aws_settings
from local.signals import own_dispositions
from local.supervisor import leave
from wfm.client.local_state import held_lock
from wfm.errors import ClientError, ExitCode, LocalRuntimeError

LOG_WIDTH: Final = 120
NEEDED_BYTES: Final = 500 * 2**20  # the emulator's copies of the Lambda asset, one for each warm worker


def show(demo: Callable[[Console], Sequence[str]], output: Path, needed: int = NEEDED_BYTES) -> NoReturn:
    """Run a demo that answers with what was wrong, a sentence each, and leaves its files in `output`.

    Exit code 0 if nothing was, 1 if something was, 4 if it could not run; it `needed` so many bytes of the disk.
    """
    own_dispositions()
    forget_aws_settings()
    console = Console(highlight=False, width=None if sys.stdout.isatty() else LOG_WIDTH)
    try:
        _require_space(output, needed)
        wrong = demo(console)
    except ClientError as exc:
        sys.exit(_sentence(str(exc), exc.exit_code))
    except OSError as exc:
        if exc.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        sys.exit(_sentence(f"the disk is full: {exc.filename or output}", ExitCode.UNREACHABLE))
    except KeyboardInterrupt:
        sys.exit(_sentence("stopped", ExitCode.INTERRUPTED))
    for problem in wrong:
        console.print(problem, style="bold red")
    sys.exit(ExitCode.FAILED if wrong else ExitCode.GOOD)


def _sentence(text: str, code: ExitCode) -> ExitCode:
    print(f"demo: {text}", file=sys.stderr)
    return code


def _require_space(folder: Path, needed: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    if shutil.disk_usage(folder).free < needed:
        raise OSError(errno.ENOSPC, "", f"{folder} needs {needed // 2**20} MB")


def take_place_of_supervisor(until_it_ends: ExitStack, directory: Path = ROOT) -> None:
    """Hold what `wfm local up` would hold; LocalRuntimeError if another runtime is up there."""
    if until_it_ends.enter_context(held_lock(directory)) is None:
        raise LocalRuntimeError("a local runtime is up or starting already; stop it with `wfm local down`")
    signal.signal(signal.SIGTERM, leave)
