"""Each page of a branch as a tree of its widgets: before a person touches it, and with entries opened.

The golden files show what is on a page, in which order, what is hidden, offered and already filled in. ``make golden``
rewrites them after a wanted change.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from difflib import unified_diff
from pathlib import Path
from typing import Any

import ipywidgets as W
import pytest

from orglife.desk.desk import Desk
from orglife.home.progress import branch_stages
from tests import branch as b
from tests.conftest import run
from tests.shown_trees import tree
from tests.whole import unusual
from tests.whole.golden_files import GOLDEN, compare

DAY = "2024-03-08"
BRANCHES: dict[str, Callable[[], b.Json]] = {"usual": b.branch, "unusual": unusual.branch, "long": unusual.long}


def open_first(shown: Any) -> None:
    """Choose the first entry of every list of a page."""
    if isinstance(shown, W.Select) and shown.options and shown.index is None:
        shown.index = 0
    for child in getattr(shown, "children", ()):
        open_first(child)


@pytest.mark.parametrize("stage", ["home", *(stage.key for stage in branch_stages())])
@pytest.mark.parametrize("branch", BRANCHES)
def test_a_page_is_built_as_before(branch: str, stage: str, workspace: Path, tmp_path: Path) -> None:
    (tmp_path / "t01.json").write_text(json.dumps(BRANCHES[branch]()), encoding="utf-8")
    assert run("import", str(workspace), str(tmp_path / "t01.json")) == 0
    desk = Desk.open(str(workspace), "t01", as_of=DAY, interactive=True)
    form = desk.form(stage)
    before = list(tree(form))
    lines = [*before, *tree(desk.findings(stage)), *tree(desk.next("" if stage == "home" else stage))]
    open_first(form)
    lines += ["", "With the first entry of each list opened:"]
    lines += [line for line in unified_diff(before, list(tree(form)), n=0, lineterm="") if line[:2] not in ("--", "++")]
    desk.office.close()
    compare(GOLDEN / f"pages/{branch}-{stage}.txt", "\n".join(lines).replace(str(tmp_path), "") + "\n")
