"""The panel of the page 定稿与归档: final papers, archive, copies on a drive, backup, restore, and leaving."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

import ipywidgets as W

from orglife.adapters.disk.attachments import display_name
from orglife.adapters.disk.drives import Drive
from orglife.adapters.field.context import CHOOSE, put_html
from orglife.adapters.field.messages import guard
from orglife.adapters.field.style import FORMS
from orglife.adapters.panel.parts import WIDE, main_button, offer, uploads_of
from orglife.adapters.panel.place import PlaceChoice
from orglife.adapters.panel.work_bar import WorkBar

FINALIZE, ARCHIVE, CARRY, BACKUP, COMPARE, RESTORE = "定稿", "归档", "写到所选位置", "备份", "核对备份", "恢复"
NO_PLACE = "请先选写到哪里。"
NO_BACKUP = "请先选一份备份。"
OTHER_BACKUP = "选另一份备份文件"
ON_SERVER = "定稿文件、归档包点上面的“下载”，存到自己的电脑或U盘。数据在服务器上，由管理员备份，不用自己恢复。"


@dataclass(frozen=True)
class FilingActions:
    """What the panel calls; every long one takes its bar.

    Attributes:
        final: Makes final papers.
        archive: Archives the branch.
        carry: Writes ``papers``, ``bag`` or ``package`` to a folder.
        backup: Backs up into a folder.
        compare: Shows what restoring a backup would change.
        restore: Restores a backup.
        drives: The drives that are plugged in.
        backups: The backups that can be restored: (label, path).
        keep: Keeps an uploaded backup; returns its path.
        state: HTML of what was made so far, with buttons to download it.
        may: Whether final papers and the archive can be made now.
        on_server: Whether the records are on a server: its administrator backs them up, and its drives are not the user's.
        next_html: HTML of the way to the next year's campaign.
        quit_html: HTML of the button that ends the program.
    """

    final: Callable[[WorkBar], None]
    archive: Callable[[WorkBar], None]
    carry: Callable[[WorkBar, str, Path], None]
    backup: Callable[[WorkBar, Path], None]
    compare: Callable[[WorkBar, Path], None]
    restore: Callable[[WorkBar, Path], None]
    drives: Callable[[], Sequence[Drive]]
    backups: Callable[[], Sequence[tuple[str, str]]]
    keep: Callable[[str, bytes], Path]
    state: Callable[[], str]
    may: Callable[[], tuple[bool, bool]]
    on_server: bool
    next_html: str
    quit_html: str


class FilingPanel:
    """Buttons for all that is done at the end, in order, each part with a bar of its own.

    Args:
        actions: What the buttons do.
        bar: Makes the bar of some titles.
        obstacles: HTML of what still prevents final papers and the archive.
        parts: The form of the codes, and the panel of scans: title, help and widget each.
    """

    def __init__(
        self,
        actions: FilingActions,
        bar: Callable[[Sequence[str], Callable[[], None]], WorkBar],
        obstacles: Callable[[], str],
        parts: Sequence[tuple[str, str, Any]],
        on_work: Callable[[], None],
    ) -> None:
        self._do, self._obstacles, self._on_work = actions, obstacles, on_work
        self.obstacles, self.state = W.HTML(), W.HTML()
        self.make_bar = bar((FINALIZE, ARCHIVE), self._changed)  # notified of all work once
        self.carry_bar = bar((CARRY, BACKUP), self._enable)
        self.restore_bar = bar((COMPARE, RESTORE), self._enable)
        self.final_button = self._button(FINALIZE, lambda: actions.final(self.make_bar), self.make_bar)
        self.archive_button = self._button(ARCHIVE, lambda: actions.archive(self.make_bar), self.make_bar)
        self.place = PlaceChoice(actions.drives)
        self.papers_button = self._button("写定稿文件", lambda: self._carry("papers"), self.carry_bar)
        self.bag_button = self._button("写归档包", lambda: self._carry("bag"), self.carry_bar)
        self.package_button = self._button("写交给上级的包", lambda: self._carry("package"), self.carry_bar)
        self.backup_button = self._button("备份到这里", self._backup, self.carry_bar)
        self.source = W.Dropdown(description="哪份备份", layout=W.Layout(**WIDE))
        self.upload = W.FileUpload(
            accept=".zip",
            description=OTHER_BACKUP,
            tooltip=OTHER_BACKUP,
            layout=W.Layout(width="auto", align_self="flex-start"),
        )
        self.upload.observe(guard(self._brought, self.restore_bar.say, "filing"), "value")
        self.compare_button = self._button("看差别", self._compare, self.restore_bar)
        self.restore_button = self._button("确认恢复", self._restore, self.restore_bar)
        self._compared = ""
        self._renewing = False  # after a restore the window runs this page again
        self._uploaded: tuple[tuple[str, str], ...] = ()
        self.source.observe(guard(lambda _: self._enable(), self.restore_bar.say, "filing"), "value")
        self._parts = parts
        self.box = W.VBox(self._sections())
        for name in ("og-bring", "of", "of-filing"):
            self.box.add_class(name)
        self.refresh()

    def _sections(self) -> list[Any]:
        sections: list[Any] = [W.HTML(FORMS), _title("一、还差什么"), self.obstacles]
        numbers = iter("二三四五六七八九十")
        for title, text, widget in self._parts:
            sections += [_title(f"{next(numbers)}、{title}"), _words(text), widget]
        sections += [
            _title(f"{next(numbers)}、定稿、归档"),
            _words(
                "“定稿”出全部正式文件；“归档”编档号，连同全部登记、修改历史、签字扫描件打成归档包，当场核对，再把档号印到定稿文件上。"
                "做的时候可以接着看别的页，也可以取消。"
            ),
            W.HBox([self.final_button, self.archive_button]),
            self.make_bar.box,
            self.state,
        ]
        if self._do.on_server:
            sections.append(_words(ON_SERVER))
        else:
            sections += [
                _title(f"{next(numbers)}、拷到U盘或文件夹，备份"),
                _words("插上U盘，选好位置，再点要拷的。写完会读一遍核对；U盘中途拔出的，不会留下半份。"),
                self.place.box,
                W.HBox([self.papers_button, self.bag_button, self.package_button, self.backup_button]),
                self.carry_bar.box,
                _title(f"{next(numbers)}、恢复"),
                _words(
                    "换了电脑，或者改乱了，可以从备份恢复。先点“看差别”，看清楚再确认；恢复前会把现在的内容备份一份。"
                ),
                W.HBox([self.source, self.upload]),
                W.HBox([self.compare_button, self.restore_button]),
                self.restore_bar.box,
            ]
        sections += [
            _title(f"{next(numbers)}、明年"),
            W.HTML(self._do.next_html),
            _title(f"{next(numbers)}、退出"),
            W.HTML(self._do.quit_html),
        ]
        return sections

    def _button(self, text: str, action: Callable[[], None], bar: WorkBar) -> Any:
        return main_button(text, action, bar.say, "filing")

    # --- the state ---------------------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Show everything as it is now."""
        for widget, text in ((self.obstacles, self._obstacles()), (self.state, self._do.state())):
            put_html(widget, text)
        self.place.refresh()
        offer(self.source, [(CHOOSE, ""), *self._do.backups(), *self._uploaded])
        for bar in (self.make_bar, self.carry_bar, self.restore_bar):
            bar.refresh()
        self._enable()

    def _enable(self) -> None:
        """Enable the buttons that can be used now."""
        busy = self._renewing or self.make_bar.work.state.running
        final, archive = (False, False) if self._renewing else self._do.may()
        self.final_button.disabled = busy or not final
        self.archive_button.disabled = busy or not archive
        carried = (self.papers_button, self.bag_button, self.package_button, self.backup_button)
        for button in (*carried, self.compare_button):
            button.disabled = busy
        state = self.restore_bar.work.state
        seen = state.title == COMPARE and bool(state.good) and self._compared == self.source.value != ""
        self.restore_button.layout.display = "" if seen and not busy else "none"

    def _changed(self) -> None:
        state = self.make_bar.work.state
        self._renewing = state.title == RESTORE and bool(state.good) and not state.running
        self._enable()
        if not state.running:
            self._on_work()

    # --- the buttons -------------------------------------------------------------------------------------------------

    def _folder(self) -> Path | None:
        if self.place.folder is None:
            self.carry_bar.say(f"⚠ {NO_PLACE}")
        return self.place.folder

    def _carry(self, what: str) -> None:
        if (folder := self._folder()) is not None:
            self._do.carry(self.carry_bar, what, folder)

    def _backup(self) -> None:
        if (folder := self._folder()) is not None:
            self._do.backup(self.carry_bar, folder)

    def _compare(self) -> None:
        if not self.source.value:
            self.restore_bar.say(f"⚠ {NO_BACKUP}")
            return
        self._compared = self.source.value
        self._do.compare(self.restore_bar, Path(self._compared))

    def _restore(self) -> None:
        self._do.restore(self.restore_bar, Path(self._compared))

    def _brought(self, change: dict[str, Any]) -> None:
        uploads = uploads_of(change)
        if not uploads:
            return
        self.upload.value = ()
        name, data = uploads[0]
        path = str(self._do.keep(name, data))
        self._uploaded = ((display_name(name), path),)
        self.refresh()
        self.source.value = path
        self._compare()


def _title(text: str) -> Any:
    return W.HTML(f'<h3 class="of-part">{escape(text)}</h3>')


def _words(text: str) -> Any:
    return W.HTML(f"<p>{escape(text)}</p>" if text else "")
