"""The small changes that `python -m bench.mutants` tries."""

import ast
from importlib import import_module
from pathlib import Path

import pytest

from bench.equivalent_mutants import EQUIVALENT
from bench.mutant_runs import put_for_its_constants
from bench.mutants import CORE
from bench.mutations import Mutant, mutants_of


def test_a_line_is_changed_in_each_small_way_once() -> None:
    changed = [mutant.new for mutant in mutants_of("def f(a: int) -> bool:\n    return a > 1 and not a\n")]

    assert set(changed) == {
        "return (a > 1 or not a)",
        "return (a > 1)",
        "return (a <= 1) and not a",
        "return (a >= 1) and not a",
        "return (not a)",
        "return None",
        "return a > (0) and not a",
        "return a > (2) and not a",
        "return a > 1 and (a)",
    }


def test_every_change_of_the_core_is_python_and_is_a_change() -> None:
    for module in CORE:
        source = Path(module).read_text()
        statements = ast.parse(source).body
        for mutant in mutants_of(source):
            compile(changed_statement(statements, source, mutant), module, "exec")
            assert mutant.source != source


def changed_statement(statements: list[ast.stmt], source: str, mutant: Mutant) -> str:
    """Of the module as changed, the one statement that is another: the others need not be compiled each time."""
    lines, changed = source.splitlines(keepends=True), mutant.source.splitlines(keepends=True)
    at = max(index for index, each in enumerate(statements) if first_line(each) <= mutant.line)
    before, end = first_line(statements[at]) - 1, statements[at].end_lineno or 0
    after = len(changed) - (len(lines) - end)

    assert (changed[:before], changed[after:]) == (lines[:before], lines[end:])
    return "".join(changed[before:after])


def first_line(statement: ast.stmt) -> int:
    decorators: list[ast.expr] = getattr(statement, "decorator_list", [])
    return min([statement.lineno, *(each.lineno for each in decorators)])


def test_each_change_that_is_held_equivalent_is_one_of_a_module_of_the_core() -> None:
    changes = {
        (Path(module).name, mutant.old, mutant.new)
        for module in CORE
        for mutant in mutants_of(Path(module).read_text())
    }

    assert EQUIVALENT.keys() <= changes


def test_a_changed_constant_and_a_changed_default_are_put_into_the_module(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = "LIMIT = 3\n\ndef last(count: int = LIMIT, *, whole: bool = False) -> object:\n    return count, whole\n"
    (tmp_path / "tried.py").write_text(source)
    monkeypatch.syspath_prepend(tmp_path)
    module = import_module("tried")

    found = []
    for mutant in mutants_of(source):
        if not mutant.lines:
            put_for_its_constants("tried.py", mutant)
            found.append((vars(module)["LIMIT"], vars(module)["last"]()))

    assert found == [(4, (4, False)), (2, (2, False)), (3, (3, True))]
