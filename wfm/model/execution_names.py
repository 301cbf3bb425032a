"""Names of executions that are started by an event: the same event always has the same name."""

import hashlib
import re
from typing import Final

READABLE: Final = 47  # characters


def event_execution_name(event_id: str, *ids: str) -> str:
    """`ids`, readable as far as they fit, and the event: at most 80 of the characters that Step Functions takes."""
    return f"{readable(*ids)}-{hashlib.sha256(event_id.encode()).hexdigest()[:32]}"


def readable(*ids: str) -> str:
    """What the name of each execution about these ids begins with; those of longer ids do so too."""
    return re.sub(r"[^A-Za-z0-9_-]", "_", "-".join(ids))[:READABLE]


def name_of(execution: str) -> str:
    """An execution's name, from its ARN or from itself."""
    return execution.rsplit(":", 1)[-1]
