"""A branch taken home: brought back by its branch, or given up by its bureau."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from orglife.adapters.panel.end_loan import EndLoanPanel
from orglife.adapters.panel.loan import ASK, LoanActions, LoanPanel
from orglife.core.errors import Contradictions
from tests.desk.test_attach_panel import drop


class Made:
    """A panel whose file contradicts the server until a side is chosen."""

    def __init__(self, tmp_path: Path, *, contradicts: bool) -> None:
        self.file, self.contradicts = tmp_path / "brought.zip", contradicts
        self.brought, self.done = list[str](), 0

        def keep(_name: str, data: bytes) -> Path:
            self.file.write_bytes(data)
            return self.file

        def bring(_file: Path, side: str) -> list[str]:
            if self.contradicts and not side:
                raise Contradictions(name="包", branch="河东", count=1)
            self.brought.append(side)
            return ["带回了3条", "可以接着填"]

        actions = LoanActions(lambda: f"<p>{len(self.brought)}</p>", keep, lambda _: ["会改3条"], bring)
        self.panel = LoanPanel(actions, self._done)

    def _done(self) -> None:
        self.done += 1

    @property
    def shown(self) -> list[str]:
        panel = self.panel
        buttons = (panel.confirm_button, panel.theirs_button, panel.ours_button)
        return [button.description for button in buttons if button.layout.display != "none"]


def test_a_file_is_looked_at_first_and_brought_back_by_a_button(tmp_path: Path) -> None:
    made = Made(tmp_path, contradicts=False)
    assert made.shown == []
    made.panel.confirm_button.click()
    assert (made.brought, made.panel.message.value) == ([], "")
    drop(made.panel.upload, ("河东<支部.zip", b"x"))
    assert made.shown == ["确认带回"]
    assert made.panel.message.value == "<p>“河东&lt;支部”：</p><p>会改3条</p>"
    made.panel.confirm_button.click()
    assert made.panel.message.value == "<p>✓ 带回了3条</p><p>可以接着填</p>"
    assert (made.brought, made.shown, made.done, made.panel.state.value) == ([""], [], 1, "<p>1</p>")
    assert not made.file.exists()


def test_a_contradiction_is_asked_about(tmp_path: Path) -> None:
    made = Made(tmp_path, contradicts=True)
    drop(made.panel.upload, ("河东支部.zip", b"x"))
    made.panel.confirm_button.click()
    assert ASK in made.panel.message.value
    assert (made.brought, made.shown) == ([], ["两边都改过的，都以带回的为准", "两边都改过的，都以服务器上的为准"])
    made.panel.ours_button.click()
    assert (made.brought, made.shown, made.done) == (["ours"], [], 1)


def test_a_loan_is_ended_with_a_branch_and_a_reason() -> None:
    loans, ended, done = [("甲支部", "t01"), ("乙支部", "t02")], list[Any](), list[int]()

    def end(branch: str, reason: str) -> str:
        ended.append((branch, reason))
        loans[:] = [loan for loan in loans if loan[1] != branch]
        return "已结束"

    panel = EndLoanPanel(lambda: loans, end, lambda: done.append(1))
    panel.button.click()
    assert "⚠ 请先选支部。" in panel.message.value
    panel.branch.value = "t02"
    panel.reason.value = "  "
    panel.button.click()
    assert "⚠ 请写明为什么结束" in panel.message.value
    panel.reason.value = " 电脑丢失 "
    panel.refresh()
    assert panel.branch.value == "t02"
    panel.button.click()
    assert (ended, done) == ([("t02", "电脑丢失")], [1])
    assert (panel.message.value, panel.reason.value, panel.branch.value) == ("<p>✓ 已结束</p>", "", "")
    assert panel._form.layout.display == ""
    loans.clear()
    panel.refresh()
    assert panel._form.layout.display == "none"
