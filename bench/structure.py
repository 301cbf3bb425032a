"""How the code is built: `python -m bench.structure [folder]` prints a table of packages and one of routes.

`folder` is the root of another tree, such as an older commit's. Nothing is imported: all is read from the sources.
"""

import ast
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
PACKAGES: Final = ("functions", "wfm", "infra", "state_machines")
# Handlers by their names; of names that are joined by "|" one is the name of today, the other an earlier one.
ROUTES: Final = {
    "message to outcome": (
        "start_execution prepare_execution wait_for_slot submit_execution wait_for_outcome poll_execution release_slot "
        "announce_execution"
    ),
    "record to ACTIVE": (
        "route_tps_event claim_tenant validate_tenant prove_credentials|verify_credentials create_queues check_queue "
        "watch_results settle_tenant|activate_tenant roll_out_library apply_schedules record_tenant_failure"
    ),
    "library to firing": (
        "route_library_event plan_rollout roll_out_batch check_batch record_rollout record_rollout_failure "
        "roll_out_library apply_schedule apply_schedules catch_up_schedules"
    ),
}

Graph = dict[str, set[str]]


@dataclass(frozen=True)
class Module:
    """A source file: its syntax tree, and how many lines it has."""

    name: str
    tree: ast.Module
    lines: int


@dataclass(frozen=True)
class PackageFigures:
    """The figures of a package: its size, median lines of a module and of a function, and untyped data."""

    name: str
    modules: int
    lines: int
    module_lines: float
    function_lines: float
    any_per_thousand: float
    literal_keys: int
    ring: int

    def row(self) -> str:
        medians = f"{self.module_lines:.0f} | {self.function_lines:.0f}"
        return (
            f"| {self.name} | {self.lines} | {self.modules} | {medians} | {self.any_per_thousand:.1f} "
            f"| {self.literal_keys} | {self.ring} |"
        )


def read_modules(root: Path, packages: Iterable[str] = PACKAGES) -> dict[str, Module]:
    """The modules of the packages by their full names; a package's own module has the package's name."""
    files = [file for package in packages for file in sorted((root / package).rglob("*.py"))]
    return {module.name: module for module in (_read(file, root) for file in files)}


def _read(file: Path, root: Path) -> Module:
    text = file.read_text()
    name = ".".join(file.relative_to(root).with_suffix("").parts).removesuffix(".__init__")
    return Module(name, ast.parse(text), len(text.splitlines()))


def package_figures(name: str, modules: dict[str, Module]) -> PackageFigures:
    """The figures of the package `name`."""
    own = [module for module in modules.values() if f"{module.name}.".startswith(f"{name}.")]
    lines = sum(module.lines for module in own)
    nodes = [node for module in own for node in ast.walk(module.tree)]
    return PackageFigures(
        name,
        len(own),
        lines,
        median(module.lines for module in own),
        median(_function_lines(nodes) or [0]),
        1000 * sum(isinstance(node, ast.Name) and node.id == "Any" for node in nodes) / lines,
        sum(_is_literal_key(node) for node in nodes),
        sum(len(ring) for ring in package_rings(name, modules)),
    )


def _function_lines(nodes: Iterable[ast.AST]) -> list[int]:
    return [
        node.end_lineno - node.lineno + 1 for node in nodes if isinstance(node, ast.FunctionDef) and node.end_lineno
    ]


def _is_literal_key(node: ast.AST) -> bool:
    """`x["name"]` or `x.get("name")`."""
    if isinstance(node, ast.Subscript):
        return _is_text(node.slice) and isinstance(node.ctx, ast.Load)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return node.func.attr == "get" and bool(node.args) and _is_text(node.args[0])
    return False


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def package_rings(name: str, modules: dict[str, Module]) -> list[set[str]]:
    """The rings below the package: what stands side by side in a package, files or packages, and needs each other."""
    own = {module: found for module, found in modules.items() if module.startswith(f"{name}.")}
    graph = {module: _imported(ast.walk(found.tree), own) for module, found in own.items()}
    parents = {module.rpartition(".")[0] for module in own}
    return [ring for parent in sorted(parents) for ring in rings(_siblings(parent, graph))]


def _siblings(parent: str, graph: Graph) -> Graph:
    """The imports between the children of `parent`, each standing for all that is in it."""
    edges: Graph = defaultdict(set)
    for importer, imported in graph.items():
        child = _child(parent, importer)
        edges[child] |= {_child(parent, target) for target in imported} - {"", child} if child else set()
    return {child: targets for child, targets in edges.items() if child}


def _child(parent: str, module: str) -> str:
    return module.removeprefix(f"{parent}.").partition(".")[0] if module.startswith(f"{parent}.") else ""


def rings(graph: Graph) -> list[set[str]]:
    """The largest sets of nodes each of which leads to all others."""
    reached = {node: closure([node], graph) for node in graph}
    found = {frozenset(other for other in reached[node] if node in reached.get(other, ())) for node in graph}
    return [set(ring) for ring in found if len(ring) > 1]


def closure(start: Iterable[str], graph: Graph) -> set[str]:
    """`start` and all that it leads to."""
    found, open_ends = set(start), list(start)
    while open_ends:
        new = graph.get(open_ends.pop(), set()) - found
        found |= new
        open_ends += new
    return found


def route_modules(route: str, modules: dict[str, Module]) -> set[str]:
    """The modules that importing the handlers of a route brings along, without those that hold a docstring alone.

    KeyError names a handler that is not there.
    """
    graph = {name: _imported(_at_import(module.tree), modules) for name, module in modules.items()}
    handlers = [_handler(names, modules) for names in ROUTES[route].split()]
    return {name for name in closure(handlers, graph) if len(modules[name].tree.body) > 1}


def _handler(names: str, modules: dict[str, Module]) -> str:
    found = [name for each in names.split("|") if (name := f"functions.handlers.{each}") in modules]
    if not found:
        raise KeyError(names)
    return found[0]


def _at_import(tree: ast.AST) -> Iterator[ast.AST]:
    """What runs when a module is imported: neither the bodies of functions nor what only the type checker reads."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        if isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING"):
            continue
        yield node
        yield from _at_import(node)


def _imported(nodes: Iterable[ast.AST], modules: dict[str, Module]) -> set[str]:
    """The modules among `modules` that import statements name; `from package import module` names the module."""
    found: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        if isinstance(node, ast.ImportFrom) and node.module:
            inner = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= inner & modules.keys() or {node.module}
    return found & modules.keys()


def main(root: Path) -> None:
    modules = read_modules(root)
    print("| Package | Lines | Modules | A module | A function | Any in 1,000 lines | Literal keys | In rings |")
    print("|---|---|---|---|---|---|---|---|")
    for package in PACKAGES:
        print(package_figures(package, modules).row())
    print("\n| Route | Modules | Lines |\n|---|---|---|")
    for route in ROUTES:
        found = route_modules(route, modules)
        print(f"| {route} | {len(found)} | {sum(modules[name].lines for name in found)} |")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if sys.argv[1:] else ROOT)
