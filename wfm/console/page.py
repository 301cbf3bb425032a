"""What a page is: an address, a template, and the query that reads what it shows."""

from collections.abc import Callable
from dataclasses import dataclass

from wfm.client.wfm import Wfm
from wfm.console.given import Given


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the console. `read` is called in a thread; what it answers is the template's `view`.

    Its live part is read again each `seconds` while somebody looks; 0 is for a page without one. Of the filters of the
    page before, the menu `keeps` these.
    """

    path: str
    name: str
    template: str
    read: Callable[[Wfm, Given], object]
    in_menu: bool = True
    seconds: float = 5.0
    keeps: tuple[str, ...] = ()
