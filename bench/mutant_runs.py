"""Runs of the tests against changed modules, each in a process of its own; no file is written.

What changes a function or a constant is put into it, in a process forked from one that has collected the tests already:
so a run takes no longer than its tests do. What changes the body of a class is there when its module is imported, in a
process forked from one that has imported nothing of ours.
"""

import gc
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import spec_from_file_location
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any

import pytest

from bench.mutant_coverage import FORK, Coverage, run_pytest, without_parameters
from bench.mutations import Mutant

Trial = tuple[str, Mutant]  # a module's file, and its change
Run = Callable[[Trial, list[str]], int]  # the exit code of the tests


def survivors(trials: Sequence[Trial], tests: Sequence[str], coverage: Coverage, processes: int) -> Iterator[Trial]:
    """The changes that no test noticed, as they are found."""
    of_classes = [trial for trial in trials if trial[1].in_class_body]
    others = [trial for trial in trials if not trial[1].in_class_body]
    yield from _survivors(of_classes, coverage, processes, _run_imported)
    receiver, sender = FORK.Pipe(duplex=False)
    server = FORK.Process(target=_serve, args=(others, tests, coverage, processes, sender))
    server.start()
    sender.close()
    with suppress(EOFError):
        while True:
            yield receiver.recv()
    server.join()
    if server.exitcode:
        raise SystemExit("the tests could not be collected")


def _survivors(trials: Sequence[Trial], coverage: Coverage, processes: int, run: Run) -> Iterator[Trial]:
    running: dict[int, tuple[BaseProcess, Trial, float]] = {}
    waiting = list(trials)
    while waiting or running:
        while waiting and len(running) < processes:
            trial = waiting.pop(0)
            tests = coverage.tests_of(trial[0], trial[1].lines)
            process: BaseProcess = FORK.Process(target=_exit, args=(run, trial, tests))
            process.start()
            running[process.sentinel] = (process, trial, time.monotonic() + coverage.patience(tests))
        wait(list(running), timeout=1)
        for sentinel, (process, trial, deadline) in list(running.items()):
            if process.is_alive() and time.monotonic() > deadline:
                process.kill()
                process.join()
            if not process.is_alive():
                del running[sentinel]
                if process.exitcode == 0:
                    yield trial


def _exit(run: Run, trial: Trial, tests: list[str]) -> None:
    os._exit(run(trial, tests) if tests else 0)


def _run_imported(trial: Trial, tests: list[str]) -> int:
    sys.meta_path.insert(0, _Changed(*trial))
    return run_pytest(tests, object(), Path(os.devnull))


def _serve(
    trials: Sequence[Trial], tests: Sequence[str], coverage: Coverage, processes: int, found: Connection
) -> None:
    os._exit(run_pytest(tests, _Collected(trials, coverage, processes, found), Path(os.devnull)))


class _Collected:
    """A plugin of pytest that runs the collected tests in many processes, one a change."""

    def __init__(self, trials: Sequence[Trial], coverage: Coverage, processes: int, found: Connection) -> None:
        self._trials, self._coverage, self._processes, self._found = trials, coverage, processes, found

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        items: dict[str, list[pytest.Item]] = {}
        for item in session.items:
            items.setdefault(without_parameters(item.nodeid), []).append(item)
        gc.freeze()

        def run(trial: Trial, tests: list[str]) -> int:
            (_put_into_its_function if trial[1].lines else put_for_its_constants)(*trial)
            chosen = [item for test in tests for item in items[test]]
            for item, following in zip(chosen, [*chosen[1:], None], strict=True):
                item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
                if session.testsfailed:
                    return 1
            return 0

        for trial in _survivors(self._trials, self._coverage, self._processes, run):
            self._found.send(trial)
        return True


def _put_into_its_function(file: str, mutant: Mutant) -> None:
    module = sys.modules[_module_name(file)]
    changed = compile(mutant.source, str(Path(file).absolute()), "exec")
    put = [
        _replace(function, code)
        for function in _functions_of(module.__dict__, module.__name__)
        for code in _codes_of(changed)
        if code.co_qualname == function.__code__.co_qualname
    ]
    if not any(put):
        raise LookupError(f"{file}:{mutant} is in no function")


def put_for_its_constants(file: str, mutant: Mutant) -> None:
    """Wherever the constant, or another that follows from it, has been imported to; and the defaults of functions."""
    name = _module_name(file)
    changed: dict[str, Any] = {"__name__": name}
    exec(compile(mutant.source, file, "exec"), changed)  # noqa: S102 (the module itself)
    for constant, old in list(vars(sys.modules[name]).items()):
        if constant.isupper() and changed[constant] != old:
            for module in list(sys.modules.values()):
                if getattr(module, constant, None) == old:
                    setattr(module, constant, changed[constant])
    defaults = {function.__qualname__: function for function in _functions_of(changed, name)}
    for function in _functions_of(vars(sys.modules[name]), name):
        function.__defaults__ = defaults[function.__qualname__].__defaults__
        function.__kwdefaults__ = defaults[function.__qualname__].__kwdefaults__


def _replace(function: FunctionType, code: CodeType) -> bool:
    """Whether it differs, beside where it stands."""
    differs = function.__code__ != code
    function.__code__ = code
    return differs


def _functions_of(namespace: dict[str, Any], module: str) -> Iterator[FunctionType]:
    for value in list(namespace.values()):
        if isinstance(value, type) and value.__module__ == module:
            yield from _functions_of(dict(vars(value)), module)
        function = getattr(value, "fget", None) or getattr(value, "__func__", value)
        function = getattr(function, "__wrapped__", function)
        if isinstance(function, FunctionType) and function.__module__ == module:
            yield function


def _codes_of(code: CodeType) -> Iterator[CodeType]:
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield constant
            yield from _codes_of(constant)


def _module_name(file: str) -> str:
    return file.removesuffix(".py").replace("/", ".")


class _Changed(MetaPathFinder):
    """Finds one module, whose source is another than in its file."""

    def __init__(self, file: str, mutant: Mutant) -> None:
        self._file, self._source = str(Path(file).absolute()), mutant.source
        self._name = _module_name(file)

    def find_spec(self, fullname: str, *_: object) -> ModuleSpec | None:
        """Called with a path and a target, too, which make no difference."""
        if fullname != self._name:
            return None
        return spec_from_file_location(fullname, self._file, loader=_FromMemory(fullname, self._file, self._source))


class _FromMemory(SourceFileLoader):
    def __init__(self, fullname: str, file: str, source: str) -> None:
        super().__init__(fullname, file)
        self._source = source

    def get_code(self, fullname: str) -> CodeType:
        return compile(self._source, self.get_filename(fullname), "exec")
