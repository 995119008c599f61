"""The buttons of 定稿与归档: which can be used, and what they hand on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from orglife.adapters.disk.drives import Drive
from orglife.adapters.panel.filing import ARCHIVE, COMPARE, RESTORE, FilingActions, FilingPanel
from tests.adapters.panel.work import SetWork
from tests.desk.test_attach_panel import drop

STICK = Path("/media/stick")
BACKUPS = [("今天的备份", "/b/1.zip"), ("昨天的备份", "/b/2.zip")]


class Made:
    """A panel over work that is set by hand."""

    def __init__(self, *, may: tuple[bool, bool] = (True, True), drives: bool = True, on_server: bool = False) -> None:
        self.work, self.calls, self.ended = SetWork(), list[tuple[Any, ...]](), 0
        self.may = may

        def call(name: str) -> Any:
            return lambda _bar, *arguments: self.calls.append((name, *arguments))

        actions = FilingActions(
            final=call("final"),
            archive=call("archive"),
            carry=call("carry"),
            backup=call("backup"),
            compare=call("compare"),
            restore=call("restore"),
            drives=lambda: [Drive(STICK, "U盘", 1000)] if drives else [],
            backups=lambda: BACKUPS,
            keep=lambda name, data: Path("/kept") / f"{name}.{len(data)}",
            state=lambda: "<p>做好的</p>",
            may=lambda: self.may,
            on_server=on_server,
            next_html="<p>明年</p>",
            quit_html="<p>退出</p>",
        )
        self.panel = FilingPanel(actions, self.work.bar, lambda: "<p>还差</p>", [], self._end)

    def _end(self) -> None:
        self.ended += 1

    def do(self, title: str, *, good: bool) -> None:
        """Long work that begins and ends."""
        self.work.set(title=title, running=True)
        self.work.set(title=title, good=good, lines=("做完了",))

    @property
    def usable(self) -> list[str]:
        """The buttons that can be pressed."""
        panel = self.panel
        buttons = (
            panel.final_button, panel.archive_button, panel.papers_button, panel.bag_button, panel.package_button,
            panel.backup_button, panel.compare_button, panel.restore_button,
        )  # fmt: skip
        return [b.description for b in buttons if not b.disabled and b.layout.display != "none"]


ALWAYS = ["写定稿文件", "写归档包", "写交给上级的包", "备份到这里", "看差别"]


@pytest.mark.parametrize(
    ("may", "usable"), [((False, False), []), ((True, False), ["定稿"]), ((True, True), ["定稿", "归档"])]
)
def test_final_papers_and_archive_wait_for_what_is_missing(may: tuple[bool, bool], usable: list[str]) -> None:
    made = Made(may=may)
    assert made.usable == [*usable, *ALWAYS]
    made.work.set(title=ARCHIVE, running=True)
    assert (made.usable, made.ended) == ([], 0)
    made.work.set(title=ARCHIVE, good=True, lines=("✓",))
    assert made.usable == [*usable, *ALWAYS]
    assert made.ended == 1


def test_a_backup_is_restored_only_after_its_differences_were_shown() -> None:
    made = Made()
    made.panel.compare_button.click()
    assert made.calls == []
    assert "请先选一份备份" in made.panel.restore_bar.shown.value
    made.panel.source.value = "/b/1.zip"
    made.panel.compare_button.click()
    made.do(COMPARE, good=False)
    assert "确认恢复" not in made.usable
    made.do(COMPARE, good=True)
    assert "确认恢复" in made.usable
    made.panel.source.value = "/b/2.zip"
    assert "确认恢复" not in made.usable
    made.panel.source.value = "/b/1.zip"
    made.panel.restore_button.click()
    assert made.calls == [("compare", Path("/b/1.zip")), ("restore", Path("/b/1.zip"))]
    made.do(ARCHIVE, good=True)
    assert "确认恢复" not in made.usable


def test_after_a_restore_nothing_can_be_pressed_until_the_page_runs_again() -> None:
    made = Made()
    made.do(RESTORE, good=False)
    assert made.usable == ["定稿", "归档", *ALWAYS]
    made.do(RESTORE, good=True)
    assert made.usable == []


def test_what_is_written_goes_to_the_chosen_place() -> None:
    made = Made()
    for button in (made.panel.papers_button, made.panel.bag_button, made.panel.package_button):
        button.click()
    made.panel.backup_button.click()
    made.panel.final_button.click()
    made.panel.archive_button.click()
    assert made.calls == [
        ("carry", "papers", STICK),
        ("carry", "bag", STICK),
        ("carry", "package", STICK),
        ("backup", STICK),
        ("final",),
        ("archive",),
    ]
    nowhere = Made(drives=False)
    nowhere.panel.papers_button.click()
    nowhere.panel.backup_button.click()
    assert nowhere.calls == []
    assert "请先选写到哪里" in nowhere.panel.carry_bar.shown.value


def test_an_uploaded_backup_is_compared_at_once() -> None:
    made = Made()
    drop(made.panel.upload, ("旧.zip", b"abc"))
    assert made.calls == [("compare", Path("/kept/旧.zip.3"))]
    assert made.panel.source.value == "/kept/旧.zip.3"
    assert made.panel.upload.value == ()
    made.panel.refresh()
    assert [value for _, value in made.panel.source.options] == ["", "/b/1.zip", "/b/2.zip", "/kept/旧.zip.3"]


@pytest.mark.parametrize(
    ("on_server", "titles"),
    [
        (False, ["一、还差什么", "二、定稿、归档", "三、拷到U盘或文件夹，备份", "四、恢复", "五、明年", "六、退出"]),
        (True, ["一、还差什么", "二、定稿、归档", "三、明年", "四、退出"]),
    ],
)
def test_a_server_offers_no_drives_and_no_restore(on_server: bool, titles: list[str]) -> None:
    texts = [str(getattr(child, "value", "")) for child in Made(on_server=on_server).panel.box.children]
    heads = [text.split(">")[1].removesuffix("</h3") for text in texts if text.startswith("<h3")]
    assert heads == titles
    assert any("由管理员备份" in text for text in texts) is on_server
