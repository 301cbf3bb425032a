"""An agent that is connected to the MCP server of a deployment."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

from mcp import Client

from wfm.agents.server import Session, build
from wfm.client.clients import Clients
from wfm.client.poll_schedule import CLOCK, Clock
from wfm.client.wfm import Wfm


@dataclass(frozen=True)
class Agent:
    """All calls are made in one session, in which budgets count."""

    wfm: Wfm
    session: Session = field(default_factory=Session)
    clock: Clock = CLOCK

    def tools(self) -> dict[str, Any]:
        """What it is offered, by name."""

        async def listed() -> dict[str, Any]:
            async with Client(self._server()) as client:
                return {tool.name: tool for tool in (await client.list_tools()).tools}

        return asyncio.run(listed())

    def instructions(self) -> str:
        """What it is told when it connects."""

        async def told() -> str:
            async with Client(self._server()) as client:
                return client.instructions or ""

        return asyncio.run(told())

    def call_all(self, *calls: tuple[str, dict[str, Any]]) -> list[Any]:
        """The answers; the words of a refusal as text."""

        async def called() -> list[Any]:
            async with Client(self._server()) as client:
                return [_read(await client.call_tool(tool, given)) for tool, given in calls]

        return asyncio.run(called())

    def call(self, tool: str, **given: Any) -> Any:
        return self.call_all((tool, given))[0]

    def _server(self) -> Any:
        clients = Clients(self.wfm, lambda: self.wfm)
        return build(clients, "LOCAL", self.session, self.clock)


def _read(result: Any) -> Any:
    return result.content[0].text if result.is_error else result.structured_content
