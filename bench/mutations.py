"""Small changes of a module's source, each of which its tests should notice.

A comparison is turned or moved to its border, `not` added or left out, `and` swapped with `or`, an operand, an element,
a keyword argument or a statement left out, a constant moved by one, a result replaced by None. Texts, decorators and
annotations stay as they are.
"""

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

_COMPARED: Final[dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
}
_CALCULATED: Final[dict[type[ast.operator], type[ast.operator]]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
}
_KEPT: Final = {"annotation", "returns", "decorator_list", "bases"}  # parts that are not changed


@dataclass(frozen=True)
class Mutant:
    """`source` is the whole module; `lines` are those of the changed statement of a function, empty outside of one."""

    line: int
    old: str
    new: str
    source: str
    lines: range
    in_class_body: bool = False

    def __str__(self) -> str:
        return f"{self.line} {self.old} -> {self.new}"


def mutants_of(source: str) -> list[Mutant]:
    """All mutants of the source, from the first line to the last."""
    found = {mutant.source: mutant for mutant in _walk(ast.parse(source), source, range(0))}
    return sorted(found.values(), key=lambda mutant: mutant.line)


def _walk(node: ast.AST, source: str, lines: range, *, inside: bool = False, body: bool = False) -> Iterator[Mutant]:
    if isinstance(node, ast.JoinedStr | ast.Import | ast.ImportFrom) or _is_for_people(node):
        return  # before Python 3.12 the parts of an f-string do not know where they stand
    if isinstance(node, ast.stmt) and inside:
        lines = _header(node)
    if isinstance(node, ast.expr | ast.stmt):
        yield from (replace(_mutant(source, *change, lines), in_class_body=body) for change in _changes(node))
    inside, body = inside or isinstance(node, ast.FunctionDef), (body or isinstance(node, ast.ClassDef)) and not inside
    for name, part in ast.iter_fields(node):
        if name not in _KEPT and not (name == "slice" and isinstance(part, ast.Tuple)):
            for child in part if isinstance(part, list) else [part]:
                if isinstance(child, ast.AST):
                    yield from _walk(child, source, lines, inside=inside, body=body)


def _is_for_people(node: ast.AST) -> bool:
    """What says what is meant, to a type checker or by `strict` of a zip."""
    if isinstance(node, ast.keyword):
        return node.arg == "strict"
    return isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"


def _header(node: ast.stmt) -> range:
    """The lines of a statement without those of the statements inside."""
    body = getattr(node, "body", None)
    end = body[0].lineno if body else (node.end_lineno or node.lineno) + 1
    return range(node.lineno, max(end, node.lineno + 1))


def _mutant(source: str, node: ast.expr | ast.stmt, text: str, lines: range) -> Mutant:
    raw = source.encode().splitlines(keepends=True)
    first, last = node.lineno - 1, (node.end_lineno or node.lineno) - 1
    old = b"".join(raw[first : last + 1])
    tail = raw[last][node.end_col_offset :]
    new = raw[first][: node.col_offset] + text.encode() + tail
    changed = b"".join([*raw[:first], new, *raw[last + 1 :]]).decode()
    return Mutant(node.lineno, " ".join(old.decode().split()), " ".join(new.decode().split()), changed, lines)


def _changes(node: ast.expr | ast.stmt) -> Iterator[tuple[ast.expr | ast.stmt, str]]:
    """The nodes that may replace the node, or what it tests."""
    if isinstance(node, ast.If | ast.While | ast.IfExp) and not isinstance(node.test, ast.Compare):
        yield node.test, f"(not ({ast.unparse(node.test)}))"
    if type(node) in _KINDS:
        yield from ((node, text) for text in _KINDS[type(node)](node))


def _of_compare(node: ast.Compare) -> Iterator[str]:
    for index, operator in enumerate(node.ops):
        for other in _COMPARED[type(operator)]:
            ops: list[ast.cmpop] = [*node.ops[:index], other(), *node.ops[index + 1 :]]
            yield f"({ast.unparse(ast.Compare(node.left, ops, node.comparators))})"


