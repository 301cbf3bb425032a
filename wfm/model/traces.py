"""The trace id of a request, in X-Ray's form: logs, rows and X-Ray name a run alike, from its message to its end."""

import re
import uuid
from datetime import datetime

_ROOT = re.compile(r"(?:^|;)\s*Root=(1-[0-9a-f]{8}-[0-9a-f]{24})(?=;|$)")


def new_trace_id(now: datetime) -> str:
    """`1-69247b3c-5b1f2a0c9d8e7f6a5b4c3d2e`: X-Ray wants the time of its making in it, as seconds since 1970."""
    return f"1-{int(now.timestamp()):08x}-{uuid.uuid4().hex[:24]}"


def trace_id_in(header: str | None) -> str | None:
    """The trace id in X-Ray's header (`Root=1-...;Parent=...;Sampled=1`); None where there is none to go on with."""
    found = _ROOT.search(header or "")
    return found.group(1) if found else None


def header_of(trace_id: str, received: str | None = None) -> str:
    """X-Ray's header of a trace: as it was `received` where that is the same trace, so that its sender's choice holds.

    Else it leaves open whether the trace is sampled: whoever is called decides by X-Ray's rules.
    """
    return received if received and trace_id_in(received) == trace_id else f"Root={trace_id}"
