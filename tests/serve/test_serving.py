"""How ``start`` goes on: the first page where there is nothing or nothing readable, the workspace everywhere else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from orglife.adapters.disk import workspace as ws
from orglife.adapters.lab import runtime
from orglife.core.errors import AtWork, BadInput, StoreBroken, UnknownBranch
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


@pytest.mark.parametrize("ours", [True, False])
def test_a_workspace_is_served_once(filled: Path, monkeypatch: pytest.MonkeyPatch, *, ours: bool) -> None:
    done: list[str] = []

    @contextmanager
    def claim(_folder: Any) -> Iterator[bool]:
        yield ours

    def notes(word: str) -> Callable[..., Any]:
        return lambda *_, **__: done.append(word)

    monkeypatch.setattr(runtime, "claim", claim)
    monkeypatch.setattr(runtime.ServerFolder, "prepare", notes("folders"))
    for name, word in (("_show_running", "running"), ("enter_environment", "environment"), ("_back_up", "copy")):
        monkeypatch.setattr(serving, name, notes(word))
    monkeypatch.setattr(serving.server, "serve", notes("server"))
    entrance: Any = None
    said: list[str] = []
    serving._serve(filled, "", ServeOptions(browser=False), entrance, said.append, said.append)
    assert done == (["copy", "folders", "environment", "server"] if ours else ["running"])
    assert said == (["已结束。"] if ours else [])


def office_of(role: str, own: str, *, rehearsal: bool = False, meeting: tuple[date | None, date | None]) -> Any:
    """An office of a role with three branches."""
    settings = SimpleNamespace(role=role, branch=own, rehearsal=rehearsal)
    return SimpleNamespace(
        workspace=SimpleNamespace(settings=settings, today=lambda: date(2024, 3, 8)),
        branches=lambda: ["a", "b", "c"],
        branch_name=lambda branch: f"{branch}支部",
        campaign=SimpleNamespace(meeting_start=meeting[0], meeting_end=meeting[1]),
    )


FROM, TO = date(2024, 2, 1), date(2024, 2, 29)


@pytest.mark.parametrize(
    ("role", "own", "asked", "rehearsal", "first", "campaign", "named"),
    [
        ("branch", "", "", False, "00_home", True, ["a", "b", "c"]),
        ("branch", "b", "", False, "00_home", True, ["b"]),
        ("branch", "b", "c", False, "00_home", True, ["c"]),
        ("branch", "b", "", True, "00_home", False, ["b"]),
        ("bureau", "", "", False, "90_overview", True, ["a", "b", "c"]),
        ("bureau", "", "c", False, "00_home", True, ["c"]),
    ],
)
def test_which_pages_and_branches_a_window_has(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    *,
    role: str,
    own: str,
    asked: str,
    rehearsal: bool,
    first: str,
    campaign: bool,
    named: list[str],
) -> None:
    (tmp_path / "notebooks").mkdir()
    for name in ("01_campaign", "90_overview"):
        (tmp_path / "notebooks" / f"{name}.ipynb").write_text("{}", encoding="utf-8")
    office = office_of(role, own, rehearsal=rehearsal, meeting=(FROM, TO))
    monkeypatch.setattr(serving.following, "opened", lambda _: nullcontext(office))
    data = serving.page_data(tmp_path, asked)
    paths = [step["path"] for step in data["steps"]]
    assert paths[0] == f"notebooks/{first}.ipynb"
    assert ("notebooks/01_campaign.ipynb" in paths) is campaign
    assert "notebooks/41_intake.ipynb" not in paths, "its file is not there"
    assert [step["path"] for step in data["steps"] if step.get("bureau")] == (
        ["notebooks/90_overview.ipynb", "notebooks/01_campaign.ipynb"] if first == "90_overview" else []
    )
    assert data["branches"] == [[branch, f"{branch}支部"] for branch in named]
    assert (data["rehearsal"], "tour" in data) == (rehearsal, rehearsal)


@pytest.mark.parametrize(
    ("meeting", "days"),
    [
        ((FROM, TO), {"from": "2024-02-01", "to": "2024-02-29", "today": "2024-03-08"}),
        ((FROM, None), {"today": "2024-03-08"}),
        ((None, TO), {"today": "2024-03-08"}),
        ((None, None), {"today": "2024-03-08"}),
    ],
)
def test_the_calendar_marks_a_whole_period_only(meeting: tuple[date | None, date | None], days: dict[str, str]) -> None:
    assert serving._calendar_days(office_of("branch", "", meeting=meeting)) == days


def test_the_program_is_not_ended_while_something_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving.long_work, "at_work", lambda _: None)
    serving.require_idle(tmp_path)
    monkeypatch.setattr(serving.long_work, "at_work", lambda _: ("归档", "14:05"))
    with pytest.raises(AtWork) as refused:
        serving.leave(tmp_path)
    assert "归档" in str(refused.value)
    assert "14:05" in str(refused.value)


@pytest.mark.parametrize("request_", [{}, {"author": None}, {"author": " "}])
def test_a_page_that_sends_no_author_sets_none(filled: Path, request_: dict[str, Any]) -> None:
    with pytest.raises(BadInput):
        serving.set_author(filled, request_)
