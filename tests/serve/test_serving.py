"""How ``start`` goes on: the first page where there is nothing or nothing readable, the workspace everywhere else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from orglife.adapters.disk import workspace as ws
from orglife.core.errors import StoreBroken, UnknownBranch
from orglife.serve import rehearsal, serving
from orglife.serve.serving import ServeOptions

ASKED, SERVED = "asked", "served"


class Steps:
    """Notes what ``start`` does; what the browser's page founds is given."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *, free: bool, broken: bool, founded: Any) -> None:
        self.done: list[tuple[Any, ...]] = []
        self.said: list[str] = []
        self.broken, self.founded = broken, founded
        monkeypatch.setattr(ws, "is_free", lambda _: free)
        monkeypatch.setattr(serving, "_chosen_branch", self._chosen)
        monkeypatch.setattr(serving, "_first_page_in_browser", self._ask)
        monkeypatch.setattr(serving, "_serve", self._serve)
        monkeypatch.setattr(rehearsal, "create_rehearsal", lambda root: self.done.append(("rehearsal", root.name)))

    def _chosen(self, _root: Path, branch: str) -> str:
        if self.broken:
            self.broken = False
            raise StoreBroken(path="x", what="坏了")
        return branch.upper()

    def _ask(self, root: Path, _options: Any, _entrance: Any, _url: Any, _message: Any, problem: str) -> Any:
        self.done.append((ASKED, root.name, bool(problem)))
        return self.founded

    def _serve(self, root: Path, chosen: str, options: ServeOptions, *_: Any) -> None:
        self.done.append((SERVED, root.name, chosen, options.port, options.browser))

    def start(self, options: ServeOptions) -> None:
        serving.start(options, lambda _: None, self.said.append)


NEW = (Path("新"), 8800)


@pytest.mark.parametrize(
    ("free", "broken", "founded", "branch", "done", "said"),
    [
        (False, False, None, "", [(SERVED, "支部", "", 8765, True)], []),
        (False, False, None, "b1", [(SERVED, "支部", "B1", 8765, True)], []),
        (True, False, NEW, "", [(ASKED, "支部", False), (SERVED, "新", "", 8800, False)], []),
        (True, False, None, "", [(ASKED, "支部", False)], ["已结束，没有建立工作簿。"]),
        (True, False, None, "b1", [(SERVED, "支部", "B1", 8765, True)], []),
        (False, True, NEW, "b1", [(ASKED, "支部", True), (SERVED, "新", "B1", 8800, False)], []),
        (False, True, None, "", [(ASKED, "支部", True)], ["已结束，没有恢复。"]),
    ],
)
def test_the_first_page_is_asked_only_where_nothing_can_be_opened(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    *,
    free: bool,
    broken: bool,
    founded: Any,
    branch: str,
    done: list[tuple[Any, ...]],
    said: list[str],
) -> None:
    steps = Steps(monkeypatch, free=free, broken=broken, founded=founded)
    steps.start(ServeOptions(tmp_path / "支部", branch, 8765))
    assert (steps.done, steps.said) == (done, said)
    again = Steps(monkeypatch, free=False, broken=False, founded=None)
    again.start(ServeOptions(tmp_path / "支部", rehearsal=True))
    assert again.done == [("rehearsal", "支部-演练"), (SERVED, "支部-演练", "", None, True)]


def test_a_branch_that_is_given_must_be_there(filled: Path) -> None:
    assert (serving._chosen_branch(filled, "t01"), serving._chosen_branch(filled, "")) == ("t01", "")
    with pytest.raises(UnknownBranch):
        serving._chosen_branch(filled, "t09")
