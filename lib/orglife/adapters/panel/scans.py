"""The panel that attaches many signed scans at once: a table of files and their papers, then one button."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape
from typing import Any, Protocol

import ipywidgets as W

from orglife.adapters.disk.attachments import ENDINGS, Attached
from orglife.adapters.field.context import CHOOSE, put_html
from orglife.adapters.field.messages import guard, status_html
from orglife.adapters.panel.parts import WIDE, checked_files, uploads_of
from orglife.core.errors import OrglifeError

PICK, TAKE, DROP = "选择扫描件（可一次选很多）", "附上", "不附，重新选"
INTRO = (
    "文件怎么打印，就怎么扫描：打印成一份的（例如全部谈话），扫描成一个PDF就行。一次把扫描件都选上，"
    "文件名写了文件或姓名的（例如“谈心谈话”“发言提纲 张三”）自动对上；没有写的，个数与还没有附的一样多时按顺序对。"
    "对上的先列出来，可以改，点“附上”才收。"
)
NOT_TAKEN = "没有附上。请改正后再选："
LEFT_OUT, LEAVE_OUT = "-", "这个文件不附"
NOTHING_MISSING = "✓ 要签字的文件都附了扫描件。"


class Target(Protocol):
    """What a scan can belong to."""

    @property
    def key(self) -> str:
        """Its key."""

    @property
    def title(self) -> str:
        """What it is called."""

    @property
    def signed(self) -> bool:
        """Whether its scan is there."""


Chosen = tuple[str, Attached, str]
"""A file's name, the checked file, and the key that it belongs to."""
Ended = Callable[[Sequence[str], bool], None]
"""Called with the sentences to show, and whether the files are attached."""


