"""The patches themselves: each says what it is for, and refuses a package that it does not fit."""

import importlib
from types import ModuleType

import pytest

from local.emulator import patches
from local.emulator.patches.rewrite import PatchError, replace_constant, replace_name, replace_source, replace_text


def _greeting(name: str) -> str:
    return f"hello {name}"


@pytest.fixture
def package() -> ModuleType:
    """Stands for a module of the emulator package."""
    module = ModuleType("package")
    vars(module).update(greeting=_greeting, script="print('a'); print('a')", interval=10)
    return module


def test_a_passage_of_a_function_is_replaced(package: ModuleType) -> None:
    _greeting_source = ('f"hello {name}"', 'polite(f"hello {name}")')

    replace_source(package, "greeting", *_renamed(_greeting_source), polite=str.title)

    assert package.greeting("moon") == "Hello Moon"


def test_two_patches_of_one_function_add_up(package: ModuleType) -> None:
    replace_source(package, "greeting", *_renamed(("hello", "good night")))
    replace_source(package, "greeting", ("{name}", "dear {name}"))

    assert package.greeting("moon") == "good night dear moon"


def test_a_function_that_changed_is_refused(package: ModuleType) -> None:
    with pytest.raises(PatchError, match=r"package\.greeting does not contain this passage exactly once"):
        replace_source(package, "greeting", ("good bye", "hello"))


def test_a_function_that_is_gone_is_refused(package: ModuleType) -> None:
    with pytest.raises(PatchError, match="package has no function farewell any more"):
        replace_source(package, "farewell", ("a", "b"))


def test_a_name_that_is_gone_is_refused(package: ModuleType) -> None:
    with pytest.raises(PatchError, match="package has no farewell any more"):
        replace_name(package, "farewell", lambda original: original)


def test_a_text_with_the_passage_twice_is_refused(package: ModuleType) -> None:
    with pytest.raises(PatchError, match=r"package\.script does not contain"):
        replace_text(package, "script", ("print('a')", "print('b')"))


def test_a_constant_with_another_value_is_refused(package: ModuleType) -> None:
    with pytest.raises(PatchError, match=r"package\.interval is not 5 any more"):
        replace_constant(package, "interval", 5, 1)


@pytest.mark.parametrize("name", patches.names())
def test_a_patch_says_what_aws_does_and_what_the_package_does(name: str) -> None:
    told = importlib.import_module(f"local.emulator.patches.{name}").__doc__ or ""

    assert "\nAWS: " in told
    assert "\nThe package: " in told


def _renamed(*passages: tuple[str, str]) -> tuple[tuple[str, str], ...]:
    """The stand-in's function has another name in its source than in its module."""
    return (("def _greeting(", "def greeting("), *passages)
