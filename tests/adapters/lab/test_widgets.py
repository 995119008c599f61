"""What a kernel is told and loads before it is given a notebook."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from ipywidgets import Text
from ipywidgets.widgets.widget import Widget

from orglife.adapters.lab import runtime, widgets
from tests.marks import thorough

HEAVY = ("openpyxl", "numpy", "pandas", "pypdf", "orglife.notice", "typst", "docx", "nbconvert", "nbformat")
"""What few pages need: each kernel, and the one in reserve, would hold it and take longer to start."""


class Comm:
    """Keeps what would be sent."""

    def __init__(self) -> None:
        self.sent: list[dict[str, Any]] = []

    def send(self, data: dict[str, Any]) -> None:
        self.sent.append(data)


def test_widgets_of_a_page_that_was_left_are_not_sent_again(monkeypatch: pytest.MonkeyPatch) -> None:
    comm = Comm()
    monkeypatch.setattr(Widget, "_handle_control_comm_msg", Widget._handle_control_comm_msg)  # put back afterwards
    monkeypatch.setattr(Widget, "_control_comm", comm)
    Text(value="上一页填的")
    widgets.restore_none()
    Widget._handle_control_comm_msg({"content": {"data": {"method": "request_states"}}})
    assert comm.sent == [{"method": "update_states", "states": {}, "buffer_paths": []}]


PAGE = """
from orglife import Desk
desk = Desk.open(branch="t01")
desk.form("reviews")
desk.form("filing")
for view in (desk.findings("reviews"), desk.documents("reviews"), desk.next("reviews"), desk.form("home")):
    view.bundle()
"""


@thorough
@pytest.mark.parametrize("page", ["", PAGE], ids=["before a page", "with a page"])
def test_a_kernel_loads_nothing_heavy_before_it_is_needed(page: str, filled: Path) -> None:
    kernel = "from IPython.core.interactiveshell import InteractiveShell as S; get_ipython = S.instance"
    told = (
        f"{kernel}\n{runtime.PRELOAD.decode()}\n{page}\nimport sys; print([n for n in {HEAVY!r} if n in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", told], cwd=filled, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
