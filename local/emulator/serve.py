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
import socket
import sys
import threading
import traceback

import uvicorn

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
    application = importlib.import_module("ministack.app")
    config = uvicorn.Config(
        application.app,
        http="httptools",  # a fifth less processor time a call than the parser in Python
        ws="none",
        log_level=application.LOG_LEVEL.lower(),
        access_log=False,
        server_header=False,
        date_header=False,
        proxy_headers=False,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=0,
    )
    server, owner_gone = uvicorn.Server(config), threading.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, _end, server)  # uvicorn handles them its own way, and raises them again at last
    threading.Thread(target=_watch_owner, args=(server, owner_gone), daemon=True).start()
    await server.serve(sockets=[socket.socket(fileno=listener)])
    return owner_gone.is_set()


def _end(server: uvicorn.Server) -> None:
    server.should_exit = True


def _watch_owner(server: uvicorn.Server, owner_gone: threading.Event) -> None:
    """The owner holds the other end of standard input and never writes to it: it ends when the owner does."""
    while os.read(0, 4096):
        pass
    owner_gone.set()
    _end(server)


if __name__ == "__main__":
    main()
