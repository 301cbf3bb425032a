"""The emulator's own process: `python -m local.emulator.serve FD FOLDER`.

FD is the listening socket to serve on, FOLDER what it may write to. Patches the package, serves until SIGTERM,
SIGINT or the end of standard input, and takes its Lambda workers along: they share its process group, whose last
member to act is this process. Standard input ends with the owner, who may have had no time to remove the folder.
"""

import asyncio
import importlib
import os
import shutil
import signal
import sys
import threading
import traceback

from local.emulator import patches
from local.signals import own_dispositions


def main() -> None:
    own_dispositions()
    listener, folder = int(sys.argv[1]), sys.argv[2]
    try:
        patches.apply()
        is_orphan = asyncio.run(_serve(listener))
        if is_orphan:
            shutil.rmtree(folder, ignore_errors=True)
    except BaseException:
        traceback.print_exc()
        raise
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        if os.getpgid(0) == os.getpid():
            os.killpg(0, signal.SIGKILL)


async def _serve(listener: int) -> bool:
    """Serve until asked to end; True if that was because the owner is gone or has let go."""
    ended, owner_gone = asyncio.Event(), threading.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ended.set)
    threading.Thread(target=_watch_owner, args=(loop, ended, owner_gone), daemon=True).start()
    await _serve_application(listener, ended)
    return owner_gone.is_set()


async def _serve_application(listener: int, ended: asyncio.Event) -> None:
    application = importlib.import_module("ministack.app")
    hypercorn = importlib.import_module("hypercorn.asyncio")
    config = importlib.import_module("hypercorn.config").Config()
    config.bind = [f"fd://{listener}"]
    config.keep_alive_timeout = 75
    config.graceful_timeout = 0
    config.loglevel = application.LOG_LEVEL
    await hypercorn.serve(application.app, config, shutdown_trigger=ended.wait)


def _watch_owner(loop: asyncio.AbstractEventLoop, ended: asyncio.Event, owner_gone: threading.Event) -> None:
    """The owner holds the other end of standard input and never writes to it: it ends when the owner does."""
    while os.read(0, 4096):
        pass
    owner_gone.set()
    loop.call_soon_threadsafe(ended.set)


if __name__ == "__main__":
    main()
