"""What an action is: a page that says what would be done, and a form that does it by the command's own function."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from wfm.client.wfm import Wfm
from wfm.console.given import Given


@dataclass(frozen=True, slots=True)
class Input:
    """A field that a person fills in. With `choices` it is one of these, with `lines` a text of so many lines."""

    name: str
    label: str
    value: str = ""
    hint: str = ""
    choices: Sequence[str] = ()
    lines: int = 1
    needed: bool = False


@dataclass(frozen=True, slots=True)
class Preview:
    """What would be done, in sentences, and what it would be done to. `button` "" where nothing can be done (yet).

    `fields` are sent with the confirmation; `inputs` can be changed, after which the preview is shown anew.
    """

    sentences: Sequence[str]
    button: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    inputs: Sequence[Input] = ()
    headings: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()
    dangerous: bool = False


@dataclass(frozen=True, slots=True)
class Done:
    """What was done, in a sentence, and the address where its effect is seen."""

    sentence: str
    to: str


@dataclass(frozen=True, slots=True)
class Action:
    """A change. `perform` gets the name of who does it, which belongs onto what it changes."""

    path: str
    name: str
    preview: Callable[[Wfm, Given], Preview]
    perform: Callable[[Wfm, Given, str], Done]
