"""The page 收件: uploaded packages, their list, questions about them, receipts, and remarks."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import ipywidgets as W

from orglife.adapters.disk import drives, files
from orglife.adapters.disk.attachments import display_name
from orglife.adapters.engine.long_work import FOLDER, work_of
from orglife.adapters.form.form import RecordForm
from orglife.adapters.panel.all_branches import ARCHIVE_ALL, MAKE_ALL, AllBranchesPanel
from orglife.adapters.panel.intake import COLLECT, TAKE_IN, IntakeActions, IntakePanel, PackageQuestion
from orglife.adapters.panel.work_bar import WorkBar
from orglife.adapters.print.notebook_html import intake_html
from orglife.desk.forms import EntryOpeners, SheetTabs
from orglife.desk.ports import BureauChoices, BureauPort
from orglife.exchange import collecting
from orglife.exchange.collecting import Arrivals, ArrivalState, ArrivedPackage
from orglife.filing import names
from orglife.office.office import Office
from orglife.stages.report.record import Remark

ROOM = "intake"
READY, ASKS, NOT_TAKEN, TAKEN = "可以接收", "要您先定", "没有收", "已接收"


class IntakeDesk:
    """What the page shows and does.

    Args:
        office: The workspace.
        day: The day of the check.
        saved: Called after every save, and when long work has ended.
        on_campaign_change: Registers a function to call when the campaign changes.
        openers: Receives the functions that open the page's forms.

    Attributes:
        box: The page's widget: the packages, the remarks on what they hold, and work on all branches.
    """

    def __init__(
        self,
        office: Office,
        day: date,
        saved: Callable[[], None],
        on_campaign_change: Callable[[Callable[[], None]], None],
        openers: EntryOpeners,
    ) -> None:
        self.office, self._day, self._saved = office, day, saved
        self.root = office.workspace.root.resolve()
        self.room = self.root / FOLDER / ROOM
        self.work = work_of(self.root)
        self._names: dict[str, str] = {}
        self._uploads: list[tuple[str, str]] = []
        actions = IntakeActions(
            port=self,
            look_in=lambda bar, folder: self._collect(bar, folder=folder),
            take=lambda bar: bar.start(TAKE_IN, names.TAKE_IN, self._arguments()),
            clear=self._clear,
            answer=self._answer,
            drives=drives.drives,
            shown=self._shown,
            ready=lambda: sum(row.ready for row in self._rows()),
            questions=self._questions,
        )
        self.panel = IntakePanel(actions, lambda titles, changed: WorkBar(self.work, titles, changed), self._saved)
        self._name_branches()
        choices = BureauChoices(self.office, self._names, self._day, self.office.workspace.day_of_check())
        port = BureauPort(self.office, Remark, self._day, self._names)
        self._remarks = RecordForm(Remark, port, choices=choices, on_saved=self._saved)
        sheets: list[Any] = [("收支部的包", (), lambda: [self.panel])]
        sheets += [("退回意见", (Remark.TYPE,), lambda: [self._remarks])]
        sheets += [("全部支部出件、归档", (), lambda: [self._all_branches()])]
        self.box: W.DOMWidget = SheetTabs(sheets, on_campaign_change, openers).box

    def _all_branches(self) -> AllBranchesPanel:
        root = {"root": str(self.root)}
        return AllBranchesPanel(
            lambda bar: bar.start(MAKE_ALL, names.MAKE_ALL, root),
            lambda bar: bar.start(ARCHIVE_ALL, names.ARCHIVE_ALL, root),
            lambda titles, changed: WorkBar(self.work, titles, changed),
            self._saved,
        )

    def refresh(self) -> None:
        """Show everything as it is now."""
        self.panel.refresh()
        if self._name_branches():
            self._remarks.refresh()

    def _name_branches(self) -> bool:
        """Bring the names of the branches up to date; whether they have changed."""
        names_now = {branch: self.office.branch_name(branch) for branch in self.office.branches()}
        if names_now == self._names:
            return False
        self._names.clear()
        self._names.update(names_now)
        return True

    # --- uploads -----------------------------------------------------------------------------------------------------

    def begin(self, count: int) -> None:
        """Files will arrive: clear the list of the upload before."""
        del count
        self.work.require_idle()
        self._clear()

    def keep(self, name: str, data: bytes) -> None:
        """Keep one file; its name is only shown, never a path."""
        place = self.room / f"{len(self._uploads)}.zip"
        files.make_private(self.room)
        files.write(place, data)
        self._uploads.append((str(place), display_name(name)))

    def end(self, others: list[str], other_count: int) -> None:
        """All files have arrived."""
        more = [display_name(name) for name in others]
        self._collect(self.panel.bar, uploads=self._uploads, others=more + [""] * (other_count - len(more)))

    def _collect(
        self,
        bar: WorkBar,
        *,
        uploads: Sequence[tuple[str, str]] = (),
        folder: Path | None = None,
        others: Sequence[str] = (),
    ) -> None:
        if not uploads:
            self.work.require_idle()
            self._clear()
        files.make_private(self.room)
        more = {"files": list(uploads), "folder": str(folder or ""), "others": list(others)}
        bar.start(COLLECT, names.COLLECT, self._arguments(**more))

    def _clear(self) -> None:
        shutil.rmtree(self.room, ignore_errors=True)
        self._uploads = []

    def _arguments(self, **more: Any) -> dict[str, Any]:
        return {"root": str(self.root), "room": str(self.room), **more}

    # --- the list ----------------------------------------------------------------------------------------------------

    def _rows(self) -> Sequence[ArrivedPackage]:
        return Arrivals.load(self.room).packages

    def _shown(self) -> str:
        if self.work.state.running and self.work.state.title == COLLECT:
            return ""
        arrivals = Arrivals.load(self.room)
        rows = arrivals.packages
        groups = [
            (ASKS, "wrong", True, [row for row in rows if row.state.asks and not row.taken]),
            (READY, "good", True, [row for row in rows if row.ready]),
            (NOT_TAKEN, "look", True, [row for row in rows if not (row.state.asks or row.ready or row.taken)]),
            (TAKEN, "good", False, [row for row in rows if row.taken]),
        ]
        shown = [(title, tone, opened, list(map(_row, mine))) for title, tone, opened, mine in groups if mine]
        others = _others(arrivals)
        return intake_html("listed", shown, others) if shown or others else ""

    def _questions(self) -> list[PackageQuestion]:
        if self.work.state.running:
            return []
        return [_question(number, row) for number, row in enumerate(self._rows()) if row.state.asks and not row.taken]

    def _answer(self, number: int, answers: Mapping[str, Any]) -> None:
        self.work.require_idle()
        arrivals = Arrivals.load(self.room)
        rows = list(arrivals.packages)
        if number >= len(rows) or not rows[number].state.asks:
            return  # another window has decided it
        rows[number] = collecting.look_again(self.office, rows[number], replace(rows[number].answers, **answers))
        replace(arrivals, packages=tuple(rows)).save(self.room)


def _row(row: ArrivedPackage) -> dict[str, Any]:
    return {
        "branch": row.branch,
        "word": "已接收" if row.taken else row.state.word,
        "name": row.name,
        "sentence": "" if row.taken else row.sentence,
        "lines": row.lines,
        "failed": row.failed,
    }


def _others(arrivals: Arrivals) -> str:
    """A sentence about files that are no packages; "" if all are."""
    some = [name for name in arrivals.others if name]
    if not arrivals.other_count:
        return ""
    named = "、".join(some) + ("等" if arrivals.other_count > len(some) else "")
    return f"另有{arrivals.other_count}个文件不是支部交来的包，没有收：{named}。"


_KINDS = {ArrivalState.DOUBT: "doubt", ArrivalState.ASKED: "asked", ArrivalState.REWRITTEN: "rewritten"}


def _question(number: int, row: ArrivedPackage) -> PackageQuestion:
    text = row.sentence
    if row.state is ArrivalState.ASKED:
        text = f"有{len(row.contradictions)}条记录这里和支部都改过，内容不同。取哪一边？没有取的一边留在修改历史里。"
    records = tuple((each.key, each.title, each.differences) for each in row.contradictions)
    return PackageQuestion(number, _KINDS[row.state], f"{row.branch}（{row.name}）", text, records)
