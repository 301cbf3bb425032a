"""`python -m local.demo`: start, onboard, send, watch, judge."""

import argparse
import json
import time
from collections.abc import Sequence
from contextlib import ExitStack, nullcontext
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any, Final, NoReturn

from rich.console import Console
from rich.live import Live

from local.demo import burst, scenario
from local.demo.board import Board
from local.demo.evidence import collect
from local.demo.report import report, save_page
from local.demo.summary import Truth, problems, summarize
from local.examples import TENANTS, onboard, workflow_ids
from local.runtime import ROOT, Runtime
from local.showing import show, take_place_of_supervisor
from local.supervisor import stay_up
from local.synthesis import REPOSITORY, current_assembly

OUTPUT: Final = REPOSITORY / "build" / "demo"


def main() -> NoReturn:
    """As `python -m local.demo` is called."""
    arguments = _arguments()
    run(arguments.port, keep=arguments.keep)


def run(port: int, *, keep: bool = False) -> NoReturn:
    """Ends with 1 if WFM broke a promise. With `keep` it stays up afterwards, until Ctrl-C or `wfm local down`."""
    show(lambda console: _demo(console, port, keep), OUTPUT)


def _demo(console: Console, port: int, keep: bool) -> list[str]:
    with ExitStack() as until_it_ends:
        if keep:
            take_place_of_supervisor(until_it_ends)
        return _show(console, port, keep, until_it_ends)


def _show(console: Console, port: int, keep: bool, until_it_ends: ExitStack) -> list[str]:
    began = time.monotonic()
    say = _teller(console, began)
    assembly = current_assembly()
    demo = Runtime(assembly, name="demo", port=port, configuration=scenario.CONFIGURATION)
    with ExitStack() as until_judged:
        runtime = (until_it_ends if keep else until_judged).enter_context(demo)
        say(f"up: AWS at {runtime.emulator.endpoint}, AMC at {runtime.simulator_url}; {runtime.stack} is deployed")
        onboard(runtime)
        say(f"{len(TENANTS)} tenants are onboarded, each with the library's {len(workflow_ids())} workflows in AMC")
        truth, sent = _burst(runtime, console, say)
    summary = summarize(truth)
    _save(truth, summary, sent)
    console.print(report(truth, summary, sent, min(console.width, 160)))
    where = OUTPUT.relative_to(REPOSITORY)
    took = f"{time.monotonic() - began:.0f} s in all"
    console.print(f"\n{where}/report.html, summary.json and evidence.json; {took}")
    wrong = problems(summary, external_started=1)
    if keep and not wrong:
        console.print("it stays up: try `wfm status` in another terminal; Ctrl-C here or `wfm local down` ends it")
        stay_up(runtime, ROOT)
    return wrong


def _teller(console: Console, began: float) -> burst.Say:
    def say(text: str) -> None:
        console.print(f"{time.monotonic() - began:6.1f} s  {text}")

    return say


def _burst(runtime: Runtime, console: Console, say: burst.Say) -> tuple[Truth, float]:
    today = datetime.now(UTC).date()
    elsewhere = scenario.external_execution(workflow_ids()[0], today)
    burst.start_elsewhere(runtime, TENANTS[-1], elsewhere)
    say(f"somebody started a run in {TENANTS[-1].customer_id}'s AMC instance; WFM has noticed it")
    calls = runtime.simulator().journal_summary()["calls"]
    requests = scenario.plan(TENANTS, workflow_ids(), today)
    sent = burst.send(runtime.wfm(), requests)
    say(f"{len(requests)} requests are in the tenants' queues")
    asked = {
        tenant.customer_id: [request.request_id for request in requests if request.customer_id == tenant.customer_id]
        for tenant in TENANTS
    }
    board = Board(TENANTS, asked)
    live = Live(board, console=console, refresh_per_second=2) if console.is_terminal else nullcontext()
    with live:
        burst.watch(runtime, board, say, log=not console.is_terminal)
    return collect(runtime, TENANTS, [request.request_id for request in requests], calls), sent


def _save(truth: Truth, summary: dict[str, Any], sent: float) -> None:
    (OUTPUT / "summary.json").write_text(json.dumps(summary, indent=2) + "\n", encoding="utf-8")
    evidence = json.dumps(asdict(truth), indent=1, default=sorted)
    (OUTPUT / "evidence.json").write_text(evidence + "\n", encoding="utf-8")
    save_page(OUTPUT / "report.html", truth, sent)


def _arguments(words: Sequence[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m local.demo", description="WFM under a burst, on this machine.")
    parser.add_argument("--port", type=int, default=0, help="of the AWS endpoint; 0, the default, takes a free one")
    parser.add_argument("--keep", action="store_true", help="leave it up afterwards, until Ctrl-C or wfm local down")
    return parser.parse_args(words)