def _of_logic(node: ast.BoolOp) -> Iterator[str]:
    other = ast.Or() if isinstance(node.op, ast.And) else ast.And()
    yield f"({ast.unparse(ast.BoolOp(other, node.values))})"
    for values in _one_left_out(node.values):
        yield f"({ast.unparse(ast.BoolOp(node.op, values) if len(values) > 1 else values[0])})"


def _of_sum(node: ast.BinOp) -> Iterator[str]:
    if type(node.op) in _CALCULATED:
        yield f"({ast.unparse(ast.BinOp(node.left, _CALCULATED[type(node.op)](), node.right))})"


def _of_sign(node: ast.UnaryOp) -> Iterator[str]:
    if isinstance(node.op, ast.Not | ast.Invert):
        yield f"({ast.unparse(node.operand)})"


def _of_constant(node: ast.Constant) -> Iterator[str]:
    if isinstance(node.value, bool):
        yield str(not node.value)
    elif isinstance(node.value, int | float):
        yield from (f"({node.value + step})" for step in (1, -1))


def _of_choice(node: ast.IfExp) -> Iterator[str]:
    yield from (f"({ast.unparse(part)})" for part in (node.body, node.orelse))


def _of_filter(node: ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp) -> Iterator[str]:
    for generator in node.generators:
        kept = generator.ifs
        for generator.ifs in _one_left_out(kept):
            yield ast.unparse(node)
        generator.ifs = kept


def _of_call(node: ast.Call) -> Iterator[str]:
    for keyword, keywords in zip(node.keywords, _one_left_out(node.keywords), strict=True):
        if not _is_for_people(keyword):
            yield ast.unparse(ast.Call(node.func, node.args, keywords))


def _of_dict(node: ast.Dict) -> Iterator[str]:
    for entries in _one_left_out(list(zip(node.keys, node.values, strict=True))):
        yield ast.unparse(ast.Dict([key for key, _ in entries], [value for _, value in entries]))


def _of_elements(node: ast.Tuple | ast.List | ast.Set) -> Iterator[str]:
    if isinstance(node, ast.Tuple) and isinstance(node.ctx, ast.Store):
        return
    for elements in _one_left_out(node.elts) if len(node.elts) > 1 else ():
        yield ast.unparse(ast.Set(elements) if isinstance(node, ast.Set) else type(node)(elements, ast.Load()))


def _of_statement(node: ast.Expr | ast.AugAssign | ast.Raise) -> Iterator[str]:
    if not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant | ast.Yield)):
        yield "pass"


def _of_assignment(node: ast.Assign) -> Iterator[str]:
    if not isinstance(node.targets[0], ast.Name | ast.Tuple):
        yield "pass"


def _of_return(node: ast.Return) -> Iterator[str]:
    if node.value and not (isinstance(node.value, ast.Constant) and node.value.value in (None, True, False)):
        yield "return None"


_KINDS: Final[dict[type[ast.AST], Callable[[Any], Iterator[str]]]] = {
    ast.Compare: _of_compare,
    ast.BoolOp: _of_logic,
    ast.BinOp: _of_sum,
    ast.UnaryOp: _of_sign,
    ast.Constant: _of_constant,
    ast.IfExp: _of_choice,
    ast.ListComp: _of_filter,
    ast.SetComp: _of_filter,
    ast.DictComp: _of_filter,
    ast.GeneratorExp: _of_filter,
    ast.Call: _of_call,
    ast.Dict: _of_dict,
    ast.Tuple: _of_elements,
    ast.List: _of_elements,
    ast.Set: _of_elements,
    ast.Expr: _of_statement,
    ast.AugAssign: _of_statement,
    ast.Raise: _of_statement,
    ast.Assign: _of_assignment,
    ast.Return: _of_return,
}


def _one_left_out(parts: list[Any]) -> Iterator[list[Any]]:
    for index in range(len(parts)):
        yield [*parts[:index], *parts[index + 1 :]]
