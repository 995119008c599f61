"""The cells of pages outside the stages, and what stands beside a stage's forms: for a branch and for a bureau.

The golden files hold the form, what was found with its links, the buttons and papers, and the links to the next pages. ``make
golden`` rewrites them after a wanted change.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import ipywidgets as W
import pytest

from orglife.adapters.disk import drives
from orglife.adapters.store.chain import BUREAU
from orglife.core.record.dossier import day_words
from orglife.desk import desk as desk_module
from orglife.desk.desk import Desk
from orglife.office.office import Office
from tests import branch as b
from tests.desk.test_superior import RECORDS, put, put_bureau
from tests.shown_trees import tree
from tests.whole import unusual
from tests.whole.golden_files import GOLDEN, compare

DAY = "2024-03-08"
BRANCH_PAGES = ("home", "study", "meeting", "appraisal", "filing", "campaign")
BUREAU_PAGES = ("overview", "intake", "supervision", "campaign", "home")
_UNSEEN = re.compile(r"<(style|svg|script)\b.*?</\1>", re.DOTALL)
_CHANGING = re.compile(r"\b(?=\w*\d)[0-9a-f]{8,64}\b|\b\d\d:\d\d:\d\d\b")
REMARKS = [
    {"id": "k1", "branch": "t01", "by": "局机关党总支", "date": "2024-03-01", "text": "请补谈话地点", "record": "mt"},
    {"id": "k2", "branch": "t02", "text": "请补"},
]
ORDER = {"id": "o1", "branch": "t02", "round": 1, "scope": "appraisal", "date": "2024-03-02", "due": "2024-03-09"}


def lines_of(html: str) -> Iterator[str]:
    """HTML with a line for each element; hashes and times left out."""
    shown = _CHANGING.sub("…", _UNSEEN.sub("", html))
    yield from (part.strip() for part in re.sub(r">\s*<", ">\n<", shown).splitlines() if part.strip())


def cells(desk: Desk, page: str) -> Iterator[str]:
    """What the cells of a page show."""
    form = desk.form(page)
    yield "# form"
    for number in range(len(form.children) if isinstance(form, W.Tab) else 0):
        form.selected_index = number  # a sheet is made when its turn comes
    yield from lines_of(form.bundle()["text/html"]) if hasattr(form, "bundle") else tree(form, markup=True)
    yield "# findings"
    yield from lines_of(desk.findings("" if page == "home" else page).bundle()["text/html"])
    yield "# documents"
    bundle = desk.documents(page).bundle()
    yield bundle["text/plain"]
    buttons, *_ = bundle["text/html"].partition("<article")
    yield from [line for line in lines_of(buttons) if "button" in line or "</p>" in line]
    yield "# next"
    yield from lines_of(desk.next("" if page == "home" else page).bundle()["text/html"])


def of_branch(root: Path, tmp_path: Path) -> Desk:
    """A branch without a study, with an unfinished entry, remarks and an order."""
    put(root, tmp_path, b.changed(unusual.branch(), put={"branch/id": "t01"}))
    put_bureau(root, tmp_path, {"remark": REMARKS})
    with Office.open(root, author="田小禾") as office:
        office.store.draft(office.campaign.id, "t01", "talk", "t9", {"id": "t9", "date": "哪天"}, who="田小禾")
        for row in office.snapshot("t01").records.get("study", ()):
            office.store.remove(office.campaign.id, "t01", "study", row.id, who="田小禾", base=row.version)
    return Desk.open(str(root), "t01", as_of=DAY)


def as_bureau(root: Path) -> None:
    settings = root / "orglife.toml"
    text = settings.read_text(encoding="utf-8").replace('role = "branch"', 'role = "bureau"')
    settings.write_text(text, encoding="utf-8")


def of_bureau(root: Path, tmp_path: Path) -> Desk:
    """A bureau with two branches, visits, remarks and an order."""
    as_bureau(root)
    second = b.changed(unusual.branch(), put={"branch/id": "t02", "branch/name": "测试局窗口党支部"})
    put(root, tmp_path, second)
    put_bureau(root, tmp_path, {**RECORDS, "remark": REMARKS, "redo_order": [ORDER]})
    with Office.open(root, author="柏青") as office:
        office.store.draft(office.campaign.id, BUREAU, "assignment", "a9", {"id": "a9"}, who="柏青")
    return Desk.open(str(root), as_of=DAY)


def of_empty_bureau(root: Path, tmp_path: Path) -> Desk:
    """A bureau without a branch."""
    del tmp_path
    as_bureau(root)
    return Desk.open(str(root), as_of=DAY)


MAKERS: dict[str, tuple[Callable[[Path, Path], Desk], tuple[str, ...]]] = {
    "branch": (of_branch, BRANCH_PAGES),
    "bureau": (of_bureau, BUREAU_PAGES),
    "empty-bureau": (of_empty_bureau, BUREAU_PAGES),
}


@pytest.mark.parametrize("name", MAKERS)
def test_cells_show_what_they_did(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: Any) -> None:
    monkeypatch.setattr(drives, "drives", list)
    monkeypatch.setattr(desk_module, "_back_up", lambda _: None)
    root = request.getfixturevalue("workspace" if name == "empty-bureau" else "filled")
    make, pages = MAKERS[name]
    desk = make(root, tmp_path)
    lines = {page: "\n".join(cells(desk, page)) for page in pages}
    desk.office.close()
    for page, text in lines.items():
        compare(
            GOLDEN / f"cells/{name}-{page}.txt",
            text.replace(str(tmp_path), "").replace(day_words(date.today()), "今天") + "\n",
        )
