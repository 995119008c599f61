"""Matrices and tables of many records: what is typed in them reaches the ordinary records, one field at a time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from orglife.adapters.form.form import RecordForm
from orglife.adapters.grid.board import Board
from orglife.adapters.grid.views import board_of
from orglife.adapters.panel.figure import FigurePanel
from orglife.core.formview import FigureView, Ledger, TypedView
from orglife.core.record.record import Record
from orglife.desk.derived import Derived
from orglife.desk.desk import Desk
from orglife.desk.forms import _sheet
from orglife.desk.ports import BranchChoices, StorePort
from orglife.office.office import Office
from orglife.stages import BY_KEY
from orglife.stages.meeting.record import Criticism
from orglife.stages.reviews.record import ProblemList
from orglife.stages.study.record import Study
from orglife.stages.talks.record import Talk
from tests import branch as b
from tests.adapters.form.page import Page
from tests.desk.test_desk import put

DAY = date(2024, 3, 8)


class Made:
    """A board on a real store, and what it opened and told."""

    def __init__(self, root: Path, stage: str, begin: Mapping[str, Any] | None = None, kind: Any = None) -> None:
        self.office = Office.open(root, author="田小禾")
        views = (view for view in BY_KEY[stage].layout.views if not isinstance(view, FigureView))
        view = next(v for v in views if kind is None or isinstance(v, kind))
        self.view: TypedView = view
        self.port = StorePort(self.office, "t01", view.kind, DAY)
        self.opened: list[tuple[str, Mapping[str, Any]]] = []
        self.saved = 0
        derived = Derived(
            BY_KEY[stage].layout, view.kind, lambda: self.office.dossier("t01", DAY), self.office.campaign
        )
        self.board: Board = board_of(
            view,
            self.port,
            choices=BranchChoices(self.office, "t01", DAY, DAY),
            on_saved=self._saved,
            begin=begin or {},
            dossier=lambda: self.office.dossier("t01", DAY),
            campaign=self.office.campaign,
            opens=lambda ident, values: self.opened.append((ident, values)),
            fill=derived.fill,
            begin_of=derived.begin_of,
        )
        self.page = Page(self.board.grid)

    def _saved(self) -> None:
        self.saved += 1

    def records(self) -> list[Any]:
        return [entry.record for entry in self.port.list()]

    def look(self, row: int, column: int) -> str:
        return self.page.shown(row, column)[0]


def test_the_matrix_of_talks_shows_who_is_still_to_be_talked_with(filled: Path, tmp_path: Path) -> None:
    put(filled, tmp_path, remove=["talk/t01"])
    made = Made(filled, "talks")
    assert made.page.shown(0, 1)[1] == "off"
    assert made.look(0, 2) == made.look(1, 1) == "必谈"
    assert made.look(0, 3) == "✓"
    assert "魏长河与祝秋实" in made.board.below.value
    made.page.press(0, 2)
    assert made.opened == [("", {"participants": ["m1", "m2"], "initiator": "m1"})]
    made.page.press(2, 1)
    assert made.opened[1][0] in {talk.id for talk in made.records()}


def test_a_talk_without_participants_changes_nothing_in_the_matrix(filled: Path) -> None:
    made = Made(filled, "talks")
    before = made.board.grid.annotations
    made.port.draft(made.port.new_id(), {"place": "会议室"})
    made.board.refresh()
    assert made.board.grid.annotations == before


def test_a_talk_of_more_than_two_does_not_count_for_the_leadership(filled: Path, tmp_path: Path) -> None:
    put(filled, tmp_path, put={"talk/t01/participants": ["m1", "m2", "m4"]})
    made = Made(filled, "talks")
    assert made.look(0, 2) == "必谈"
    assert made.look(1, 4) == "○"


def test_a_tick_writes_the_list_of_that_session_only(filled: Path) -> None:
    made = Made(filled, "study")
    before = made.records()
    who = before[0].attendees
    made.page.type(0, 1, "m1" not in who)
    after = made.records()
    assert set(after[0].attendees) == set(who) ^ {"m1"}
    assert after[0].attendees == sorted(after[0].attendees)
    assert after[1:] == before[1:]
    assert after[0].to_json() | {"attendees": 0} == before[0].to_json() | {"attendees": 0}
    assert made.saved == 1


def test_without_a_session_there_is_no_table_but_a_word(filled: Path) -> None:
    made = Made(filled, "study")
    assert made.board.grid in made.board.box.children
    for entry in made.port.list():
        made.port.remove(entry.id, entry.version)
    made.board.refresh()
    assert made.board.grid not in made.board.box.children
    assert "请点上面的“新增”" in made.board.below.value


def test_each_session_has_a_button_for_all(filled: Path) -> None:
    columns = Made(filled, "study").board.grid.shape["columns"]
    assert [column["all"] for column in columns] == [column["kind"] == "tick" for column in columns]


def test_two_windows_tick_into_one_session(filled: Path) -> None:
    one, two = Made(filled, "study"), Made(filled, "study")
    for made, row in ((one, 0), (two, 1)):
        made.page.type(row, 1, False)
    for made, row in ((one, 0), (two, 1)):
        made.board.refresh()
        made.page.type(row, 1, True)
    assert {"m1", "m2"} <= set(one.records()[0].attendees)
    two.page.type(2, 1, False)
    assert "m3" not in one.records()[0].attendees


def test_a_pasted_column_of_ticks_is_one_change(filled: Path) -> None:
    made = Made(filled, "study")
    count = len(made.office.store.history(made.office.campaign.id, "t01", Study.TYPE))
    made.page.paste(0, 1, "√\n×\n是\n否\n1\n0\n\n有")
    assert made.records()[0].attendees == ["m1", "m3", "m5", "m8"]
    assert len(made.office.store.history(made.office.campaign.id, "t01", Study.TYPE)) == count + 1


def test_words_become_a_record_and_are_taken_back(filled: Path) -> None:
    made = Made(filled, "meeting", {"round": 1})
    there = {(c.author, c.target) for c in made.records()}
    pair = next((a, t) for a in range(8) for t in range(8) if a != t and (f"m{a + 1}", f"m{t + 1}") not in there)
    count = len(made.records())
    made.page.type(pair[0], pair[1] + 1, "上月两次例会迟到，带了坏头")
    (new,) = [c for c in made.records() if (c.author, c.target) not in there]
    assert (new.author, new.target) == (f"m{pair[0] + 1}", f"m{pair[1] + 1}")
    assert new.text == "上月两次例会迟到，带了坏头"
    made.page.type(pair[0], pair[1] + 1, "")
    assert len(made.records()) == count


def test_words_with_a_response_are_not_thrown_away(filled: Path, tmp_path: Path) -> None:
    made = Made(filled, "meeting")
    first = made.records()[0]
    made.office.store.put(
        made.office.campaign.id,
        "t01",
        Criticism.model_validate(first.to_json() | {"response": "接受"}),
        who="田小禾",
        base=None,
    )
    made.board.refresh()
    made.page.type(int(first.author[1]) - 1, int(first.target[1]), "")
    kept = next(c for c in made.records() if c.id == first.id)
    assert (kept.text, kept.response) == ("", "接受")


def test_grades_are_typed_in_one_table_and_the_limit_is_said_before_it_is_passed(filled: Path) -> None:
    made = Made(filled, "appraisal")
    column = made.board.columns().index(next(c for c in made.board.columns() if c.title == "等次"))
    assert "优秀一般不超过2名" in made.board.below.value
    for row in (3, 4, 5):
        made.page.type(row, column, "excellent")
    excellent = [g.member for g in made.records() if g.grade == "excellent"]
    assert {"m4", "m5", "m6"} <= set(excellent)
    assert f"多了{len(excellent) - 2}名" in made.board.below.value


def test_a_day_that_is_none_is_kept_as_a_draft_and_said(filled: Path) -> None:
    made = Made(filled, "appraisal")
    column = next(place for place, c in enumerate(made.board.columns()) if c.title == "反馈日期")
    made.page.type(0, column, "2.31")
    entry = next(h for h in made.port.list() if h.record and h.record.member == "m1")
    assert entry.draft is not None
    assert entry.draft["feedback_on"] == "2.31"
    assert made.page.notes(0) == ["反馈日期：2024年2月没有31日。请核对日期。"]
    assert made.page.rows[0]["v"][column] == "2.31"
    made.page.type(0, column, "２．２１")
    entry = next(h for h in made.port.list() if h.record and h.record.member == "m1")
    assert entry.draft is None
    assert entry.record is not None
    assert entry.record.to_json()["feedback_on"] == "2024-02-21"


def test_a_failed_save_is_said_and_tried_again(filled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = Made(filled, "study")
    on = "m1" not in made.records()[0].attendees

    def broken(*_arguments: Any, **_more: Any) -> int:
        raise OSError("/home/somebody/secret")

    with monkeypatch.context() as patch:
        patch.setattr(StorePort, "save", broken)
        made.page.type(0, 1, on)
    assert "没有保存成功" in made.board.status.value
    assert "secret" not in made.board.status.value
    assert made.board.flush()
    assert ("m1" in made.records()[0].attendees) is on


@pytest.mark.parametrize("bad", ["记\u202e录", "字\ue000", "停\x07"])
def test_a_refused_character_is_told_at_its_cell(filled: Path, bad: str) -> None:
    """In the sentence that the form has for it; what was typed stays."""
    words = Made(filled, "meeting", {"round": 1})
    words.page.paste(0, 3, bad)
    (told,) = words.page.notes(0)
    assert told.startswith("冉书砚：第2个字")
    assert words.board.grid.annotations["errors"] == {"m1|3": told.removeprefix("冉书砚：")}
    assert "未填完" in words.board.status.value
    assert words.page.rows[0]["v"][3] == bad
    words.page.type(0, 3, "记录")
    assert not words.board.grid.annotations["errors"]
    assert "未填完" not in words.board.status.value

    grades = Made(filled, "appraisal")
    column = next(place for place, c in enumerate(grades.board.columns()) if c.title == "评定意见")
    grades.page.type(0, column, bad)
    assert grades.page.notes(0)[0] == f"评定意见：{told.removeprefix('冉书砚：')}"
    grades.page.type(0, column, "好")
    assert not grades.board.grid.annotations["errors"]


def test_what_is_pasted_where_nothing_can_be_said_is_told_and_no_criticism(filled: Path) -> None:
    words = Made(filled, "meeting", {"round": 1})
    before = {record.id: record.text for record in words.records()}
    words.page.paste(0, 1, "本人\t说话太快，要听人把话说完")
    (said,) = [record for record in words.records() if before.get(record.id) != record.text]
    assert (said.author, said.target, said.text) == ("m1", "m2", "说话太快，要听人把话说完")
    assert words.page.rows[0]["v"][1] == ""
    assert words.board.grid.annotations["lost"] == "有1格不能填，没有粘贴。请核对。"


def ledger(made: Made) -> list[tuple[str, str, str, str]]:
    """Each line as it stands there: source, problem, what answers it, button."""
    lines = []
    group = ""
    for number, row in enumerate(made.page.rows):
        group = made.look(number, 0) or group
        lines.append((group, row["v"][1], made.look(number, 3), made.look(number, 4)))
    return lines


def test_the_ledger_shows_by_source_which_item_answers_each_problem(filled: Path) -> None:
    made = Made(filled, "rectification", kind=Ledger)
    lines = ledger(made)
    labels = [made.office.campaign.label(key) for key in made.office.campaign.rect_sources]
    groups = list(dict.fromkeys(group for group, *_ in lines))
    assert groups == [*labels, "会上的批评意见", "征求到的意见"]
    assert (labels[0], "（没有登记的问题）", "已注明本类无问题", "列一项") in lines
    said = {record.title for record in made.records()}
    assert {answer.split("（")[0] for *_, answer, button in lines if button == "打开"} == said
    assert "各来源的问题都列了整改事项，或作了说明。" in made.board.below.value


def test_an_item_begun_from_a_problem_has_its_reference_and_no_words(filled: Path, tmp_path: Path) -> None:
    problem = b.branch()["records"]["team_review"][0]["items"][0]
    answers = next(i for i in b.branch()["records"]["rect_item"] if problem["id"] in i["problem_ids"])
    put(filled, tmp_path, remove=[f"rect_item/{answers['id']}"])
    made = Made(filled, "rectification", kind=Ledger)
    lines = ledger(made)
    place = next(n for n, (_, text, *_) in enumerate(lines) if text == problem["fact"])
    assert lines[place][2:] == ("还没有整改事项", "列一项")
    assert f"还有{len(answers['problem_ids'])}处" in made.board.below.value
    made.page.press(place, 4)
    begin = {"owner_kind": "branch", "source": "meeting", "problem_ids": [problem["id"]]}
    assert made.opened == [("", begin)]
    opened = next(n for n, line in enumerate(lines) if line[3] == "打开")
    made.page.press(opened, 4)
    assert made.opened[1][0] in {item.id for item in made.records()}


def test_a_problem_of_an_ordinary_member_waits_for_the_pledge_and_for_no_item(filled: Path, tmp_path: Path) -> None:
    raw = b.branch()["records"]
    fact = {review["member"]: review["items"][0]["fact"] for review in raw["member_review"] if review["items"]}
    pledges = [f"pledge/{one['id']}" for one in raw["pledge"]]
    put(filled, tmp_path, remove=[*pledges, *(f"rect_item/{one['id']}" for one in raw["rect_item"])])
    states = {text: state for _, text, state, _ in ledger(Made(filled, "rectification", kind=Ledger))}
    team = ("m1", "m2", "m3")
    assert {states[fact[who]] for who in team} == {"还没有整改事项"}
    assert {states[text] for who, text in fact.items() if who not in team} == {"还没有整改承诺"}


def test_criticism_is_there_to_compare_with_and_asks_for_no_item(filled: Path) -> None:
    made = Made(filled, "rectification", kind=Ledger)
    lines = ledger(made)
    place = next(n for n, (group, *_) in enumerate(lines) if group == "会上的批评意见")
    assert made.page.shown(place, 3)[1] == ""
    made.page.press(place, 4)
    (begin,) = [values for _, values in made.opened]
    assert set(begin) == {"owner_kind", "owner", "source"}


def test_every_view_stands_above_the_form_of_its_records(filled: Path) -> None:
    desk = Desk.open(str(filled), "t01", as_of="2024-03-08")
    box = desk.form("talks")
    beside, form = box.children
    assert [part._dom_classes for part in (beside.children[0], form)] == [("of", "of-b-talk"), ("of", "of-t-talk")]
    assert beside.children[1].value.count("<svg") == 1


def drawn(desk: Desk, stage: str, kind: type[Record]) -> tuple[FigurePanel, RecordForm]:
    """The picture on the page of a record type, and the form there."""
    port = StorePort(desk.office, "t01", kind, DAY)
    choices = BranchChoices(desk.office, "t01", DAY, DAY)
    parts = _sheet(BY_KEY[stage], kind, port, choices, desk.dossier, lambda: None)
    (panel,) = (part for part in parts if isinstance(part, FigurePanel))
    (form,) = (part for part in parts if isinstance(part, RecordForm))
    return panel, form


def test_beside_a_picture_only_the_matrix_as_a_whole_stretches(filled: Path) -> None:
    """A note that may shrink to nothing is overprinted in a narrow window, where the picture stands below."""
    panel, _ = drawn(Desk.open(str(filled), "t01", as_of="2024-03-08"), "talks", Talk)
    matrix = panel.box.children[0]
    assert matrix.layout.flex
    assert {part.layout.flex for part in matrix.children} == {None}


def test_the_picture_follows_what_is_saved(filled: Path, tmp_path: Path) -> None:
    panel, form = drawn(Desk.open(str(filled), "t01", as_of="2024-03-08"), "talks", Talk)
    figure = panel.box.children[1]
    assert "必谈，还没有谈" not in figure.value
    put(filled, tmp_path, remove=["talk/0"])
    assert form.on_saved is not None
    form.on_saved()
    names = [b.NAMES[n] for n in range(3)]
    assert (
        f"必谈，还没有谈1人（{names[1]}）。{names[1]}：两人谈过1人（{names[2]}）；必谈，还没有谈1人（{names[0]}）。"
        in figure.value
    )


def test_without_records_no_picture_is_shown(filled: Path, tmp_path: Path) -> None:
    desk = Desk.open(str(filled), "t01", as_of="2024-03-08")
    panel, form = drawn(desk, "reviews", ProblemList)
    assert panel.box.children[0].value.count("<svg") == 1
    put(filled, tmp_path, remove=["team_review", "member_review"])
    assert form.on_saved is not None
    form.on_saved()
    assert panel.box.children[0].value == ""
