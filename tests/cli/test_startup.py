"""What a command loads before it answers: a start is slow through what it imports, so imports are tested, not times."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.marks import thorough

NOTEBOOKS = {
    "IPython",
    "ipykernel",
    "ipywidgets",
    "jupyter_client",
    "jupyter_server",
    "nbclient",
    "nbformat",
    "papermill",
}
TABLES = {"numpy", "openpyxl", "pandas"}
PAPERS = {"docx", "fontTools", "jinja2", "pypdf", "typst"}
HEAVY = NOTEBOOKS | TABLES | PAPERS | {"distributed", "jsonschema", "tornado"}
ROOMS = {"archive", "batch", "bureau", "campaigns", "desk", "exchange", "home", "keeping", "notice", "paper", "serve"}

_RUN = """import contextlib, io, json, sys
from orglife.cli import program
with contextlib.redirect_stdout(io.StringIO()) as out:
    program.main(sys.argv[1:], standalone_mode=False)
assert out.getvalue()
{more}
sys.stdout.write(json.dumps(sorted(sys.modules)))
"""


def loaded(*arguments: str, more: str = "") -> set[str]:
    """The modules that a process has loaded at the end of a command."""
    line = [sys.executable, "-c", _RUN.format(more=more), *arguments]
    done = subprocess.run(line, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stdout))


def rooms(modules: set[str]) -> set[str]:
    return {name.split(".")[1] for name in modules if name.startswith("orglife.")}


@pytest.mark.parametrize("arguments", [("--help",), ("campaign", "--help"), ("batch", "--help")])
def test_help_loads_the_commands_only(arguments: tuple[str, ...]) -> None:
    modules = loaded(*arguments)
    assert rooms(modules) == {"cli", "core"}
    assert modules.isdisjoint(HEAVY | {"pydantic", "sqlalchemy", "orglife.core.record", "orglife.core.rule"})


def test_rules_load_the_stages_only_and_build_no_validator() -> None:
    unbuilt = (
        "from orglife.core.record.record import Record\n"
        "from orglife.core.rule.campaign import Campaign\n"
        "assert not [m for m in (Record, Campaign) if m.__pydantic_complete__]"
    )
    modules = loaded("rules", more=unbuilt)
    assert rooms(modules) == {"cli", "core", "stages"}
    assert modules.isdisjoint(HEAVY | {"sqlalchemy"})


@thorough
def test_check_loads_the_store_but_no_notebook_table_or_paper(filled: Path) -> None:
    modules = loaded("check", str(filled), "--branch", "t01")
    assert rooms(modules).isdisjoint(ROOMS - {"home", "batch", "campaigns"})  # a few modules, for what commands print
    assert modules.isdisjoint({"orglife.batch.driving", "orglife.campaigns.renewal"})
    assert modules.isdisjoint(HEAVY)


@thorough
def test_check_searches_for_no_garbage_while_it_runs_nor_when_it_ends(filled: Path) -> None:
    code = (
        "import atexit, gc, sys\n"
        "from orglife.cli import main\n"
        "before = gc.get_stats()\n"
        "def look():\n"
        "    assert gc.get_stats() == before, gc.get_stats()\n"
        "    assert len(gc.get_objects()) < 1_000 < gc.get_freeze_count()\n"
        "    sys.stderr.write('looked')\n"
        "atexit.register(look)\n"  # registered before the program's own functions: called after them
        "main(sys.argv[1:])"
    )
    line = [sys.executable, "-c", code, "check", str(filled), "--branch", "t01"]
    assert subprocess.run(line, capture_output=True, text=True, encoding="utf-8", check=False).stderr == "looked"


def test_the_desk_is_loaded_without_a_search_for_garbage_and_is_exempt_from_later_ones() -> None:
    code = (
        "import gc\n"
        "import orglife\n"
        "before = gc.get_stats()\n"
        "orglife.Desk\n"
        "assert gc.get_stats() == before, gc.get_stats()\n"
        "assert gc.isenabled()\n"
        "frozen = gc.get_freeze_count()\n"
        "assert frozen > 50_000\n"
        "later = [[] for _ in range(1_000)]\n"
        "from orglife import Desk\n"  # the next page in the same kernel
        "assert gc.get_freeze_count() <= frozen"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@thorough
def test_a_fork_inherits_the_validators() -> None:
    code = (
        "import orglife.stages\n"
        "from orglife.core.building import build_models\n"
        "from orglife.core.paper.block import Bundle\n"
        "from orglife.stages.kinds import KINDS\n"
        "assert not [m for m in (*KINDS, Bundle) if m.__pydantic_complete__]\n"
        "build_models()\n"
        "assert all(m.__pydantic_complete__ for m in (*KINDS, Bundle))"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
