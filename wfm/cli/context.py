"""`wfm context`: name the WFMs that a person works with, and say which of them is meant."""

import os
from pathlib import Path
from typing import Annotated

import typer

from wfm.cli.confirming import confirm
from wfm.cli.notes import print_note
from wfm.cli.options import AsJson, Yes, complete_context
from wfm.cli.output import print_facts, print_json, print_table
from wfm.client.contexts import Context, Contexts, read_contexts
from wfm.errors import UsageError

app = typer.Typer(no_args_is_help=True, add_completion=False)
NewName = Annotated[str, typer.Argument(metavar="NAME", help="1 to 40 letters, digits, '.', '_' and '-'.")]
Name = Annotated[str, typer.Argument(metavar="NAME", help="The context's name.", autocompletion=complete_context)]


@app.command("list")
def list_contexts(as_json: AsJson = False) -> None:
    """List the contexts, and which of them is in use."""
    contexts = read_contexts(os.environ)
    if as_json:
        print_json([_as_json(contexts, name) for name in contexts.by_name])
        return
    if not contexts.by_name:
        print("there are none yet; `wfm context add` and `wfm local up` make one")
        return
    fields = ("profile", "region", "team", "dataset", "local")
    rows = [
        [name, "in use" if name == contexts.used else "", *(one.as_json().get(field, "") for field in fields)]
        for name, one in contexts.by_name.items()
    ]
    print_table(["NAME", "USE", *map(str.upper, fields)], rows, status_column=1)


@app.command()
def show(
    name: Annotated[str | None, typer.Argument(metavar="NAME", help="The one in use if not given.")] = None,
    as_json: AsJson = False,
) -> None:
    """Show a context. Nothing of AWS is asked."""
    contexts = read_contexts(os.environ)
    if name is None and contexts.used is None:
        raise UsageError("no context is in use; allowed: the name of one (`wfm context list`)")
    name = name or contexts.used or ""
    contexts.find(name, "NAME")
    if as_json:
        print_json(_as_json(contexts, name))
        return
    fields = _as_json(contexts, name)
    facts = [(field, str(value)) for field, value in fields.items() if field != "inUse"]
    print_facts([*facts, ("in use", "yes" if fields["inUse"] else "no"), ("file", str(contexts.path))])


@app.command()
def use(name: Name, as_json: AsJson = False) -> None:
    """Use a context in all terminals; `export WFM_CONTEXT=NAME` chooses one for this terminal alone."""
    contexts = read_contexts(os.environ).using(name)
    contexts.save()
    if as_json:
        print_json(_as_json(contexts, name))
        return
    print(f"in use: context {name}, {contexts.by_name[name]}")
    other = os.environ.get("WFM_CONTEXT")
    if other and other != name:
        print_note(f"WFM_CONTEXT is {other} here, and goes before it")


@app.command()
def add(
    *,
    name: NewName,
    profile: Annotated[str | None, typer.Option(help="AWS profile.")] = None,
    region: Annotated[str | None, typer.Option(help="AWS region.")] = None,
    team: Annotated[str | None, typer.Option(help="The stack is wfm-TEAM-DATASET.")] = None,
    dataset: Annotated[str | None, typer.Option(help="The dataset in the stack's name.")] = None,
    local: Annotated[
        str | None,
        typer.Option(metavar="DIR", help="The folder of a runtime on this machine (build/local of a clone)."),
    ] = None,
    use_it: Annotated[bool, typer.Option("--use", help="Use it at once.")] = False,
    as_json: AsJson = False,
) -> None:
    """Add a context: an AWS profile, region, team and dataset, or a runtime on this machine."""
    if local is not None and any((profile, region, team, dataset)):
        raise UsageError(
            "--local: a runtime on this machine has no profile, region, team or dataset; allowed: --local alone"
        )
    if local is not None and not Path(local).is_dir():
        raise UsageError(
            f"--local: there is no folder {local!r}; allowed: the folder of a runtime, build/local of a clone"
        )
    folder = str(Path(local).resolve()) if local is not None else None
    contexts = read_contexts(os.environ).adding(name, Context(profile, region, team, dataset, folder))
    contexts = contexts.using(name) if use_it else contexts
    contexts.save()
    if as_json:
        print_json(_as_json(contexts, name))
        return
    print(f"added: context {name}, {contexts.by_name[name]}{_hint(contexts, name)}")


def _hint(contexts: Contexts, name: str) -> str:
    return ". It is in use." if contexts.used == name else f". Use it with: wfm context use {name}"


@app.command()
def remove(name: Name, *, yes: Yes = False, as_json: AsJson = False) -> None:
    """Remove a context. What it stands for stays as it is."""
    contexts = read_contexts(os.environ)
    left = contexts.without(name)
    confirm([f"context {name}: {contexts.by_name[name]}"], f"Remove context {name}?", yes=yes)
    left.save()
    if as_json:
        print_json(_as_json(contexts, name))
        return
    print(f"removed: context {name}{'; no context is in use now' if contexts.used == name else ''}")


def _as_json(contexts: Contexts, name: str) -> dict[str, object]:
    return {"name": name, **contexts.by_name[name].as_json(), "inUse": name == contexts.used}
