"""Forms in use: what each step of a person, or of another window, changes on the page and in the store.

The golden files hold, after each step, the lines of the page and of the store that it took away and added, and what the form
called. ``make golden`` rewrites them after a wanted change.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from orglife.adapters.field.context import OUTSIDE
from orglife.adapters.field.port import EntryVersion
from orglife.adapters.form.form import RecordForm
from orglife.core.errors import NoRoundToAnnul, SaveConflict, StoreAway
from orglife.core.formview import Layout, Live, Look, Taken
from orglife.stages.appraisal.record import Tally
from orglife.stages.meeting.record import Meeting, SuperiorComment
from orglife.stages.reviews.record import MemberReview, TeamReview
from orglife.stages.study.record import Study
from orglife.stages.talks.record import Talk
from tests.adapters.form.page import Page
from tests.adapters.print.shelf import Offers, Shelf, typed
from tests.shown_trees import Session
from tests.whole.golden_files import GOLDEN, compare


class Open:
    """A form on a port in memory, and the session on it."""

    def __init__(self, kind: type[Any], *records: dict[str, Any], shelf: Shelf | None = None, **more: Any) -> None:
        self.shelf = shelf or Shelf(*(kind.model_validate(record) for record in records))
        self.kind = kind
        self.offers = Offers()
        self.offers.people = self.offers.people[:5]
        self.form = RecordForm(
            kind, self.shelf, choices=self.offers, on_saved=lambda: self.session.call("saved"), **more
        )
        self.session = Session(self.form.box, self._stored)
        self.step = self.session.step

    def _stored(self) -> Iterator[str]:
        for entry in self.shelf.list():
            record = json.dumps(entry.record.to_json(), ensure_ascii=False) if entry.record else None
            yield f"store {entry.id} version {entry.version}: {record}"
            if entry.draft is not None:
                yield f"draft {entry.id}: {json.dumps(entry.draft, ensure_ascii=False)}"

    def window(self, id: str = "") -> RecordForm:  # noqa: A002
        """Another window on the same store, with that entry open."""
        other = RecordForm(self.kind, self.shelf, choices=self.offers)
        if id:
            other.page.lines.value = id
        return other

    def type(self, name: str, value: Any) -> None:
        typed_in = self.form.field(name)
        self.step(f"type {value!r} into {name}", lambda: typed(typed_in, value))

    def choose(self, key: str) -> None:
        self.step(f"choose {key}", lambda: setattr(self.form.page.lines, "value", key))

    def press(self, name: str) -> None:
        button = getattr(self.form.page, f"{name}_button")
        self.step(f"press {button.description}", button.click)

    def table(self, name: str) -> Page:
        return Page(self.form.field(name))


def entries() -> Open:
    """Entries of a list: made, left, unfinished, removed."""
    one = Open(Talk, {"id": "t1", "date": "2024-02-05", "participants": ["m01", "m02"], "place": "一楼"}, {"id": "t2"})
    one.choose("t1")
    one.type("place", "二楼")
    one.type("date", "2.31")
    one.choose("t2")
    one.choose("t1")
    one.type("date", "2.21")
    one.press("remove")
    one.press("keep")
    one.press("remove")
    one.press("sure")
    one.press("add")
    one.choose("t2")
    one.press("add")
    one.type("start", "下午两点半")
    one.type("start", "饭后")
    one.type("end", "饭前")
    one.press("add")
    one.step("go to the place of t2", lambda: one.form.go("t2", {}, ["place"]))
    one.step("go to an entry that is not there", lambda: one.form.go("t9", {}, ["place"]))
    one.step("go to a new one", lambda: one.form.go("", {"place": "大厅"}, ["mode"]))
    one.step("start another", lambda: one.form.start({"participants": ["m03"]}))
    one.step("choose the open one", lambda: one.form.choose(str(one.form.id)))
    one.step("ask to remove the one never saved", one.form.ask_to_remove)
    one.step("remove it", one.form.remove)
    return one


def versions() -> Open:
    """Earlier versions: undone one by one, looked at, brought back."""

    class Removed(Shelf):
        def past(self, id: str) -> list[EntryVersion]:  # noqa: A002
            between = EntryVersion(1, "", "no time", None)
            return [*super().past(id)[:1], between, *super().past(id)[1:]]

    one = Open(Talk, shelf=Removed(Talk(id="t1", place="一楼", participants=["m01"])))
    one.press("past")
    one.step("undo without an entry", one.form.undo)
    one.choose("t1")
    one.press("undo")
    for place in ("二楼", "三楼"):
        one.type("place", place)
    one.type("mode", "phone")
    one.press("undo")
    one.press("undo")
    one.press("undo")
    one.press("undo")
    one.type("place", "四楼")
    one.type("date", "哪天")
    one.press("undo")
    one.press("past")
    one.step("choose the oldest", lambda: setattr(one.form.past.list, "value", 0))
    one.step("choose the removal", lambda: setattr(one.form.past.list, "value", 1))
    one.step("press restore", one.form.past.restore.click)
    one.press("past")
    one.press("past")
    one.step("choose the third", lambda: setattr(one.form.past.list, "value", 2))
    one.step("press restore", one.form.past.restore.click)
    one.press("past")
    one.step("press hide", one.form.past.hide.click)
    one.press("add")
    one.step("show the past of a new one", one.form.show_past)
    return one


def windows() -> Open:
    """What another window saves meanwhile: merged, contradicted, removed."""
    one = Open(Talk, {"id": "t1", "thoughts": "旧", "place": "大厅"}, {"id": "t2"})
    other = one.window("t1")
    one.choose("t1")
    one.step("another window types thoughts", lambda: typed(other.field("thoughts"), "另一个窗口写的"))
    one.type("place", "三楼")
    one.step("another window types the same field", lambda: typed(other.field("place"), "四楼"))
    one.step("and another", lambda: typed(other.field("opinions_heard"), "听到的"))
    one.type("place", "五楼")
    (clash,) = one.form.clash.box.children
    one.step("keep mine", clash.children[1].children[0].click)
    one.step(
        "another window types again", lambda: (typed(other.field("place"), "六楼"), typed(other.field("mode"), "phone"))
    )
    one.form.pending |= {"mode"}
    one.type("place", "七楼")
    (clash, *_) = one.form.clash.box.children
    one.step("take theirs", clash.children[1].children[1].click)
    one.step("another window blanks the place", lambda: typed(other.field("place"), ""))
    one.type("place", "八楼")
    one.step("another window leaves it half", lambda: typed(other.field("date"), "哪天"))
    one.type("start", "何时")
    one.type("start", "")
    one.step(
        "the entry is saved elsewhere", lambda: one.shelf.save(Talk(id="t1", place="九楼"), one.shelf.kept["t1"][0])
    )
    one.step("refresh", one.form.refresh)
    one.step(
        "it is saved elsewhere again", lambda: one.shelf.save(Talk(id="t1", place="十楼"), one.shelf.kept["t1"][0])
    )
    one.press("remove")
    one.press("sure")
    one.step("it is removed elsewhere", lambda: one.shelf.remove("t1", one.shelf.kept["t1"][0]))
    one.type("thoughts", "还在写")
    one.step("it is removed again", lambda: one.shelf.remove("t1", one.shelf.kept["t1"][0]))
    one.step("refresh", one.form.refresh)
    one.step("t2 is removed behind the list", lambda: one.shelf.remove("t2", 1))
    one.choose("t2")
    return one


def refusals() -> Open:
    """A store that is away, that fails, and that does not accept an entry."""
    one = Open(Talk, {"id": "t1", "place": "大厅"}, {"id": "t2"})
    one.choose("t1")
    one.shelf.broken = OSError("/home/somebody/secret")
    one.type("place", "二楼")
    one.choose("t2")
    one.press("undo")
    one.step("remove", one.form.remove)
    one.shelf.broken = StoreAway(path="db", what="服务器没有开")
    one.step("flush", one.form.flush)
    one.shelf.broken = SaveConflict(record="谈心谈话")
    one.step("flush with a conflict each time", one.form.flush)
    one.shelf.broken = NoRoundToAnnul(branch="第一支部", round=3)
    one.step("flush what is not accepted", one.form.flush)
    one.shelf.broken = None
    one.press("give_up")
    one.shelf.broken = NoRoundToAnnul(branch="第一支部", round=3)
    one.press("add")
    one.type("place", "新的")
    one.shelf.broken = None
    one.press("give_up")
    one.press("add")
    one.type("place", "又一条")

    def fails(_id: str, _base: int) -> None:
        raise StoreAway(path="db", what="服务器没有开")

    one.shelf.remove = fails  # type: ignore[method-assign]
    one.press("remove")
    one.press("sure")
    return one


def two_at_once() -> Open:
    """Two windows that begin an entry at the same time, with nested ids."""

    class Forgetful(Shelf):
        def new_id(self) -> str:
            return f"new{len({*self.kept, *self.drafts}) + 1}"

    one = Open(MemberReview, shelf=Forgetful())
    one.choose("+m01")
    two, three = one.window("+m02"), one.window("+m01")
    one.step("another window begins m02", lambda: (two.field("items").add(), typed(two.field("items.0.fact"), "二")))
    one.step("add a card", lambda: one.form.field("items").add())
    one.type("items.0.fact", "一")
    one.step("a third window begins m01 too", lambda: typed(three.field("text"), "同一个人"))
    one.type("items.0.cause", "根源")
    one.choose("+m03")
    one.step("another window begins m04", lambda: typed(one.window("+m04").field("date"), "哪天"))
    one.type("date", "又哪天")
    one.type("date", "2.5")
    return one


def a_meeting() -> Open:
    """Fields of all kinds, tables of rows and of persons, folded parts."""
    one = Open(Meeting, begin={"round": 1})
    one.type("date", "２月５日")
    one.type("recorder", OUTSIDE)
    recorder = one.form.field("recorder")
    one.step("type a unit", lambda: setattr(recorder.unit, "value", "局办公室"))
    one.step("type a name", lambda: setattr(recorder.name, "value", "周敏"))
    one.type("recorder", "m03")
    one.type("completed", True)
    one.type("completed", False)
    one.step("tick all who came", one.form.field("present").all.click)
    one.step("untick one", lambda: setattr(one.form.field("present").boxes["m02"], "value", False))
    one.step("tick the same again", lambda: setattr(one.form.field("present").boxes["m02"], "value", True))
    agenda = one.form.field("agenda_done")
    for key in ("self_criticism", "briefing"):
        one.step(f"tick {key}", lambda key=key: setattr(agenda.boxes[key], "value", True))
    one.step("untick self_criticism", lambda: setattr(agenda.boxes["self_criticism"], "value", False))
    one.type("briefing.preparation", "学习了三次")
    one.type("start", "饭后")
    one.type("start", "9:00")
    absent = one.table("absent")
    one.step("add an absence", absent.add)
    one.step(
        "paste two", lambda: absent.paste(0, "member", "同志4\t住院\t柏青（局机关）\t２月５日\t哪天\n无此人\t出差")
    )
    one.step("mend the day", lambda: absent.type(0, "informed_on", "2.6"))
    one.step("an outsider without a name", lambda: absent.type(1, "approved_by", {"name": "", "unit": "局"}))
    one.step("drop the second", lambda: absent.drop(1))
    guests = one.table("guests")
    one.step("add a guest", guests.add)
    one.step("name the guest", lambda: guests.type(0, "name", "林处"))
    one.step("add another", guests.add)
    one.step("drop the blank one", lambda: guests.drop(1))
    return one


def speeches() -> Open:
    """A numbered table: listed by the roster, moved, removed, undone, begun by a link."""
    spoken = [{"member": f"m0{n}", "order": n} for n in (1, 2)]
    one = Open(Meeting, {"id": "mt", "speeches": spoken, "present": ["m01", "m02", "m05"]})
    table = one.table("speeches")
    one.step("press 按名册列出", one.form.field("speeches").buttons.children[0].click)
    one.step("press it again", one.form.field("speeches").buttons.children[0].click)
    one.step("move the third up", lambda: table.move(2, -1))
    before = table.rows
    one.step("drop the first", lambda: table.drop(0))
    one.step("undo", lambda: table.send(before))
    one.step("add a row", table.add)
    one.step("number it", lambda: table.type(3, "order", "9"))
    one.step("move it up", lambda: table.move(3, -1))
    one.step("a number that is none", lambda: table.type(0, "order", "头一个"))
    one.step("old rows", lambda: table.send(table.rows, turn=0))
    one.step("link to a row", lambda: one.form.go("mt", {"speeches": [{"member": "m04"}]}, ["speeches"]))
    one.step("link to it again", lambda: one.form.go("", {"speeches": [{"member": "m04"}]}, ["speeches"]))
    one.step("link to a row that is there", lambda: one.form.go("mt", {"speeches": [{"member": "m02"}]}, ["speeches"]))
    one.step("link to a cell", lambda: one.form.go("mt", {}, ["speeches", 1, "points"]))
    one.step("link to a row by number", lambda: one.form.go("mt", {}, ["speeches", 2]))
    one.step("link into a folded part", lambda: one.form.go("mt", {}, ["closing"]))
    one.step("link into the briefing", lambda: one.form.go("mt", {}, ["briefing", "problems"]))
    one.step("type points there", lambda: table.type(1, "points", "要点"))
    return one


def ballots() -> Open:
    """A table with numbers and calculated cells, and one of persons."""
    looks = {(0, "sum"): Look("9", "bad", "不符"), ("foot", "sum"): Look("共9"), (7, "sum"): Look("不在")}

    def live(tally: Tally) -> Live:
        return Live({"issued": [Look("应发12张", "must")]}, {"rows": looks if tally.rows else {}})

    one = Open(Tally, layout=Layout(shown={"tally": {"rows": (("sum", "合计"),)}}), live=live)
    one.type("issued", "１２张")
    one.type("returned", "都收回了")
    rows = one.table("rows")
    one.step(
        "paste under headings",
        lambda: rows.paste(0, "excellent", "姓名\t合计\t优秀\t合格\n同志1\t9\t3\t五\n同志2\t9\t8\t1"),
    )
    one.step("mend the number", lambda: rows.type(0, "qualified", "5"))
    one.step("tick 不测等次", lambda: rows.type(1, "no_grade", True))
    one.step("paste a block that is too wide", lambda: rows.paste(1, "no_grade", "是\t1\t2"))
    one.step("a blank paste", lambda: rows.paste(0, "excellent", ""))
    counters = one.table("counters")
    one.step("add a person", counters.add)
    one.step("choose one", lambda: counters.type(0, 0, "m05"))
    one.step("paste an outsider and a stranger", lambda: counters.paste(1, 0, "赵工（局办）\n无此人"))
    one.step("an outsider without a name", lambda: counters.type(1, 0, {"name": "", "unit": "局办"}))
    one.step("drop it", lambda: counters.drop(1))
    one.step("link to a counter", lambda: one.form.go("", {}, ["counters", 1]))
    one.type("returned", "")
    return one


def cards() -> Open:
    """Cards of long texts: added, moved, removed, brought back; a choice for each key."""
    one = Open(
        MemberReview,
        {"id": "r1", "member": "m01", "items": [{"id": "r1.p1", "fact": "旧"}], "key_checks": {"old": "no"}},
    )
    one.choose("r1")
    items = one.form.field("items")
    one.step("add a card", items.adding[0].click)
    one.step("remove the blank card", lambda: items.remove(items.cards[1]))
    one.step("add a card again", items.add)
    one.type("items.1.fact", "新")
    one.step("move it up", lambda: items.move(items.cards[1], -1))
    one.step("move it up again", lambda: items.move(items.cards[0], -1))
    one.step("move the last down", lambda: items.move(items.cards[1], 1))
    one.step("remove the first", lambda: items.remove(items.cards[0]))
    one.step("bring it back", items.restore.click)
    one.step("bring nothing back", items.bring_back)
    one.step("tick a view", lambda: setattr(one.form.field("items.0.cause_views").boxes["life"], "value", True))
    one.step("answer a key", lambda: setattr(one.form.field("key_checks").drops["gifts"], "value", "yes"))
    one.step("blank the old key", lambda: setattr(one.form.field("key_checks").drops["old"], "value", ""))
    one.step("link to a card", lambda: one.form.go("", {"member": "m01"}, ["items", 1, "measure"]))
    one.step("link to a member without one", lambda: one.form.go("", {"member": "m02"}, ["items"]))
    one.choose("r1")
    return one


def sorted_cards() -> Open:
    """Cards by aspect with ticks beside them, what they lack, and their progress."""

    def live(review: TeamReview) -> Live:
        return Live(
            sorts={"items": {"politics": Look(f"{len(review.items)}项", "good"), "organising": Look("没有", "must")}}
        )

    old = {"id": "tr", "items": [{"id": "tr.p1", "aspect": "gone", "fact": "旧的"}], "none_declared": ["was"]}
    layout = Layout(sorts={"team_review": {"items": "aspect"}}, declared={"team_review": {"items": "none_declared"}})
    one = Open(TeamReview, old, layout=layout, live=live)
    items = one.form.field("items")
    for key in ("politics", "organising", "politics"):
        one.step(f"add a problem to {key}", items.sections[key].more.click)
    for number, words in enumerate(("甲", "乙", "丙"), 1):
        one.type(f"items.{number}.fact", words)
    one.step("move the last up, past another section", lambda: items.move(items.cards[3], -1))
    one.step("move it up again", lambda: items.move(items.cards[1], -1))
    one.type("items.2.aspect", "politics")
    one.step("tick organising", lambda: setattr(one.form.field("none_declared").boxes["organising"], "value", True))
    one.step("link to the ticks", lambda: one.form.go("tr", {}, ["none_declared"]))
    one.step("link to a field of a card", lambda: one.form.go("tr", {}, ["items", 2, "cause"]))
    one.step("remove the old problem", lambda: items.remove(items.cards[0]))
    one.step("untick what is no aspect", lambda: setattr(one.form.field("none_declared").boxes["was"], "value", False))
    return one


def ticks_in_an_order() -> Open:
    """Ticks of a list that is in the order of the roster, that is not, and that holds somebody who is gone."""
    kept = [["m01", "m03"], ["m03", "m01"], ["m09", "m02"], []]
    one = Open(Talk, *({"id": f"t{n}", "participants": people} for n, people in enumerate(kept, 1)))
    for number in range(1, 5):
        one.choose(f"t{number}")
        boxes = one.form.field("participants").boxes
        for member in ("m04", "m02", "m03"):
            one.step(f"tick {member}", lambda member=member, boxes=boxes: setattr(boxes[member], "value", True))
        one.step("untick m03", lambda boxes=boxes: setattr(boxes["m03"], "value", False))
    one.step("the roster changes", lambda: setattr(one.offers, "people", [*one.offers.people[:3], ("m10", "新来的")]))
    one.step("refresh", one.form.refresh)
    return one


def long_lists() -> Open:
    """As many entries and versions as the lists show at once, and one more."""
    one = Open(Talk, *({"id": f"t{n}"} for n in range(10, 22)))
    for _ in range(2):
        one.press("add")
        one.type("place", "又一条")
    one.choose("t10")
    for number in range(1, 9):
        one.type("place", f"第{number}处")
        if number in (1, 2, 6, 7, 8):
            one.press("past")
            one.press("past")
    return one


def taken() -> Open:
    """Fields whose facts stand elsewhere, follow from others, or are no longer asked."""
    source = {"place": "会议室"}

    def sources(values: Any) -> dict[str, Any]:
        return {
            "place": source["place"],
            "initiator": values.get("participants", [""])[0] if values.get("participants") else "",
        }

    def fill(_values: Any, changed: Any) -> dict[str, Any]:
        return {"mode": "phone", "start": "09:00"} if "thoughts" in changed else {}

    layout = Layout(
        taken={"talk": {name: Taken(lambda *_: None, f"见{name}") for name in ("place", "initiator")}},
        spared={"talk": ("end",)},
        first={"talk": ("initiator",)},
        hide={"talk": ("problems_pointed",)},
    )
    hints = lambda talk: {"date": ["请核对日期"]} if talk.date else {}  # noqa: E731
    one = Open(
        Talk,
        {"id": "t1", "place": "大厅", "end": "10:00", "problems_pointed": "藏着"},
        layout=layout,
        sources=sources,
        fill=fill,
        hints=hints,
    )
    one.choose("t1")
    fields = one.form._root().taken
    one.step("take the place", fields["place"].back.click)
    one.step("open it", fields["place"].other.click)
    one.type("place", "一楼")
    one.type("place", "")
    one.step("refresh", one.form.refresh)
    one.type("thoughts", "想法")
    one.type("date", "2.5")
    one.step("tick the first", lambda: setattr(one.form.field("participants").boxes["m02"], "value", True))
    one.type("end", "")
    source["place"] = "别处"
    one.press("add")
    one.step("tick one", lambda: setattr(one.form.field("participants").boxes["m01"], "value", True))
    source["place"] = ""
    one.type("date", "2.6")
    return one


def received() -> Open:
    """Entries that were received and may only be read."""
    one = Open(
        SuperiorComment, {"id": "c1", "text": "点评", "problems": [{"id": "c1.p1", "text": "问题"}]}, locked=True
    )
    one.choose("c1")
    one.step("go to a new one", lambda: one.form.go("", {}, ["text"]))
    one.step("an entry arrives", lambda: one.shelf.save(SuperiorComment(id="c2", round=2), 0))
    one.step("refresh", one.form.refresh)
    return one


def elsewhere() -> Open:
    """Entries that are begun elsewhere; only values that the form hides begin one here."""
    layout = Layout(elsewhere={"study": "在别处登记。"}, hide={"study": ("gist",)})
    one = Open(Study, layout=layout)
    one.step("go to a new one", lambda: one.form.go("", {"place": "大厅"}, ["date"]))
    one.step("go to a new one with a hidden value", lambda: one.form.go("", {"gist": "要点"}, ["date"]))
    one.type("place", "大厅")
    one.step("link to makeup", lambda: one.form.go("new1", {"makeup": [{"member": "m05"}]}, ["makeup"]))
    one.step("a roster without people", lambda: setattr(one.offers, "people", one.offers.people[:1]))
    one.step("refresh", one.form.refresh)
    one.step("type the day of makeup", lambda: one.table("makeup").type(0, "date", "2.9"))
    return one


SESSIONS: dict[str, Callable[[], Open]] = {
    one.__name__: one
    for one in (
        entries,
        versions,
        windows,
        refusals,
        two_at_once,
        a_meeting,
        speeches,
        ballots,
        cards,
        sorted_cards,
        ticks_in_an_order,
        long_lists,
        taken,
        received,
        elsewhere,
    )
}


@pytest.mark.parametrize("name", SESSIONS)
def test_a_form_answers_each_step_as_before(name: str) -> None:
    compare(GOLDEN / f"sessions/form-{name}.txt", SESSIONS[name]().session.text)
