"""Which room may import from which. ``python -m tests.test_house`` writes the drawing of the rooms into README.md."""

from __future__ import annotations

import ast
import json
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import orglife
from orglife.adapters.disk import paths
from orglife.stages import STAGES

LIB = Path(orglife.__file__).parent
FLOORS = [
    ["core"],
    ["stages", "notice", "adapters"],
    ["office", "home"],
    ["exchange", "campaigns", "keeping", "bureau"],
    ["paper", "batch"],
    ["archive", "takeaway"],
    ["filing", "serve"],
    ["desk", "cli"],
]
"""Rooms from the ground up; a room imports from lower floors only."""
FLOOR = {room: floor for floor, rooms in enumerate(FLOORS) for room in rooms}
MOST_FILES = 24
"""Modules of one folder; ``__init__.py`` does not count."""
LAZY = LIB / "__init__.py"  # loads the desk when asked
ROOMS = [path for path in sorted(LIB.rglob("*.py")) if path != LAZY]


README = LIB.parents[1] / "README.md"
BEGIN, END = "<!-- rooms -->\n", "<!-- /rooms -->"


def drawing() -> str:
    """The rooms, a line each with the first sentence of its docstring, and the floors as one line."""
    rows = []
    for floor, rooms in enumerate(FLOORS, start=1):
        for room in rooms:
            doc = ast.get_docstring(ast.parse((LIB / room / "__init__.py").read_text(encoding="utf-8"))) or ""
            rows.append(f"{floor}  {room + '/':<12} {doc.splitlines()[0]}")
    arrows = " ← ".join(", ".join(rooms) for rooms in FLOORS)
    return "```\n" + "\n".join(rows) + "\n\n" + arrows + "\n```\n"


def with_drawing(readme: str) -> str:
    before, rest = readme.split(BEGIN)
    return before + BEGIN + drawing() + END + rest.split(END)[1]


def test_the_house_stays_low() -> None:
    """A drawing of more rooms or floors is no longer taken in at a glance."""
    assert len(FLOORS) <= 8
    assert len(FLOOR) <= 18


def test_the_readme_draws_these_rooms() -> None:
    readme = README.read_text(encoding="utf-8")
    assert with_drawing(readme) == readme, "make rooms"


def room_of(path: Path) -> str:
    return path.relative_to(LIB).parts[0].removesuffix(".py")


@cache
def imports(source: str) -> tuple[list[str], ...]:
    """Every name that a source imports, split at its dots: ``from orglife import batch`` gives orglife, batch."""
    return tuple(_imports(ast.parse(source)))


