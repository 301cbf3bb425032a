"""What most of a kind have in common is said once; each of them says what it has beside that, and what it lacks."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

AT_LEAST = 3  # what two have in common is read faster where it stands
SHARE = 0.75  # so that one more exception does not turn a rule into none
_LABEL = re.compile(r"([A-Z][^ ]*|(?:retry|catch) \d+(?: \w+)?): ")

Group = tuple[str, str]
Facts = tuple[str, ...]


@dataclass(frozen=True)
class Unit:
    """A resource, or a state: `parts` are its own facts (`""`), and those of what belongs to it, by its name."""

    kind: str
    name: str
    parts: Mapping[str, Facts]


def said_once(units: Iterable[Unit]) -> dict[Group, Facts]:
    """By kind and part: the facts that three quarters of those have which have the part, and at least three."""
    groups: dict[Group, list[Facts]] = defaultdict(list)
    for unit in units:
        for part, facts in unit.parts.items():
            groups[unit.kind, part].append(facts)
    return {group: common for group, members in sorted(groups.items()) if (common := _common(members))}


def _common(members: list[Facts]) -> Facts:
    having = Counter(fact for facts in members for fact in set(facts))
    quorum = max(AT_LEAST, SHARE * len(members))
    return tuple(sorted(fact for fact, count in having.items() if count >= quorum))


def own_facts(unit: Unit, part: str, conventions: Mapping[Group, Facts]) -> Facts:
    """What has to be said of it yet; what it lacks, only where it has no other value of the same property."""
    facts, common = unit.parts[part], conventions.get((unit.kind, part), ())
    labels = {label(fact) for fact in facts} - {""}
    without = tuple(f"without {fact}" for fact in common if fact not in facts and label(fact) not in labels)
    return (*_left_over(facts, common), *without)


def _left_over(facts: Facts, common: Facts) -> Facts:
    """A fact that the unit has twice is said once more."""
    missing = Counter(common)
    left = []
    for fact in facts:
        if missing[fact]:
            missing[fact] -= 1
        else:
            left.append(fact)
    return tuple(left)


def label(fact: str) -> str:
    """`Timeout` of `Timeout: 60`, a property, which has one value; nothing for a permission."""
    found = _LABEL.match(fact)
    return found.group(1) if found else ""
