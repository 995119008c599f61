"""The panel to attach scans and photos: choose a record, a kind and files, then one button stores them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import ipywidgets as W

from orglife.adapters.disk.attachments import ENDINGS, LARGEST, Attached
from orglife.adapters.field.context import CHOOSE
from orglife.adapters.field.messages import guard, status_html
from orglife.adapters.field.style import FORMS
from orglife.adapters.form.open_entry import HERE
from orglife.adapters.panel.parts import WIDE, checked_files, offer, uploads_of
from orglife.core.errors import OrglifeError
from orglife.core.record.words import Offer

TITLE = "附上扫描件或照片"
INTRO = (
    "签好字的文件扫描或拍照后，在这里附上，程序另存一份。"
    f"可以附PDF或图片（扫描仪、手机存成的都可以），每个不超过{LARGEST // (1024 * 1024)}MB，可以一次选几个。“未附”“已附”说的是签字扫描件，未附的排在前面。"
)
RECORD, KIND = "属于哪份文件", "是什么"
PICK, ATTACH = "选择文件（可多选）", "附上"
EMPTY = "还没有可以附文件的登记。请先填写各页，再来附上。"
NO_RECORD = "请先选“属于哪份文件”。"
NO_FILE = "请先选择文件。"
NOT_TAKEN = "没有附上。请改正后再选："


class AttachPanel:
    """Fields for the record and kind of the files, a file chooser, and a button that attaches them.

    Args:
        offers: The records that files can be attached to: (plain name, id, a remark or "").
        kinds: The kinds of files: (label, key); the most common one first.
        check: Checks a file: (bytes, name) → the checked file; raises OrglifeError with the reason.
        attach: Attaches a file: (id, kind, file) → whether it was not attached yet; raises OrglifeError.
        on_saved: Called after files were attached.
    """

    def __init__(
        self,
        offers: Callable[[], Sequence[tuple[str, str, str]]],
        kinds: Sequence[Offer],
        check: Callable[[bytes, str], Attached],
        attach: Callable[[str, str, Attached], bool],
        on_saved: Callable[[], None],
    ) -> None:
        self._offers, self._check, self._attach_file, self._on_saved = offers, check, attach, on_saved
        self._checked: list[tuple[str, Attached]] = []
        self._names: dict[str, str] = {}
        wide = W.Layout(**WIDE)
        self.record = W.Dropdown(description=RECORD, layout=wide)
        self.kind = W.Dropdown(description=KIND, options=list(kinds), layout=wide)
        self.upload = W.FileUpload(
            accept=ENDINGS.replace("、", ","),
            multiple=True,
            description=PICK,
            tooltip=PICK,
            layout=W.Layout(width="auto"),
        )
        self.attach_button = W.Button(description=ATTACH)
        self.shown = W.HTML()
        self.shown.add_class("og-exchange")
        for button in (self.upload, self.attach_button):
            button.add_class("og-first")
        self.upload.observe(guard(self._chosen, self.say, "attach"), "value")
        self.attach_button.on_click(guard(self._attach, self.say, "attach"))
        head = W.HTML(f'{FORMS}<div class="of-title"><b>{TITLE}</b></div><div class="of-help">{INTRO}</div>')
        self.box = W.VBox([head, self.record, self.kind, W.HBox([self.upload, self.attach_button]), self.shown])
        self.box.add_class("og-bring")
        self.box.add_class("of")
        self.refresh()

    def refresh(self) -> None:
        """Update the list of records; the selection stays."""
        offers = list(self._offers())
        self._names = {ident: name for name, ident, _ in offers}
        named = ((f"{name}（{word}）" if word else name, ident) for name, ident, word in offers)
        offer(self.record, [(CHOOSE, ""), *named])
        self.attach_button.disabled = not offers
        if not offers and not self.shown.value:
            self.say(EMPTY)
        elif offers and EMPTY in self.shown.value:
            self.shown.value = ""

    def begin(self, values: Mapping[str, Any]) -> None:
        """Select a record in advance, for a user who followed a link here."""
        self.refresh()
        if values.get("record") in self._names:
            self.record.value = values["record"]
        self.record.add_class(HERE)

    def say(self, text: str) -> None:
        """Show a message below the buttons."""
        self.shown.value = status_html(text)

    def _show(self, lines: Iterable[str], mark: str) -> None:
        self.shown.value = status_html(*lines, mark=mark)

    def _chosen(self, change: dict[str, Any]) -> None:
        uploads = uploads_of(change)
        if not uploads:
            return
        self._checked = []
        checked, wrong = checked_files(uploads, self._check)
        if wrong:
            self.upload.value = ()  # so that the same files can be chosen again after they were corrected
            self._show([NOT_TAKEN, *wrong], "bad")
            return
        self._checked = checked
        names = "、".join(f"“{name}”（{_size(len(one.data))}）" for name, one in checked)
        self._show([f"已选好{len(checked)}个文件：{names}。还没有附上，请点“{ATTACH}”。"], "half")

    def _attach(self, _button: Any) -> None:
        if not self._checked:
            self.say(NO_FILE)
            return
        if not self.record.value:
            self.say(NO_RECORD)
            return
        name, record, kind = self._names[self.record.value], self.record.value, self.kind.value
        fresh, again, wrong = 0, 0, []
        while self._checked:
            try:
                new = self._attach_file(record, kind, self._checked[0][1])
            except OrglifeError as error:  # e.g. the disk is full: the next file would fail too
                wrong = [f"还有{len(self._checked)}个没有附上：", *error.sentences]
                break
            self._checked.pop(0)
            fresh, again = fresh + new, again + (not new)
        done = [f"✓ 已附上{fresh}个文件（{self.kind.label}），属于“{name}”。"] if fresh else []
        done += [f"有{again}个文件原来已经附在这里，没有重复附。"] if again else []
        if fresh or again:
            self._on_saved()
        if not wrong:
            self.record.value, self.upload.value = "", ()  # the next file usually belongs to another record
        self._show([*done, *wrong], "bad" if wrong else "good")


def _size(count: int) -> str:
    return f"{count / 1024 / 1024:.1f}MB" if count >= 1024 * 1024 else f"{max(count // 1024, 1)}KB"
