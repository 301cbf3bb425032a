"""The files that a person reviews: one for each capability, one for what is said once, one for the stack itself."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from tests.infra.review.conventions import Facts, Group, Unit, own_facts, said_once
from tests.infra.review.entities import Entity, entities
from tests.infra.review.machine import DATA, FAULTS, FLOW, StateText, states
from tests.infra.review.meanings import meaning
from tests.infra.review.naming import snake_case
from tests.infra.review.stack import Stack
from tests.infra.review.text import as_text, indented, leaves

STACK, ONCE = "stack", "conventions"
INTRODUCTION = """\
What most of a kind have in common is said here, once. Each of them says in its own file what it has beside that, where
it has another value, and what it is `without`.

A path is a construct and stands for the ARN of its resource, as Ref(path) does for what CloudFormation's Ref gives.
{self} is the resource that speaks, {Name} its name, {name} that in snake case. {prefix} begins all names of the
deployment, {here} is its region and account. ARNs are without their partition.
"""
Conventions = Mapping[Group, Facts]


def pages(stack: Stack) -> dict[str, str]:
    """The text of each file by its name, without the ending."""
    found = sorted(entities(stack.resources, stack.names), key=lambda entity: entity.path)
    machines = {entity.path: list(states(entity.definition)) for entity in found if entity.definition}
    tasks = [state.unit for machine in machines.values() for state in machine if state.unit.kind == "Task"]
    once = said_once([*(entity.unit for entity in found), *tasks])
    blocks: dict[str, list[str]] = defaultdict(list)
    blocks[STACK].append(_beside_resources(stack))
    for entity in found:
        title = entity.title + meaning(entity.resource, stack.resources)
        lines = [*indented(title, 0), *_facts(entity.unit, once), *_states(machines.get(entity.path, []), once)]
        blocks[_file(entity)].append("\n".join(lines) + "\n")
    return {ONCE: _said_once(once), **{name: "\n".join(texts) for name, texts in sorted(blocks.items())}}


def _file(entity: Entity) -> str:
    capability, separator, _ = entity.path.partition("/")
    return snake_case(capability) if separator else STACK


def _beside_resources(stack: Stack) -> str:
    lines = (line for path, part in leaves(stack.beside_resources) for line in indented(f"{path}: {as_text(part)}", 0))
    return "\n".join(lines) + "\n"


def _facts(unit: Unit, once: Conventions) -> Iterator[str]:
    for part in sorted(unit.parts):
        for fact in own_facts(unit, part, once):
            yield from indented(f"{part}: {fact}" if part else fact, 4)


def _states(machines: Iterable[StateText], once: Conventions) -> Iterator[str]:
    for state in machines:
        unit, margin = state.unit, 4 * (state.depth + 1)
        yield from indented(f"{unit.name}: {'; '.join((unit.kind, *own_facts(unit, FLOW, once)))}", margin)
        for part in (FAULTS, DATA):
            for fact in own_facts(unit, part, once):
                yield from indented(fact, margin + 4)


def _said_once(once: Conventions) -> str:
    lines = [INTRODUCTION]
    for (kind, part), facts in once.items():
        lines.append(f"Every {kind}{f', its {part}' if part else ''}")
        lines += [line for fact in facts for line in indented(fact, 4)]
        lines.append("")
    return "\n".join(lines)
