"""Who may look: a ticket in the address, good for one browser, is exchanged for a session."""

import hmac
import secrets
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

TICKET: Final = "ticket"  # its name in the address
ENTRANCE: Final = "/enter"
MOST_SESSIONS: Final = 100  # after which the oldest is forgotten


@dataclass(slots=True)
class Session:
    """One browser. `notice` is what its next page says of what it did last."""

    id: str
    notice: str = ""


def new_ticket(key: bytes) -> str:
    """A ticket that the holder of the same key lets in once."""
    number = secrets.token_hex(16)
    return f"{number}.{_seal(key, number)}"


def entrance(port: int, key: bytes) -> str:
    """The address that lets one browser in."""
    return f"http://127.0.0.1:{port}{ENTRANCE}?{TICKET}={new_ticket(key)}"


def _seal(key: bytes, number: str) -> str:
    return hmac.new(key, number.encode(), sha256).hexdigest()


class Door:
    """Tickets and sessions of one console. Who knows its key may write tickets."""

    def __init__(self, key: bytes, entered: Callable[[], None] = lambda: None) -> None:
        """`entered` is called when a ticket was used."""
        self._key = key
        self._entered = entered
        self._used: set[str] = set()
        self._sessions: OrderedDict[str, Session] = OrderedDict()

    def enter(self, ticket: str) -> Session | None:
        """A new session for a ticket that is good and was not used; None for any other."""
        number, _, seal = ticket.partition(".")
        if not hmac.compare_digest(seal.encode(), _seal(self._key, number).encode()) or number in self._used:
            return None
        self._used.add(number)
        session = Session(secrets.token_urlsafe(32))
        self._sessions[session.id] = session
        while len(self._sessions) > MOST_SESSIONS:
            self._sessions.popitem(last=False)
        self._entered()
        return session

    def session(self, session_id: str) -> Session | None:
        """The session of that id, None if there is none."""
        return self._sessions.get(session_id)
