"""The panel that imports filled-in workbooks: it shows the differences, then a button imports the files without problems."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, Protocol

import ipywidgets as W

from orglife.adapters.field.messages import guard
from orglife.adapters.panel.parts import Upload, uploads_of
from orglife.core.errors import OrglifeError

FORMS = (
    "“党员填写表”下载后先解压，一人一份发给本人，在Excel或WPS里填；收回后在这里一次选中几十份，不用再打包。"
    "从这里导出的其他表格也可以。"
    "先显示差别，按“确认导入”才保存；哪一份有不对的地方，写明是谁的、哪一格、怎样改，别的照收。表里空着的，原来的内容照旧。"
)
CHOOSE, TAKE, DROP = "选择填好的表（可多选）", "确认导入", "不导入"
NOTHING = "选中的表与现有数据相同，没有要保存的。"
SAVED = "已保存。"
DROPPED = "没有导入，数据没有改动。"
FAILED = "没有导入。请改正后再选："
REFUSED = "这{n}份没有收。请照下面改好，只选这几份再导入："


class FileDifference(Protocol):
    """The changes that one file makes."""

    @property
    def brings(self) -> bool:
        """Whether there are changes to save."""

    @property
    def refused(self) -> bool:
        """Whether the file cannot be taken in; the lines say why."""

    def lines(self) -> Iterable[str]:
        """The differences as text."""


class LongReading(Protocol):
    """Reads many files in the background, with a bar.

    Attributes:
        box: The bar.
    """

    box: Any

    def begin(
        self,
        uploads: Sequence[Upload],
        done: Callable[[Sequence[FileDifference]], None],
        failed: Callable[[Sequence[str]], None],
    ) -> bool:
        """Begin to read; ``done`` or ``failed`` follows. False if the files are few enough to be read at once."""


@dataclass(frozen=True)
class PanelWords:
    """The texts of a panel and the kind of files that it accepts.

    Attributes:
        take: The text of the button that saves.
        saved: The message after the save.
        accepted: File extensions; those of old spreadsheets are offered too, so that a message says what to do with them.
        drop: The text of the button that saves nothing.
        dropped: The message after that.
        failed: The line above the reasons when nothing can be taken in.
    """

    intro: str = FORMS
    choose: str = CHOOSE
    nothing: str = NOTHING
    accepted: str = ".xlsx,.xls,.et"
    take: str = TAKE
    saved: str = SAVED
    drop: str = DROP
    dropped: str = DROPPED
    failed: str = FAILED


class ExchangePanel:
    """Buttons that make files, an upload field for the filled-in ones, the differences, and a button to confirm.

    Args:
        buttons: HTML of the buttons that make files.
        compare: (name, bytes) of each file → its changes; raises OrglifeError with the problems if nothing can be taken
            in.
        take: Saves the changes of one file.
        on_saved: Called after the save.
        words: The panel's texts.
        reading: Reads many files in the background.
        above: Widgets between the intro and the upload field.
    """

    def __init__(
        self,
        buttons: str,
        compare: Callable[[Sequence[Upload]], Sequence[FileDifference]],
        take: Callable[[FileDifference], None],
        on_saved: Callable[[], None],
        words: PanelWords = PanelWords(),
        reading: LongReading | None = None,
        above: Sequence[Any] = (),
    ) -> None:
        self._words, self._reading = words, reading
        self._compare, self._take, self._on_saved = compare, take, on_saved
        self._changes: Sequence[FileDifference] = ()
        self.upload = W.FileUpload(
            accept=words.accepted,
            multiple=True,
            description=words.choose,
            tooltip=words.choose,
            layout=W.Layout(width="auto", align_self="flex-start"),
        )
        self.take_button = W.Button(description=words.take, disabled=True, layout=W.Layout(width="auto"))
        self.drop_button = W.Button(description=words.drop, disabled=True, layout=W.Layout(width="auto"))
        self.shown = W.HTML()
        self.shown.add_class("og-exchange")
        for button in (self.upload, self.take_button):
            button.add_class("og-first")
        self.upload.observe(guard(self._chosen, self.say, "exchange"), "value")
        self.take_button.on_click(guard(self._confirmed, self.say, "exchange"))
        self.drop_button.on_click(guard(self._dropped, self.say, "exchange"))
        bar = [] if reading is None else [reading.box]
        parts = [W.HTML(f"<p>{words.intro}</p>{buttons}"), *above, self.upload, *bar, self.shown]
        self.box = W.VBox([*parts, W.HBox([self.take_button, self.drop_button])])
        self.box.add_class("og-bring")

    def refresh(self) -> None:
        """Do nothing: saving rejects differences that are out of date."""

    def say(self, text: str) -> None:
        """Show a message in place of the differences."""
        self._show([text])

    def _show(
        self, lines: Iterable[str], *, changes: Sequence[FileDifference] = (), refused: Iterable[str] = ()
    ) -> None:
        self._changes = changes
        self.take_button.disabled = self.drop_button.disabled = not changes
        bad = _block(refused, "alert", "og-refused")
        self.shown.value = _block(lines, "status", "og-taken") + bad

    def _chosen(self, change: dict[str, Any]) -> None:
        uploads = uploads_of(change)
        if not uploads:
            return
        self.upload.value = ()  # so that the same files can be chosen again after they were corrected
        self.look(uploads)

    def look(self, uploads: Sequence[Upload]) -> None:
        """Show what some files change, (name, bytes) each; the button below saves it."""
        try:
            if self._reading is not None and self._reading.begin(uploads, self._compared, self._refused):
                self._show([])
                return
            differences = self._compare(uploads)
        except OrglifeError as error:
            self._refused(error.sentences)
            return
        self._compared(differences)

    def _refused(self, sentences: Sequence[str]) -> None:
        cancelled = bool(sentences) and sentences[0].startswith("已取消")
        self._show(sentences if cancelled else [self._words.failed, *sentences])

    def _compared(self, differences: Sequence[FileDifference]) -> None:
        changes = [each for each in differences if each.brings]
        refused = [each for each in differences if each.refused]
        lines = [line for each in differences if not each.refused for line in each.lines()]
        lines += [] if changes or len(refused) == len(differences) else [self._words.nothing]
        self._show(lines, changes=changes, refused=_refusals(refused))

    def _confirmed(self, _button: Any) -> None:
        saved, lost = 0, list[str]()
        for each in self._changes:
            try:
                self._take(each)
            except OrglifeError as error:
                lost += [next(iter(each.lines())), *(f"  没有保存。{sentence}" for sentence in error.sentences)]
            else:
                saved += 1
        self._show([self._words.saved] if saved else [], refused=lost)
        if saved:
            self._on_saved()

    def _dropped(self, _button: Any) -> None:
        self._show([self._words.dropped])


def _refusals(refused: Sequence[FileDifference]) -> list[str]:
    """The files that cannot be taken in, with what to do."""
    lines = [line for each in refused for line in each.lines()]
    return [REFUSED.format(n=len(refused)), *lines] if refused else []


def _block(lines: Iterable[str], role: str, look: str) -> str:
    """Lines as HTML; "" for none."""
    inside = "".join(f"<div>{_line(line)}</div>" for line in lines)
    return f'<div role="{role}" class="{look}">{inside}</div>' if inside else ""


def _line(text: str) -> str:
    """A line with its indentation."""
    bare = text.lstrip(" ")
    return "&emsp;" * ((len(text) - len(bare)) // 2) + escape(bare)
