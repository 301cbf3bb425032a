"""`docs/agents.md` is true of the tools."""

import re

from tests.docs.printed import page
from tests.wfm.agents.agent import Agent
from tests.wfm.deployed import Deployed
from wfm.agents.reading import LONGEST_WAIT, ROWS
from wfm.agents.server import MOST_RUNS, Session

PAGE = page("agents")


def test_it_names_every_tool_under_what_it_needs(deployed: Deployed) -> None:
    reads, _, writes = PAGE.partition("With it, it may also")
    writes = writes.partition("|")[0]
    tools = Agent(deployed.wfm, Session(allow_writes=True)).tools()

    named = {True: set(re.findall(r"`([a-z_]+)`", reads)), False: set(re.findall(r"`([a-z_]+)`", writes))}

    for name, tool in tools.items():
        assert name in named[tool.annotations.read_only_hint], name


def test_its_numbers_are_those_of_the_code() -> None:
    assert f"asks for {MOST_RUNS} runs at most" in PAGE
    assert f"the columns and {ROWS} rows" in PAGE
    assert f"waits {LONGEST_WAIT} seconds at most" in PAGE
