"""Work of other packages that this program does not need: put off or left out.

Both functions replace parts of packages that offer no setting for it; docs/private-parts.md lists them.
"""

from __future__ import annotations

import importlib
import sys
from importlib.util import find_spec
from types import ModuleType
from typing import Any

NAME = "rfc3987_syntax"


class _Later(ModuleType):
    """Stands in for the library: loads it when anything but the name of its one function is used."""

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


def defer_address_check() -> None:
    """Load ``rfc3987_syntax`` when an address is checked, not when jsonschema is imported.

    It takes more than a second to load, and no notebook has an address to check. jsonschema, which nbformat needs, loads
    it wherever it is installed, and Jupyter's server installs it.
    """
    if NAME in sys.modules:
        return
    spec = find_spec(NAME)
    if spec is not None and spec.submodule_search_locations:
        module = _Later(NAME)
        module.__spec__, module.__path__ = spec, list(spec.submodule_search_locations)
        sys.modules[NAME] = module


def skip_unused_work() -> None:
    """Leave out what papermill and nbformat do for executed notebooks that nobody reads.

    Only for a process that runs this program's own notebooks for their papers: papermill does not turn the executed
    notebook into text after each cell, and nbformat does not validate each output.
    """
    import papermill  # noqa: PLC0415  heavy, as the next
    from nbformat.v4 import nbbase  # noqa: PLC0415

    papermill.execute.write_ipynb = lambda *_: None
    nbbase.validate = lambda *_, **__: None
