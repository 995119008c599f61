"""The panel that imports filled-in workbooks: it shows the differences, then a button imports all files or none."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, Protocol

import ipywidgets as W

from orglife.adapters.field.context import guard
from orglife.core.errors import OrglifeError

FORMS = (
    "“党员填写表”下载后先解压，一人一份发给本人，在Excel或WPS里填；收回后在这里一次选中几十份，不用再打包。"
    "本程序导出的其他表格也可以。"
    "先显示差别，按“确认导入”才保存；有一份不对，全部不收。表里空着的，原来的内容照旧。"
)
CHOOSE, TAKE, DROP = "选择填好的表（可多选）", "确认导入", "不导入"
NOTHING = "选中的表与现有数据相同，没有要保存的。"
SAVED = "已保存。"
DROPPED = "没有导入，数据没有改动。"


class FileDifference(Protocol):
    """The changes that one file makes."""

    @property
    def brings(self) -> bool:
        """Whether there are changes to save."""

    def lines(self, limit: int = 20) -> Iterable[str]:
        """The differences as text."""


class LongReading(Protocol):
    """Reads many files in the background, with a bar.

    Attributes:
        box: The bar.
    """

    box: Any

    def begin(
        self,
        uploads: Sequence[tuple[str, bytes]],
        done: Callable[[Sequence[FileDifference]], None],
        failed: Callable[[Sequence[str]], None],
    ) -> bool:
        """Begin to read; ``done`` or ``failed`` follows. False if the files are few enough to be read at once."""


@dataclass(frozen=True)
class PanelWords:
    """The texts of a panel and the kind of files that it accepts.

    Attributes:
        accepted: File extension.
    """

    intro: str = FORMS
    choose: str = CHOOSE
    nothing: str = NOTHING
    accepted: str = ".xlsx"


class ExchangePanel:
    """Buttons that make files, an upload field for the filled-in ones, the differences, and a button to confirm.

    Args:
        buttons: HTML of the buttons that make files.
        compare: (name, bytes) of each file → its changes; raises OrglifeError with all problems.
        take: Saves the shown changes, all or none.
        on_saved: Called after the save.
        words: The panel's texts.
        reading: Reads many files in the background.
    """

    def __init__(
        self,
        buttons: str,
        compare: Callable[[Sequence[tuple[str, bytes]]], Sequence[FileDifference]],
        take: Callable[[Sequence[FileDifference]], None],
        on_saved: Callable[[], None],
        words: PanelWords = PanelWords(),
        reading: LongReading | None = None,
    ) -> None:
        self._words, self._reading = words, reading
        self._compare, self._take, self._on_saved = compare, take, on_saved
        self._changes: Sequence[FileDifference] = ()
        self.upload = W.FileUpload(
            accept=words.accepted,
            multiple=True,
            description=words.choose,
            layout=W.Layout(width="auto", align_self="flex-start"),
        )
        self.take_button = W.Button(description=TAKE, disabled=True)
        self.drop_button = W.Button(description=DROP, disabled=True)
        self.shown = W.HTML()
        self.shown.add_class("og-exchange")
        for button in (self.upload, self.take_button):
            button.add_class("og-first")
        self.upload.observe(guard(self._chosen, self.say, "exchange"), "value")
        self.take_button.on_click(guard(self._confirmed, self.say, "exchange"))
        self.drop_button.on_click(guard(self._dropped, self.say, "exchange"))
        parts = [W.HTML(f"<p>{words.intro}</p>{buttons}"), self.upload, self.shown]
        if reading is not None:
            parts.insert(2, reading.box)
        self.box = W.VBox([*parts, W.HBox([self.take_button, self.drop_button])])
        self.box.add_class("og-bring")

    def refresh(self) -> None:
        """Do nothing: saving rejects differences that are out of date."""

    def say(self, text: str) -> None:
        """Show a message in place of the differences."""
        self._show([text])

    def _show(self, lines: Iterable[str], *, changes: Sequence[FileDifference] = ()) -> None:
        self._changes = changes
        self.take_button.disabled = self.drop_button.disabled = not changes
        self.shown.value = "<div role='status'>" + "".join(f"<div>{_line(line)}</div>" for line in lines) + "</div>"

    def _chosen(self, change: dict[str, Any]) -> None:
        uploaded = [(each["name"], bytes(each["content"])) for each in change["new"]]
        if not uploaded:
            return
        self.upload.value = ()  # so that the same files can be chosen again after they were corrected
        try:
            if self._reading is not None and self._reading.begin(uploaded, self._compared, self._refused):
                self._show([])
                return
            differences = self._compare(uploaded)
        except OrglifeError as error:
            self._refused(error.sentences)
            return
        self._compared(differences)

    def _refused(self, sentences: Sequence[str]) -> None:
        cancelled = bool(sentences) and sentences[0].startswith("已取消")
        self._show(sentences if cancelled else ["没有导入。请改正后再选：", *sentences])

    def _compared(self, differences: Sequence[FileDifference]) -> None:
        changes = [each for each in differences if each.brings]
        lines = [line for each in differences for line in each.lines()]
        self._show(lines + ([] if changes else [self._words.nothing]), changes=changes)

    def _confirmed(self, _button: Any) -> None:
        try:
            self._take(self._changes)
        except OrglifeError as error:
            self._show(error.sentences)
            return
        self._show([SAVED])
        self._on_saved()

    def _dropped(self, _button: Any) -> None:
        self._show([DROPPED])


def _line(text: str) -> str:
    """A line with its indentation."""
    bare = text.lstrip(" ")
    return "&emsp;" * ((len(text) - len(bare)) // 2) + escape(bare)
