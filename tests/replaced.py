"""What a piece of test code replaces for the whole process, found in its text.

Threads that a test knows nothing of live in its process: whoever replaces `time.sleep` replaces it for them as well.
"""

import ast
from collections.abc import Iterator
from typing import Final

IMPORTERS: Final = {"importlib.import_module", "builtins.__import__", "pytest.importorskip"}
PATCHES: Final = ("unittest.mock.patch", "mock.patch")
SETTERS: Final = {"setattr", "delattr"}  # builtins and methods of a MonkeyPatch; so are those of items
ITEM_SETTERS: Final = {"setitem", "delitem"}
OF_MAPPINGS: Final = {"clear", "pop", "popitem", "setdefault", "update"}
# Functions by which the whole process changes without an attribute being set.
SWITCHES: Final = {
    "freezegun.freeze_time", "locale.setlocale", "logging.disable", "os.chdir", "os.putenv", "os.umask", "os.unsetenv",
    "random.seed", "signal.alarm", "signal.pthread_sigmask", "signal.setitimer", "signal.signal",
    "socket.setdefaulttimeout", "sys.setrecursionlimit", "sys.setswitchinterval", "threading.setprofile",
    "threading.settrace", "time.tzset", "time_machine.travel",
}  # fmt: skip


def replaced(source: str) -> list[tuple[int, str]]:
    """Lines, and the dotted names that are replaced there, as far as imports tell what they stand for."""
    tree = ast.parse(source)
    names = _imported(tree)
    found = {
        (node.lineno, name)
        for node in ast.walk(tree)
        for name in _of(node, names)
        if isinstance(node, ast.stmt | ast.expr)
    }
    return sorted(found)


def _imported(tree: ast.AST) -> dict[str, str]:
    """What each imported or renamed name of a file stands for."""
    names = {name: f"builtins.{name}" for name in (*SETTERS, "__import__")}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {
                one.asname or one.name.partition(".")[0]: one.name if one.asname else one.name.partition(".")[0]
                for one in node.names
            }
        elif isinstance(node, ast.ImportFrom):
            names |= {one.asname or one.name: f"{node.module}.{one.name}" for one in node.names}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and (stands_for := _dotted(node.value, names)):
            names |= {target.id: stands_for for target in node.targets if isinstance(target, ast.Name)}
    return names


def _dotted(node: ast.AST, names: dict[str, str]) -> str | None:
    """`os.path.exists` for what is written so, or was imported or renamed from it; None for anything else."""
    if isinstance(node, ast.Name):
        return names.get(node.id)
    if isinstance(node, ast.Attribute):
        owner = _dotted(node.value, names)
        return f"{owner}.{node.attr}" if owner else None
    if isinstance(node, ast.Call) and node.args and _dotted(node.func, names) in IMPORTERS:
        return _text(node.args[0])
    return None


def _of(node: ast.AST, names: dict[str, str]) -> Iterator[str]:
    if isinstance(node, ast.Call):
        yield from filter(None, _by_call(node, names))
    elif isinstance(node, ast.Assign | ast.Delete):
        yield from filter(None, (_by_assignment(target, names) for target in node.targets))
    elif isinstance(node, ast.AugAssign | ast.AnnAssign):
        yield from filter(None, [_by_assignment(node.target, names)])


def _by_assignment(target: ast.AST, names: dict[str, str]) -> str | None:
    if isinstance(target, ast.Attribute):
        return _dotted(target, names)
    return _dotted(target.value, names) if isinstance(target, ast.Subscript) else None


def _by_call(call: ast.Call, names: dict[str, str]) -> Iterator[str | None]:
    called = _dotted(call.func, names) or ""
    method = call.func.attr if isinstance(call.func, ast.Attribute) else called.rpartition(".")[2]
    owner = _dotted(call.func.value, names) if isinstance(call.func, ast.Attribute) else None
    if called in SWITCHES:
        yield called
    elif called.startswith(PATCHES) or method in SETTERS:
        yield _named(call.args, names)
    elif method in ITEM_SETTERS:
        yield _first(call.args, names)
    elif method in OF_MAPPINGS and owner:
        yield owner


def _named(args: list[ast.expr], names: dict[str, str]) -> str | None:
    """`"time.sleep"`, or `time, "sleep"`; of `time` alone, as for `patch.dict` and `patch.multiple`, itself."""
    first, second = _first(args, names), _text(args[1]) if len(args) > 1 else None
    return f"{first}.{second}" if first and second and not _text(args[0]) else first


def _first(args: list[ast.expr], names: dict[str, str]) -> str | None:
    return (_text(args[0]) or _dotted(args[0], names)) if args else None


def _text(node: ast.AST) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None
