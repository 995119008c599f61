"""Every page of an empty, half-filled and damaged workspace, the bureau's and a branch's: Chinese sentences, no traceback."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import nbclient
import nbformat
import pytest

from orglife.adapters.disk import paths
from tests import branch as b
from tests.conftest import run
from tests.exchange.test_handover import place, put
from tests.marks import first, thorough

ENGLISH = re.compile(
    r"Traceback|Error\b|Exception|None\b|KeyError|NoBranch|nan\b|[A-Za-z]{2,} [a-z]{2,} [a-z]{2,}|发生错误"
)
ALLOWED = re.compile(r"<style>.*?</style>|<[^>]*>|&[a-z]+;", re.DOTALL)


def _empty(root: Path) -> None:
    del root


def _half(root: Path) -> None:
    put(root, b.changed(b.branch(), remove=["meeting/mt", "report/rp", "plan/plan"]))


def _receipt(root: Path) -> None:
    _half(root)
    (root / "receipts").mkdir(exist_ok=True)
    (root / "receipts" / "t01.json").write_text("{ no", encoding="utf-8")


def _store(root: Path) -> None:
    _half(root)
    with sqlite3.connect(root / "orglife.db") as store:
        store.execute("drop trigger if exists revision_no_update")
        names = [row[0] for row in store.execute("select name from sqlite_master where type = 'trigger'")]
        for name in names:
            store.execute(f"drop trigger {name}")
        store.execute("update revision set body = '{ no' where number = 5")


def _draft(root: Path) -> None:
    _half(root)
    (root / "campaign-draft.json").write_text("{ no", encoding="utf-8")


STATES: list[tuple[str, Callable[[Path], None]]] = [
    ("empty", _empty),
    ("half", _half),
    ("store", _store),
    ("receipt", _receipt),
    ("draft", _draft),
]


class Pages:
    """Pages run as a person opens them, those of all workspaces in one kernel."""

    def __init__(self, client: nbclient.NotebookClient) -> None:
        self._client = client

    def shown_by(self, root: Path) -> list[tuple[str, str, str]]:
        """(page, type of output, text) of every output of every page."""
        shown = []
        for path in sorted(paths.notebooks().glob("*.ipynb")):
            page = nbformat.read(path, as_version=4)
            page.cells[
                1
            ].source = f"workspace, branch, as_of, final, interactive = {str(root)!r}, '', '2024-03-20', False, True"
            for cell in [cell for cell in page.cells if cell.cell_type == "code"]:
                self._client.execute_cell(cell, 0)
                shown += [(page.metadata["orglife"]["stage"], out.output_type, _text(out)) for out in cell.outputs]
        return shown


def _text(out: Mapping[str, Any]) -> str:
    return str(out.get("evalue", "")) + str(out.get("text", "")) + str(out.get("data", {}).get("text/html", ""))


@pytest.fixture(scope="module")
def pages() -> Iterator[Pages]:
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell()])  # each run cell takes its place
    client = nbclient.NotebookClient(notebook, allow_errors=True, kernel_name="python3", timeout=300)
    with client.setup_kernel():
        yield Pages(client)


@pytest.mark.parametrize("role", ["bureau", "branch"])
@pytest.mark.parametrize(("name", "spoil"), first(1, STATES))
def test_every_page_says_in_chinese_what_is_so(
    name: str, spoil: Callable[[Path], None], role: str, tmp_path: Path, pages: Pages
) -> None:
    root = place(tmp_path / "目录", role)
    spoil(root)
    outputs = pages.shown_by(root)
    assert [(page, kind, text[:300]) for page, kind, text in outputs if kind in ("error", "stream")] == []
    assert [(page, text[:300]) for page, _, text in outputs if "程序遇到" in text or "没有完成（编号" in text] == []
    plain = [(page, ALLOWED.sub(" ", text)) for page, _, text in outputs]
    assert [(page, m.group(), text[:300]) for page, text in plain if (m := ENGLISH.search(text))] == []
    if name == "empty" and role == "bureau":
        overview = " ".join(text for page, text in plain if page == "overview")
        assert "没有需要改正" not in overview
        assert "收支部的包" in overview


@thorough
def test_nothing_to_mend_never_stands_beside_branches_that_have_to(tmp_path: Path, pages: Pages) -> None:
    root = place(tmp_path / "局", "bureau")
    _half(root)
    assert run("check", str(root)) in (0, 1)
    overview = " ".join(ALLOWED.sub(" ", text) for page, _, text in pages.shown_by(root) if page == "overview")
    assert "须改正" in overview
    assert "没有需要改正" not in overview
