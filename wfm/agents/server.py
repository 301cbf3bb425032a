"""The MCP server: which tools there are, and how their errors are told."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from importlib.metadata import version
from pathlib import Path
from typing import Final

from mcp.server import MCPServer
from mcp.server.mcpserver import Context
from mcp.server.mcpserver.exceptions import ToolError
from mcp_types import CallToolResult, InputRequiredResult, ToolAnnotations
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from wfm.agents.budget import Budget
from wfm.agents.reading import Reading
from wfm.agents.writing import Previewing, Writing, source_of
from wfm.client.clients import Clients
from wfm.client.many import explain
from wfm.client.poll_schedule import CLOCK, Clock

SKILL: Final = Path(__file__).with_name("SKILL.md")
MOST_RUNS: Final = 50  # of a session
LOOKS: Final = ToolAnnotations(read_only_hint=True, open_world_hint=False)
ADDS: Final = ToolAnnotations(read_only_hint=False, destructive_hint=False, idempotent_hint=True, open_world_hint=True)
ENDS: Final = ToolAnnotations(read_only_hint=False, destructive_hint=True, idempotent_hint=True, open_world_hint=True)

Tool = Callable[..., object]


@dataclass(frozen=True)
class Session:
    """What one agent may do: its name, whether it may change something, and how many runs it may ask for."""

    name: str = "mcp"
    allow_writes: bool = False
    most_runs: int = MOST_RUNS


class Server(MCPServer):
    """Refuses an argument that the tool does not have, which the SDK drops in silence, and names what is allowed.

    So it does for one of another type, of which the SDK tells in pydantic's words.
    """

    async def call_tool(
        self, name: str, arguments: dict[str, object], context: Context[object] | None = None
    ) -> CallToolResult | InputRequiredResult:
        """The answer. ToolError is what the agent is shown."""
        tools = {tool.name: tool for tool in await self.list_tools()}
        if name not in tools:
            raise ToolError(f"tool: there is no {name!r} in this session; allowed: {', '.join(tools)}")
        known = tools[name].input_schema.get("properties", {})
        if unknown := sorted(set(arguments) - set(known)):
            raise ToolError(f"{unknown[0]}: no argument of {name}; allowed: {', '.join(known) or 'none'}")
        try:
            return await super().call_tool(name, arguments, context)
        except ToolError as exc:
            if isinstance(exc.__cause__, ValidationError):
                wrong = exc.__cause__.errors(include_url=False, include_context=False)
                raise ToolError(" | ".join(map(_refusal, wrong))) from exc
            raise


def _refusal(error: ErrorDetails) -> str:
    """One error of pydantic's as WFM tells of a field."""
    first, *inner = error["loc"]
    field = "".join([str(first), *(f"[{part}]" if isinstance(part, int) else f".{part}" for part in inner)])
    if error["type"] == "missing":
        return f"{field}: is missing; allowed: a value"
    allowed = error["msg"].removeprefix("Input should be ")
    return f"{field}: {error['input']!r:.60} is not right; allowed: {allowed[:1].lower()}{allowed[1:]}"


def build(clients: Clients, place: str, session: Session, clock: Clock = CLOCK) -> Server:
    """The server for one session. `place` names the deployment, for the agent's instructions.

    UsageError for a name that is none.
    """
    source = source_of(session.name)
    may = f"You may change things, as {source}, and ask for {session.most_runs} runs." if session.allow_writes else ""
    server = Server(
        "wfm",
        title="Workflow Management Service for Amazon Marketing Cloud",
        version=version("wfm"),
        instructions=f"This is {place}. {may or 'You may only read.'}\n\n{SKILL.read_text(encoding='utf-8')}",
    )
    reading = Reading(clients, clock)
    reads: list[Tool] = [
        reading.fleet,
        reading.tenant,
        reading.workflows,
        reading.schedules,
        Previewing(clients).preview,
        reading.runs,
        reading.run,
        reading.why_waiting,
        reading.wait_for,
        reading.results,
        reading.backfills,
        reading.backfill_status,
    ]
    for tool in reads:
        server.add_tool(told(tool), annotations=LOOKS, structured_output=True)
    if session.allow_writes:
        writing = Writing(clients, source, Budget(session.most_runs))
        for tool in (writing.run_workflow, writing.backfill, writing.resubmit, writing.schedule):
            server.add_tool(told(tool), annotations=ADDS, structured_output=True)
        server.add_tool(told(writing.cancel), annotations=ENDS, structured_output=True)
    return server


def told(tool: Tool) -> Tool:
    """The tool, whose refusals keep their words: of other errors the SDK hides what they say."""

    @wraps(tool)
    def call(*args: object, **given: object) -> object:
        try:
            return tool(*args, **given)
        except Exception as exc:
            sentence = explain(exc)
            if sentence is None:
                raise
            raise ToolError(sentence) from exc

    return call
