"""Pages with their real store in use: the bureau's forms, and the forms of a branch's plan.

The golden files hold, after each step, what changes on the page and in the store. ``make golden`` rewrites them after a wanted
change.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import ipywidgets as W
import pytest

from orglife.adapters.store.store import BUREAU
from orglife.desk import forms
from orglife.office.office import Office
from orglife.stages import BY_KEY
from orglife.stages.kinds import BUREAU_KINDS
from tests.adapters.print.shelf import every_widget
from tests.desk.test_desk import put
from tests.shown_trees import Session
from tests.whole.golden_files import GOLDEN, compare

DAY = date(2024, 3, 8)
SHOWN = ("plan", "member", "explanation", "attachment", *(kind.TYPE for kind in BUREAU_KINDS))
"""Record types of these pages."""


class OnPage:
    """The page of a stage of t01, or the bureau's page, and the session on it."""

    def __init__(self, root: Path, stage: str = "", branch: str = "t01") -> None:
        self.office = Office.open(root, author="田小禾")
        self.branch = branch if stage else BUREAU
        self.openers: forms.EntryOpeners = {}
        self.renewals: list[Callable[[], None]] = []
        saved: Callable[[], None] = lambda: self.session.call("saved")  # noqa: E731
        if stage:
            now = lambda: self.office.dossier(branch, DAY)  # noqa: E731
            box: Any = forms.branch_forms(
                self.office, branch, BY_KEY[stage], DAY, now, saved, self.renewals.append, self.openers
            )
        else:
            box = forms.bureau_forms(self.office, DAY, saved, self.renewals.append, self.openers)
        self.box = box
        self.session = Session(box, self._stored)
        self.step = self.session.step

    def _stored(self) -> Iterator[str]:
        snapshot = self.office.snapshot(self.branch)
        yield f"branch {json.dumps(snapshot.branch, ensure_ascii=False)} version {snapshot.version}"
        for name, rows in snapshot.records.items():
            if name in SHOWN:
                yield from (f"{name} version {row.version}: {json.dumps(row.body, ensure_ascii=False)}" for row in rows)
        for draft in snapshot.drafts:
            yield f"draft {draft.type} {draft.id}: {json.dumps(draft.fields, ensure_ascii=False)}"

    def open(self, kind: str, ident: str = "", path: tuple[str, ...] = (), **begin: Any) -> None:
        """As a link on another page does."""
        self.step(f"open {kind} {ident} {path} {begin}", lambda: self.openers[kind](ident, begin, path))

    def _shown(self) -> Any:
        tab = self.box
        return tab.children[tab.selected_index] if isinstance(tab, W.Tab) else tab

    def type(self, name: str, value: Any) -> None:
        """Into a field of the sheet that is shown."""
        field = next(one for one in every_widget(self._shown()) if f"of-f-{name}" in one._dom_classes)
        self.step(f"type {value!r} into {name}", lambda: setattr(field, "value", value))

    def press(self, text: str) -> None:
        shown = (one for one in every_widget(self._shown()) if isinstance(one, W.Button))
        self.step(f"press {text}", next(one for one in shown if one.description == text).click)

    def tab(self, number: int) -> None:
        self.step(f"choose tab {number}", lambda: setattr(self.box, "selected_index", number))


def bureau(root: Path, tmp_path: Path) -> OnPage:
    guest = {"id": "mt.g1", "name": "顾明远", "unit": "局党组", "capacity": "superior"}
    put(root, tmp_path, put={"meeting/mt/guests": [guest]})
    page = OnPage(root)
    page.open("bureau_leader")
    page.type("name", "顾明远")
    page.type("own_branch", "t01")
    page.press("新增")
    page.type("own_branch", "t01")
    page.tab(1)
    page.open("supervision", branch="t01", date="2024-02-20")
    page.type("leader", "bureau_leader1")
    page.type("finding", "distorted")
    page.tab(0)
    page.tab(1)
    page.open("supervision", branch="gone", leader="l9")
    page.type("date", "2.21")
    page.open("assignment")
    page.type("branch", "t01")
    page.type("planned_on", "3月20日")
    page.open("redo_order")
    page.type("branch", "t01")
    page.type("round", "2")
    page.type("round", "1")
    page.type("date", "3.1")
    page.press("新增")
    page.type("branch", "t01")
    page.type("round", "1")
    page.press("放弃这次的填写")
    page.open("remark")
    page.type("text", "请补谈话地点")
    page.type("branch", "t01")
    page.press("移除")
    page.press("确定移除")
    page.open("remark", "remark1")
    page.step("the campaign changes", lambda: [renew() for renew in page.renewals] and None)
    return page


def plan(root: Path, tmp_path: Path) -> OnPage:
    put(root, tmp_path, remove=["plan"])
    page = OnPage(root, "plan")
    page.type("name", "改了名的支部")
    page.open("branch", "", ("superior",))
    page.open("member", "m2", ("role",))
    page.type("role", "deputy")
    page.type("left_on", "哪天")
    page.type("left_on", "")
    page.press("新增")
    page.type("name", "新来的")
    page.press("移除")
    page.press("确定移除")
    page.open("plan", "", ("planned_meeting_on",))
    page.type("made_on", "2.5")
    page.press("移除")
    page.press("确定移除")
    page.open("attachment", "", (), record="mt")
    page.open("explanation", "", ("reason",), rule="STUDY-01")
    page.type("reason", "因灾停工")
    page.tab(0)
    return page


def founding(root: Path, tmp_path: Path) -> OnPage:
    del tmp_path
    opening = Office.open

    def open_new(*arguments: Any, **more: Any) -> Office:
        office = opening(*arguments, **more)
        office.opening = "t09"
        return office

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Office, "open", open_new)
        page = OnPage(root, "plan", "t09")
    page.type("name", "新的支部")
    page.type("fonds", "h0")
    page.type("fonds", "H021")
    page.open("member")
    page.type("name", "第一个人")
    return page


SESSIONS = {one.__name__: one for one in (bureau, plan, founding)}


@pytest.mark.parametrize("name", SESSIONS)
def test_a_page_answers_each_step_as_before(name: str, filled: Path, tmp_path: Path) -> None:
    page = SESSIONS[name](filled, tmp_path)
    page.office.close()
    compare(GOLDEN / f"sessions/page-{name}.txt", page.session.text.replace(str(tmp_path), ""))
