"""The lists of rectification and the opinions as tables: carried over, confirmed, typed, pasted, removed."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

from orglife.adapters.form.form import RecordForm
from orglife.core.formview import EntryTable, TableView
from orglife.desk.ports import BranchChoices, StorePort
from orglife.stages.rectification.record import RectItem
from orglife.stages.reviews.record import MemberReview
from tests import branch as b
from tests.desk.test_boards import DAY, Made
from tests.desk.test_desk import put

RECORDS = b.branch()["records"]
PROBLEM = RECORDS["team_review"][0]["items"][0]
ITEMS = [f"rect_item/{item['id']}" for item in RECORDS["rect_item"]]
OWNER, TITLE, MEASURE, RESPONSIBLE, DUE = range(1, 6)


def lists(root: Path, tmp_path: Path, **changes: object) -> Made:
    put(root, tmp_path, remove=[*ITEMS, *changes.pop("remove", [])], **changes)  # type: ignore[misc,arg-type]
    return Made(root, "rectification", kind=EntryTable)


def row_of(made: Made, text: str) -> int:
    return next(n for n, row in enumerate(made.board.grid.rows) if row.cells[TITLE] == text)


def test_a_problem_is_offered_word_for_word_and_saved_only_when_confirmed(filled: Path, tmp_path: Path) -> None:
    made = lists(filled, tmp_path)
    assert made.records() == []
    place = row_of(made, PROBLEM["fact"])
    assert made.board.grid.rows[place].cells[MEASURE] == PROBLEM["measure"]
    assert made.look(place, 0) == "列入"
    made.page.press(place, 0)
    (item,) = made.records()
    assert (item.title, item.measure, item.problem_ids) == (PROBLEM["fact"], PROBLEM["measure"], [PROBLEM["id"]])
    assert (item.owner_kind, item.responsible, item.due) == ("branch", None, None)
    assert made.look(row_of(made, PROBLEM["fact"]), 0) == "打开"
    made.page.press(row_of(made, PROBLEM["fact"]), 0)
    assert made.opened == [(item.id, {})]


def test_what_the_campaign_does_not_offer_is_not_asked(filled: Path, tmp_path: Path) -> None:
    """A notice that names no sources of problems: no starred field with nothing to choose, in the table or the form."""
    place = filled / "campaign.toml"
    text = place.read_text(encoding="utf-8")
    made = lists(filled, tmp_path)
    assert "问题来源" in [column.title for column in made.board.grid.columns]
    place.write_text(re.sub("(?m)^rect_sources = .*$", "rect_sources = []", text), encoding="utf-8")
    made = Made(filled, "rectification", kind=EntryTable)
    assert "问题来源" not in [column.title for column in made.board.grid.columns]
    shown = RecordForm(RectItem, made.port, choices=BranchChoices(made.office, "t01", DAY, DAY))
    assert "source" in shown.ctx.hide
    made.board.grid.paste(made.board.grid.rows[0].key, OWNER, "支部\t新的一项\t去做")
    made.board.flush()
    assert [item.title for item in made.records()] == ["新的一项"]


def test_the_members_of_the_leadership_answer_for_their_own_items(filled: Path, tmp_path: Path) -> None:
    made = lists(filled, tmp_path)
    made.board.adopt_all()  # type: ignore[attr-defined]
    items = made.records()
    assert {item.owner for item in items} == {"", "m1", "m2", "m3"}
    for item in items:
        assert item.owner_kind == ("member" if item.owner else "branch")
        assert item.responsible == (item.owner or None)
    assert len(items) == len(made.board.grid.rows)
    assert "责任人" in made.board.below.value
    assert made.board.adopt_bar not in made.board.box.children  # type: ignore[attr-defined]


def test_typing_into_an_offered_row_confirms_it_and_keeps_its_place(filled: Path, tmp_path: Path) -> None:
    made = lists(filled, tmp_path)
    place = row_of(made, PROBLEM["fact"])
    key = made.board.grid.rows[place].key
    made.page.type(place, DUE, "4月30日")
    made.board.flush()
    (item,) = made.records()
    assert item.due.isoformat() == "2024-04-30"
    assert made.board.grid.rows[place].key == key
    made.page.type(place, OWNER, "m2")
    made.board.flush()
    (item,) = made.records()
    assert (item.owner_kind, item.owner, item.responsible) == ("member", "m2", "m2")


def test_an_unreadable_day_is_kept_as_typed_and_said(filled: Path, tmp_path: Path) -> None:
    made = lists(filled, tmp_path)
    made.page.type(0, DUE, "下个月")
    made.board.flush()
    assert "未填完" in made.board.status.value
    assert made.board.grid.rows[0].cells[DUE] == "下个月"
    made.page.type(0, DUE, "4月30日")
    made.board.flush()
    assert len(made.records()) == 1


def test_an_offered_row_that_is_removed_stays_offered(filled: Path, tmp_path: Path) -> None:
    made = lists(filled, tmp_path)
    offered = len(made.board.grid.rows)
    made.page.drop(0)
    assert len(made.board.grid.rows) == offered
    assert "还没有列入" in made.board.status.value
    assert made.records() == []


def test_an_item_is_removed_and_comes_back_with_undo(filled: Path, tmp_path: Path) -> None:
    made = lists(filled, tmp_path)
    made.page.press(0, 0)
    before = made.page.rows
    (item,) = made.records()
    made.page.drop(0)
    made.board.flush()
    assert made.records() == []
    assert made.look(0, 0) == "列入"  # the problem has no item again
    made.page.send([{**before[0], "k": "again"}, *made.page.rows])
    made.board.flush()
    assert [one.title for one in made.records()] == [item.title]


def test_an_item_that_another_window_changed_meanwhile_is_not_removed(filled: Path, tmp_path: Path) -> None:
    made = lists(filled, tmp_path)
    made.page.press(0, 0)
    (item,) = made.records()
    (entry,) = made.port.list()
    made.port.save(item.model_copy(update={"evidence": "三月二日通知存档"}), entry.version)
    made.page.drop(0)
    made.board.flush()
    assert [one.evidence for one in made.records()] == ["三月二日通知存档"]
    assert "没有移除" in made.board.status.value
    assert made.look(0, 0) == "打开"


def test_an_unfinished_item_is_not_offered_again_in_the_next_window(filled: Path, tmp_path: Path) -> None:
    made = lists(filled, tmp_path)
    offered = len(made.board.grid.rows)
    made.page.type(0, DUE, "下个月")
    made.board.flush()
    again = Made(filled, "rectification", kind=EntryTable)
    assert len(again.board.grid.rows) == offered
    assert sum(again.look(row, 0) == "打开" for row in range(offered)) == 1


def test_problems_of_other_members_are_left_to_their_pledges(filled: Path, tmp_path: Path) -> None:
    made = lists(filled, tmp_path)
    theirs = [i["fact"] for r in RECORDS["member_review"] if r["member"] == "m4" for i in r["items"]]
    assert theirs
    assert not {row.cells[TITLE] for row in made.board.grid.rows} & set(theirs)


def test_a_pledge_begun_in_the_table_takes_up_the_members_own_problems(filled: Path, tmp_path: Path) -> None:
    put(filled, tmp_path, remove=[f"pledge/{one['id']}" for one in RECORDS["pledge"]])
    made = Made(filled, "rectification", kind=TableView)
    assert "还没有承诺的" in made.board.below.value
    place = next(n for n, row in enumerate(made.board.grid.rows) if row.key == "m4")
    made.page.paste(place, 1, "2024-03-01\t每月走访一次服务对象。")
    made.board.flush()
    (pledge,) = made.records()
    own = [i["id"] for r in RECORDS["member_review"] if r["member"] == "m4" for i in r["items"]]
    assert (pledge.member, pledge.text, pledge.problem_ids) == ("m4", "每月走访一次服务对象。", own)


OPINIONS = [f"opinion/{one['id']}" for one in RECORDS["opinion"]]


def test_opinions_are_pasted_into_an_empty_table_as_they_are(filled: Path, tmp_path: Path) -> None:
    put(filled, tmp_path, remove=OPINIONS)
    made = Made(filled, "opinions")
    assert len(made.board.grid.rows) == 1
    rows = (
        "2024-02-10\t群众\t支部班子\t座谈\t魏长河\t办事大厅排队太久。",
        "2024-02-11\t服务对象\t祝秋实\t意见箱\t\t通知贴得太晚。",
        "\t\t\t\t\t无意见",
    )
    made.page.paste(0, 1, "\n".join(rows))
    made.board.flush()
    one, two, three = made.records()
    assert (one.source, one.target, one.channel, one.heard_by) == ("mass", "team", "meeting", "m1")
    assert (two.target, two.channel, two.heard_by) == ("m2", "box", None)
    assert (three.date, three.source, three.heard_by, three.text) == (None, None, None, "无意见")
    assert "共3条：群众1条，服务对象1条" in made.board.below.value


def test_a_row_that_is_only_carried_on_from_above_is_not_saved(filled: Path) -> None:
    made = Made(filled, "opinions")
    count = len(made.records())
    made.page.add()
    assert made.board.grid.rows[-1].cells[1] == made.board.grid.rows[-2].cells[1] != ""
    made.board.flush()
    assert len(made.records()) == count
    made.board.refresh()  # what another window saves
    made.page.type(len(made.board.grid.rows) - 1, 6, "希望多到基层来。")
    made.board.refresh()
    made.board.flush()
    assert made.records()[-1].text == "希望多到基层来。"
    assert made.records()[-1].date == made.records()[-2].date


def test_a_new_line_in_a_one_line_field_becomes_a_space(filled: Path, tmp_path: Path) -> None:
    made = lists(filled, tmp_path)
    made.page.type(0, TITLE, "支委会\n召开次数不足")
    made.board.flush()
    assert made.records()[0].title == "支委会 召开次数不足"


def test_clearing_a_cell_of_an_offered_row_confirms_it_too(filled: Path, tmp_path: Path) -> None:
    made = lists(filled, tmp_path)
    place = row_of(made, PROBLEM["fact"])
    made.page.type(place, MEASURE, "")
    made.board.flush()
    (item,) = made.records()
    assert (item.title, item.measure) == (PROBLEM["fact"], "")


def test_what_is_no_longer_offered_leaves_the_table(filled: Path, tmp_path: Path) -> None:
    """It was on the page while another row was typed into, and it is no row of the user's."""

    async def scene() -> tuple[str, list[str]]:
        made = lists(filled, tmp_path)
        port = StorePort(made.office, "t01", MemberReview, DAY)
        (own,) = [entry for entry in port.list() if entry.record.member == "m1"]  # type: ignore[union-attr]
        fact = own.record.items[0].fact  # type: ignore[union-attr]
        assert fact in {row.cells[TITLE] for row in made.board.grid.rows}
        made.page.type(row_of(made, PROBLEM["fact"]), DUE, "4月30日")
        port.remove(own.id, own.version)
        made.board.refresh()
        titles = [row.cells[TITLE] for row in made.board.grid.rows]
        made.board.flush()
        return fact, titles

    fact, titles = asyncio.run(scene())
    assert PROBLEM["fact"] in titles
    assert fact not in titles
