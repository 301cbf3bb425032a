"""An agent on stdin and stdout of `wfm mcp`, in a deployment."""

import asyncio
import json
import os
import sys
from typing import Any

from mcp import Client, StdioServerParameters

from tests.e2e.deployment import Deployment


async def _calls(wfm: Deployment, calls: list[tuple[str, dict[str, Any]]], *options: str) -> list[Any]:
    aws = {**os.environ, **wfm.runtime.emulator.environment()}
    server = StdioServerParameters(command=sys.executable, args=["-m", "wfm", "--quiet", "mcp", *options], env=aws)
    async with Client(server) as client:
        answers = [await client.call_tool(tool, given) for tool, given in calls]
    return [answer.structured_content or answer.content for answer in answers]


def test_four_sends_of_one_id_are_one_run(wfm: Deployment) -> None:
    tenant = wfm.a_tenant("agent")
    request = {"request_id": "r1", "workflow": "reach", "customer": tenant.id, "window": "last 7 days"}
    mine = {"customer": tenant.id, "request_id": "r1", "seconds": 300}

    sends = [("run_workflow", request)] * 4
    *sent, ended, found = asyncio.run(
        _calls(
            wfm, [*sends, ("wait_for", mine), ("runs", {"customer": tenant.id})], "--allow-writes", "--name", "claude"
        )
    )

    assert [answer["runsLeft"] for answer in sent] == [49] * 4
    assert (ended["ended"], ended["status"]) == (True, "SUCCEEDED")
    assert [(run["id"], run["source"]) for run in found["runs"]] == [("r1", "agent:claude")]
    assert len(tenant.runs_in_amc()) == 1
    assert "SELECT" not in json.dumps([*sent, ended, found])
