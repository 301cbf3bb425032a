"""What a picture says of a state and of an arrow, in a few words, from Amazon States Language."""

import re
from collections.abc import Mapping
from typing import Any

Asl = Mapping[str, Any]  # Amazon States Language: a definition, or a state of one

_UNITS = ((86400, "day"), (3600, "hour"), (60, "minute"), (1, "second"))
_TASK_TOKEN = ".waitForTaskToken"  # noqa: S105 (a suffix of ASL, no secret)


def captions(name: str, state: Asl) -> tuple[str, ...]:
    """The lines below a state's name."""
    match state["Type"]:
        case "Task":
            return tuple(_task(name, state))
        case "Wait" if "Seconds" in state:
            return (f"Wait {duration(state['Seconds'])}",)
        case "Map" if "MaxConcurrency" in state:
            return (f"Map, {state['MaxConcurrency']} at once",)
    return (str(state["Type"]),)


def _task(name: str, state: Asl) -> list[str]:
    function = str(state["Arguments"].get("FunctionName", name))
    lines = ["Lambda" if function == name else f"Lambda {function}"]
    if state["Resource"].endswith(_TASK_TOKEN):
        lines = [f"callback, up to {duration(state['TimeoutSeconds'])}"]
    if "HeartbeatSeconds" in state:
        lines.append(f"heartbeat within {duration(state['HeartbeatSeconds'])}")
    return lines


def condition(expression: str) -> str:
    """`{% $outcome.status = 'RUNNING' %}` is `status = RUNNING`."""
    bare = expression.removeprefix("{%").removesuffix("%}").strip()
    return re.sub(r"\$(?:\w+\.)*(\w+)", r"\1", bare).replace("'", "")


def errors(names: list[str]) -> str:
    """The first of them; nothing for any error: the picture's key tells what a dashed arrow is."""
    first, *others = names
    return "" if names == ["States.ALL"] else first.removeprefix("States.") + (" or …" if others else "")


def duration(seconds: int | str) -> str:
    """In the largest unit that divides it: 90000 is `25 hours`. An expression is shown as it is: `{pause} seconds`."""
    if isinstance(seconds, str):
        return f"{{{condition(seconds)}}} seconds"
    size, unit = next((size, unit) for size, unit in _UNITS if seconds % size == 0)
    count = seconds // size
    return f"{count} {unit}" if count == 1 else f"{count} {unit}s"
