"""`python -m local.supervisor`: owns a runtime until it is asked to end, so that it outlives `wfm local up`.

It holds the lock of the runtime's directory for as long as it lives, and leaves `state.json` there while the runtime
can be used. Should it crash, its children end by themselves and the lock is free.
"""

import argparse
import os
import signal
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import Final, NoReturn

from local import console
from local.amc_simulator.configuration import Configuration
from local.examples import onboard
from local.runtime import ROOT, Runtime, forget_aws_settings
from local.signals import own_dispositions
from local.synthesis import current_assembly
from wfm.client.local_state import STATE_FILE, LocalState, held_lock
from wfm.errors import ClientError, LocalRuntimeError

LOOK_SECONDS: Final = 2.0


def main() -> None:
    """Run until SIGTERM or SIGINT, or until a child is gone; the last line on stderr says why it ended."""
    arguments = _arguments()
    own_dispositions()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, leave)
    forget_aws_settings()
    with held_lock(arguments.directory) as lock:
        if lock is None:
            sys.exit("a runtime is up or starting already")
        try:
            _supervise(arguments)
        except ClientError as exc:
            sys.exit(str(exc))


def _supervise(arguments: argparse.Namespace) -> None:
    configuration = Configuration(clock_factor=arguments.speed)
    with Runtime(
        current_assembly(), port=arguments.port, root=arguments.directory, configuration=configuration
    ) as runtime:
        if not arguments.empty:
            onboard(runtime)
        stay_up(runtime, arguments.directory)


def stay_up(runtime: Runtime, directory: Path) -> NoReturn:
    """Let others find it by its folder, until this process is asked to end; LocalRuntimeError if a child ends."""
    try:
        with console.served(runtime.connection, directory) as port:
            state_of(runtime, port).write(directory)
            while runtime.answers():
                time.sleep(LOOK_SECONDS)
    finally:
        (directory / STATE_FILE).unlink(missing_ok=True)
    raise LocalRuntimeError("the emulator or the AMC simulator ended by itself; see the logs beside this one")


def state_of(runtime: Runtime, console_port: int = 0) -> LocalState:
    """What others find it by."""
    connection = runtime.connection
    return LocalState(
        endpoint=runtime.emulator.endpoint,
        simulator=runtime.simulator_url,
        region=connection.region or "",
        stack=runtime.stack,
        supervisor=os.getpid(),
        started_at=datetime.now(UTC).isoformat(timespec="seconds"),
        console=console_port,
    )


def leave(_number: int, _frame: FrameType | None) -> None:
    """Unwinds the stack, and with it every `with` block."""
    sys.exit(0)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m local.supervisor", description="Owns a local runtime.")
    parser.add_argument("--directory", type=Path, default=ROOT)
    parser.add_argument("--port", type=int, default=0, help="of the emulator; 0 takes a free one")
    parser.add_argument("--speed", type=float, default=1, help="AMC's time against ours")
    parser.add_argument("--empty", action="store_true", help="without the example tenants")
    return parser.parse_args()


if __name__ == "__main__":
    main()
