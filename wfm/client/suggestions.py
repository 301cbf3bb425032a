"""What somebody may have meant by an id that nobody knows."""

from collections.abc import Iterable
from difflib import get_close_matches

from wfm.errors import UsageError

SHOWN = 5


def close(wanted: str, known: Iterable[str]) -> list[str]:
    """At most three names that are much like it; case does not count, since people type ids by ear."""
    names = {name.lower(): name for name in sorted(known)}
    return [names[name] for name in get_close_matches(wanted.lower(), names, n=3, cutoff=0.6)]


def suggest(wanted: str, known: Iterable[str]) -> str:
    """The tail of an error message: close matches if there are any, else the first few of what exists."""
    names = {name.lower(): name for name in sorted(known)}
    near = close(wanted, names.values())
    if near:
        return f"did you mean {' or '.join(near)}?"
    if not names:
        return "there are none yet"
    first = list(names.values())[:SHOWN]
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return f"there are {', '.join(first)}{more}" if len(names) > 1 else f"there is only {first[0]}"


def require_known_name(field: str, what: str, wanted: str, known: Iterable[str]) -> None:
    """UsageError unless one of many tenants has it: `what` is such as `a schedule`."""
    names = [name for name in known if name]
    if wanted not in names:
        raise UsageError(f"{field}: none of these tenants has {what} {wanted!r}; {suggest(wanted, names)}")


def case_twin(name: str, known: Iterable[str]) -> str | None:
    """A known name that differs in case alone: as files they would be one, and to people they are."""
    return next((one for one in known if one != name and one.casefold() == name.casefold()), None)
