"""`wfm local tenant` and `wfm local amc`: what happens around WFM on this machine."""

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from wfm.cli.installed import local_runtime
from wfm.cli.options import AsJson
from wfm.cli.output import print_json, print_table
from wfm.cli.session import client
from wfm.errors import UsageError

if TYPE_CHECKING:
    from local.steering import LocalWorld

tenant = typer.Typer(no_args_is_help=True, add_completion=False, help="Tenants of the local runtime.")
amc = typer.Typer(no_args_is_help=True, add_completion=False, help="What the AMC simulator does meanwhile.")
Customer = Annotated[str | None, typer.Option(metavar="CUSTOMER", help="Only in this customer's AMC instance.")]
Workflow = Annotated[str, typer.Argument(metavar="WORKFLOW", help="Id of a workflow in AMC.")]
Minutes = Annotated[float | None, typer.Option(min=0, max=1440, help="How long it runs, in AMC's minutes.")]


class Marketplace(StrEnum):
    """Where the advertiser sells."""

    US = "US"
    UK = "UK"


class Kind(StrEnum):
    """What AMC does to its callers."""

    THROTTLE = "throttle"
    OUTAGE = "outage"
    LOST_ANSWERS = "lost-answers"
    REFUSE = "refuse"
    SLOW = "slow"
    HTML = "html"


class Echo(StrEnum):
    """How AMC shows workflows and parameter values."""

    AMC = "amc"
    VERBATIM = "verbatim"


class Outcome(StrEnum):
    """How a run ends."""

    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"
    REJECTED = "REJECTED"
    CANCELLED = "CANCELLED"


def _world(context: typer.Context) -> "LocalWorld":
    with local_runtime():
        from local.steering import LocalWorld
    return LocalWorld(client(context))


@tenant.command("add")
def add_tenant(
    *,
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="The new customer id.")],
    limit: Annotated[int, typer.Option(min=1, max=100, help="Runs that it may have in AMC at once.")] = 3,
    marketplace: Annotated[Marketplace, typer.Option(help="Where the advertiser sells.")] = Marketplace.US,
    as_json: AsJson = False,
) -> None:
    """Make an AMC instance with a bucket and onboard it, as the Tenant Provisioning Service would."""
    made = _world(context).add_tenant(name, limit, marketplace)
    if as_json:
        print_json({"customerId": name, "amcInstanceId": made.instance_id, "bucketName": made.bucket})
        return
    print(f"{name}: ACTIVE; its AMC instance is {made.instance_id}, and the library comes by itself")


@amc.command("start")
def start(
    *,
    context: typer.Context,
    workflow: Workflow,
    customer: Annotated[str, typer.Option(metavar="CUSTOMER", help="In whose AMC instance.")],
    minutes: Minutes = None,
    as_json: AsJson = False,
) -> None:
    """Start a run past WFM, as somebody does in AMC's console. WFM finds it with its next poll."""
    execution_id = _world(context).start_elsewhere(workflow, customer, minutes)
    if as_json:
        print_json({"customerId": customer, "workflowExecutionId": execution_id})
        return
    print(f"{execution_id}  started in {customer}'s AMC instance, and not by WFM")


@amc.command("fault")
def fault(
    *,
    context: typer.Context,
    kind: Annotated[Kind, typer.Argument(help="What goes wrong with calls from now on.")],
    times: Annotated[int | None, typer.Option(min=1, help="So many calls; all until `mend` if not given.")] = None,
    probability: Annotated[float, typer.Option(min=0.01, max=1, help="Of each call.")] = 1,
    customer: Customer = None,
    as_json: AsJson = False,
) -> None:
    """Have AMC throttle, fail, lose answers, refuse, or be slow. Faults go by calls, in the order they were set."""
    number, words = _world(context).trouble(kind, times, probability, customer)
    if as_json:
        print_json({"number": number, "kind": kind, "times": times, "probability": probability})
        return
    how_long = f"for {times} calls" if times else f"until `wfm local amc mend {number}`"
    print(f"fault {number}: {words}, {how_long}")


@amc.command("faults")
def faults(context: typer.Context, as_json: AsJson = False) -> None:
    """List the faults in force, and how often each was applied."""
    found = _world(context).troubles()
    if as_json:
        print_json(found)
        return
    rows = [
        [str(one["id"]), *(str(one["fault"][name]) for name in ("method", "path", "status")), str(one["applied"])]
        for one in found["faults"]
    ]
    print_table(["NUMBER", "METHOD", "PATH", "STATUS", "APPLIED"], rows, status_column=3)


@amc.command("mend")
def mend(
    context: typer.Context,
    number: Annotated[int | None, typer.Argument(metavar="NUMBER", help="All of them if not given.")] = None,
    as_json: AsJson = False,
) -> None:
    """End a fault, or all."""
    world = _world(context)
    world.mend(number)
    if as_json:
        print_json(world.troubles())
        return
    print("AMC works again" if number is None else f"fault {number} is over")


@amc.command("clock")
def clock(
    context: typer.Context,
    speed: Annotated[float | None, typer.Option(min=0.1, max=10_000, help="AMC's time against ours.")] = None,
    as_json: AsJson = False,
) -> None:
    """Show how much faster AMC's clock goes than ours, or set it."""
    factor = _world(context).clock(speed)
    if as_json:
        print_json({"speed": factor})
        return
    print(f"AMC's clock goes {factor:g} times as fast as ours")


@amc.command("echo")
def echo(
    context: typer.Context,
    kind: Annotated[Echo | None, typer.Argument(help="The one in force is shown if none is given.")] = None,
    as_json: AsJson = False,
) -> None:
    """Show or set how AMC shows workflows: in a form of its own, which no other can compare, or verbatim."""
    found = _world(context).echo(kind)
    if as_json:
        print_json({"echo": found})
        return
    print(f"AMC shows workflows {'in a form of its own' if found == Echo.AMC else 'as they were sent'} ({found})")


@amc.command("durations")
def durations(
    *,
    context: typer.Context,
    workflow: Workflow,
    customer: Customer = None,
    minutes: Minutes = None,
    outcome: Annotated[Outcome | None, typer.Option(help="How they end.")] = None,
    reason: Annotated[str | None, typer.Option(help="What AMC says of a run that did not succeed.")] = None,
    reset: Annotated[bool, typer.Option("--reset", help="As ever again.")] = False,
    as_json: AsJson = False,
) -> None:
    """Set how long a workflow's later runs take, and how they end."""
    if reset == (minutes is not None or outcome is not None):
        raise UsageError("--minutes: give how long, or --outcome, or --reset; allowed: a setting or --reset")
    with local_runtime():
        from local.steering import behaviour
    wanted = None if reset else behaviour(minutes, outcome, reason)
    _world(context).behave(workflow, customer, wanted)
    if as_json:
        print_json({"workflowId": workflow, "behaviour": wanted.model_dump(by_alias=True) if wanted else None})
        return
    print(f"{workflow}: later runs go {'as ever' if reset else 'as you say'}")
