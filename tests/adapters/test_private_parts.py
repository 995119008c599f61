"""What orglife uses of other packages beyond their documented interfaces is still where it was."""

from __future__ import annotations

import importlib
import json
import re
from operator import attrgetter
from pathlib import Path

import pytest
from jupyterlab.commands import get_app_dir

from tests import branch as b

PAGE = (b.ROOT / "docs" / "private-parts.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| `([\w.]+):([\w.]+)` \| `([\w/.]+)` \|", PAGE, re.MULTILINE)


def test_the_page_lists_names() -> None:
    assert len(ROWS) > 20


@pytest.mark.parametrize(("module", "name", "used_in"), ROWS, ids=lambda value: value)
def test_a_private_part_is_there_and_used_in_its_module(module: str, name: str, used_in: str) -> None:
    attrgetter(name)(importlib.import_module(module))
    assert name.rpartition(".")[2] in (b.ROOT / "lib" / "orglife" / used_in).read_text(encoding="utf-8")


def test_every_name_that_lint_calls_private_is_listed() -> None:
    """Not those of orglife's own classes, nor SQLAlchemy's documented ``_mapping``."""
    own = {"_day", "_clock", "_count", "_tick", "_choice", "_ticks", "_strings", "_people", "_person", "_mapping"}
    for path in sorted((b.ROOT / "lib").rglob("*.py")):
        for line in path.read_text(encoding="utf-8").splitlines():
            if "noqa: SLF001" in line:
                used = set(re.findall(r"(?<=\.)_[a-z]\w*", line.partition("#")[0])) - own
                assert not [name for name in used if name not in PAGE], path


def test_lab_has_every_plugin_that_the_page_leaves_out() -> None:
    left_out = json.loads((b.ROOT / "templates" / "lab" / "page.json").read_text(encoding="utf-8"))[
        "disabledExtensions"
    ]
    scripts = b"".join(script.read_bytes() for script in (Path(get_app_dir()) / "static").glob("*.js"))
    assert [name for name in left_out if name.encode() not in scripts] == []
