"""Puts the simulator together: routes, error answers, the layer in front, and the task that keeps time."""

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from local.amc_simulator import (
    administration,
    control,
    data_sources,
    evidence,
    executions,
    instance_administration,
    schedules,
    workflows,
)
from local.amc_simulator.delivery import deliver
from local.amc_simulator.errors import AmcError, error_body
from local.amc_simulator.front import Front
from local.amc_simulator.simulator import Simulator

_WRITERS = 8
_PARTS = (
    workflows, executions, schedules, data_sources, administration, instance_administration, control, evidence
)  # fmt: skip


def create_app(simulator: Simulator) -> FastAPI:
    """The ASGI application.

    Without its lifespan nothing happens by itself, which is how unit tests run it.
    """
    routes = [route for part in _PARTS for route in part.routes.routes]  # `include_router` builds each anew
    app = FastAPI(title="AMC simulator", routes=routes, lifespan=_lifespan, openapi_url=None)
    app.state.simulator = simulator
    app.exception_handler(AmcError)(_answer_amc_error)
    app.exception_handler(HTTPException)(_answer_http_error)
    app.add_middleware(Front, simulator=simulator)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    with ThreadPoolExecutor(_WRITERS, thread_name_prefix="results") as writers:
        task = asyncio.create_task(_keep_time(app.state.simulator, writers))
        yield
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _keep_time(simulator: Simulator, writers: ThreadPoolExecutor) -> None:
    """Sleep until something is due or changes; hand the results of ended runs to the writers at once."""
    loop = asyncio.get_running_loop()
    while True:
        simulator.changed.clear()
        simulator.advance()
        for run in simulator.take_finished():
            if instance := simulator.instances.get(run.order.instance_id):
                loop.run_in_executor(writers, deliver, run, instance, simulator.store)
        with suppress(TimeoutError):
            await asyncio.wait_for(simulator.changed.wait(), simulator.seconds_to_next_change())


async def _answer_amc_error(request: Request, error: AmcError) -> JSONResponse:
    shape = "account" if request.url.path == "/amc/accounts" else error.shape
    return JSONResponse(error_body(error.status, error.details, shape), error.status)


async def _answer_http_error(_: Request, error: HTTPException) -> JSONResponse:
    """Unknown paths and methods: the gateway answers, not AMC."""
    return JSONResponse(error_body(error.status_code, str(error.detail), "gateway"), error.status_code)