class ScansPanel:
    """A file chooser, a table of files with what each belongs to, and a button that attaches all.

    Args:
        targets: What scans can belong to, now.
        match: Names of files → the key that each belongs to, "" = not known.
        check: Checks a file: (bytes, name) → the checked file; raises OrglifeError with the reason.
        doubt: (file, key) → a remark when the same file is attached elsewhere, or "".
        take: Attaches the chosen files, all or none, at once or as long work; calls ``Ended`` at the end.
        bar: The bar of the long work.
    """

    def __init__(
        self,
        targets: Callable[[], Sequence[Target]],
        match: Callable[[Sequence[str]], Sequence[str]],
        check: Callable[[bytes, str], Attached],
        doubt: Callable[[Attached, str], str],
        take: Callable[[Sequence[Chosen], Ended], None],
        bar: Any,
    ) -> None:
        self._targets, self._match, self._check = targets, match, check
        self._doubt, self._take = doubt, take
        self._files: list[tuple[str, Attached]] = []
        self.fields: list[Any] = []
        self._remarks: list[Any] = []
        self.upload = W.FileUpload(
            accept=ENDINGS.replace("、", ","),
            multiple=True,
            description=PICK,
            tooltip=PICK,
            layout=W.Layout(width="auto", align_self="flex-start"),
        )
        self.take_button = W.Button(description=TAKE)
        self.drop_button = W.Button(description=DROP)
        self.rows = W.VBox()
        self.rows.add_class("of-scans")
        self.missing, self.shown = W.HTML(), W.HTML()
        self.shown.add_class("og-exchange")
        for button in (self.upload, self.take_button):
            button.add_class("og-first")
        self.upload.observe(guard(self._chosen, self.say, "scans"), "value")
        self.take_button.on_click(guard(self._confirmed, self.say, "scans"))
        self.drop_button.on_click(guard(self._dropped, self.say, "scans"))
        self.buttons = W.HBox([self.take_button, self.drop_button])
        parts = [self.missing, self.upload, self.rows, self.buttons, bar, self.shown]
        self.box = W.VBox([W.HTML(f"<p>{INTRO}</p>"), *parts])
        for name in ("og-bring", "of"):
            self.box.add_class(name)
        self._enable()
        self.refresh()

    def refresh(self) -> None:
        """Update what is still missing; chosen files stay."""
        missing = self._unsigned()
        if not missing:
            put_html(self.missing, f"<p class='of-echo'>{NOTHING_MISSING}</p>")
            return
        items = "".join(f"<li>{escape(title)}</li>" for title in missing)
        head = f"还没有附签字扫描件的有{len(missing)}份"
        put_html(self.missing, f"<details><summary>{head}</summary><ul>{items}</ul></details>")

    def _unsigned(self) -> list[str]:
        """Titles of the papers without a signed scan."""
        return [t.title for t in self._targets() if not t.signed and t.key.startswith("record:")]

    def say(self, text: str) -> None:
        """Show a message."""
        self.shown.value = status_html(text)

    def _show(self, lines: Sequence[str], mark: str) -> None:
        self.shown.value = status_html(*lines, mark=mark) if lines else ""

    def _enable(self) -> None:
        self.buttons.layout.display = "" if self._files else "none"
        number = sum(field.value != LEFT_OUT for field in self.fields)
        self.take_button.description = f"{TAKE}这{number}个" if number else TAKE
        self.take_button.disabled = not number

    def _chosen(self, change: dict[str, Any]) -> None:
        uploads = uploads_of(change)
        if not uploads:
            return
        self.upload.value = ()  # so that the same files can be chosen again after they were corrected
        checked, wrong = checked_files(uploads, self._check)
        if wrong:
            self._clear()
            self._show([NOT_TAKEN, *wrong], "bad")
            return
        self._files = checked
        self._table(self._match([name for name, _ in uploads]))

    def _table(self, keys: Sequence[str]) -> None:
        """Show the files with what each belongs to."""
        known = [(f"{t.title}{'（已附）' if t.signed else ''}", t.key) for t in self._targets()]
        options = [(CHOOSE, ""), *known, (LEAVE_OUT, LEFT_OUT)]
        self.fields, self._remarks, rows = [], [], []
        for (name, _), key in zip(self._files, keys, strict=True):
            field = W.Dropdown(description=name, options=options, value=key, layout=W.Layout(**WIDE))
            field.add_class("of-scan")
            remark = W.HTML()
            field.observe(guard(lambda _: self._remark(), self.say, "scans"), "value")
            self.fields.append(field)
            self._remarks.append(remark)
            rows.append(W.VBox([field, remark]))
        self.rows.children = tuple(rows)
        self._enable()
        unknown = sum(not key for key in keys)
        tail = f"有{unknown}个没有对上，请在表里选。" if unknown else ""
        self._show(
            [f"选了{len(keys)}个文件，还没有附上。{tail}请核对上面的表，再点“{self.take_button.description}”。"], "half"
        )
        self._remark()

    def _remark(self) -> None:
        """Show doubts beside each file, and on the button the number of files to attach."""
        self._enable()
        before: dict[str, str] = {}
        for (name, file), field, remark in zip(self._files, self.fields, self._remarks, strict=True):
            text = "" if field.value == LEFT_OUT else self._doubt(file, field.value)
            if field.value != LEFT_OUT and file.sha256 in before:
                text = f"与“{before[file.sha256]}”是同一个文件，请核对是不是选错了。"
            before.setdefault(file.sha256, name)
            put_html(remark, f"<div class='of-hint'>{escape(text)}</div>" if text else "")

    def _confirmed(self, _button: Any) -> None:
        lacking = [name for (name, _), field in zip(self._files, self.fields, strict=True) if not field.value]
        if lacking:
            names = "、".join(f"“{name}”" for name in lacking)
            message = (
                f"还没有附上：{names}没有选属于哪份文件。请在表里选好再点“{TAKE}”；选错了文件的，选“{LEAVE_OUT}”。"
            )
            self._show([message], "bad")
            return
        chosen = [(name, file, field.value) for (name, file), field in zip(self._files, self.fields, strict=True)]
        self._show([], "calm")
        self._lock(locked=True)
        try:
            self._take([each for each in chosen if each[-1] != LEFT_OUT], self._ended)
        except OrglifeError as error:
            self._ended(error.sentences, False)
        except BaseException:
            self._lock(locked=False)
            raise

    def _lock(self, *, locked: bool) -> None:
        """Lock the fields while files are being attached."""
        for widget in (self.upload, self.drop_button, *self.fields):
            widget.disabled = locked
        self._enable()
        if locked:
            self.take_button.disabled = True

    def _ended(self, lines: Sequence[str], good: bool) -> None:  # noqa: FBT001  the result of the work
        """Show the result; files that were not attached stay chosen for another attempt."""
        self._lock(locked=False)
        if good:
            self._clear()
            self._show(lines, "good")
        elif lines and lines[0].startswith("已取消"):
            self._show(lines, "half")
        else:
            self._show(["没有附上，一个也没有收：", *lines], "bad")

    def _dropped(self, _button: Any) -> None:
        self._clear()
        self._show(["没有附上，数据没有改动。"], "calm")

    def _clear(self) -> None:
        self._files, self.fields, self._remarks = [], [], []
        self.rows.children = ()
        self._enable()
