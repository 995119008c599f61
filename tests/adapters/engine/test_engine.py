"""The engine: what it makes equals what papermill's own makes, and a child's trouble is only its own."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

import nbformat
import papermill
import pytest
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from papermill.exceptions import PapermillExecutionError

from orglife.adapters.engine import engine, processes, runner, zygote
from orglife.core.errors import NotPython, UnknownChoice
from tests import branch as b
from tests.alive import eventually, lives
from tests.marks import first, thorough

NOTEBOOKS = sorted((b.ROOT / "notebooks").glob("*.ipynb"))
pytestmark = pytest.mark.skipif(not processes.FORKS_WELL, reason="the engine needs fork")


def executed(path: Path, name: str, folder: Path, parameters: dict[str, Any] | None = None, **options: Any) -> Any:
    """A notebook as an engine leaves it, run where nobody minds."""
    return papermill.execute_notebook(
        str(path),
        None,
        parameters,
        engine_name=name,
        kernel_name="python3",
        progress_bar=False,
        cwd=str(folder),
        **options,
    )


def normal(nb: Any) -> Any:
    """A notebook without what no two runs have in common: times, ids in the order of their appearance."""
    raw = json.loads(json.dumps(nb))
    raw["metadata"].pop("papermill", None)
    raw["metadata"].pop("widgets", None)
    for number, cell in enumerate(raw["cells"]):
        cell["id"] = number
        cell["metadata"].pop("papermill", None)
        cell["metadata"].pop("execution", None)
    text = json.dumps(raw, sort_keys=True)
    seen: dict[str, str] = {}
    return re.sub(r"[0-9a-f]{32}", lambda found: seen.setdefault(found[0], f"id{len(seen)}"), text)


def widgets(nb: Any) -> list[str]:
    """What the notebook keeps of its widgets, without their ids."""
    state = nb.metadata.get("widgets", {}).get("application/vnd.jupyter.widget-state+json", {}).get("state", {})
    return sorted(re.sub(r"[0-9a-f]{32}", "id", json.dumps(one, sort_keys=True)) for one in state.values())


@pytest.mark.parametrize("path", first(1, NOTEBOOKS), ids=lambda p: p.stem)
def test_every_notebook_leaves_what_it_leaves_with_papermills_own(path: Path, filled: Path) -> None:
    parameters = {"branch": "t01", "interactive": False}
    ours, stock = (executed(path, name, filled, parameters) for name in (engine.NAME, runner.STOCK))
    assert normal(ours) == normal(stock)


@thorough
def test_forms_leave_the_same_widgets(filled: Path) -> None:
    path = b.ROOT / "notebooks" / "21_appraisal.ipynb"
    ours, stock = (executed(path, name, filled, {"branch": "t01"}) for name in (engine.NAME, runner.STOCK))
    assert len(widgets(ours)) > 50
    assert normal(ours) == normal(stock)
    assert widgets(ours) == widgets(stock)


def notebook(folder: Path, *cells: str, name: str = "n.ipynb") -> Path:
    v4 = nbformat.v4
    nb = v4.new_notebook(cells=[v4.new_code_cell(source) for source in cells])
    nb.metadata["kernelspec"] = {"name": "python3", "language": "python", "display_name": "Python 3"}
    nbformat.write(nb, folder / name)
    return folder / name


ODD = {
    "streams": ["import sys\nprint('a')\nprint('b', file=sys.stderr)\nprint('c')\nsys.stdout.write('d')", "1"],
    "display": [
        "from IPython.display import display, HTML, Markdown, clear_output\nh = display(HTML('<b>x</b>'), display_id='one')",
        "h.update(Markdown('y'))\nprint('gone')\nclear_output()\nprint('stays')",
        "{'a': [1, 2]}",
    ],
    "values": ["x = 5; x", "_ + 1", "Out[1], In[1]", "%%capture got\nprint('in')", "got.stdout"],
    "frame": ["import pandas as pd\npd.DataFrame({'甲': [1, 2], '乙': ['x', None]})"],
    "widgets": [
        "import ipywidgets as w\nbox = w.VBox([w.Text('甲'), w.IntSlider(3)])\nbox",
        "out = w.Output()\nout",
        "with out:\n    print('inside')\nprint('outside')",
    ],
    "error": ["def f():\n    return 1 / 0\n", "f()", "'never'"],
    "own": ["__name__", "import __main__; __main__ is __import__('sys').modules['__main__'], hasattr(__main__, 'x')"],
    "exit": ["import sys\nsys.exit(3)", "'never'"],
    "syntax": ["def ("],
    "async": ["import asyncio\nawait asyncio.sleep(0)\n'waited'"],
    "trailing": ["1;", "# only a remark", "", "a = 1"],
}


@pytest.mark.parametrize("cells", first(1, ODD.values()), ids=ODD)
def test_odd_cells_leave_what_they_leave_with_papermills_own(cells: list[str], tmp_path: Path) -> None:
    path = notebook(tmp_path, *cells)
    ours, stock = (odd(path, name) for name in (engine.NAME, runner.STOCK))
    assert ours == stock


def odd(path: Path, name: str) -> tuple[str, str]:
    """What an engine says and leaves of a notebook.

    With an Output widget, nbclient sends on the socket that it waits on, and now and then waits forever (its issue
    312). The notebooks of this kit have no such widget; here a run that hangs is begun anew.
    """
    out = path.with_name(f"{name}.ipynb")
    for again in (True, True, False):
        said = ""
        try:
            papermill.execute_notebook(
                str(path), str(out), engine_name=name, kernel_name="python3", progress_bar=False, cwd=str(path.parent),
                execution_timeout=40,
            )  # fmt: skip
        except PapermillExecutionError as error:
            said = re.sub(r"0x[0-9a-f]+", "0x", str(error))
        except CellTimeoutError:
            if name == runner.STOCK and again:
                continue
            raise
        break
    return said, normal(nbformat.read(out, as_version=4))


def test_what_is_written_past_python_is_kept(tmp_path: Path) -> None:
    done = executed(notebook(tmp_path, "import os\nos.write(1, b'raw') and print('said')"), engine.NAME, tmp_path)
    assert "".join(o.text for o in done.cells[0].outputs) == "said\nraw"


def test_a_notebook_finds_modules_of_its_folder_first(tmp_path: Path) -> None:
    (tmp_path / "colorsys.py").write_text("mine = True\n", encoding="utf-8")
    look = "import sys, colorsys\n(sys.path[0], getattr(colorsys, 'mine', False))"
    done = executed(notebook(tmp_path, look), engine.NAME, tmp_path)
    assert done.cells[0].outputs[0].data["text/plain"] == "('', True)"


def test_nothing_of_one_notebook_is_in_the_next(tmp_path: Path) -> None:
    leave = "import os, json, pandas as pd\njson.mine = 1\nos.environ['MINE'] = '1'\nos.chdir('/')\npd.set_option('display.max_rows', 3)\nmine = 1"
    look = "import os, json, pandas as pd\n(hasattr(json, 'mine'), 'MINE' in os.environ, os.getcwd() == '/', pd.get_option('display.max_rows'), 'mine' in globals())"
    executed(notebook(tmp_path, leave), engine.NAME, tmp_path)
    done = executed(notebook(tmp_path, look), engine.NAME, tmp_path)
    assert done.cells[0].outputs[0].data["text/plain"] == "(False, False, False, 60, False)"


ENDS = {
    "os._exit": ("import os; os._exit(0)", DeadKernelError),
    "kill": ("import os; os.kill(os.getpid(), 9)", DeadKernelError),
    "loop": ("while True: pass", CellTimeoutError),
    "loop in C": ("sum(range(10**13))", CellTimeoutError),
    "memory": ("x = bytearray(900_000_000)", PapermillExecutionError),
    "nobody answers": ("input('?')", PapermillExecutionError),
}


@pytest.mark.parametrize(("cell", "error"), first(3, ENDS.values()), ids=ENDS)
def test_a_notebook_that_ends_badly_harms_nobody(cell: str, error: type[Exception], tmp_path: Path) -> None:
    good = notebook(tmp_path, "print('well')", name="good.ipynb")
    executed(good, engine.NAME, tmp_path)
    before = zygotes()
    with pytest.raises(error):
        executed(notebook(tmp_path, "1", cell, "2"), engine.NAME, tmp_path, execution_timeout=2, megabytes=400)
    done = executed(good, engine.NAME, tmp_path)
    assert done.cells[0].outputs[0].text == "well\n"
    assert zygotes() == before


def zygotes() -> set[int]:
    return {one._process.pid for one in zygote._all}


def test_what_a_cell_started_ends_with_it(tmp_path: Path) -> None:
    cell = "import subprocess\np = subprocess.Popen(['sleep', '600'])\np.pid"
    done = executed(notebook(tmp_path, cell), engine.NAME, tmp_path)
    pid = int(done.cells[0].outputs[0].data["text/plain"])
    assert eventually(lambda: not lives(pid))


@thorough
def test_a_killed_zygote_is_begun_anew(tmp_path: Path) -> None:
    path = notebook(tmp_path, "1")
    executed(path, engine.NAME, tmp_path)
    for pid in zygotes():
        os.kill(pid, 9)
    assert executed(path, engine.NAME, tmp_path).cells[0].outputs


def test_only_python_and_known_engines(tmp_path: Path) -> None:
    nb = nbformat.read(notebook(tmp_path, "1"), as_version=4)
    nb.metadata["kernelspec"]["language"] = "R"

    class Keeper:
        pass

    keeper = Keeper()
    keeper.nb = nb  # type: ignore[attr-defined]
    with pytest.raises(NotPython):
        engine.execute(keeper, "python3")
    with pytest.raises(UnknownChoice, match="nbclient、orglife"):
        runner.require_engine("ray")
    runner.require_engine(engine.NAME)


def test_a_zygote_leaves_no_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    executed(notebook(tmp_path, "1"), engine.NAME, tmp_path)
    (used,) = [one for one in zygote._all if one.folder.parent == tmp_path]
    assert used.folder.stat().st_mode & 0o777 == 0o700
    used.close()
    assert not used.folder.exists()
    gone = tmp_path / "orglife-run-999999999-x"
    gone.mkdir()
    processes.sweep()
    assert not gone.exists()