def _imports(tree: ast.Module) -> Iterator[list[str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".") for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "no relative imports"
            yield from ([*(node.module or "").split("."), alias.name] for alias in node.names)


def house_imports(path: Path) -> Iterator[list[str]]:
    """Imports of the house's own rooms; ``import orglife`` for its version is nobody's room."""
    for name in imports(path.read_text(encoding="utf-8")):
        if name[0] == "orglife" and len(name) > 1:
            yield name[1:]


def test_every_module_stands_in_a_room_and_every_room_on_a_floor() -> None:
    assert {room_of(path) for path in ROOMS} == set(FLOOR)
    assert [path.name for path in LIB.glob("*.py")] == ["__init__.py"]


def test_no_folder_is_crowded() -> None:
    counts = {folder: len([p for p in folder.glob("*.py") if p.stem != "__init__"]) for folder in LIB.rglob("*/")}
    assert {str(folder.relative_to(LIB)): n for folder, n in counts.items() if n > MOST_FILES} == {}


def test_a_class_name_names_one_thing() -> None:
    """The verifier lies in every bag by itself; ``Problem`` is a record type of the meeting."""
    homes: dict[str, list[str]] = {}
    for path in ROOMS:
        if path.name != "verifier.py":
            for node in ast.parse(path.read_text(encoding="utf-8")).body:
                if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                    homes.setdefault(node.name, []).append(str(path.relative_to(LIB)))
    assert {name: files for name, files in homes.items() if len(files) > 1} == {}


def module_of(name: list[str]) -> Path | None:
    """The file that an import leads to: the module itself, or the module that holds the name."""
    for depth in (len(name), len(name) - 1):
        file = LIB.joinpath(*name[:depth]).with_suffix(".py") if depth else LIB / "__init__.py"
        if file.is_file():
            return file
        if (file := LIB.joinpath(*name[:depth]) / "__init__.py").is_file():
            return file
    return None


def circles(graph: dict[str, set[str]]) -> list[list[str]]:
    """Groups of modules that import each other, straight or through others."""
    reach = {start: reached(graph, start) for start in graph}
    groups = {tuple(sorted(other for other in reach[start] if start in reach.get(other, ()))) for start in graph}
    return [list(group) for group in sorted(groups) if group]


def reached(graph: dict[str, set[str]], start: str) -> set[str]:
    seen: set[str] = set()
    left = [start]
    while left:
        for following in graph.get(left.pop(), ()):
            if following not in seen:
                seen.add(following)
                left.append(following)
    return seen


def test_no_circle_of_modules() -> None:
    graph = {
        str(path.relative_to(LIB)): {
            str(target.relative_to(LIB))
            for name in house_imports(path)
            if (target := module_of(name)) and target not in (path, LAZY)
        }
        for path in ROOMS
    }
    assert circles(graph) == []


def test_arrows_point_one_way() -> None:
    breaks = {
        (room_of(path), name[0])
        for path in ROOMS
        for name in house_imports(path)
        if name[0] != room_of(path) and FLOOR[name[0]] >= FLOOR[room_of(path)]
    }
    assert breaks == set()


@pytest.mark.parametrize("path", [p for p in ROOMS if room_of(p) in ("core", "notice", "home")], ids=lambda p: p.stem)
def test_core_is_pure(path: Path) -> None:
    outside = {name[0] for name in imports(path.read_text(encoding="utf-8"))} - {"orglife"} - sys.stdlib_module_names
    assert outside <= {"pydantic", "pydantic_core", "regex"} | ({"numpy"} if room_of(path) == "notice" else set())


CLOCKS = {"today", "now", "utcnow", "time_ns"}
"""Methods of date, datetime and time that read the clock."""


@pytest.mark.parametrize("path", [p for p in ROOMS if room_of(p) in ("core", "stages", "notice")], ids=lambda p: p.stem)
def test_the_day_is_handed_in(path: Path) -> None:
    named = {
        f"{node.value.id}.{node.attr}"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.attr in CLOCKS
    }
    assert not named & {f"{kind}.{name}" for kind in ("date", "datetime", "time", "dt") for name in CLOCKS}


def test_a_stage_knows_only_the_records_of_others() -> None:
    stages = LIB / "stages"
    folders = {p.parent.name for p in stages.glob("*/__init__.py")} - {"shared"}
    for path in stages.rglob("*.py"):
        if path in (stages / "__init__.py", stages / "cycle.py"):  # these wire the stages
            continue
        own = path.parent.name
        for room, *name in house_imports(path):
            if room == "stages" and name[0] in folders and name[0] != own:
                assert name[1] == "record", f"{path.relative_to(LIB)} imports {'.'.join(name)}"


def test_stages_stand_in_the_order_of_the_campaign() -> None:
    numbers = [stage.number for stage in STAGES]
    assert numbers == sorted(set(numbers))
    for stage in STAGES:
        for file in ("record.py", "rules.py", "documents.py", "stage.py"):
            assert (LIB / "stages" / stage.key / file).is_file()


def test_every_stage_of_a_branch_has_its_notebook() -> None:
    there = {p.stem for p in paths.notebooks().glob("*.ipynb")}
    assert {stage.notebook for stage in STAGES if not stage.bureau} <= there


@pytest.mark.parametrize("notebook", sorted(paths.notebooks().glob("*.ipynb")), ids=lambda p: p.stem)
def test_a_notebook_calls_the_desk_only(notebook: Path) -> None:
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    assert [name for source in code for name in imports(source)] == [["orglife", "Desk"]]


WRITES = {"put", "remove", "apply", "apply_all", "append", "draft", "settle", "writing"}
WRITERS = {
    "desk/ports.py",
    "exchange/intake.py",
    "exchange/handover.py",
    "office/answers.py",
    "serve/founding.py",
    "serve/rehearsal.py",
    "campaigns/renewal.py",
    "campaigns/following.py",
    "takeaway/lending.py",
    "takeaway/returning.py",
    "archive/making.py",
}
"""Modules that write records to the store; docs/store.md lists them."""


def test_only_these_modules_write_to_the_store() -> None:
    found = {
        str(path.relative_to(LIB))
        for path in ROOMS
        if not path.is_relative_to(LIB / "adapters" / "store")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in WRITES
        and ast.unparse(node.func.value).split(".")[-1].lstrip("_") in ("store", "writer", "home")
    }
    assert found == WRITERS
    listed = (LIB.parents[1] / "docs" / "store.md").read_text(encoding="utf-8")
    assert [name for name in WRITERS if f"`{name.removesuffix('.py')}`" not in listed] == []


WIDGETS = {"ipywidgets", "anywidget"}
RISKY = {"observe": 0, "on_msg": 0, "on_click": 0, "on_submit": 0, "call_later": 1, "call_soon": 0}
"""Calls that hand over a callback → which of their arguments it is."""


def shows_widgets(path: Path) -> bool:
    return path.stem == "later" or any(name[0] in WIDGETS for name in imports(path.read_text(encoding="utf-8")))


def test_no_callback_of_a_widget_goes_unguarded() -> None:
    """ipywidgets swallows what a callback raises, so each must go through ``guard``."""
    handed = [
        (path, node.lineno, node.args[RISKY[node.func.attr]])
        for path in ROOMS
        if shows_widgets(path)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in RISKY
    ]
    bare = [
        f"{path.relative_to(LIB)}:{line}"
        for path, line, action in handed
        if not (isinstance(action, ast.Call) and ast.unparse(action.func).endswith("guard"))
    ]
    assert bare == []
    assert len(handed) > 10


if __name__ == "__main__":
    README.write_text(with_drawing(README.read_text(encoding="utf-8")), encoding="utf-8")
