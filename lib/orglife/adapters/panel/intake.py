"""The panel of the page 收件: drop packages, look at the list, answer what is asked, take in all that are in order."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

import ipywidgets as W

from orglife.adapters.disk.drives import Drive
from orglife.adapters.field.context import CHOOSE, put_html
from orglife.adapters.field.messages import guard
from orglife.adapters.field.style import FORMS
from orglife.adapters.panel.drop import DropPort, FilesDrop
from orglife.adapters.panel.place import PlaceChoice
from orglife.adapters.panel.work_bar import WorkBar

COLLECT, TAKE_IN = "核对支部的包", "接收支部的包"
FROM_FOLDER = "从U盘或文件夹收"
TAKE, CLEAR = "接收可以接收的{n}份", "清空列表"
ANOTHER, SAME, AGAIN = "不是同一个支部，当作新支部接收", "是同一个支部，合并", "写明了，再核对"
ALL_OURS, ALL_THEIRS = "都以这里为准", "都以来件为准"
SIDES = ((CHOOSE, ""), ("以这里为准", "ours"), ("以来件为准", "theirs"))
NO_PLACE = "请先选一个U盘，或者写明文件夹。"
NO_REASON = "请先写明原因。"
Key = tuple[str, str]


@dataclass(frozen=True)
class PackageQuestion:
    """A question about one package.

    Attributes:
        number: Its place in the list.
        kind: ``doubt`` (the same branch?), ``asked`` (which content?) or ``rewritten`` (why?).
        title: Branch and file.
        text: The facts to decide on.
        records: For ``asked``: (record, title, [(field, content here, content in the package)]) each.
    """

    number: int
    kind: str
    title: str
    text: str
    records: tuple[tuple[Key, str, tuple[tuple[str, str, str], ...]], ...] = ()


@dataclass(frozen=True)
class IntakeActions:
    """What the panel calls.

    Attributes:
        port: Takes what is dropped.
        look_in: Looks at the packages of a folder.
        take: Takes in all that are in order.
        clear: Forgets the list.
        answer: (number, answers) → the package is compared again; answers are those of ``Answers``.
        drives: The drives that are plugged in.
        shown: HTML of the list.
        ready: Number of packages that can be taken in now.
        questions: The open questions about packages.
    """

    port: DropPort
    look_in: Callable[[WorkBar, Path], None]
    take: Callable[[WorkBar], None]
    clear: Callable[[], None]
    answer: Callable[[int, Mapping[str, Any]], None]
    drives: Callable[[], Sequence[Drive]]
    shown: Callable[[], str]
    ready: Callable[[], int]
    questions: Callable[[], Sequence[PackageQuestion]]


class IntakePanel:
    """The panel.

    Args:
        actions: What it calls.
        bar: Makes the bar of some titles.
        on_work: Called when work has ended.
    """

    def __init__(
        self,
        actions: IntakeActions,
        bar: Callable[[Sequence[str], Callable[[], None]], WorkBar],
        on_work: Callable[[], None],
    ) -> None:
        self._do, self._on_work = actions, on_work
        self.drop = FilesDrop(actions.port)
        self.bar = bar((COLLECT, TAKE_IN), self._changed)
        self.place = PlaceChoice(actions.drives, "在哪里")
        self.look_button = self._button("核对这里的包", self._look)
        self.take_button = self._button("", lambda: actions.take(self.bar))
        self.take_button.add_class("og-first")
        self.clear_button = self._button(CLEAR, self._clear)
        self.listed = W.HTML()
        self.asked = W.VBox()
        self._questions: tuple[PackageQuestion, ...] = ()
        folder = W.Accordion([W.VBox([self.place.box, self.look_button])], titles=[FROM_FOLDER], selected_index=None)
        self.box = W.VBox(
            [
                W.HTML(FORMS),
                self.drop,
                folder,
                self.bar.box,
                W.HBox([self.take_button, self.clear_button]),
                self.asked,
                self.listed,
            ]
        )
        for name in ("og-bring", "of", "of-filing"):
            self.box.add_class(name)
        self.refresh()

    def say(self, text: str) -> None:
        """Show a message."""
        self.bar.say(text)

    def refresh(self) -> None:
        """Show everything as it is now."""
        put_html(self.listed, self._do.shown())
        questions = tuple(self._do.questions())
        if questions != self._questions:
            self._questions = questions
            self.asked.children = tuple(self._question(each) for each in questions)
        self.place.refresh()
        self.bar.refresh()
        self._enable()

    def _enable(self) -> None:
        """Enable the buttons that can be used now."""
        busy, ready = self.bar.work.state.running, self._do.ready()
        self.drop.busy(busy)
        self.take_button.description = TAKE.format(n=ready)
        self.take_button.layout.display = "" if ready else "none"
        self.clear_button.layout.display = "" if self.listed.value else "none"
        for button in (self.take_button, self.clear_button, self.look_button):
            button.disabled = busy

    def _changed(self) -> None:
        self._enable()
        if not self.bar.work.state.running:
            self.refresh()
            self._on_work()

    def _button(self, text: str, action: Callable[[], None]) -> Any:
        button = W.Button(description=text, layout=W.Layout(width="auto"))
        button.on_click(guard(lambda _: action(), self.say, "intake"))
        return button

    def _look(self) -> None:
        if self.place.folder is None:
            self.bar.say(f"⚠ {NO_PLACE}")
        else:
            self._do.look_in(self.bar, self.place.folder)

    def _clear(self) -> None:
        self._do.clear()
        self.bar.say("")
        self.refresh()

    # --- questions ---------------------------------------------------------------------------------------------------

    def _answered(self, question: PackageQuestion, **answers: Any) -> None:
        self._do.answer(question.number, answers)
        self.refresh()

    def _question(self, question: PackageQuestion) -> Any:
        head = W.HTML(f"<p class='of-status of-half'><b>{escape(question.title)}</b><br>{escape(question.text)}</p>")
        below = {"doubt": self._doubt, "asked": self._sides, "rewritten": self._reason}[question.kind](question)
        return W.VBox([head, *below])

    def _doubt(self, question: PackageQuestion) -> list[Any]:
        another = self._button(ANOTHER, lambda: self._answered(question, as_new=True))
        same = self._button(SAME, lambda: self._answered(question, same=True))
        return [W.HTML("<p>是同一个支部吗？</p>"), W.HBox([another, same])]

    def _reason(self, question: PackageQuestion) -> list[Any]:
        reason = W.Text(description="原因", placeholder="例如：电脑坏了，从旧备份恢复", layout=W.Layout(width="480px"))

        def go() -> None:
            if not str(reason.value).strip():
                self.bar.say(f"⚠ {NO_REASON}")
                return
            self._answered(question, reason=str(reason.value).strip())

        return [W.HBox([reason, self._button(AGAIN, go)])]

    def _sides(self, question: PackageQuestion) -> list[Any]:
        choices = {key: W.Dropdown(options=SIDES, layout=W.Layout(width="150px")) for key, _, _ in question.records}

        def chosen(_change: Any = None) -> None:
            sides = tuple((*key, str(each.value)) for key, each in choices.items())
            if all(side for _, _, side in sides):
                self._answered(question, sides=sides)

        def choose_all(side: str) -> None:
            self._answered(question, sides=tuple((*key, side) for key in choices))

        rows = []
        for key, title, differences in question.records:
            choices[key].observe(guard(chosen, self.say, "intake"), "value")
            lines = "".join(
                f"<tr><td>{escape(name)}</td><td>{escape(ours)}</td><td>{escape(theirs)}</td></tr>"
                for name, ours, theirs in differences
            )
            table = f"<table><tr><th>{escape(title)}</th><th>这里</th><th>来件</th></tr>{lines}</table>"
            rows.append(W.HBox([W.HTML(f'<div class="og">{table}</div>'), choices[key]]))
        both = [(ALL_OURS, "ours"), (ALL_THEIRS, "theirs")]
        return [*rows, W.HBox([self._button(text, lambda side=side: choose_all(side)) for text, side in both])]  # type: ignore[misc]
