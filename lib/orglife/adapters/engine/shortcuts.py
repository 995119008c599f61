"""A library that takes more than a second to load, for a check of addresses that no notebook has: loaded when it is used.

jsonschema, which nbformat needs, loads ``rfc3987_syntax`` wherever that is installed (Jupyter's server brings it).
"""

from __future__ import annotations

import importlib
import sys
from importlib.util import find_spec
from types import ModuleType
from typing import Any

NAME = "rfc3987_syntax"


class _Later(ModuleType):
    """Stands for the library until anything but its one function's name is asked for."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _checked if name == _checked.__name__ else getattr(_real(), name)


def _checked(term: str, text: str) -> bool:
    return bool(_real().is_valid_syntax(term, text))


_checked.__name__ = "is_valid_syntax"


def _real() -> ModuleType:
    if isinstance(sys.modules.get(NAME), _Later):
        del sys.modules[NAME]
    return importlib.import_module(NAME)


def later() -> None:
    """Put it off in this process, unless it is there already or not installed."""
    if NAME in sys.modules:
        return
    found = find_spec(NAME)
    if found is not None and found.submodule_search_locations:
        module = _Later(NAME)
        module.__spec__, module.__path__ = found, list(found.submodule_search_locations)
        sys.modules[NAME] = module
