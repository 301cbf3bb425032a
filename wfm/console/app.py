"""The application: the routes of all pages behind the guard."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from anyio import to_thread
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Scope

from wfm.client.clients import Clients
from wfm.client.times import present
from wfm.client.wfm import Wfm
from wfm.console.action import Action, Preview
from wfm.console.actions import ACTIONS
from wfm.console.actions.simulator import simulator_actions
from wfm.console.door import Door, Session
from wfm.console.given import Given
from wfm.console.live import LiveParts, Read
from wfm.console.page import Page
from wfm.console.pages import PAGES
from wfm.console.pages.simulator import simulator_page
from wfm.console.place import Place
from wfm.console.problems import explained
from wfm.console.rendering import part, whole, zone_named
from wfm.console.security import Guard
from wfm.console.simulated_amc import MakeAmc

STATIC: Final = Path(__file__).with_name("static")
THREADS: Final = 8  # that read pages at once
ZONE: Final = "zone"  # the cookie that the page's script sets
DEFECT: Final = "This is a defect of WFM; the console's terminal shows what happened."

Render = Callable[[str, Mapping[str, object]], str]


@dataclass(frozen=True, slots=True)
class Settings:
    """How a console was started. Without `streams` live parts are polled, for where server-sent events do not pass."""

    port: int
    read_only: bool = False
    streams: bool = True


class Site:
    """Answers for the pages of one deployment."""

    def __init__(self, clients: Clients, place: Place, settings: Settings, pages: Sequence[Page]) -> None:
        self._clients = clients
        self._place = place
        self._pages = pages
        self._settings = settings
        self._parts = LiveParts()

    def routes(self, page: Page) -> list[Route]:
        """The page's address, and those of its live part."""

        async def show(request: Request) -> Response:
            return await run_in_threadpool(self._answer, request, lambda: self._rendered(page, request, whole))

        async def poll(request: Request) -> Response:
            return HTMLResponse(await self._parts.latest(_key(page, request), page.seconds / 2, reading(request)))

        async def stream(request: Request) -> Response:
            events = self._parts.events(_key(page, request), page.seconds, reading(request))
            return StreamingResponse(events, media_type="text/event-stream")

        def reading(request: Request) -> Read:
            return lambda: run_in_threadpool(self._live, page, request)

        live = [Route(f"/part{page.path}", poll), Route(f"/live{page.path}", stream)] if page.seconds else []
        return [Route(page.path, show), *live]

    def action_routes(self, action: Action) -> list[Route]:
        """The action's preview, and what does it."""

        async def preview(request: Request) -> Response:
            return await run_in_threadpool(self._answer, request, lambda: self._previewed(action, request))

        async def perform(request: Request) -> Response:
            form = await request.form()
            fields = {name: value for name, value in form.items() if isinstance(value, str)}
            return await run_in_threadpool(self._performed, action, request, Given(fields))

        return [Route(action.path, preview), Route(action.path, perform, methods=["POST"])]

    def _previewed(self, action: Action, request: Request) -> str:
        given = Given(request.query_params)
        with self._clients.borrowed() as wfm:
            view = action.preview(wfm, given)
        return self._action(action, request, view)

    def _action(self, action: Action, request: Request, view: Preview, problem: str = "") -> str:
        about = {"page": action, "given": Given({}), "view": view, "title": action.name, "problem": problem}
        return whole("action.html", self._common(request) | about)

    def _performed(self, action: Action, request: Request, given: Given) -> Response:
        """Do it, and go where its effect is seen; what cannot be done is said above its preview, which is as it was."""
        with self._clients.borrowed() as wfm:
            try:
                done = action.perform(wfm, given, self._place.person)
            except Exception as problem:
                found = explained(problem)
                if found is None:
                    raise
                again = self._again(action, wfm, given)
                if again is None:
                    return self.problem(request, *found)
                return HTMLResponse(self._action(action, request, again, found[1]), found[0])
        request.state.session.notice = done.sentence
        return RedirectResponse(done.to, 303)

    @staticmethod
    def _again(action: Action, wfm: Wfm, given: Given) -> Preview | None:
        """The preview of what could not be done; None where that cannot be shown either."""
        try:
            return action.preview(wfm, given)
        except Exception as problem:
            if explained(problem) is None:
                raise
            return None

    def _answer(self, request: Request, make: Callable[[], str]) -> Response:
        """What was made, or the page of the problem that kept it from being made."""
        try:
            return HTMLResponse(make())
        except Exception as problem:
            found = explained(problem)
            if found is None:
                raise
            return self.problem(request, *found)

    def _rendered(self, page: Page, request: Request, render: Render) -> str:
        given = Given(request.query_params, zone_named(request.cookies.get(ZONE, "")))
        with self._clients.borrowed() as wfm:
            view = page.read(wfm, given)
        about: dict[str, object] = {"page": page, "given": given, "view": view, "title": page.name}
        if render is whole:
            about["notice"] = _taken(request.state.session)
        return render(page.template, self._common(request) | about)

    def _live(self, page: Page, request: Request) -> str:
        """The live part; a problem stands in its place until it is over."""
        try:
            return self._rendered(page, request, part)
        except Exception as problem:
            found = explained(problem)
            if found is None:
                raise
            return part("problem.html", {"sentence": found[1]})

    def problem(self, request: Request, status: int, sentence: str) -> Response:
        """The page of a problem."""
        about = {"page": None, "given": Given({}), "title": "Not shown", "sentence": sentence}
        return HTMLResponse(whole("problem.html", self._common(request) | about), status)

    def _common(self, request: Request) -> dict[str, object]:
        """What every template may use."""
        return {
            "pages": [page for page in self._pages if page.in_menu],
            "place": self._place,
            "settings": self._settings,
            "now": present(),
            "zone": zone_named(request.cookies.get(ZONE, "")),
            "query": request.url.query,
            "notice": "",
        }


