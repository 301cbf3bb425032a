"""Mends of the emulator package, one module each; `apply` puts them on before the package serves anything."""

import importlib
import os
import pkgutil

from local.emulator.settings import PATCHES_OFF


def names() -> list[str]:
    """The patch modules, in the order in which they are applied."""
    return sorted(module.name for module in pkgutil.iter_modules(__path__) if module.name != "rewrite")


def apply() -> None:
    """Apply every patch that PATCHES_OFF does not name; a patch that no longer fits raises PatchError."""
    off = set(filter(None, os.environ.get(PATCHES_OFF, "").split(",")))
    if unknown := off - set(names()):
        raise ValueError(f"There is no patch named {', '.join(sorted(unknown))}; there are {', '.join(names())}.")
    for name in names():
        if name not in off:
            importlib.import_module(f"{__name__}.{name}").apply()
