"""Numbers that an option does not take, said as WFM says all that it refuses."""

from typing import Any

import typer

from wfm.errors import UsageError


def refused_number(problem: typer.BadParameter) -> UsageError | None:
    """What is wrong with a number, and which are allowed; None if the problem is about something else."""
    found: list[dict[str, Any]] = getattr(problem.__cause__, "errors", list)()
    kind = str(found[0]["type"]) if found else ""
    if not kind.startswith(("int_", "float_", "greater_", "less_", "finite_")):
        return None
    param: Any = problem.param
    whole = kind.startswith("int_") or param.type_descriptor.annotation is int
    name = f"a {'whole ' if whole else ''}number"
    given = found[0]["input"]
    return UsageError(f"{param.opts[0]}: {given!r:.60} is not taken; allowed: {name}{_range(param.min, param.max)}")


def _range(least: float | None, most: float | None) -> str:
    if least is not None and most is not None:
        return f" from {least:g} to {most:g}"
    if least is not None:
        return f", {least:g} or more"
    return f", {most:g} or less" if most is not None else ""
