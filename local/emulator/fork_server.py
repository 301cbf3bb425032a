"""The process of which Lambda workers are forked: `python fork_server.py FD CODE PACKAGE`.

It imports the AWS SDK and what the code at CODE brings along beside its own PACKAGE, and has botocore read its
descriptions of services; it keeps no client and no thread, so that workers share nothing but memory. For each order
on the socket FD it forks a worker and answers with its process id. The worker's parent is a process that ends at
once, so that the worker becomes a child of the emulator, which takes orphans in.

An order is a JSON object `{script, cwd, env}` with three file descriptors: the worker's standard streams.
Run by its path and made of the standard library alone, so that a worker finds its own code and nothing of this project.
"""

import gc
import importlib
import json
import os
import runpy
import socket
import sys
import time
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

LONGEST_ORDER = 128 * 1024  # bytes; AWS allows a function 4 KB of variables
NAME = Path("/proc/self/comm")  # what `ps` shows
SDK = ("botocore.handlers", "boto3.dynamodb.conditions")
SERVICES = ("events", "lambda", "s3", "scheduler", "secretsmanager", "sns", "sqs", "stepfunctions", "sts")

Order = dict[str, Any]


def main() -> None:
    orders, code, package = socket.socket(fileno=int(sys.argv[1])), sys.argv[2], sys.argv[3]
    sys.path[0] = code
    NAME.write_text("fork-server")
    warm_up(Path(code), package)
    gc.collect()
    gc.freeze()
    order = serve(orders)
    orders.close()
    become(order)
    runpy.run_path(order["script"], run_name="__main__")


def warm_up(code: Path, package: str) -> None:
    """What cannot be imported here shows in the worker that needs it."""
    vendored = sorted(found.parent.name for found in code.glob("*/__init__.py") if found.parent.name != package)
    for name in (*SDK, *vendored):
        with suppress(Exception):
            importlib.import_module(name)
    with suppress(ImportError):
        read_descriptions()


def read_descriptions() -> None:
    """All later sessions share what has been read; the clients that made it read are thrown away.

    botocore's own sessions share one loader, those with another loader the files.
    """
    sessions: Any = importlib.import_module("botocore.session")
    sessions.create_loader = cache(sessions.create_loader)
    files: Any = importlib.import_module("botocore.loaders").JSONFileLoader
    files.load_file = staticmethod(cache(files().load_file))
    session = importlib.import_module("boto3").Session("none", "none", region_name="us-east-1")
    session.resource("dynamodb")
    for service in SERVICES:
        session.client(service)


def serve(orders: socket.socket) -> Order:
    """Never returns in this process, and in each worker its own order. Ends with the emulator."""
    while True:
        message, descriptors, _, _ = socket.recv_fds(orders, LONGEST_ORDER, 3)
        if not message:
            sys.exit()
        worker = fork_orphan()
        if not worker:
            return {**json.loads(message), "streams": descriptors}
        for descriptor in descriptors:
            os.close(descriptor)
        orders.send(str(worker).encode())


def fork_orphan() -> int:
    """The id of a new process whose parent has ended; 0 in that process."""
    reading, writing = os.pipe()
    parent = os.fork()
    if not parent:
        worker = os.fork()
        if worker:
            os.write(writing, str(worker).encode())
            os._exit(0)
    os.close(writing)
    worker = int(os.read(reading, 32)) if parent else 0
    os.close(reading)
    if parent:
        os.waitpid(parent, 0)
    return worker


def become(order: Order) -> None:
    """All that a fresh interpreter would have got from its parent, and a name of its own."""
    NAME.write_text("lambda-worker")
    for number, descriptor in enumerate(order["streams"]):
        os.dup2(descriptor, number)
        os.close(descriptor)
    os.chdir(order["cwd"])
    os.environ.clear()
    os.environ.update(order["env"])
    time.tzset()
    sys.path[0] = str(Path(order["script"]).parent)
    del sys.argv[1:]


if __name__ == "__main__":
    main()