def _taken(session: Session) -> str:
    """What the last action said, once."""
    notice, session.notice = session.notice, ""
    return notice


def _key(page: Page, request: Request) -> str:
    return f"{page.path}?{request.url.query}#{request.cookies.get(ZONE, '')}"


def console(clients: Clients, place: Place, door: Door, settings: Settings, make_amc: MakeAmc | None = None) -> ASGIApp:
    """The whole application, guarded; with the page Simulator where there is a simulated AMC."""
    pages = (*PAGES, simulator_page(make_amc)) if make_amc else PAGES
    actions = (*ACTIONS, *simulator_actions(make_amc)) if make_amc else ACTIONS
    site = Site(clients, place, settings, pages)

    async def home(_request: Request) -> Response:
        return RedirectResponse(PAGES[0].path, 303)

    async def defect(request: Request, _problem: Exception) -> Response:
        return site.problem(request, 500, DEFECT)

    async def http(request: Request, problem: Exception) -> Response:
        status = problem.status_code if isinstance(problem, HTTPException) else 500
        sentence = "There is no such page." if status == 404 else "This page cannot be asked for in that way."
        return site.problem(request, status, sentence)

    def refuse(scope: Scope, status: int, sentence: str) -> ASGIApp:
        return site.problem(Request(scope), status, sentence)

    shown = [route for page in pages for route in site.routes(page)]
    done = [route for action in actions for route in site.action_routes(action)]
    app = Starlette(
        routes=[Route("/", home), *shown, *done, Mount("/static", StaticFiles(directory=STATIC))],
        exception_handlers={HTTPException: http, Exception: defect},
        lifespan=_few_threads,
    )
    return Guard(app, door, settings.port, refuse, read_only=settings.read_only)


@asynccontextmanager
async def _few_threads(_app: Starlette) -> AsyncIterator[None]:
    """Each thread has a client of its own, so that there are few."""
    to_thread.current_default_thread_limiter().total_tokens = THREADS
    yield
