"""The bar shows the work of its own titles, and how it ended."""

from __future__ import annotations

from typing import Any

import pytest

from orglife.adapters.panel.work_bar import WorkBar
from tests.adapters.panel.work import SetWork

RUNNING = {"title": "归档", "since": "2026-11-30 14:05", "running": True, "label": "正在出文件"}


@pytest.mark.parametrize(
    ("state", "shown", "hidden"),
    [
        ({}, "", "进度"),
        ({**RUNNING, "done": 2, "total": 5}, "归档（14:05开始）：正在出文件…已做2步，还剩3步。", "做完才能做下一件"),
        ({**RUNNING, "done": 2, "total": 5}, 'value="2" max="5"', "做完才能做下一件"),
        (RUNNING, "归档（14:05开始）：正在出文件…<", "还剩"),
        ({**RUNNING, "title": "恢复"}, "“恢复”正在做，做完才能做下一件。", "progress"),
        ({"title": "归档", "good": True, "lines": ("✓ 已归档",)}, "of-good", "of-bad"),
        ({"title": "归档", "good": False, "lines": ("已取消。文件没有动。",)}, "of-half", "of-bad"),
        ({"title": "归档", "good": False, "lines": ("磁盘满了", "请清理")}, "of-bad", "of-half"),
        ({"title": "归档", "good": True}, "", "of-status"),
        ({"title": "恢复", "good": True, "lines": ("✓ 已恢复",)}, "", "已恢复"),
    ],
)
def test_what_is_shown_of_each_state(state: dict[str, Any], shown: str, hidden: str) -> None:
    work = SetWork()
    bar = work.bar(["定稿", "归档"], lambda: None)
    work.set(**state)
    assert shown in bar.shown.value
    assert bool(shown) == bool(bar.shown.value)
    assert hidden not in bar.shown.value
    mine = bool(state.get("running")) and state["title"] == "归档"
    assert bar.cancel_button.layout.display == ("" if mine else "none")


def test_work_is_cancelled_once_and_its_beginning_and_end_are_reported() -> None:
    work, changes = SetWork(), []
    bar = work.bar(["归档"], lambda: changes.append(work.state.running))
    work.set(**RUNNING)
    work.set(**RUNNING, done=1)
    assert not bar.cancel_button.disabled
    bar.cancel_button.click()
    work.set(**RUNNING, cancelled=True)
    assert bar.cancel_button.disabled
    work.set(title="归档", good=False, lines=("已取消。",))
    assert (changes, work.cancelled) == ([True, False], 1)


def test_work_that_cannot_begin_says_why() -> None:
    work = SetWork()
    bar = work.bar(["归档"], lambda: None)
    bar.start("归档", "a:b", {"root": "r"})
    work.set(**RUNNING)
    bar.start("归档", "a:b", {})
    assert work.started == [("归档", "a:b", {"root": "r"})]
    assert "of-bad" in bar.shown.value
    assert "归档" in bar.shown.value


def test_the_end_is_left_to_the_caller_where_that_is_asked() -> None:
    work = SetWork()
    bar = WorkBar(work, ["归档"], lambda: None, show_end=False)  # type: ignore[arg-type]
    work.set(title="归档", good=True, lines=("✓ 已归档",))
    assert bar.shown.value == ""
