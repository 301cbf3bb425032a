"""A state machine's definition as a graph: states, arrows between them, and the happy path through them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Self

from wfm.graph.wording import Asl, captions, condition, errors

LONGEST_LABEL: Final = 28  # characters

START, END = "Start", "End"


@dataclass(frozen=True)
class Arrow:
    source: str
    target: str
    label: str = ""
    dashed: bool = False


@dataclass(frozen=True)
class State:
    """`kind` is the state's Type (or Start, End); `inner` is what a Map does for each item, or a Parallel in all."""

    name: str
    kind: str
    captions: tuple[str, ...] = ()
    inner: "Flow | None" = None


@dataclass(frozen=True)
class Flow:
    states: dict[str, State]
    arrows: tuple[Arrow, ...]
    start: str

    @classmethod
    def of(cls, definition: Asl, *, whole: bool = True) -> Self:
        """From Amazon States Language; `whole` is false within a Map, which needs no mark where it starts."""
        states = {name: _state(name, state) for name, state in definition["States"].items()}
        arrows = _merged(arrow for name, state in definition["States"].items() for arrow in _arrows(name, state))
        start = str(definition["StartAt"])
        if any(arrow.target == END for arrow in arrows):
            states[END] = State(END, END)
        if whole:
            states, arrows = {START: State(START, START), **states}, [Arrow(START, start), *arrows]
        return cls(states, tuple(arrows), START if whole else start)

    def leaving(self, name: str) -> list[Arrow]:
        return [arrow for arrow in self.arrows if arrow.source == name]

    def entering(self, name: str) -> list[Arrow]:
        return [arrow for arrow in self.arrows if arrow.target == name]

    def happy_path(self) -> list[str]:
        """The longest way from the start to a success on which nothing fails and nothing comes twice."""
        ways = [way for way in self._ways([self.start]) if self.states[way[-1]].kind in ("Succeed", END)]
        return max(ways, key=len)

    def _ways(self, so_far: list[str]) -> Iterator[list[str]]:
        yield so_far
        for arrow in self.leaving(so_far[-1]):
            if not arrow.dashed and arrow.target not in so_far:
                yield from self._ways([*so_far, arrow.target])

    def leads_to(self, name: str, targets: set[str]) -> bool:
        """Whether one of the targets can be reached from the state without another failure."""
        seen, open_ = {name}, [name]
        while open_:
            for arrow in self.leaving(open_.pop()):
                if arrow.target in targets:
                    return True
                if not arrow.dashed and arrow.target not in seen:
                    seen.add(arrow.target)
                    open_.append(arrow.target)
        return False


def _state(name: str, state: Asl) -> State:
    inner = next(iter(state.get("Branches", [])), state.get("ItemProcessor"))
    return State(name, state["Type"], captions(name, state), Flow.of(inner, whole=False) if inner else None)


def _either(conditions: list[str]) -> str:
    """All of them, or the first where all would be too long for a picture."""
    both = " or ".join(conditions)
    return both if len(both) <= LONGEST_LABEL else f"{conditions[0]} or …"


def _merged(arrows: Iterable[Arrow]) -> list[Arrow]:
    """Two choices of the same way are one arrow with both conditions."""
    labels: dict[tuple[str, str, bool], list[str]] = {}
    for arrow in arrows:
        labels.setdefault((arrow.source, arrow.target, arrow.dashed), []).append(arrow.label)
    return [Arrow(source, target, _either(found), dashed) for (source, target, dashed), found in labels.items()]


def _arrows(name: str, state: Asl) -> Iterator[Arrow]:
    if "Next" in state:
        yield Arrow(name, state["Next"])
    for choice in state.get("Choices", []):
        yield Arrow(name, choice["Next"], condition(choice["Condition"]))
    if "Default" in state:
        yield Arrow(name, state["Default"], "else")
    for catch in state.get("Catch", []):
        yield Arrow(name, catch["Next"], errors(catch["ErrorEquals"]), dashed=True)
    if state.get("End"):
        yield Arrow(name, END)
