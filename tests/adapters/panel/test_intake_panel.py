"""The panel of 收件: what can be pressed, and what is asked about a package."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import ipywidgets as W

from orglife.adapters.disk.drives import Drive
from orglife.adapters.panel.intake import COLLECT, TAKE_IN, IntakeActions, IntakePanel, PackageQuestion
from tests.adapters.panel.work import SetWork

KEY = ("talk", "t1")
RECORDS = ((KEY, "谈话", (("地点", "大厅<", "会议室"),)), (("talk", "t2"), "另一条", ()))


class Made:
    """A panel over work that is set by hand."""

    def __init__(self, *questions: PackageQuestion, ready: int = 0, drives: bool = True) -> None:
        self.work, self.calls, self.ended = SetWork(), list[Any](), 0
        self.questions, self.ready, self.html = list(questions), ready, "<p>列表</p>"
        actions = IntakeActions(
            port=None,  # type: ignore[arg-type]
            look_in=lambda _bar, folder: self.calls.append(folder),
            take=lambda _bar: self.calls.append("take"),
            clear=lambda: self.calls.append("clear"),
            answer=lambda number, answers: self.calls.append((number, dict(answers))),
            drives=lambda: [Drive(Path("/media/stick"), "U盘", 1000)] if drives else [],
            shown=lambda: self.html,
            ready=lambda: self.ready,
            questions=lambda: self.questions,
        )
        self.panel = IntakePanel(actions, self.work.bar, self._end)

    def _end(self) -> None:
        self.ended += 1

    @property
    def usable(self) -> list[str]:
        panel = self.panel
        buttons = (panel.look_button, panel.take_button, panel.clear_button)
        return [b.description for b in buttons if not b.disabled and b.layout.display != "none"]

    @property
    def asked(self) -> list[Any]:
        """The widgets below each question, in their order."""

        def inner(widget: Any) -> list[Any]:
            children = getattr(widget, "children", ())
            return [each for child in children for each in inner(child)] if children else [widget]

        return inner(self.panel.asked)


def buttons(widgets: list[Any]) -> dict[str, Any]:
    return {each.description: each for each in widgets if isinstance(each, W.Button)}


def test_what_can_be_taken_in_is_counted_on_the_button() -> None:
    made = Made(ready=3)
    assert made.usable == ["核对这里的包", "接收可以接收的3份", "清空列表"]
    made.work.set(title=COLLECT, running=True)
    assert (made.usable, made.panel.drop.state["busy"], made.ended) == ([], True, 0)
    made.ready, made.html = 0, ""
    made.work.set(title=COLLECT, good=True, lines=("核对完了",))
    assert (made.usable, made.panel.drop.state["busy"], made.ended) == (["核对这里的包"], False, 1)
    assert made.panel.listed.value == ""
    made.work.set(title=TAKE_IN, running=True)
    assert "接收支部的包" in made.panel.bar.shown.value


def test_each_button_calls_its_action() -> None:
    made = Made(ready=1)
    made.panel.look_button.click()
    made.panel.take_button.click()
    made.panel.clear_button.click()
    assert made.calls == [Path("/media/stick"), "take", "clear"]
    nowhere = Made(drives=False)
    nowhere.panel.look_button.click()
    assert nowhere.calls == []
    assert "请先选一个U盘" in nowhere.panel.bar.shown.value


def test_the_same_branch_is_a_yes_or_no() -> None:
    made = Made(PackageQuestion(4, "doubt", "甲<支部", "有两个"))
    assert "甲&lt;支部</b><br>有两个" in made.asked[0].value
    for button in buttons(made.asked).values():
        button.click()
    assert made.calls == [(4, {"as_new": True}), (4, {"same": True})]


def test_a_reason_is_needed_and_trimmed() -> None:
    made = Made(PackageQuestion(0, "rewritten", "甲支部", "重写过"))
    (reason,) = [each for each in made.asked if isinstance(each, W.Text)]
    (again,) = buttons(made.asked).values()
    reason.value = "  "
    again.click()
    assert made.calls == []
    assert "请先写明原因" in made.panel.bar.shown.value
    reason.value = " 电脑坏了 "
    again.click()
    assert made.calls == [(0, {"reason": "电脑坏了"})]


def test_a_side_is_chosen_for_every_record_or_for_all_at_once() -> None:
    made = Made(PackageQuestion(2, "asked", "甲支部", "两边都改过", RECORDS))
    first, second = [each for each in made.asked if isinstance(each, W.Dropdown)]
    assert any(
        "<td>地点</td><td>大厅&lt;</td><td>会议室</td>" in str(getattr(each, "value", "")) for each in made.asked
    )
    first.value = "ours"
    assert made.calls == []
    second.value = "theirs"
    assert made.calls == [(2, {"sides": ((*KEY, "ours"), ("talk", "t2", "theirs"))})]
    made.calls.clear()
    for button in buttons(made.asked).values():
        button.click()
    sides = [answers["sides"] for _, answers in made.calls]
    assert sides == [tuple((*key, side) for key, _, _ in RECORDS) for side in ("ours", "theirs")]


def test_questions_are_made_anew_only_when_they_change() -> None:
    made = Made(PackageQuestion(0, "rewritten", "甲支部", "重写过"))
    before = made.panel.asked.children
    made.panel.refresh()
    assert made.panel.asked.children is before
    made.questions.clear()
    made.panel.refresh()
    assert made.panel.asked.children == ()
