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
from orglife.adapters.field.context import guard
from orglife.adapters.field.style import FORMS
from orglife.adapters.panel.work_bar import WorkBar

FINALIZE, ARCHIVE, CARRY, BACKUP, COMPARE, RESTORE = "定稿", "归档", "写到所选位置", "备份", "核对备份", "恢复"
OTHER, OTHER_LABEL = "*other*", "其他文件夹（在下面写明）"
NO_PLACE = "请先选写到哪里。"
NO_BACKUP = "请先选一份备份。"
OTHER_BACKUP = "选另一份备份文件"
LOOK_AGAIN = "重新查找U盘"
ON_SERVER = "定稿文件、归档包点上面的“下载”，存到自己的电脑或U盘。数据在服务器上，由管理员备份，不用自己恢复。"
_WIDE = {"width": "auto", "max_width": "820px"}


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


class PlaceChoice:
    """A place: a drive that is plugged in, or a folder whose path is typed."""

    def __init__(self, drives: Callable[[], Sequence[Drive]], question: str = "写到哪里") -> None:
        self._drives = drives
        self.drive = W.Dropdown(description=question, layout=W.Layout(**_WIDE))
        self.typed = W.Text(
            description="文件夹",
            placeholder=r"例如 E:\ 或 D:\组织生活会",
            layout=W.Layout(**_WIDE),
            continuous_update=True,
        )
        again = W.Button(description=LOOK_AGAIN)
        again.on_click(guard(lambda _: self.refresh(), lambda _: None, "drives"))
        self.drive.observe(guard(lambda _: self._lay(), lambda _: None, "drives"), "value")
        self.box = W.VBox([W.HBox([self.drive, again]), self.typed])
        self.refresh()

    def refresh(self) -> None:
        """List the drives again; the choice stays if it is still there, or else is the first drive.

        “其他文件夹” without a folder is no choice: a stick that is newly found takes its place.
        """
        options = [*((drive.label, str(drive.path)) for drive in self._drives()), (OTHER_LABEL, OTHER)]
        chosen = self.drive.value
        if list(self.drive.options) != options:
            more = len(options) > len(self.drive.options)
            self.drive.options = options
            known = [value for _, value in options]
            untyped = chosen == OTHER and more and not str(self.typed.value).strip()
            self.drive.value = chosen if chosen in known and not untyped else known[0]
        self._lay()

    @property
    def folder(self) -> Path | None:
        """The chosen folder; None if none is written."""
        if self.drive.value != OTHER:
            return Path(str(self.drive.value))
        text = str(self.typed.value).strip().strip('"“”')
        return Path(text).expanduser() if text else None

    def _lay(self) -> None:
        self.typed.layout.display = "" if self.drive.value == OTHER else "none"


class FilingPanel:
    """Buttons for all that is done at the end, in order, each part with a bar of its own.

    Args:
        actions: What the buttons do.
        bar: Makes the bar of some titles.
        obstacles: HTML of what stands in the way.
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
        self.make_bar = bar((FINALIZE, ARCHIVE), self._changed)  # told of all work, once
        self.carry_bar = bar((CARRY, BACKUP), self._lay)
        self.restore_bar = bar((COMPARE, RESTORE), self._lay)
        self.final_button = self._button(FINALIZE, lambda: actions.final(self.make_bar), self.make_bar)
        self.archive_button = self._button(ARCHIVE, lambda: actions.archive(self.make_bar), self.make_bar)
        self.place = PlaceChoice(actions.drives)
        self.papers_button = self._button("写定稿文件", lambda: self._carry("papers"), self.carry_bar)
        self.bag_button = self._button("写归档包", lambda: self._carry("bag"), self.carry_bar)
        self.package_button = self._button("写交给上级的包", lambda: self._carry("package"), self.carry_bar)
        self.backup_button = self._button("备份到这里", self._backup, self.carry_bar)
        self.source = W.Dropdown(description="哪份备份", layout=W.Layout(**_WIDE))
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
        self._renewing = False  # restored: the records of this page may be gone, and its window runs it again
        self._uploaded: tuple[tuple[str, str], ...] = ()
        self.source.observe(guard(lambda _: self._lay(), self.restore_bar.say, "filing"), "value")
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
        button = W.Button(description=text)
        button.add_class("og-first")
        button.on_click(guard(lambda _: action(), bar.say, "filing"))
        return button

    # --- the state ---------------------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Show everything as it is now."""
        for widget, text in ((self.obstacles, self._obstacles()), (self.state, self._do.state())):
            if widget.value != text:
                widget.value = text
        self.place.refresh()
        options = [("请选择", ""), *self._do.backups(), *self._uploaded]
        if list(self.source.options) != options:
            chosen = self.source.value
            self.source.options = options
            self.source.value = chosen if chosen in [value for _, value in options] else ""
        for bar in (self.make_bar, self.carry_bar, self.restore_bar):
            bar.refresh()
        self._lay()

    def _lay(self) -> None:
        """What can be pressed now."""
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
        self._lay()
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
        uploaded = [(str(each["name"]), bytes(each["content"])) for each in change["new"]]
        if not uploaded:
            return
        self.upload.value = ()
        path = str(self._do.keep(*uploaded[0]))
        self._uploaded = ((display_name(uploaded[0][0]), path),)
        self.refresh()
        self.source.value = path
        self._compare()


def _title(text: str) -> Any:
    return W.HTML(f'<h3 class="of-part">{escape(text)}</h3>')


def _words(text: str) -> Any:
    return W.HTML(f"<p>{escape(text)}</p>" if text else "")
